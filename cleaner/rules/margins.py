"""Lines at the margins of pages that return on other pages of a corpus."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.corpus import Corpus
from cleaner.model import Grade, Hit, Level, Why
from cleaner.rules.rule import rule

_SAID = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任。"


@rule(
    "LAY408",
    Grade.UNSAFE,
    surest=Grade.SAFE,
    level=Level.NOTE,
    across=True,
    good=[
        "\f".join(f"政府工作报告\n打印本页\n{n}号：{_SAID}\n某市人民政府\n打印本页" for n in range(1, 7)),
        "\f".join(f"云南要闻\n{n}号：{_SAID}" for n in range(1, 7)),
        "\f".join(f"云南要闻\n打印本页\n{n}号：{_SAID}" for n in range(1, 4)),
    ],
    bad={"\f".join(f"云南要闻\n打印本页\n{n}号：{_SAID}" for n in range(1, 7)): f"打印本页\n6号：{_SAID}"},
)
def returning_line(corpus: Corpus, *, documents: int = 5, drop: bool = False) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """A line returns on many pages of the corpus, at their head or foot.

    In so many `documents` that are not the same, at the same end of each, and in most of them beside page furniture: then it is
    part of the site. Titles of papers, dates, signatures, and what tells where a text comes from are none. An unsafe fix;
    with `drop` (the profiles web and training) a safe one.
    """
    grade = Grade.SAFE if drop else Grade.UNSAFE
    for edge in corpus.edges:
        if edge.documents >= documents and edge.beside > 0:
            why = Why.of("at the same edge of {} documents", edge.documents)
            yield edge.order, (Hit(edge.start, edge.end, "", why, grade, cut=(edge.start, edge.stop)),)
