"""Documents, read where Spark's workers are: how many a file holds, their sketches, their paragraphs' texts.

Columns travel as Arrow does; numbers without a sign as the signed ones of the same bits, arrays of numbers as bytes.
A place is one number: the rank of a document, and the number of a paragraph in it; places sort in reading order.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from cleaner.formats.files import Item
from cleaner.formats.piece import Columns
from cleaner.kernels import ODD
from cleaner.model import Document
from cleaner.pipeline import Failure, NotDone
from cleaner.rows import Lake, RowReader
from cleaner.sketches import PARAMETERS, Sketch, paragraph_texts, sketch

BITS = 24  # of a place: paragraphs of a document
Batches = Iterator[Any]  # of pyarrow.RecordBatch
ITEM = "item long, first long, thing binary"
COUNT = "item long, documents long"
SKETCH = (
    "item long, order long, path string, row long, size long, title string, date long, whole binary, values binary,"
    " spans binary, hashes binary, keys binary, kinds binary, margins binary"
)
MARGIN = "order long, number long, whole binary, near long, start long, end long, stop long"
PARAGRAPH = "place long, start long, end long, stop long, h0 long, h1 long, kind long, keys array<long>, buckets array<long>"
TEXT = "place long, text string"


def item_rows(items: Iterable[Item]) -> list[tuple[int, int, bytes]]:
    """Files as rows of ITEM, as workers find them from wherever they run; the order of the first document is not known yet."""
    return [(n, 0, pickle.dumps(item._replace(path=item.path.absolute()))) for n, item in enumerate(items)]


def rows_of(batches: Batches) -> Iterator[dict[str, Any]]:
    """The rows of batches."""
    for batch in batches:
        yield from batch.to_pylist()


def batched(rows: Iterable[dict[str, Any]], schema: Any, most: int = 200) -> Batches:
    """Rows as batches, a few at a time: documents are long."""
    import pyarrow as pa

    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == most:
            yield pa.RecordBatch.from_pylist(some, schema=schema)
            some = []
    if some:
        yield pa.RecordBatch.from_pylist(some, schema=schema)


def arrow(ddl: str) -> Any:
    """The Arrow schema of columns written "name type, name type"."""
    import pyarrow as pa

    kinds = {
        "long": pa.int64(),
        "string": pa.string(),
        "binary": pa.binary(),
        "boolean": pa.bool_(),
        "double": pa.float64(),
        "array<long>": pa.list_(pa.int64()),
        "array<string>": pa.list_(pa.string()),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in (column.split() for column in ddl.split(","))])


def things(row: dict[str, Any], columns: Columns) -> Iterator[tuple[int, Any]]:
    """What documents are read from in a file, with the order of the first document in each."""
    item = pickle.loads(row["thing"])
    for order, thing in Lake((item,), columns):
        yield row["first"] + order, thing


def counting(columns: Columns) -> Callable[[Batches], Batches]:
    """ITEM -> COUNT: how many documents each file may hold."""

    def count(batches: Batches) -> Batches:
        def rows() -> Iterator[dict[str, Any]]:
            for row in rows_of(batches):
                held = sum(getattr(thing, "documents", 1) for _, thing in things(row, columns))
                yield {"item": row["item"], "documents": held}

        return batched(rows(), arrow(COUNT))

    return count


def documents(row: dict[str, Any], reader: RowReader, columns: Columns) -> Iterator[Document | Failure]:
    """The documents of a file; what cannot be read is a failure."""
    for order, thing in things(row, columns):
        try:
            found = reader(order, thing)
            yield from (found,) if isinstance(found, Document) else found
        except NotDone as error:
            yield Failure(order, str(error), thing)


def sketching(reader: RowReader, columns: Columns) -> Callable[[Batches], Batches]:
    """ITEM -> SKETCH."""

    def sketched(batches: Batches) -> Batches:
        def rows() -> Iterator[dict[str, Any]]:
            for row in rows_of(batches):
                for document in documents(row, reader, columns):
                    if isinstance(document, Document):
                        yield {"item": row["item"]} | _as_row(sketch(document))

        return batched(rows(), arrow(SKETCH))

    return sketched


_ARRAYS = ("values", "spans", "hashes", "keys", "kinds")


def _as_row(one: Sketch) -> dict[str, Any]:
    row = {name: value.tobytes() if name in _ARRAYS else value for name, value in one._asdict().items()}
    return row | {"margins": pickle.dumps(one.margins)}


def margins(batches: Batches) -> Batches:
    """SKETCH -> MARGIN: the lines at the margins. near: 1 beside page furniture, else -1."""

    def rows() -> Iterator[dict[str, Any]]:
        for row in rows_of(batches):
            lines = pickle.loads(row["margins"])
            for span, number, beside in zip(lines.spans.tolist(), lines.hashes.view(np.int64).tolist(), lines.beside.tolist()):
                place = dict(zip(("start", "end", "stop"), span))
                yield {"order": row["order"], "number": number, "whole": row["whole"], "near": 1 if beside else -1} | place

    return batched(rows(), arrow(MARGIN), 10_000)


def paragraphs(batches: Batches) -> Batches:
    """SKETCH with `rank` -> PARAGRAPH. keys: of its bands, by which candidates are found. buckets: the shorter ones by which
    they are grouped (groups.group). Both are different for paragraphs of different kinds."""
    import pyarrow as pa

    schema = arrow(PARAGRAPH)
    for batch in batches:
        rows = batch.to_pylist()
        parts = [_paragraphs(row) for row in rows if row["hashes"]]
        if parts:
            columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            lists = {name: pa.array(list(columns[name])) for name in ("keys", "buckets")}
            arrays = [lists[name] if name in lists else pa.array(columns[name]) for name in schema.names]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _paragraphs(row: dict[str, Any]) -> dict[str, Any]:
    hashes = np.frombuffer(row["hashes"], dtype=np.int64).reshape(-1, 2)
    spans = np.frombuffer(row["spans"], dtype=np.int32).reshape(-1, 3).astype(np.int64)
    kinds = np.frombuffer(row["kinds"], dtype=np.uint64)
    keys = np.frombuffer(row["keys"], dtype=np.uint64).reshape(-1, PARAMETERS.bands)
    apart = (kinds * ODD)[:, None]
    return {
        "place": (row["rank"] << BITS) + np.arange(len(hashes)),
        "start": spans[:, 0],
        "end": spans[:, 1],
        "stop": spans[:, 2],
        "h0": hashes[:, 0],
        "h1": hashes[:, 1],
        "kind": kinds.view(np.int64),
        "keys": (keys ^ apart).view(np.int64),
        "buckets": ((keys >> np.uint64(32)) ^ apart).view(np.int64),
    }


def texts(reader: RowReader, columns: Columns) -> Callable[[Batches], Batches]:
    """ITEM with `wanted`, a list of {order, rank, number} -> TEXT: the folded texts of those paragraphs."""

    def read(batches: Batches) -> Batches:
        def rows() -> Iterator[dict[str, Any]]:
            for row in rows_of(batches):
                wanted: dict[int, dict[int, int]] = {}
                for one in row["wanted"]:
                    wanted.setdefault(one["order"], {})[one["number"]] = one["place"]
                for document in documents(row, reader, columns):
                    if isinstance(document, Document) and document.order in wanted:
                        numbers = wanted[document.order]
                        for place, text in zip(numbers.values(), paragraph_texts(document, list(numbers))):
                            yield {"place": place, "text": text}

        return batched(rows(), arrow(TEXT))

    return read
