"""Tables in memory: a pandas.DataFrame in and out, and a function for `datasets.Dataset.map`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cleaner.engines.here import Here
from cleaner.formats.piece import surrogate
from cleaner.model import Document, Grade, Outcome, Source
from cleaner.pipeline import Failure, NotDone, Run, conduct, treat
from cleaner.reports.data import COLUMNS, rows
from cleaner.settings import Settings
from cleaner.views import paragraphs

if TYPE_CHECKING:
    import pandas as pd

_SOURCE = Source("utf-8", "", 0)


class BadFrame(ValueError):  # noqa: N818
    """A table that has no such column, or a row whose value is no text; the message names them."""


def clean_frame(frame: pd.DataFrame, column: str = "text", *, unsafe_fixes: bool = False, settings: Settings | None = None) -> pd.DataFrame:
    """A frame with the texts of a column cleaned; its other columns, their order and types, and the index are as they were.

    Rows are documents, and are held against one another: what stands in an earlier row goes where the settings remove it.
    Missing values stay. Raises BadFrame, and NotDone where a row does not come to rest."""
    grade = Grade.UNSAFE if unsafe_fixes else Grade.SAFE
    texts = list(_texts(frame, column))
    for n, outcome in zip((n for n, text in enumerate(texts) if text is not None), _outcomes(texts, grade, settings)):
        texts[n] = outcome.settled
    return _with(frame, column, texts)


def check_frame(frame: pd.DataFrame, column: str = "text", *, settings: Settings | None = None, lang: str = "en") -> pd.DataFrame:
    """What is wrong in a column: a finding a row, with the columns of `--format jsonl`. `row` is the position in the frame.

    Raises BadFrame."""
    import pandas as pd

    texts = list(_texts(frame, column))
    found = [row for outcome in _outcomes(texts, Grade.NONE, settings) for row in rows(outcome, lang)]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _with(frame: pd.DataFrame, column: str, texts: Sequence[str | None]) -> pd.DataFrame:
    import pandas as pd

    old = frame[column]
    values = [was if new is None else new for was, new in zip(old.tolist(), texts)]
    kind = "object" if isinstance(old.dtype, pd.CategoricalDtype) else old.dtype  # a cleaned text may be no category
    new = pd.Series(values, index=old.index, dtype=kind)
    return frame.assign(**{column: new.astype("category") if isinstance(old.dtype, pd.CategoricalDtype) else new})


def _texts(frame: pd.DataFrame, column: str) -> Iterator[str | None]:
    """The texts of a column; None where a value is missing."""
    if list(frame.columns).count(column) != 1:
        raise BadFrame(f"no column {column!r}; there are: {', '.join(map(str, frame.columns))}")
    for n, (value, missing) in enumerate(zip(frame[column].tolist(), frame[column].isna().tolist())):
        if missing:
            yield None
            continue
        if not isinstance(value, str):
            raise BadFrame(f"row {n}: {column!r} holds a {type(value).__name__}, not text")
        if fault := surrogate(value):
            raise BadFrame(f"row {n}: {column!r} {fault}")
        yield value


def _outcomes(texts: Sequence[str | None], grade: Grade, settings: Settings | None) -> Iterator[Outcome]:
    run = Run(settings or Settings(), grade, settle=grade is not Grade.NONE)
    there = [(n, text) for n, text in enumerate(texts) if text is not None]
    for outcome in conduct(there, _read, run, _as_it_is, Here()):
        if isinstance(outcome, Failure):
            raise NotDone(f"row {there[outcome.order][0]}: {outcome.reason}")
        yield outcome


def _read(order: int, numbered: tuple[int, str]) -> Document:
    row, text = numbered
    return Document(order, "<frame>", row, text, paragraphs(text), _SOURCE)


def _as_it_is(_: object, outcome: Outcome) -> Outcome:
    return outcome


@dataclass(frozen=True)
class CleanColumn:
    """For `datasets.Dataset.map`, with `batched=True` or without: gives the column back, cleaned. Each text stands alone.

    >>> CleanColumn()({"text": "推进体系建设,增长3.6%。"})
    {'text': '推进体系建设，增长3.6%。'}
    """

    column: str = "text"
    unsafe_fixes: bool = False
    settings: Settings = field(default_factory=Settings)

    def __call__(self, example: Mapping[str, Any]) -> dict[str, Any]:
        """Raises BadFrame."""
        if self.column not in example:
            raise BadFrame(f"no column {self.column!r}; there are: {', '.join(example)}")
        value = example[self.column]
        return {self.column: [self._cleaned(one) for one in value] if isinstance(value, list) else self._cleaned(value)}

    def _cleaned(self, text: str | None) -> str | None:
        if text is None:
            return None
        if not isinstance(text, str):
            raise BadFrame(f"{self.column!r} holds a {type(text).__name__}, not text")
        run = Run(self.settings, Grade.UNSAFE if self.unsafe_fixes else Grade.SAFE, settle=True)
        return treat(Document(0, "<frame>", None, text, paragraphs(text), _SOURCE), run).settled
