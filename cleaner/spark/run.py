"""`cleaner clean --engine spark`: a run over files that Spark's workers can read, its output and its findings as parquet.

Only names of files, counts, and the first few faults come to the driver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.formats.files import Item
from cleaner.formats.piece import Columns
from cleaner.pipeline import Run
from cleaner.ready import MUCH, size_up_to
from cleaner.rows import RowReader, is_plain
from cleaner.sketches import Keep
from cleaner.spark import alike, reading, said, similar, treating

FAULTS = 20  # that are named


class Came(NamedTuple):
    """What a run has come to."""

    documents: int
    changed: int
    before: int
    after: int
    failed: int
    found: Counter[str]
    applied: Counter[str]
    faults: list[str]


def conduct(
    session: Any, items: Sequence[Item], reader: RowReader, columns: Columns, run: Run, lang: str, documents: Path, findings: Path
) -> Came:
    """Read, compare, treat; write the documents and the findings as parquet into two folders."""
    from pyspark.sql import functions as f

    shuffled = int(session.conf.get("spark.sql.shuffle.partitions"))
    parts = max(session.sparkContext.defaultParallelism * 4, shuffled)  # the one number that a big corpus has to raise
    all_read = MUCH * int(session.sparkContext.defaultParallelism)
    much = size_up_to(items, all_read) >= all_read
    files = _numbered(session, items, columns, parts)
    told = _told(files, reader, columns, run, parts)
    with_said = files.join(told, "item", "left") if told is not None else files.withColumn("said", f.lit(None))
    treated = with_said.repartition(min(parts, max(1, len(items))), "item").mapInArrow(
        treating.treating(reader, columns, run, lang, much), treating.TREATED
    )
    treated.persist()
    kept = treated.where("fault is null").select("order", "path", "row", "encoding", "text", "edits")
    kept.write.mode("overwrite").parquet(documents.absolute().as_uri())
    treated.mapInArrow(treating.findings, treating.FINDING).write.mode("overwrite").parquet(findings.absolute().as_uri())
    counts = treated.mapInArrow(treating.counted, treating.COUNTED).groupBy("what", "code").agg(f.sum("number").alias("number")).collect()
    faults = [row["fault"] for row in treated.where("fault is not null").orderBy("order").select("fault").limit(FAULTS).collect()]
    treated.unpersist()
    session.catalog.clearCache()
    numbers = {(row["what"], row["code"]): row["number"] for row in counts}
    found, applied = (Counter({code: n for (what, code), n in numbers.items() if what == kind}) for kind in ("found", "applied"))
    plain: dict[str, Any] = {what: numbers.get((what, ""), 0) for what in ("documents", "changed", "before", "after", "failed")}
    return Came(**plain, found=found, applied=applied, faults=faults)


def _numbered(session: Any, items: Sequence[Item], columns: Columns, parts: int) -> Any:
    """The files, each with the order of its first document."""
    tables = [row for row, item in zip(reading.item_rows(items), items) if not is_plain(item)]
    held = dict.fromkeys(range(len(items)), 1)
    if tables:
        files = session.createDataFrame(tables, reading.ITEM).repartition(parts, "item")
        held |= {row["item"]: row["documents"] for row in files.mapInArrow(reading.counting(columns), reading.COUNT).collect()}
    firsts = [0, *accumulate(held[n] for n in range(len(items)))][: len(items)]
    rows = [(n, first, thing) for (n, _, thing), first in zip(reading.item_rows(items), firsts)]
    return session.createDataFrame(rows, reading.ITEM).repartition(parts, "item").persist()


def _told(files: Any, reader: RowReader, columns: Columns, run: Run, parts: int) -> Any:
    """What the corpus rules say, by file: "item long, said array"; None where there are no such rules."""
    from pyspark.sql import functions as f

    if not any(rule.across for rule in run.settings.chosen()):
        return None
    sketches = files.mapInArrow(reading.sketching(reader, columns), reading.SKETCH)
    ranked = _ranked(sketches, run.keep).localCheckpoint()
    docs = ranked.where(f.length("hashes") > 0)
    stays = docs.groupBy("whole").agg(f.min("rank").alias("t"))
    again = docs.select("whole", f.col("rank").alias("d")).join(stays, "whole").where("d <> t").select("d", "t")
    others = docs.join(again.select(f.col("d").alias("rank")), "rank", "left_anti").localCheckpoint()
    paragraphs = others.mapInArrow(reading.paragraphs, reading.PARAGRAPH).localCheckpoint()

    def wanted(rows: Any, *names: str) -> Any:
        """The files, each with what is wanted of it; rows: with `item`."""
        some = rows.groupBy("item").agg(f.collect_list(f.struct(*names)).alias("wanted"))
        return files.join(some, "item").repartition(parts, "item")

    orders = docs.select("rank", "order", "item")
    near = alike.flagged(paragraphs).localCheckpoint()
    places = near.select("place", f.shiftright("place", reading.BITS).alias("rank")).join(orders, "rank")
    numbers = places.withColumn("number", f.col("place").bitwiseAND((1 << reading.BITS) - 1))
    texts = wanted(numbers, "order", "number", "place").mapInArrow(reading.texts(reader, columns), reading.TEXT)
    kin = alike.kin(paragraphs, alike.keepers(near, texts, parts)).localCheckpoint()
    of_kin = said.of_kin(kin, paragraphs, docs, parts).groupBy("part").applyInArrow(said.saying_in_groups(run.settings), said.SAID)
    pairs = similar.candidates(others).localCheckpoint()
    both = pairs.select(f.col("this").alias("rank")).union(pairs.select(f.col("other").alias("rank"))).distinct().join(orders, "rank")
    grams = wanted(both, "order", "rank").mapInArrow(similar.grams(reader, columns), similar.GRAMS).localCheckpoint()
    like = similar.shares(pairs, grams).select(f.col("this").alias("d"), f.col("other").alias("t"), "share")
    of_pairs = said.of_documents(again.withColumn("share", f.lit(None).cast("double")).union(like), docs)
    edges = said.edges(ranked.mapInArrow(reading.margins, reading.MARGIN))
    alone = (rows.mapInArrow(said.saying(run.settings), said.SAID) for rows in (of_pairs, edges))
    by_item = reduce(lambda some, more: some.union(more), alone, of_kin).join(ranked.select("order", "item"), "order").groupBy("item")
    return by_item.agg(f.collect_list(f.struct("order", "said")).alias("said"))


def _ranked(sketches: Any, keep: Keep) -> Any:
    """With `rank`: documents with a lower one stay. As corpus._rank."""
    from pyspark.sql import functions as f

    if keep == "first":
        return sketches.withColumn("rank", f.col("order"))
    by = f.desc("date" if keep == "newest" else "size")
    rows = sketches.persist()
    sorted_orders = rows.select("order", "date", "size").orderBy(by, "order").select("order").rdd
    ranks = sorted_orders.zipWithIndex().map(lambda pair: (pair[0][0], pair[1])).toDF("order long, rank long")
    return rows.join(ranks, "order")
