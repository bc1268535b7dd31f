"""What the corpus rules say of documents, from what was found across machines: the rules themselves are asked, and are handed as
much of a corpus as some documents have to do with.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import numpy as np

from cleaner.corpus import Corpus, Edge, Kin, Place
from cleaner.settings import Settings
from cleaner.spark.reading import BITS, Batches, arrow, batched, rows_of

SAID = "order long, said binary"


class _Known(NamedTuple):
    """As much of a Sketch as rules ask for; spans and hashes of some paragraphs, by number."""

    order: int
    path: str
    row: int | None
    size: int
    title: str
    whole: bytes
    spans: dict[int, Any]
    hashes: dict[int, Any]


class _Spread(dict[Place, int]):
    """As Spread."""

    def at_least(self, documents: int) -> dict[Place, int]:
        """Those that stand in so many."""
        return {twin: count for twin, count in self.items() if count >= documents}


class _Some(NamedTuple):
    """As much of a Corpus as rules ask for."""

    sketches: dict[int, _Known]
    kin: list[Kin]
    spread: _Spread
    duplicates: Mapping[int, int]
    similar: list[tuple[int, int, float]]
    edges: list[Edge]


def of_kin(kin: Any, paragraphs: Any, docs: Any, parts: int) -> Any:
    """Kin with all that rules ask of the two -> rows for `saying`, each document's in one part."""
    from pyspark.sql import functions as f

    counts = kin.where("similarity = 1").groupBy("twin").agg(f.countDistinct(f.shiftright("this", BITS)).alias("spread"))
    here = paragraphs.select(f.col("place").alias("this"), "start", "end", "stop")
    names = [f.col(name).alias(f"twin_{name}") for name in ("start", "end", "stop", "h0", "h1")]
    there = paragraphs.select(f.col("place").alias("twin"), *names)
    rows = kin.join(here, "this").join(there, "twin").join(counts, "twin", "left")
    return _with_documents(rows.withColumn("d", f.shiftright("this", BITS)).withColumn("t", f.shiftright("twin", BITS)), docs).withColumn(
        "part", f.pmod("d", f.lit(parts))
    )


def of_documents(pairs: Any, docs: Any) -> Any:
    """Pairs of documents "d long, t long, share double" (share null: the same once more) -> rows for `saying`."""
    return _with_documents(pairs, docs)


def edges(margins: Any) -> Any:
    """MARGIN -> rows for `saying`, as Corpus.edges: in how many documents each line stands, and how it stands there."""
    from pyspark.sql import functions as f

    counts = margins.groupBy("number").agg(f.countDistinct("whole").alias("documents"), f.sum("near").alias("beside"))
    return margins.join(counts, "number").select(*Edge._fields)


def _with_documents(rows: Any, docs: Any) -> Any:
    from pyspark.sql import functions as f

    for at in ("d", "t"):
        some = docs.select(f.col("rank").alias(at), *(f.col(name).alias(f"{at}_{name}") for name in _OF_DOCUMENTS))
        rows = rows.join(some, at)
    return rows


_OF_DOCUMENTS = ("order", "path", "row", "size", "title", "whole")


def saying(settings: Settings) -> Callable[[Batches], Batches]:
    """Rows of documents, all of one document among them -> SAID: what the rules say of it."""

    def said(batches: Batches) -> Batches:
        some = _some(list(rows_of(batches)))

        def rows() -> Iterator[dict[str, Any]]:
            for rule in settings.chosen():
                if rule.across:
                    for order, hits in rule.sees(cast(Corpus, some), **settings.options(rule.code)):
                        yield {"order": order, "said": pickle.dumps((rule.code, hits))}

        return batched(rows(), arrow(SAID), 10_000)

    return said


def saying_in_groups(settings: Settings) -> Callable[[Any], Any]:
    """As `saying`, of a whole table."""
    say = saying(settings)

    def said(table: Any) -> Any:
        import pyarrow as pa

        return pa.Table.from_batches(list(say(iter(table.to_batches()))), schema=arrow(SAID))

    return said


def _some(rows: list[dict[str, Any]]) -> _Some:
    some = _Some({}, [], _Spread(), {}, [], [])
    duplicates: dict[int, int] = {}
    for row in rows:
        if "beside" in row:
            some.edges.append(Edge(**{name: row[name] for name in Edge._fields}))
            continue
        for at in ("d", "t"):
            values: dict[str, Any] = {name: row[f"{at}_{name}"] for name in _OF_DOCUMENTS}
            some.sketches.setdefault(row[at], _Known(**values, spans={}, hashes={}))
        if "this" in row:
            this, twin = _place(row["this"]), _place(row["twin"])
            some.kin.append(Kin(this, twin, row["similarity"], row["sure"]))
            some.sketches[this.document].spans[this.paragraph] = np.array([row["start"], row["end"], row["stop"]])
            staying = some.sketches[twin.document]
            staying.spans[twin.paragraph] = np.array([row["twin_start"], row["twin_end"], row["twin_stop"]])
            staying.hashes[twin.paragraph] = np.array([row["twin_h0"], row["twin_h1"]], dtype=np.int64)
            some.spread[twin] = 1 + (row["spread"] or 0)
        elif row["share"] is None:
            duplicates[row["d"]] = row["t"]
        else:
            some.similar.append((row["d"], row["t"], row["share"]))
    some.kin.sort(key=lambda kin: kin.this)
    return some._replace(duplicates=duplicates)


def _place(number: int) -> Place:
    return Place(number >> BITS, number & ((1 << BITS) - 1))
