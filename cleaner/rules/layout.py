"""What a page leaves in a text: its furniture, the places where it ends, its blank lines and spaces.

Every rule here looks at lines and at what stands between them. A line that says something about the paper itself
(来源, 发布时间, 文号) is told and stays.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from cleaner.model import Grade, Hit, Level, Paragraph, Why
from cleaner.rules.rule import rule
from cleaner.views import paragraphs


@rule(
    "LAY401",
    Grade.SAFE,
    good=[
        "推进政府信息公开，打印、复印等费用不得向群众收取。",
        "（一）分享到位的改革红利",
        "各级首页信息应当及时更新\n当前位置服务应当符合国家标准",
        "来源：人民日报\n信息来源：市政府办公室\n发布时间：2024-01-18 09:30\n发布日期：2023年3月5日\n文号：国办发〔2023〕12号",
        "责任编辑：王某某",
        "表3 打印设备配置标准\n打印\n复印\n扫描",
        "企业规模\n大\n中\n小",
        "字体大小\n文字大小：",
        "下一条规定的情形除外\n上一年度，下一页附表填写真实情况",
        "版权所有者应当提交权属证明",
        "材料一份（打印）",
        "文件末尾标有“（下转第3版）”的，应当一并归档。",
        "访问量：1024万次，比上年增长三成",
        "-3\n—\n12",
        "详见第5页\n第5页表格填写单位名称",
        "```\n- 3 -\n```",
        "有序推进版权所有权登记\n网络备案应当在三十日内完成",
        "您所在的位置决定疏散路线。",
    ],
    bad={
        "(上接第1版)制定落实19个重点产业发展三年行动计划。": "制定落实19个重点产业发展三年行动计划。",
        "加快建设制造强省。（下转Ａ０４版）": "加快建设制造强省。",
        "各地要抓好落实。\n\n（上接第一版）\n\n这是应尽之责。": "各地要抓好落实。\n\n这是应尽之责。",
        "各地要抓好落实。\n- 3 -\n\n这是应尽之责。": "各地要抓好落实。\n\n这是应尽之责。",
        "各地要抓好落实。\n第 5 页 共 18 页\n这是应尽之责。": "各地要抓好落实。\n这是应尽之责。",
        "来源：四川日报 【字体：大 中 小】\n打印 收藏 关闭\n各地要抓好落实。": "来源：四川日报\n各地要抓好落实。",
        "下载\n打印\n全屏\n收藏\n【字号：\n加大\n还原\n减小\n】\n市政府工作报告": "市政府工作报告",
        "您的位置:\n首页\n>\n云南要闻\n2026年政府工作报告": "2026年政府工作报告",
        "您现在的位置：首页 > 政务公开 > 政府工作报告\n浏览次数：1024\n政府工作报告": "政府工作报告",
        "抓好落实。\n扫一扫在手机打开当前页\n分享到：\n【打印】【关闭】\n版权所有：某市人民政府 某ICP备05000001号": "抓好落实。",
    },
)
def page_furniture(text: str) -> Iterator[Hit]:
    """Furniture of a newspaper page or a web page stands in the text.

    A mark of continuation (上接第1版) goes from a paragraph and the paragraph stays; in the middle of one the fix is
    unsafe. A line of furniture goes with the space around it, so that its neighbours keep the wider of the two gaps. A
    word that may be text as well (打印, 下载) goes only from a menu: beside a line that is certainly furniture, three of
    them on one line, or three at the head or foot of the page. Lines that tell where a text comes from stay (LAY405).

    The patterns are rows of data/furniture.csv, gathered from the pages of provincial and state government sites.
    """
    page = _page(text)
    lines = page.lines
    for first, last in page.furniture:
        cut = (lines[first].start, _next_start(page, last))
        if first > 0 and (last + 1 == len(lines) or _width(page, last) > _width(page, first - 1)):
            cut = (lines[first - 1].end, lines[last].end)
        yield Hit(lines[first].start, lines[last].end, "", Why.of(page.reasons[first]), cut=cut)
    for mark in page.marks:
        yield Hit(mark.start, mark.end, "", Why.of(mark.reason), None if mark.at_edge else Grade.UNSAFE)


@rule(
    "LAY402",
    Grade.UNSAFE,
    good=[
        "（一）坚持区域一体化、京津冀同城化发展思路，持续推动京津冀协同发展走深走实\n更好发挥比较优势，推动高质量发展。",
        "五年来，在改革开放的推动下，国民经济持续发展，总的形势是很好的\n国家经济实力继续得到显著增强。",
        "第二、既要搞活经济，又要加强管理。只有加强管理才能更好地搞活，一方面要加强管理，健全制度\n这二者是统一的。",
        "现在，我代表市人民政府，向大会作政府工作报告，请予审议，并请市政协各位委员提出意见\n各位代表：",
        "特此通知，请各地区各部门结合实际认真贯彻落实，执行中的重要情况及时报告市人民政府\n某市人民政府办公室",
        "特此通知，请各地区各部门结合实际认真贯彻落实，执行中的重要情况及时报告市人民政府办公室\n2024年1月18日",
        "支持企业开展重大技术攻关，推进重大兼并重组，鼓励企业加大研发投入力度\n（二）强化项目支撑。",
        "序号|项目名称|创新推出机动车停车便民服务事项，推动便民服务一站办理\n惠民|十项措施。",
        "# 创新推出机动车停车便民惠民的十项措施，全市一千多个停车场实现先离场后付\n费。",
        "- 创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，群众普遍满\n意。",
        "《工业无线网络规范 第3部分：一致性测试规范》规定了设备加入过程、运行过程的测试方\n图3 标准体系框架",
    ],
    bad={
        "市容环境焕然一新。创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，有效盘活全市公共停\n\n车资源。": (
            "市容环境焕然一新。创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，有效盘活全市公共停车资源。"
        ),
        "支持企业开展重大技术攻关，推动企业兼并重组和重大项目建设，为企业解决用地、用工和\n- 3 -\n融资难题。": (
            "支持企业开展重大技术攻关，推动企业兼并重组和重大项目建设，为企业解决用地、用工和融资难题。"
        ),
        "支持企业开展重大技术攻关，推动企业兼并重组和重大项目建设。落实《关于促进企业技术\n改造的若干意见》。": (
            "支持企业开展重大技术攻关，推动企业兼并重组和重大项目建设。落实《关于促进企业技术改造的若干意见》。"
        ),
        "加强公共停车设施建设。创新推出机动车停车便民服务，全市一千多个停车场实现先离场后付费，有效\n\n盘活资源，方便群众。": None,
    },
)
def broken_paragraph(text: str) -> Iterator[Hit]:
    """A paragraph is broken in the middle of a sentence.

    Its first half is running text without an end mark, its second does not begin like a heading, an item, a date or a
    signature. The halves are joined where more speaks for it: a word runs across the seam, furniture stands in it, a
    quotation or bracket is open across it, the first half ends in a word or mark that needs another, the second begins in
    one, or the four characters at the seam stand together elsewhere. Without that it is only told.

    A document in which many lines end without a mark is wrapped, not broken, and is left alone. In 715 official papers,
    about 100 headings of 30 characters and more without an end mark are followed by their text; none is joined. 14 seams
    are, of which 13 are broken sentences and one has lost text.
    """
    for b in _breaks(_page(text)):
        if b.joined:
            yield Hit(b.start, b.end, "", b.why)
        else:
            yield Hit(b.start, b.end, None, b.why, Grade.NONE, Level.NOTE)


@rule(
    "LAY403",
    Grade.SAFE,
    good=[
        "甲。\n\n乙。\n\n丙。",
        "甲。\n\n\n乙。",
        "甲。\n乙。\n\n\n丙。",
        "甲。\n\n\n\n乙。\n\n丙。\n\n\n\n丁。\n\n戊。\n\n己。\n\n\n\n庚。",
        "```\n甲\n\n\n\n\n乙\n```",
    ],
    bad={
        "甲。\n乙。\n\n\n\n丙。": "甲。\n乙。\n\n丙。",
        "甲。\n\n乙。\n\n丙。\n\n\n　　\n\n丁。": "甲。\n\n乙。\n\n丙。\n\n丁。",
        "甲。\n\n\n乙。\n\n\n丙。\n\n\n\n\n丁。": "甲。\n\n\n乙。\n\n\n丙。\n\n\n丁。",
    },
    level=Level.NOTE,
)
def surplus_blank_lines(text: str, *, least: int = 3) -> Iterator[Hit]:
    """More blank lines stand here than elsewhere in the document.

    Three (option least) and more in a row become the number below three that is usual between its paragraphs. Three or
    four that stand so in three places are the document's style, and stay: headings are set off so. One or two blank lines
    stay everywhere, at the head and foot of the document too. Lines of spaces are blank.
    """
    if not any(p.stop - p.end >= least for p in paragraphs(text)):  # no gap is wide enough
        return
    page = _page(text)
    gaps = Counter(_width(page, i)[0] - 1 for i in range(len(page.lines) - 1))
    usual = max(range(1, least), key=lambda n: (gaps[n], -n), default=1)
    for gap in _gaps(least).finditer(text):
        ends = [end.end() for end in _LINE_END.finditer(text, gap.start(), gap.end())]
        count = len(ends) - (gap.start() > 0)
        styled = gaps[count] >= _STYLE and count <= _WIDEST_STYLE
        if count > usual and not styled and not _inside(page.fences, gap.start()):
            yield Hit(ends[len(ends) - count + usual - 1], gap.end(), "", Why.of("{} blank lines in a row, usual here: {}", count, usual))


@rule(
    "LAY404",
    Grade.SAFE,
    good=["　　各地要抓好落实。", "第一行  \n第二行", "龚　正", "```\n甲   \n```"],
    bad={
        "各地要抓好落实。 \n": "各地要抓好落实。\n",
        "各地要抓好落实。　　\n\n这是应尽之责。\t": "各地要抓好落实。\n\n这是应尽之责。",
        "各地要抓好落实。  \n\n这是应尽之责。": "各地要抓好落实。\n\n这是应尽之责。",
        "各地要抓好落实。\n　　\n这是应尽之责。": "各地要抓好落实。\n\n这是应尽之责。",
    },
    level=Level.NOTE,
    together=True,
)
def trailing_space(text: str) -> Iterator[Hit]:
    """Spaces stand at the end of a line.

    Spaces, full-width spaces, tabs and no-break spaces, on blank lines too. Exactly two spaces between text and a line that
    holds something stay: in Markdown they break a line.
    """
    fences = _fences(text)
    for space in _TRAILING.finditer(text):
        after_text = space.start() > 0 and text[space.start() - 1] not in "\r\n"
        breaks_the_line = after_text and _LINE_BREAK.match(text, space.start())
        if not breaks_the_line and not _inside(fences, space.start()):
            yield Hit(space.start(), space.end(), "", Why.of("{} at the end of the line", space.end() - space.start()))


@rule(
    "LAY405",
    Grade.NONE,
    level=Level.NOTE,
    good=[
        "来源于人民的力量，作者单位应当盖章。",
        "编辑：的含义是对作品进行加工整理，使其符合出版要求，并由编辑人员对其内容的真实性、合法性承担相应的责任和义务。",
        "会议时间：2024年1月18日",
    ],
    bad={
        "来源：人民日报": None,
        "信息来源: 市政府办公室": None,
        "发布时间：2024-01-18 09:30": None,
        "文　号：国办发〔2023〕12号": None,
        "（来源：青海日报）": None,
        "2026-02-03 09:02:33": None,
    },
)
def page_metadata(text: str, *, edge: int = 15) -> Iterator[Hit]:
    """A line says where the text comes from.

    Source, date of publication, number, editors: they stay, and a corpus may want them in columns of their own. Told among
    the first and last 15 paragraphs (option edge). The labels are rows of data/metadata.csv.
    """
    lines = _page(text).lines
    for line in lines[:edge] + lines[max(edge, len(lines) - edge) :]:
        label = _metadata().match(text, line.start, min(line.end, line.start + 40)) if line.end - line.start <= 80 else None
        if label and text[line.end - 1] not in "。；;":
            yield Hit(line.start, line.end, None, Why.of("where the text comes from: {}", _squeezed(label[1] or "时间")))


# --- the page: its lines, and which of them are furniture --------------------------------------------------------


class Mark(NamedTuple):
    """Furniture inside a line. at_edge: it stands at the start or the end of it."""

    start: int
    end: int
    reason: str
    at_edge: bool


class Page(NamedTuple):
    """A text as its lines that hold something; furniture: runs of lines, first and last. reasons: why a line is furniture,
    for those in runs. fences: where code stands, which nothing here touches."""

    text: str
    lines: tuple[Paragraph, ...]
    furniture: tuple[tuple[int, int], ...]
    reasons: dict[int, str]
    marks: tuple[Mark, ...]
    fences: tuple[tuple[int, int], ...]


@lru_cache(maxsize=4)
def _page(text: str) -> Page:
    lines = tuple(p for p in paragraphs(text) if p.end > p.start and not (text[p.end - 1].isspace() and text[p.start : p.end].isspace()))
    fences = _fences(text)
    marks = tuple(m for m in _marks(text, lines) if not _inside(fences, m.start))
    named = _named_lines(text, lines, marks)
    if fences:
        named = {i: name for i, name in named.items() if not _inside(fences, lines[i].start)}
    furniture, reasons = _runs(text, lines, named)
    gone = {i for first, last in furniture for i in range(first, last + 1)}
    starts = [line.start for line in lines] if marks else []
    marks = tuple(m for m in marks if bisect_right(starts, m.start) - 1 not in gone)
    return Page(text, lines, furniture, reasons, marks, fences)


class Row(NamedTuple):
    """A row of data/furniture.csv. place: what kind of line its pattern is of.

    inline, brackets inside or at the edge of a line; page, a line from paper; web, a line from a web page; edge, one that is
    furniture near the head or foot only; end, one with no text after it; menu, words that go from a menu; filler, beside a
    line that goes for the same reason. Patterns name words as <tool>, <menu> and <size>; a line of one size is a filler."""

    place: str
    pattern: str
    reason: str


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(Row(**row) for row in _csv("furniture.csv"))


@cache
def _patterns(place: str) -> tuple[re.Pattern[str], tuple[Row, ...]]:
    """One expression for all rows of a place, and the rows in the order of its groups."""
    rows = tuple(row for row in _rows() if row.place == place)
    listed = place in ("menu", "size", "tool")
    if listed:
        return re.compile(f"({_any_of(place)})"), rows[:1]
    branches = []
    for row in rows:
        pattern = row.pattern
        for name in ("tool", "menu", "size"):
            pattern = pattern.replace(f"<{name}>", f"(?:{_any_of(name)})") if f"<{name}>" in pattern else pattern
        branches.append(f"({pattern})")
    return re.compile("|".join(branches), re.IGNORECASE), rows


def _any_of(place: str) -> str:
    words = sorted((row.pattern for row in _rows() if row.place == place), key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, words))


def _reason(place: str, squeezed: str) -> str | None:
    """Why a line is furniture of this place."""
    expression, rows = _patterns(place)
    found = expression.fullmatch(squeezed)
    return rows[(found.lastindex or 1) - 1].reason if found else None


# Patterns are written once for all widths: spaces gone, full-width forms as their ASCII, one form for dashes and arrows.
_SQUEEZE: dict[int, str | int | None] = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_SQUEEZE |= dict.fromkeys(map(ord, " \t\u3000\u00a0\u2002\u2003\u2009\ufeff\u200b"), None)
_SQUEEZE |= dict.fromkeys(map(ord, "—–─―－−‐‑﹣"), "-") | dict.fromkeys(map(ord, "»›→▸＞"), ">")
_SQUEEZE |= dict.fromkeys(map(ord, "【〔［〖"), "[") | dict.fromkeys(map(ord, "】〕］〗"), "]")
_SQUEEZE |= dict.fromkeys(map(ord, "｜│丨"), "|") | dict.fromkeys(map(ord, "•・∙"), "·") | {ord("∶"): ":", ord("～"): "~"}


def _squeezed(line: str) -> str:
    return line.translate(_SQUEEZE).lower()


_BRACKETED = re.compile(r"[△▲▶►★☆◆■●※]?[(（\[【〔［]([^()（）\[\]【】〔〕［］\r\n。；]{2,30})[)）\]】〕］]")
_OF_A_MARK = re.compile(r"[版页面]|字[号体]|打印|关闭|窗口|收藏|返回|分享")
_QUOTES = '“"「『‘'


def _marks(text: str, lines: Sequence[Paragraph]) -> Iterator[Mark]:
    """Furniture in brackets, wherever it stands; what is quoted is spoken of, and stays."""
    found = [
        (mark.start(), mark.end(), reason)
        for mark in _BRACKETED.finditer(text)
        if _OF_A_MARK.search(mark[1]) and (reason := _reason("inline", _squeezed(mark[0]))) is not None
    ]
    starts = [line.start for line in lines] if found else []
    for i, group in groupby(found, key=lambda mark: bisect_right(starts, mark[0]) - 1):
        marks = list(group)
        start, end, _ = lines[i]
        while marks and not text[start : marks[0][0]].strip():  # at the start of the line, and the space after it
            first, last, reason = marks.pop(0)
            start = _after_indent(text, last)
            yield Mark(first, start, reason, True)
        while marks and not text[marks[-1][1] : end].strip():  # at its end, and the space before it
            first, last, reason = marks.pop()
            yield Mark(start + len(text[start:first].rstrip()), end, reason, True)
            end = start + len(text[start:first].rstrip())
        for first, last, reason in marks:
            if text[first - 1] not in _QUOTES:
                yield Mark(first, last, reason, False)


class Name(NamedTuple):
    """What a line looks like: its place among the furniture, and why. words: the words of a menu it holds."""

    place: str
    reason: str
    words: frozenset[str] = frozenset()


_LONGEST = 100  # characters of a line of furniture
_ENDS_A_SENTENCE = frozenset("。；！？，、;")


def _named_lines(text: str, lines: Sequence[Paragraph], marks: Sequence[Mark]) -> dict[int, Name]:
    """The lines that look like furniture, and as what."""
    named = {}
    for i, (start, end, _) in enumerate(lines):
        if end - start <= _LONGEST and text[end - 1] not in _ENDS_A_SENTENCE and (name := _name(_squeezed(text[start:end]))):
            named[i] = name
    for i, (bare, reason) in _without(text, lines, marks).items():
        if i not in named and (name := _name(_squeezed(bare)) if bare else Name("page", reason)):
            named[i] = name
    for i in range(1, len(lines)):  # 首页 > 要闻, one to a line: what follows the arrow is part of the trail
        if i - 2 in named and i - 1 in named and i not in named and _squeezed(text[lines[i - 1].start : lines[i - 1].end]) == ">":
            start, end, _ = lines[i]
            if end - start <= 12 and text[end - 1] not in _ENDS_A_SENTENCE:
                named[i] = Name("filler", named[i - 2].reason)
    return named


class Bare(NamedTuple):
    """A line without its marks, and the reason of the first of them."""

    text: str
    reason: str


def _without(text: str, lines: Sequence[Paragraph], marks: Sequence[Mark]) -> dict[int, Bare]:
    """The lines that bear marks, without them."""
    starts = [line.start for line in lines] if marks else []
    bare = {}
    for i, group in groupby(marks, key=lambda mark: bisect_right(starts, mark.start) - 1):
        line, reason = text[lines[i].start : lines[i].end], ""
        for mark in sorted(group, reverse=True):
            line, reason = line[: mark.start - lines[i].start] + line[mark.end - lines[i].start :], mark.reason
        bare[i] = Bare(line.strip(), reason)
    return bare


def _name(squeezed: str) -> Name | None:
    for place in ("page", "web", "edge", "end"):
        if reason := _reason(place, squeezed):
            return Name(place, reason)
    if words := _words_of_a_menu(squeezed):
        return Name("menu", _patterns("menu")[1][0].reason, words)
    if not squeezed.strip("[]|>×"):
        return Name("menu", _patterns("menu")[1][0].reason)
    if (reason := _reason("filler", squeezed)) or (reason := _reason("size", squeezed)):
        return Name("filler", reason)
    return None


def _words_of_a_menu(squeezed: str) -> frozenset[str]:
    """The words of a line that holds nothing else; none where it does."""
    word = _patterns("menu")[0]
    rest = word.sub("", squeezed)
    return frozenset(word.findall(squeezed)) if not rest.strip("[]()|×") else frozenset()


_NEAR = 1000  # characters of text between a line and the head or foot of its page


def _runs(text: str, lines: Sequence[Paragraph], named: dict[int, Name]) -> tuple[tuple[tuple[int, int], ...], dict[int, str]]:
    """The lines that are furniture, in runs, and why each is.

    How near the head a line stands is counted in characters of what is certainly text, so that neither removing furniture nor
    joining paragraphs changes the answer."""
    if not named:
        return (), {}
    sizes = [0 if i in named else sum(map(len, text[line.start : line.end].split())) for i, line in enumerate(lines)]
    before = [0, *accumulate(sizes)]
    runs: list[tuple[int, int]] = []
    reasons: dict[int, str] = {}
    for run in _adjacent(sorted(named)):
        names = [named[i] for i in run]
        above, below = before[run[0]], before[-1] - before[run[-1] + 1]
        near = min(above, below) <= _NEAR
        certain = [n.place in ("page", "web") or (n.place == "edge" and near) or (n.place == "end" and below == 0) for n in names]
        vouching = {n.reason for sure, n in zip(certain, names) if sure and n.place != "page"}
        words = frozenset().union(*(n.words for n in names))
        menu = bool(vouching) or (near and len(words) >= 3)
        goes = [
            sure or len(n.words) >= 3 or (menu and n.place == "menu") or (n.reason in vouching and n.place == "filler")
            for sure, n in zip(certain, names)
        ]
        for part in _adjacent([i for i, gone in zip(run, goes) if gone]):
            runs.append((part[0], part[-1]))
            reasons |= {i: named[i].reason for i in part}
    return tuple(runs), reasons


def _adjacent(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Cut ascending numbers where one is left out."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _next_start(page: Page, i: int) -> int:
    return page.lines[i + 1].start if i + 1 < len(page.lines) else len(page.text)


def _width(page: Page, i: int) -> tuple[int, int]:
    """How wide the gap after line i is: in line ends, in characters."""
    start, stop = page.lines[i].end, _next_start(page, i)
    return 1 if stop - start <= 1 else len(_LINE_END.findall(page.text, start, stop)), stop - start


# --- where a sentence is broken ----------------------------------------------------------------------------------


class Break(NamedTuple):
    """A seam between two halves of a sentence, on the lines `line` and `next`; text[start:end] stands in the seam.

    seam: the four characters around it. joined: enough speaks for joining the halves."""

    line: int
    next: int
    start: int
    end: int
    seam: str
    joined: bool
    why: Why


_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_NUMERAL = "[〇○零一二三四五六七八九十百]"
_FINISHED = frozenset("。；！？：”’）》】」』…!?;:)]}>\"'0123456789.％%|")
_UNFINISHED = re.compile(rf"{_HAN}|[，、,]")
_SENTENCE = re.compile(r"[。；！？]")
_CLAUSE = re.compile(r"[。；！？，、：,;:]")
_SHORTEST = 25  # characters of a first half: shorter lines are headings and verse
_RUNNING = 60  # characters of a line that is no heading
_NUMBERED = re.compile(
    r"[#\-*+|>•●■◆（(〔\[【—–①-⑳]"
    rf"|第?{_NUMERAL}+(?:[、，是.．章节条款项]|来)|第\d|\d{{1,3}}[.．、）)\s]|附[件：]|[图表]\s?\d|注[：:]"
)
_BEGINS_ANEW = re.compile(
    r"[“\"‘「『《〈…]|各位|同志们|此致|特此|为此|抄送|印发"
    rf"|(?:\d{{4}}|{_NUMERAL}{{4}})年(?:\d{{1,2}}|{_NUMERAL}{{1,2}})月(?:\d{{1,2}}|{_NUMERAL}{{1,3}})日\s*$"
)
_TABULAR = re.compile(r"[|\t]| {3}|\.{4}|…{3}|·{4}")


def _breaks(page: Page) -> list[Break]:
    """The seams of a page. What is found may speak for others, so the search goes on until it finds no more: then the joined
    text has none left."""
    if _wrapped(page):
        return []
    known: list[Break] = []
    while True:
        found = list(_seams(page, known))
        if sum(b.joined for b in found) <= sum(b.joined for b in known):
            return found
        known = found


def _wrapped(page: Page) -> bool:
    """Do most lines end without a mark? Then every line is broken, by the width of a page."""
    long = [line for i, line in enumerate(page.lines) if line.end - line.start >= 20 and i not in page.reasons]
    unfinished = sum(page.text[line.end - 1] not in _FINISHED for line in long)
    return unfinished >= 4 and unfinished > 0.3 * len(long)


def _seams(page: Page, known: Sequence[Break]) -> Iterator[Break]:
    """known: what an earlier search found. Both halves are taken with what is joined to them."""
    text, lines = page.text, page.lines
    ends = {m.end: m.start for m in page.marks if m.at_edge}
    starts = {start: end for end, start in ends.items()}
    joined = {b.line: b.next for b in known if b.joined}

    def bare(i: int) -> tuple[int, int]:
        """Where line i stands without its indent, the marks at its edges and the spaces at its end."""
        start, end = _after_indent(text, lines[i].start), lines[i].end
        while start in starts:
            start = _after_indent(text, starts[start])
        while end in ends:
            end = ends[end]
        return start, start + len(text[start:end].rstrip())

    head = ""
    for i, j in pairwise(i for i in range(len(lines)) if i not in page.reasons):
        if (text[lines[i].end - 1] in _FINISHED and lines[i].end not in ends) or _inside(page.fences, lines[i].start):
            head = ""
            continue
        (start, end), (begin, stop) = bare(i), bare(j)
        first, second, last = head + text[start:end], text[begin:stop], j
        while last in joined:
            last = joined[last]
            second += text[slice(*bare(last))]
        head = ""
        if first == "" or not _halves(first, second):
            continue
        indented = text[lines[j].start] in _SPACES
        why = _evidence(first, second, indented)
        if why is None and not indented:
            between = j > i + 1 or begin in ends or lines[i].end in ends
            why = _evidence_of_the_page(page, first, second, between, known)
        if why or (_looks_like_text(first, second) and not indented):
            told = Why.of("no end mark, and the next line may go on")
            yield Break(i, j, end, begin, first[-2:] + second[:2], why is not None, why or told)
        head = first if why else ""


def _after_indent(text: str, start: int) -> int:
    while start < len(text) and text[start] in _SPACES:
        start += 1
    return start


_SPACES = " \t\u3000\u00a0\u2002\u2003\f"


def _halves(first: str, second: str) -> bool:
    """May these be the two halves of a sentence?"""
    return (
        len(first) >= _SHORTEST
        and second != ""
        and _UNFINISHED.match(first[-1]) is not None
        and _CLAUSE.search(first) is not None
        and first[0] not in "#-*+|>"
        and not _NUMBERED.match(second)
        and not _BEGINS_ANEW.match(second)
        and (second[-1] in _FINISHED or len(second) >= 40)
        and _CLAUSE.search(second) is not None
        and not _TABULAR.search(first)
        and not _TABULAR.search(second)
    )


def _evidence(first: str, second: str, indented: bool) -> Why | None:
    """What in the halves themselves speaks for joining them. indented: the second looks like a paragraph of its own."""
    if (word := _word_across(first, second)) is not None:
        return Why.of("{} is cut in two", word)
    if (opened := _OPEN_AT_END.search(first)) and (closed := _PAIRED.search(second)) and _PAIRS[opened[1]] == closed[0]:
        return Why.of("{} is closed in the next line", opened[1])
    if (begun := _words(_han_head(second))[:1]) and begun[0] in _cannot("begin"):
        return Why.of("the next line begins in {}", begun[0])
    if not indented and first[-1] in "，、,":
        return Why.of("ends in {}", first[-1])
    if not indented and (last := _words(_han_tail(first))[-1:]) and last[0] in _cannot("end"):
        return Why.of("ends in {}", last[0])
    return None


def _evidence_of_the_page(page: Page, first: str, second: str, between: bool, known: Sequence[Break]) -> Why | None:
    """What on the rest of the page speaks for joining two halves. between: furniture stands in the seam."""
    if _NUMBERED.match(first) and not _SENTENCE.search(first):  # a heading
        return None
    if between:
        return Why.of("page furniture stands in the sentence")
    if len(first) >= _RUNNING and _SENTENCE.search(first) and _looks_like_text(first, second) and _orderly(page, known):
        return Why.of("nearly every paragraph of this length has an end mark")
    seam = first[-2:] + second[:2]
    if len(_han_tail(seam)) == 4 and (seam in page.text or any(b.joined and b.seam == seam for b in known)):
        return Why.of("{} stands elsewhere too", seam)
    return None


def _looks_like_text(first: str, second: str) -> bool:
    """Is the first half rather text than a heading, and the second no paragraph of its own? Enough to tell, not to join.

    A second half that begins in words of the first (赋能支撑标准 ⏎ 赋能支撑标准包括) is the text of a heading."""
    if _NUMBERED.match(first):
        text = len(first) >= _RUNNING and _SENTENCE.search(first) is not None
    else:
        text = len(first) >= 80 or _SENTENCE.search(first) is not None
    return text and not second[0].isdigit() and second[:5] not in first


def _orderly(page: Page, known: Sequence[Break]) -> bool:
    """Do the paragraphs of running text end in a mark, but for one in ten, or one? What is known to be joined is joined."""
    joined = {b.line for b in known if b.joined}
    finished = unfinished = length = 0
    for i, line in enumerate(page.lines):
        if i in page.reasons:
            continue
        length += len(page.text[line.start : line.end].strip())
        if i in joined:
            continue
        if length >= _RUNNING:
            ended = page.text[line.end - 1] in _FINISHED
            finished, unfinished = finished + ended, unfinished + (not ended)
        length = 0
    return finished >= 5 and unfinished <= max(1, (finished + unfinished) // 10)


_PAIRS = {"“": "”", "《": "》", "（": "）", "(": ")", "「": "」", "『": "』", "〔": "〕", "〈": "〉"}
_PAIRED = re.compile("[" + re.escape("".join((*_PAIRS, *_PAIRS.values()))) + "]")
_OPEN_AT_END = re.compile("([" + re.escape("".join(_PAIRS)) + "])[^" + re.escape("".join((*_PAIRS, *_PAIRS.values()))) + "]*$")
_HAN_TAIL = re.compile(rf"{_HAN}*$")
_HAN_HEAD = re.compile(rf"{_HAN}*")
_REACH = 10  # characters on either side of a seam that are cut into words


def _han_tail(text: str) -> str:
    found = _HAN_TAIL.search(text[-_REACH:])
    return found[0] if found else ""


def _han_head(text: str) -> str:
    found = _HAN_HEAD.match(text[:_REACH])
    return found[0] if found else ""


def _word_across(first: str, second: str) -> str | None:
    """The word that the seam cuts in two."""
    left = _han_tail(first)
    at = 0
    for word in _words(left + _han_head(second)):
        if at < len(left) < at + len(word):
            return word
        at += len(word)
    return None


def _words(text: str) -> list[str]:
    from rjieba import tokenize  # loads its dictionary, 0.1 s

    return [word for word, _, _ in tokenize(text, hmm=False)]


@cache
def _cannot(side: str) -> frozenset[str]:
    """The words that a sentence cannot end with, or cannot begin with: rows of data/seam.csv."""
    return frozenset(row["word"] for row in _csv("seam.csv") if row["cannot"] == side)


# --- lines, blank lines and code ---------------------------------------------------------------------------------

_STYLE = 3  # so many gaps of one width are no accident
_WIDEST_STYLE = 4  # blank lines: a wider gap is an accident however often it stands

_LINE_END = re.compile(r"\r\n|\r|\n")
_TRAILING = re.compile(r"(?<![ \t\u3000\u00a0])[ \t\u3000\u00a0]++(?=[\r\n]|\Z)")
_LINE_BREAK = re.compile(r" {2}(?:\r\n|\r|\n)[^\S\r\n]*[^\s]")
_FENCE = re.compile(r"(?:^|(?<=[\r\n]))[ ]{0,3}(```|~~~)[^\r\n]*")


@cache
def _gaps(least: int) -> re.Pattern[str]:
    """Line ends with `least` blank lines and more after the first; at the head of a text, the blank lines alone."""
    blank = r"[^\S\r\n]*(?>\r\n|\r|\n)"
    return re.compile(rf"(?:(?>\r\n?)|\n)(?:{blank}){{{least},}}+|\A(?:{blank}){{{least},}}+")


def _fences(text: str) -> tuple[tuple[int, int], ...]:
    """Where fenced code stands; a fence that is never closed runs to the end."""
    if "```" not in text and "~~~" not in text:
        return ()
    fences, opened = [], None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence[1] == opened[1]:
            fences.append((opened.start(), fence.end()))
            opened = None
    return (*fences, (opened.start(), len(text))) if opened else tuple(fences)


def _inside(fences: Sequence[tuple[int, int]], place: int) -> bool:
    return bool(fences) and any(start <= place < end for start, end in fences)


@cache
def _metadata() -> re.Pattern[str]:
    labels = sorted((row["label"] for row in _csv("metadata.csv")), key=lambda word: (-len(word), word))
    spaced = "|".join(r"[ \u3000]*".join(map(re.escape, label)) for label in labels)
    moment = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ \u3000]+\d{1,2}[:：时]\d{2}"
    return re.compile(rf"[\s（(\[【]*(?:({spaced})[ \u3000]*[:：]|(?:时间|日期)[:：]\s*\d{{4}}[-/.年]|{moment})")


def _csv(name: str) -> Iterator[dict[str, str]]:
    """The rows of a word list that ships."""
    yield from csv.DictReader(files("cleaner").joinpath("data", name).read_text("utf-8").split("\n"))
