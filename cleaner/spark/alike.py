"""Paragraphs that are alike, across machines: equal ones by a shuffle on their hashes, near ones by one on band keys; components
of what shares a key; and inside each the keepers, as one machine finds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cleaner.groups import group
from cleaner.kernels import ODD, deletion_keys
from cleaner.language.facts import differing_fact, slips
from cleaner.sketches import PARAMETERS
from cleaner.spark.components import components
from cleaner.spark.reading import BITS, Batches, arrow, batched, rows_of
from cleaner.views import fold_texts

KEEPER = "place long, keeper long, similarity double, sure boolean"
BUCKET = "slot long, key long, place long"


def flagged(paragraphs: Any) -> Any:
    """PARAGRAPH -> its rows that share a band with another one that is not equal; of equal ones the first. As
    Corpus._flagged."""
    from pyspark.sql import functions as f

    firsts = paragraphs.groupBy("h0", "h1").agg(f.min("place").alias("place")).select("place")
    distinct = paragraphs.join(firsts, "place")
    bands = distinct.select("place", f.posexplode("keys").alias("band", "key"))
    crowds = bands.groupBy("band", "key").agg(f.count("*").alias("n")).where("n > 1").select("band", "key")
    return distinct.join(bands.join(crowds, ["band", "key"]).select("place").distinct(), "place")


def keepers(flagged: Any, texts: Any, parts: int) -> Any:
    """Of paragraphs that are flagged, with their texts -> KEEPER; those that stay are not named."""
    from pyspark.sql import functions as f

    told = flagged.select("place", "kind").join(texts, "place").localCheckpoint()
    bands = flagged.select(f.posexplode("buckets").alias("slot", "key"), "place").withColumn("slot", f.col("slot").cast("long"))
    short = told.where(f.length("text") <= PARAMETERS.short[1]).mapInArrow(_short_buckets, BUCKET)
    buckets = bands.union(short.select("slot", "key", "place"))
    hubs = buckets.groupBy("slot", "key").agg(f.min("place").alias("v"), f.count("*").alias("n")).where("n > 1").drop("n")
    edges = buckets.join(hubs, ["slot", "key"]).select(f.col("place").alias("u"), "v")
    # Components know nothing of one another: many are handled in one go.
    together = told.join(components(edges), "place").withColumn("part", f.pmod(f.xxhash64("component"), f.lit(parts)))
    return together.groupBy("part").applyInArrow(_verified, KEEPER)


def _short_buckets(batches: Batches) -> Batches:
    """The keys of short texts under which those within one edit of one another meet; as groups._members."""

    def rows() -> Iterator[dict[str, Any]]:
        for row in rows_of(batches):
            codes, offsets = fold_texts([row["text"]])
            size = len(codes)
            kind = np.array([row["kind"]], dtype=np.int64).view(np.uint64)
            keys = deletion_keys(codes, offsets, np.array([0])) ^ (kind * ODD)
            slots = [size - 1] * size + [size]
            for slot, key in zip(slots, keys.view(np.int64).tolist()):
                if PARAMETERS.short[0] - 1 <= slot < PARAMETERS.short[1]:
                    yield {"slot": PARAMETERS.bands + slot, "key": key, "place": row["place"]}

    return batched(rows(), arrow(BUCKET), 10_000)


def _verified(table: Any) -> Any:
    """Some components, whole -> KEEPER of those in them that do not stay."""
    import pyarrow as pa

    table = table.sort_by("place")
    places, texts = table["place"].to_pylist(), table["text"].to_pylist()
    kinds = np.array(table["kind"].to_pylist(), dtype=np.int64).view(np.uint64)

    def objection(i: int, k: int) -> str | None:
        fact = differing_fact(texts[i], texts[k])
        return fact and f"another {fact.kind}"

    found = group(texts, PARAMETERS, kinds=kinds, objection=objection)
    rows = [
        {"place": places[i], "keeper": places[k], "similarity": share, "sure": slips(texts[i], texts[k]).rewordings == 0}
        for i, (k, share) in enumerate(zip(found.keeper.tolist(), found.similarity.tolist()))
        if i != k
    ]
    return pa.Table.from_pylist(rows, schema=arrow(KEEPER))


def kin(paragraphs: Any, near: Any) -> Any:
    """PARAGRAPH, KEEPER -> "this long, twin long, similarity double, sure boolean": as Corpus.kin."""
    from pyspark.sql import functions as f

    firsts = paragraphs.groupBy("h0", "h1").agg(f.min("place").alias("first"))
    every = paragraphs.join(firsts, ["h0", "h1"]).select(f.col("place").alias("this"), "first")
    led = every.join(near.withColumnRenamed("place", "first"), "first", "left")
    twins = led.select(
        "this",
        f.coalesce("keeper", "first").alias("twin"),
        f.coalesce("similarity", f.lit(1.0)).alias("similarity"),
        f.coalesce("sure", f.lit(True)).alias("sure"),
    )
    return twins.where(f.shiftright("this", BITS) != f.shiftright("twin", BITS))
