"""What a page says of where its text comes from: source, date, number, editors, as lines and as fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from cleaner.language import lexicon
from cleaner.language.furniture import Page
from cleaner.language.lines import squeezed
from cleaner.patterns import lazily

_LONGEST = 120  # characters of such a line
_VALUE = 30  # characters of a value on a line of its own


class Origin(NamedTuple):
    """Lines first to last tell where a text comes from. label: the first that they bear."""

    first: int
    last: int
    label: str


def origins(page: Page, edge: int) -> Iterator[Origin]:
    """Such lines among the first and the last `edge` of a page, less those that are furniture. A label at the end of a line has
    its value on the next one."""
    text, lines = page.text, page.lines
    taken = -1
    for i in (*range(min(edge, len(lines))), *range(max(edge, len(lines) - edge), len(lines))):
        start, end, _ = lines[i]
        if i <= taken or i in page.reasons or page.fences.hold(start) or end - start > _LONGEST or text[end - 1] in "。；;":
            continue
        found = _line().match(text, start, min(end, start + 40)) or _amid().match(text, start, end)
        if found is None:
            continue
        taken = i
        if text[start:end].rstrip()[-1] in ":：" and i + 1 < len(lines) and i + 1 not in page.reasons:
            begin, stop, _ = lines[i + 1]
            bare = not _line().match(text, begin, stop) and _BARE.fullmatch(text, begin, stop) is not None
            taken += stop - begin <= _VALUE and bare
        yield Origin(i, taken, squeezed(found[1] or "时间"))


def fields_of(stretch: str) -> dict[str, str]:
    """The fields of lines that tell where a text comes from: label -> value. What has no label: 时间, where it is a moment, or 网站."""
    fields: dict[str, str] = {}
    waiting = ""  # a label whose value stands on the next line
    for line in filter(None, (line.strip("（）()[]【】 \t\u3000\u00a0") for line in _LINE_END.split(stretch))):
        if waiting:
            fields.setdefault(waiting, line)
            waiting = ""
            continue
        marks = list(_label().finditer(line))
        head = line[: marks[0].start()] if marks else line
        for moment in _MOMENT.finditer(head):
            fields.setdefault("时间", moment[0].strip())
        if marks and (rest := " ".join(_MOMENT.sub("", head).split()).strip("|｜ ")):
            fields.setdefault("网站", rest)
        for mark, after in zip(marks, [*(m.start() for m in marks[1:]), len(line)]):
            label, value = squeezed(mark[1]), line[mark.end() : after].strip(" \u3000，,;；|｜（）()[]【】")
            if value:
                fields.setdefault(label, value)
            else:
                waiting = label if after == len(line) else ""
    return fields


_LINE_END = lazily(r"[\r\n]+")
_MOMENT = lazily(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ \u3000]*\d{1,2}[:：时]\d{2}(?:[:：分]\d{2}[秒]?|分)?)?")
_BARE = lazily(r"[^，。；：！？、,:;!?《》“”]+")


@cache
def _labels() -> str:
    labels = sorted((row["label"] for row in lexicon.rows("metadata.csv")), key=lambda word: (-len(word), word))
    return "|".join(r"[ \u3000]*".join(map(re.escape, label)) for label in labels)


@cache
def _label() -> re.Pattern[str]:
    return re.compile(rf"(?<![\u4e00-\u9fff])({_labels()}|时间|日期)[ \u3000]*[:：]")


@cache
def _line() -> re.Pattern[str]:
    """A line that begins with a label, or is a moment."""
    moment = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ \u3000]+\d{1,2}[:：时]\d{2}"
    return re.compile(rf"[\s（(\[【]*(?:({_labels()})[ \u3000]*[:：]|(?:时间|日期)[:：]\s*\d{{4}}[-/.年]|{moment})")


@cache
def _amid() -> re.Pattern[str]:
    """A line that names the site and the day before the source: 某网 www.gov.cn 2006年2月23日 来源：人民网."""
    day, other = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", "[^，。；：！？、]"
    return re.compile(rf"{other}{{0,40}}{day}{other}{{0,16}}[ \u3000]({_labels()})[ \u3000]*[:：]")
