"""What a rule is: a function that says what it sees, with its code, its grade and its examples."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cleaner.model import Grade, Level

Sees = Callable[..., Iterator[Any]]
"""A document rule is handed a document's whole text, and the grade that is wanted where it takes one, with its options as keyword
arguments; it yields the hits in it.
A corpus rule is handed the sketches of all documents, in reading order, and yields (order, Finding)."""

F = TypeVar("F", bound=Sees)


@dataclass(frozen=True)
class Rule:
    """A rule as others see it.

    good: near misses that a hasty version would spoil; they must stay. bad: faulty text -> its cleaned form, with
    unsafe fixes (None: it is only told). together: the hits in one paragraph are one finding with many edits.
    across: a corpus rule; in its examples a form feed stands between two documents. grade: of a hit that has none of its
    own. surest: that a hit may have. graded: it takes the grade that is wanted, and may leave out hits that are less sure.
    """

    code: str
    name: str
    grade: Grade
    surest: Grade
    level: Level
    sees: Sees
    good: tuple[str, ...]
    bad: tuple[tuple[str, str | None], ...]
    together: bool
    across: bool
    graded: bool

    @property
    def title(self) -> str:
        """The first sentence of the docstring."""
        return inspect.getdoc(self.sees).split("\n\n")[0].replace("\n", " ")  # type: ignore[union-attr]

    @property
    def explanation(self) -> str:
        """The docstring after its first paragraph."""
        return "\n\n".join((inspect.getdoc(self.sees) or "").split("\n\n")[1:])

    @property
    def options(self) -> dict[str, Any]:
        """Option name -> default: the function's keyword-only arguments."""
        parameters = inspect.signature(self.sees).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def rule(
    code: str,
    grade: Grade,
    *,
    good: Sequence[str],
    bad: Mapping[str, str | None],
    level: Level = Level.WARNING,
    surest: Grade | None = None,
    together: bool = False,
    across: bool = False,
) -> Callable[[F], F]:
    """Say that a function is a rule. surest: where a hit may be surer than `grade`. The function is returned as it is: worker
    processes pickle it by name."""

    def declare(sees: F) -> F:
        name = sees.__name__.replace("_", "-")
        graded = sees.__code__.co_argcount > 1
        best = grade if surest is None else surest
        sees.rule = Rule(code, name, grade, best, level, sees, tuple(good), tuple(bad.items()), together, across, graded)  # type: ignore[attr-defined]
        return sees

    return declare


def declared(sees: Sees) -> Rule:
    """The rule that a decorated function is.

    Raises AttributeError where the function was not decorated."""
    found: Rule = sees.rule  # type: ignore[attr-defined]
    return found
