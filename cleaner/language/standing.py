"""Which of the lines that look like furniture are furniture: by where they stand, and beside what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from cleaner.language.lines import Name, squeezed
from cleaner.model import Paragraph
from cleaner.patterns import lazily

LONGEST = 100  # characters of a line of furniture
ENDS_A_SENTENCE = frozenset("。；！？，、;")
_NEAR = 1000  # characters of text between a line and the head or foot of its page
_RUNNING = 25  # characters of a line of running text
_CLAUSE = 8  # characters of a short sentence
_NUMERAL = "[一二三四五六七八九十百]"
_HEADING = lazily(
    rf"[ \t\u3000]*(?:[（(]?(?:{_NUMERAL}{{1,3}}|\d{{1,2}})[、）)]|\d{{1,2}}[.．](?!\d)|第{_NUMERAL}{{1,4}}[章节编部条]|各位)"
    r"|.{2,20}[：:！]$"
)


def following(text: str, lines: Sequence[Paragraph], named: Mapping[int, Name]) -> dict[int, Name]:
    """Lines that are furniture for what stands before them: a trail goes on after its arrow (首页 > 要闻, one to a line), and its last
    part is said once more; a link's title stands after its number, an editor's name after 责任编辑：; --> closes <!--."""
    found: dict[int, Name] = {}

    def known(i: int) -> Name | None:
        return found.get(i) or named.get(i)

    for i in sorted(named.keys() | {i + 1 for i in named} | {i + 2 for i in named}):
        before = known(i - 1)
        if i < 1 or i >= len(lines) or before is None or i in named:
            continue
        line = text[lines[i].start : lines[i].end]
        if len(line) > LONGEST or line[-1] in ENDS_A_SENTENCE:
            continue
        above = squeezed(text[lines[i - 1].start : lines[i - 1].end])
        two_above = known(i - 2)
        if (
            (above == ">" and two_above and len(line) <= 12)
            or (_LINK.fullmatch(above) and len(line) <= 60)
            or (before.place == "credit" and above.endswith(":") and _PERSON.fullmatch(squeezed(line)))
        ):
            found[i] = Name("filler", two_above.reason if above == ">" and two_above else before.reason)
        elif before.place == "filler" and above == squeezed(line) and len(line) <= 12:
            found[i] = before
    for i in range(len(lines) - 1):
        if text.startswith("<!--", lines[i].start) and [text[line.start : line.end].strip() for line in lines[i : i + 2]] == [
            "<!--",
            "-->",
        ]:
            found |= dict.fromkeys((i, i + 1), Name("web", "an empty comment of the web page"))
    return found | _said_again(text, lines, named)


def _said_again(text: str, lines: Sequence[Paragraph], named: Mapping[int, Name]) -> dict[int, Name]:
    """Lines at the foot, below the last furniture, that say the head of the text again: the page's description of itself."""
    last = max(named, default=-1)
    foot = range(last + 1, len(lines))
    if last < 0 or not 1 <= len(foot) <= 3 or named[last].place not in ("web", "menu", "edge"):
        return {}
    said = ["".join(text[lines[i].start : lines[i].end].split()) for i in foot]
    shown = (text[line.start : line.end] for i, line in enumerate(lines[:last]) if i not in named and line.start < 2 * _NEAR)
    head = "".join("".join(shown).split())
    titled = len(said[0]) <= _LONGEST_TITLE and ENDS_A_SENTENCE.isdisjoint(said[0])  # else it is a sentence that is repeated
    if titled and all(4 <= len(line) <= _DESCRIPTION and line in head for line in said):
        return dict.fromkeys(foot, Name("filler", named[last].reason))
    return {}


_DESCRIPTION = 200  # characters
_LONGEST_TITLE = 50


_EMPTY_COMMENT = lazily(r"<!--\s*-->\s*?(?![^\r\n])")
_LINK = lazily("[0-9a-f]{32}:?")
_PERSON = lazily(r"[\u4e00-\u9fff·]{2,4}[)\]]?")


def runs(text: str, lines: Sequence[Paragraph], named: Mapping[int, Name]) -> tuple[tuple[tuple[int, int], ...], dict[int, str]]:
    """The lines that are furniture, in runs, and why each is.

    How near the head a line stands is counted in characters of what is certainly text, so that neither removing furniture nor
    joining paragraphs changes the answer."""
    if not named:
        return (), {}
    sizes = [0 if i in named else sum(map(len, text[line.start : line.end].split())) for i, line in enumerate(lines)]
    before = [0, *accumulate(sizes)]
    found: list[tuple[int, int]] = []
    reasons: dict[int, str] = {}
    for run in adjacent(sorted(named)):
        names = [named[i] for i in run]
        above, below = before[run[0]], before[-1] - before[run[-1] + 1]
        near = min(above, below) <= _NEAR
        amid = _interrupts(text, lines, run)
        alone = amid and run[0] > 0 and run[-1] < len(lines) - 1  # a word at the head may be a title
        certain = [_is_certain(n, near, amid, below == 0) for n in names]
        vouching = {n.reason for sure, n in zip(certain, names) if sure and n.place not in ("page", "folio", "within", "head", "returning")}
        words = frozenset().union(*(n.words for n in names))
        menu = bool(vouching) or (near and (len(words & _plain(names)) >= 3))
        goes = [
            sure or _is_vouched(n, vouching, menu) or (alone and _is_alone(i, n, text, lines, named))
            for i, sure, n in zip(run, certain, names)
        ]
        for part in adjacent([i for i, gone in zip(run, goes) if gone]):
            found.append((part[0], part[-1]))
            reasons |= {i: named[i].reason for i in part}
    return tuple(found), reasons


def _is_certain(name: Name, near: bool, amid: bool, last: bool) -> bool:
    """near: at the head or foot of the page. amid: it interrupts running text. last: no text stands after it."""
    match name.place:
        case "page" | "folio" | "web" | "head" | "returning":
            return True
        case "edge" | "credit":
            return near or amid
        case "within":
            return amid
        case "end":
            return last
        case "site":
            return len(name.words) >= 5 or (len(name.words) >= 3 and not name.words.isdisjoint(_STRONG))
        case _:
            return len(name.words) >= 3


_STRONG = frozenset(("首页", "网站首页", "主页", "登录", "注册", "联系我们", "关于我们", "网站地图", "english", "简体", "繁体", "正文"))


def _plain(names: Sequence[Name]) -> frozenset[str]:
    """The words of menus, without names of parts of a site, which are headings as well."""
    return frozenset().union(*(n.words for n in names if n.place == "menu"))


def _is_vouched(name: Name, vouching: set[str], menu: bool) -> bool:
    """Does what stands beside it speak for it? vouching: the reasons of what is certain. menu: other words of a menu do."""
    if name.place in ("menu", "site"):
        return menu and (name.place == "menu" or (bool(vouching) and len(name.words) >= 2))
    return (name.place == "filler" and name.reason in vouching) or (name.place in ("within", "credit", "edge") and bool(vouching))


def _is_alone(i: int, name: Name, text: str, lines: Sequence[Paragraph], named: Mapping[int, Name]) -> bool:
    """Does the text speak nowhere of what this button does? Then it is no heading (打印 ⏎ 点击“打印”后…)."""
    if name.place not in ("menu", "site") or not name.words:
        return False
    if name.place == "site":
        return len(name.words) >= 2 and not name.words.isdisjoint(_STRONG)
    if any(mark in text[lines[i].start : lines[i].end] for mark in "()（）[]【】"):
        return False
    spoken = (text[line.start : line.end].lower() for k, line in enumerate(lines) if k not in named)
    return not any(word in line for line in spoken for word in name.words)


def _interrupts(text: str, lines: Sequence[Paragraph], run: Sequence[int], least: int = 1) -> bool:
    """Does a run of lines stand between running text, or (least 1) between a heading and its text? In a list or a table it does not."""
    sides = []
    for i in (run[0] - 1, run[-1] + 1):
        if 0 <= i < len(lines):
            start, end, _ = lines[i]
            long = end - start >= _RUNNING and any(mark in text[start:end] for mark in "，。；、")
            whole = end - start >= _RUNNING or (end - start >= _CLAUSE and text[end - 1] in "。；")
            sides.append(2 if long else 1 if whole or _HEADING.match(text, start, end) else 0)
        else:
            sides.append(1)
    return min(sides) >= least and max(sides) == 2


_PAGE = 200  # characters of running text on a page
_SENTENCE = 25  # characters of a line that a page's end may break
_FIGURES = lazily(r"\d+")
_SPEAKS_OF_PAGES = lazily(
    r"如下|例如|示例|样例|样式|字样|版式|导航|页[面脚眉尾]|网页|底部|按钮|(?:格式|标[注明示]|显示|网站)[^。；]*[:：]\s*$"
)


_ERRATA = lazily("勘误|正误|更正|应为|误为|改为")  # 第5页 ⏎ 第三段……应为……


def is_doubted(text: str, lines: Sequence[Paragraph], named: Mapping[int, Name], run: tuple[int, int]) -> bool:
    """May a run of furniture be an example of it, or a list of pages?

    So is what follows a line of text that speaks of pages (样式如下：), and page numbers that nothing vouches for: no other
    furniture beside them, no neighbour in the count a page away, no text that they interrupt."""
    first, last = run
    places = {named[i].place for i in range(first, last + 1)}
    before = text[lines[first - 1].start : lines[first - 1].end] if first else ""
    if places == {"returning"}:
        return True
    if places - {"page", "folio", "head", "returning"}:
        return _SPEAKS_OF_PAGES.search(before) is not None
    return places == {"folio"} and not (
        (_interrupts(text, lines, range(first, last + 1), 2) and not _ERRATA.search(text))
        or (first == last and _counts_on(text, lines, named, first))
        or breaks_a_sentence(text, lines, first - 1, last + 1)
    )


def _counts_on(text: str, lines: Sequence[Paragraph], named: Mapping[int, Name], i: int) -> bool:
    """Does the number of the page before stand before a page of running text, or that of the page after behind one?"""
    number = folio(text, lines[i])
    for step in (-1, 1):
        size, k, marked = 0, i + step, False
        while 0 <= k < len(lines) and (k not in named or named[k].place != "folio"):
            size += lines[k].end - lines[k].start
            marked = marked or text[lines[k].end - 1] in ENDS_A_SENTENCE
            k += step
        if 0 <= k < len(lines) and size >= _PAGE and marked and folio(text, lines[k]) == number + step:
            return True
    return False


def folio(text: str, line: Paragraph) -> int:
    """The number of a page; -9 where it is not written in figures."""
    figures = _FIGURES.search(text, line.start, line.end)
    return int(figures[0]) if figures else -9


def breaks_a_sentence(text: str, lines: Sequence[Paragraph], above: int, below: int, least: int = _SENTENCE) -> bool:
    """Does a sentence run from line `above` on to line `below`? least: characters of the line above."""
    if not 0 <= above < below < len(lines):
        return False
    before, after = (text[lines[i].start : lines[i].end].strip() for i in (above, below))
    unfinished = len(before) >= least and (before[-1] in "，、" or "\u4e00" <= before[-1] <= "\u9fff")
    return unfinished and any(mark in before for mark in "，、。；") and after[-1:] in ENDS_A_SENTENCE and len(after) > 1


def adjacent(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Cut ascending numbers where one is left out."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
