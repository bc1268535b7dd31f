"""Documents that are much like earlier ones, across machines; as Corpus.similar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cleaner import kernels
from cleaner.corpus import HOT, LIKELY, SIMILAR, WIDE, agreeing, shingles
from cleaner.formats.piece import Columns
from cleaner.groups import jaccard
from cleaner.model import Document
from cleaner.rows import RowReader
from cleaner.sketches import paragraph_texts
from cleaner.spark.reading import Batches, arrow, batched, documents, rows_of

BAND = "band long, key long, rank long"
PAIR = "this long, other long, agreeing long"
GRAMS = "rank long, grams binary"
SHARE = "this long, other long, share double"
LEAST = 3  # paragraphs of a document that is compared


def candidates(docs: Any) -> Any:
    """SKETCH with `rank`, of what is no duplicate -> the pairs that are worth reading, one for each document: PAIR."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    some = docs.where(f.length("hashes") >= 16 * LEAST).select("rank", "values").localCheckpoint()
    bands = some.mapInArrow(_bands, BAND)
    crowds = bands.withColumn("at", f.row_number().over(Window.partitionBy("band", "key").orderBy("rank")))
    heads = crowds.where(f.col("at") <= HOT).select("band", "key", f.col("rank").alias("other"))
    pairs = crowds.join(heads, ["band", "key"]).where("other < rank").select(f.col("rank").alias("this"), "other").distinct()
    left = some.select(f.col("rank").alias("this"), f.col("values").alias("here"))
    right = some.select(f.col("rank").alias("other"), f.col("values").alias("there"))
    weighed = pairs.join(left, "this").join(right, "other").mapInArrow(_agreeing, PAIR)
    best = Window.partitionBy("this").orderBy(f.desc("agreeing"), "other")
    return weighed.withColumn("at", f.row_number().over(best)).where((f.col("at") == 1) & (f.col("agreeing") >= LIKELY)).drop("at")


def _bands(batches: Batches) -> Batches:
    def rows() -> Iterator[dict[str, Any]]:
        for row in rows_of(batches):
            keys = kernels.band_keys(np.frombuffer(row["values"], dtype=np.uint32)[None], WIDE)[0]
            for band, key in enumerate(keys.view(np.int64).tolist()):
                yield {"band": band, "key": key, "rank": row["rank"]}

    return batched(rows(), arrow(BAND), 10_000)


def _agreeing(batches: Batches) -> Batches:
    def rows() -> Iterator[dict[str, Any]]:
        for row in rows_of(batches):
            here, there = (np.frombuffer(row[name], dtype=np.uint32) for name in ("here", "there"))
            yield {"this": row["this"], "other": row["other"], "agreeing": agreeing(here, there)}

    return batched(rows(), arrow(PAIR), 10_000)


def grams(reader: RowReader, columns: Columns) -> Callable[[Batches], Batches]:
    """ITEM with `wanted`, a list of {order, rank} -> GRAMS: the different shingles of those documents."""

    def read(batches: Batches) -> Batches:
        def rows() -> Iterator[dict[str, Any]]:
            for row in rows_of(batches):
                ranks = {one["order"]: one["rank"] for one in row["wanted"]}
                for document in documents(row, reader, columns):
                    if isinstance(document, Document) and document.order in ranks:
                        yield {"rank": ranks[document.order], "grams": shingles(paragraph_texts(document)).tobytes()}

        return batched(rows(), arrow(GRAMS), 20)

    return read


def shares(pairs: Any, grams: Any) -> Any:
    """PAIR, GRAMS -> SHARE, of the pairs that are alike."""
    from pyspark.sql import functions as f

    left = grams.select(f.col("rank").alias("this"), f.col("grams").alias("here"))
    right = grams.select(f.col("rank").alias("other"), f.col("grams").alias("there"))
    return pairs.join(left, "this").join(right, "other").mapInArrow(_shares, SHARE).where(f.col("share") >= SIMILAR)


def _shares(batches: Batches) -> Batches:
    def rows() -> Iterator[dict[str, Any]]:
        for row in rows_of(batches):
            share = jaccard(*(np.frombuffer(row[name], dtype=np.uint64) for name in ("here", "there")))
            yield {"this": row["this"], "other": row["other"], "share": share}

    return batched(rows(), arrow(SHARE))
