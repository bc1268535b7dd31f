"""Tables in columns: parquet and arrow (files and streams, as Hugging Face's datasets keep them).

Read a batch at a time; written with the same schema, its metadata, row groups and compression, and every other column as
it was. What has no change keeps its bytes: the file is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cleaner.formats.piece import Bad, Piece, Row, surrogate
from cleaner.formats.plain import Unreadable, Unwritable
from cleaner.formats.streams import needed

if TYPE_CHECKING:
    import pyarrow

ROWS = 1_000  # of a piece
Source = Path | IO[bytes]


def pieces(source: Source, whole: Piece) -> Iterator[Piece]:
    """The pieces of a table, in order; a batch that `batches` gives is one.

    Raises Unreadable."""
    columns, row = whole.columns, 0
    wanted = [columns.text, *((columns.id,) if columns.id else ())]
    for group in batches(source, whole.name, wanted):
        for batch in group:
            texts = tuple(_texts(batch.column(0), columns.text, whole.name))
            ids = tuple(map(str, batch.column(1).to_pylist())) if columns.id else ()
            yield whole._replace(row=row, documents=len(texts), texts=texts, ids=ids)
            row += len(texts)


def _texts(column: pyarrow.Array, name: str, table: str) -> list[str | None]:
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not _is_text(kind):
        raise Unreadable(f'{table}: the column "{name}" holds {kind}, not text')
    found: list[str | None] = column.to_pylist()
    return found


def _is_text(kind: pyarrow.DataType) -> bool:
    import pyarrow as pa

    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)  # type: ignore[no-any-return]


def rows(piece: Piece) -> Iterator[Row | Bad]:
    """The rows of a piece that hold a text."""
    for n, text in enumerate(piece.texts):
        if text is not None:
            fault = surrogate(text)
            if fault:
                yield Bad(piece.row + n, f'{piece.name}: row {piece.row + n}: "{piece.columns.text}" {fault}')
            else:
                yield Row(piece.row + n, text, piece.ids[n] if piece.ids else None)


def batches(source: Source, name: str, columns: Sequence[str] | None = None) -> Iterator[Iterator[pyarrow.RecordBatch]]:
    """The batches of a table, by row group (of arrow files: by record batch); of all columns, or of some in this order.

    Raises Unreadable."""
    pa = _pyarrow(name)
    try:
        with _opened(source, name) as table:
            missing = [column for column in columns or () if table.schema.names.count(column) != 1]
            if missing:
                raise Unreadable(f'{name}: no column "{missing[0]}"; there are: {", ".join(table.schema.names)}')
            yield from table.groups(columns)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"{name}: {error}") from error


class _Parquet:
    def __init__(self, file: Any) -> None:
        self.file, self.schema = file, file.schema_arrow

    def groups(self, columns: Sequence[str] | None) -> Iterator[Iterator[pyarrow.RecordBatch]]:
        for group in range(self.file.num_row_groups):
            batches = self.file.iter_batches(ROWS, row_groups=[group], columns=columns)
            yield (batch.select(columns) for batch in batches) if columns else batches


class _Arrow:
    def __init__(self, read: Iterator[Any], schema: Any) -> None:
        self.read, self.schema = read, schema

    def groups(self, columns: Sequence[str] | None) -> Iterator[Iterator[pyarrow.RecordBatch]]:
        for batch in self.read:
            chosen = batch.select(columns) if columns else batch
            yield (chosen.slice(at, ROWS) for at in range(0, max(1, len(chosen)), ROWS))


@contextmanager
def _opened(source: Source, name: str) -> Iterator[_Parquet | _Arrow]:
    import pyarrow as pa

    with pa.OSFile(str(source)) if isinstance(source, Path) else pa.PythonFile(source, mode="r") as file:
        mark = file.read(6)
        file.seek(0)
        if mark.startswith(b"PAR1"):
            from pyarrow import parquet

            with parquet.ParquetFile(file) as table:
                yield _Parquet(table)
        elif mark == b"ARROW1":
            with pa.ipc.open_file(file) as reader:
                yield _Arrow((reader.get_batch(n) for n in range(reader.num_record_batches)), reader.schema)
        else:
            with pa.ipc.open_stream(file) as reader:
                yield _Arrow(iter(reader), reader.schema)


def write(source: Source, target: IO[bytes], name: str, column: str, changed: Iterator[Sequence[str | None] | None]) -> None:
    """The table `source`, written to `target` with other texts. changed: of each piece in order, all its texts; None where
    they stay.

    Raises Unwritable."""
    pa = _pyarrow(name)
    try:
        with _opened(source, name) as table, _writer(table, source, target) as put:
            at = table.schema.get_field_index(column)
            for group in table.groups(None):
                new = [_replaced(batch, at, next(changed)) for batch in group]
                put(pa.Table.from_batches(new, schema=table.schema))
    except pa.ArrowException as error:
        raise Unwritable(f"{name}: {error}") from error


def _replaced(batch: pyarrow.RecordBatch, at: int, texts: Sequence[str | None] | None) -> pyarrow.RecordBatch:
    """A batch with other texts in its column `at`, of the same type."""
    import pyarrow as pa

    if texts is None:
        return batch
    kind = batch.schema.field(at).type
    if pa.types.is_dictionary(kind):
        column = pa.array(texts, type=kind.value_type).dictionary_encode().cast(kind)
    else:
        column = pa.array(texts, type=kind)
    arrays = [column if n == at else batch.column(n) for n in range(batch.num_columns)]
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


@contextmanager
def _writer(table: _Parquet | _Arrow, source: Source, target: IO[bytes]) -> Iterator[Any]:
    import pyarrow as pa

    if isinstance(table, _Parquet):
        from pyarrow import parquet

        meta = table.file.metadata
        if meta.num_row_groups:
            group = meta.row_group(0)
            leaves = [group.column(n) for n in range(group.num_columns)]
            compression: Any = {leaf.path_in_schema: leaf.compression for leaf in leaves}
        else:
            compression = "snappy"
        with parquet.ParquetWriter(target, table.schema, compression=compression, version=meta.format_version) as writer:
            yield lambda new: writer.write_table(new, row_group_size=max(1, len(new)))
        return
    opening = pa.ipc.new_file if _is_file(source) else pa.ipc.new_stream
    with opening(target, table.schema) as writer:
        yield lambda new: [writer.write_batch(batch) for batch in new.combine_chunks().to_batches()]


def _is_file(source: Source) -> bool:
    if isinstance(source, Path):
        with open(source, "rb") as file:
            return file.read(6) == b"ARROW1"
    at = source.tell()
    source.seek(0)
    mark = source.read(6)
    source.seek(at)
    return mark == b"ARROW1"


def _pyarrow(name: str) -> Any:
    try:
        import pyarrow
        import pyarrow.ipc
    except ImportError:
        raise needed("pyarrow", f"{name}: a table in columns", "tables") from None
    return pyarrow
