"""REP: repeated paragraphs and blocks, in one document and across documents.

Texts are compared folded (views.fold). The first copy in reading order stays, and every repeat names it as its twin.
Inside one document a repeat is mended; across documents it is told, since boilerplate is part of each paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from cleaner.kernels import first_equal, ngram_hashes, steady_stretches
from cleaner.language.prose import fences
from cleaner.model import Document, Finding, Grade, Hit, Level, Twin, Why
from cleaner.rules.rule import rule
from cleaner.views import fold, paragraphs

_ARTICLE = re.compile(r"[\s\ufeff#*]*第[一二三四五六七八九十百千零〇\d]+[条章节编]")
# A clause that points at its place (依照前款的规定处罚) belongs to what stands before it, and is right wherever it stands.
_POINTS_AT_ITS_PLACE = re.compile(r"前[一两二三四]?[款项条]|本[条款项]|第[一二三四五六七八九十\d]+款|[上前]述|上款")
# 三十九、将刑法第二百六十四条修改为： an item of a law that changes another law
_AMENDS = re.compile(r"[^\r\n。]{0,12}(?:将|在|对|删去)[^\r\n。]{0,24}第[一二三四五六七八九十百千零〇\d]+[条章节]")
_ECHO = re.compile(
    r"(?:^|(?<=[\r\n]))([^\S\r\n]*(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|\d+[.．、])?)([\u4e00-\u9fff]{4,20})[。：:]\2[，,。]"
)
_CLAUSE_END = re.compile("[。，；！？,;!?]")
SHINGLE = 12  # characters: long enough that a repeated one is no set phrase, short enough to survive an edit a line


class Tile(NamedTuple):
    """A paragraph as repeats see it: its span, what comes after it, its folded text, and how much Chinese it holds."""

    start: int
    end: int
    stop: int
    folded: bytes
    han: int
    numbered: bool
    amends: bool


class Copy(NamedTuple):
    """Paragraphs [first, last] repeat the paragraphs from `twin` on. at_end: nothing stays after them."""

    first: int
    last: int
    twin: int
    at_end: bool = False


@rule(
    "REP501",
    Grade.SAFE,
    good=[
        "各位代表！\n过去一年，全市经济运行稳中有进。\n各位代表！\n新的一年，任务更加艰巨。",
        (
            "2022年全市生产总值增长3.6%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。\n"
            "2023年全市生产总值增长3.6%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。"
        ),
        (
            "第一条　有下列情形之一的，不予受理：\n第二条　国家实行登记制度。\n第三条　登记机关依法登记。\n"
            "单位犯前款罪的，对单位判处罚金，并对其直接负责的主管人员和其他直接责任人员，依照前款的规定处罚。\n"
            "第四条　申请人应当如实申请。\n"
            "单位犯前款罪的，对单位判处罚金，并对其直接负责的主管人员和其他直接责任人员，依照前款的规定处罚。"
        ),
    ],
    bad={
        "对此，我们将直面问题不足，尽心竭力改进工作，不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。\n"
        "全面加强金融监管，有效治理恶性拖欠账款等行为。\n"
        "对此，我们将直面问题不足，尽心竭力改进工作,不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。": (
            "对此，我们将直面问题不足，尽心竭力改进工作，不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。\n"
            "全面加强金融监管，有效治理恶性拖欠账款等行为。"
        )
    },
)
def repeated_paragraph(text: str, *, least: int = 25, certain: int = 40) -> Iterator[Hit]:
    """A paragraph stands here once more.

    Equal but for width, marks, spaces and script. Paragraphs of less than `least` Chinese characters repeat rightly
    (各位代表！, headings, forms); up to `certain` the fix is unsafe. Unless they follow at once, so do the heads of tables
    and other lines without a mark, clauses that point at their place (依照前款的规定处罚), and in a text of articles (第…条)
    paragraphs without a number, which may stand under several articles. Told only is what stands alone under a heading,
    a question or a name, which would be left with nothing under it (收费标准：不收费 of each item of a guide).
    """
    for copy in copies(text, least):
        if copy.first == copy.last and (copy.first == copy.twin + 1 or _may_be_a_fault(text, copy)):
            yield from _hits(text, copy, Why.of("the paragraph already stands at its twin"), certain)


@rule(
    "REP502",
    Grade.SAFE,
    good=[
        "一、申请材料\n（一）申请书；\n（二）身份证明。\n二、变更材料\n（一）申请书；\n（二）身份证明。",
    ],
    bad={
        "（一）夯实产业根基。做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。\n"
        "（二）强化企业培育。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。\n"
        "（一）夯实产业根基。做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。\n"
        "（二）强化企业培育。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。\n"
        "各位代表！": "（一）夯实产业根基。做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。\n"
        "（二）强化企业培育。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。\n"
        "各位代表！"
    },
)
def repeated_block(text: str, *, least: int = 25, certain: int = 40) -> Iterator[Hit]:
    """Several paragraphs in a row stand here once more, headings and short ones included."""
    for copy in copies(text, least):
        if copy.first != copy.last:
            yield from _hits(text, copy, Why.of("{} paragraphs in a row already stand at their twin", copy.last - copy.first + 1), certain)


@rule(
    "REP503",
    Grade.NONE,
    good=[
        (
            "各市、县人民政府，省政府各厅委、各直属机构：为贯彻落实党中央、国务院决策部署，经省人民政府同意，现提出如下意见。\n"
            "各市、县人民政府要加强组织领导，省政府各厅委、各直属机构要各司其职，确保党中央、国务院决策部署落到实处。"
        ),
    ],
    bad={
        "（二）聚力强化创新驱动，加快形成新质生产力。发挥企业主体地位和政府推动服务“两个作用”，以科技创新推动产业创新，引领现代化产业体系建设。\n"
        "制定实施强化企业科技创新主体地位行动方案，支持企业深度融入新一轮科技革命。\n"
        "坚持创新驱动，加快形成新质生产力。发挥企业主体地位和政府推动服务“两个作用”，以科技创新推动产业创新，引领现代化产业体系建设。": None
    },
)
def contained_paragraph(text: str, *, least: int = 30, share: float = 0.85) -> Iterator[Hit]:
    """Nearly all of a paragraph stands in another one.

    At least `share` of its folded characters, in stretches of 12 and more. Told only: which of the two should stay is
    for a person to say.
    """
    tiles = _tiles(text)
    if _is_statute(tiles):
        return
    repeated = {i for copy in copies(text, 1) for i in range(copy.first, copy.last + 1)}
    for (i, j), common in _shared(text).items():
        if i in repeated or j in repeated or min(tiles[i].han, tiles[j].han) < least:
            continue
        shares = {j: common.later * 4 / len(tiles[j].folded), i: common.earlier * 4 / len(tiles[i].folded)}
        part = next((n for n in (j, i) if shares[n] >= share), None)
        if part is not None:
            tile, other = tiles[part], tiles[i + j - part]
            why = Why.of("{} % of it stands in its twin", int(100 * shares[part]))
            yield Hit(tile.start, tile.end, None, why, twin=Twin(other.start, other.end, round(shares[part], 3)))


@rule(
    "REP504",
    Grade.NONE,
    good=["坚持创新驱动。坚持创新驱动发展战略，加快形成新质生产力。", "（一）坚持党的领导。党的领导是根本保证，必须坚持。"],
    bad={"坚持创新驱动。坚持创新驱动，加快形成新质生产力。": None},
)
def echoed_heading(text: str) -> Iterator[Hit]:
    """A heading is said again, word for word, as the first clause of its text."""
    for m in _ECHO.finditer(text):
        yield Hit(m.start(2), m.end(), None, Why.of("“{}” twice", m[2]))


@lru_cache(maxsize=4)
def copies(text: str, least: int) -> tuple[Copy, ...]:
    """The runs of paragraphs that stand earlier in the text, in order. What they repeat is never itself a repeat."""
    tiles = _tiles(text)
    code = fences(text)
    first_of: dict[bytes, int] = {}
    twin_of: dict[int, int] = {}
    for i, tile in enumerate(tiles):
        first = first_of.setdefault(tile.folded, i) if tile.folded else i
        if first != i and tile.han >= least and not code.hold(tile.start):
            twin_of[i] = first
    for i in list(twin_of):  # headings and short paragraphs beside a long one belong to the block
        for step in (-1, 1):
            j, twin = i + step, twin_of[i] + step
            while 0 <= twin < j < len(tiles) and j not in twin_of and twin not in twin_of and tiles[j].folded == tiles[twin].folded:
                twin_of[j] = twin
                j, twin = j + step, twin + step
    found: list[Copy] = []
    for i, twin in sorted(twin_of.items()):
        last = found[-1] if found else None
        if last and last.last == i - 1 and twin - last.twin == i - last.first and twin < last.first:
            found[-1] = last._replace(last=i)
        else:
            found.append(Copy(i, i, twin))
    if _is_statute(tiles):
        found = [copy for copy in found if not _may_stand_twice(tiles, copy)]
    after = len(tiles)
    for n in reversed(range(len(found))):
        if found[n].last + 1 != after:
            break
        found[n] = found[n]._replace(at_end=True)
        after = found[n].first
    return tuple(found)


# What opens something of its own: 三、 （二） 2. 第三章 问： 乙方： 李某某的判决： 附件2, and the heads of Markdown.
_HEAD = re.compile(
    r"\s*(?:#+\s|[*>-]\s|第[一二三四五六七八九十百\d]+|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、)）]|[问答附])"
    r"|[^\r\n。；;]{1,40}[:：?？]\s*(?=[\r\n]|$)"
)


def _leaves_a_head_alone(text: str, tiles: tuple[Tile, ...], copy: Copy) -> bool:
    """Is the repeat all that stands under a short head line, between it and the next one (or the end)?"""

    def head(n: int) -> bool:
        tile = tiles[n]
        return tile.han <= 40 and bool(_HEAD.match(text, tile.start, tile.end)) and text[tile.start : tile.end].rstrip()[-1:] not in "。；;"

    above, below = copy.first - 1, copy.last + 1
    return above >= 0 and head(above) and (below == len(tiles) or head(below))


def _may_be_a_fault(text: str, copy: Copy) -> bool:
    """A lone paragraph that is a sentence, and does not point at what stands before it."""
    span = _span(text, copy)
    return bool(_CLAUSE_END.search(text, *span)) and not _POINTS_AT_ITS_PLACE.search(text, *span)


def _span(text: str, copy: Copy) -> tuple[int, int]:
    tiles = _tiles(text)
    return tiles[copy.first].start, tiles[copy.last].end


def _is_statute(tiles: tuple[Tile, ...]) -> bool:
    """A text of articles: 第一条 …, 第二条 …, in which a clause rightly stands under several articles; or one that changes
    the articles of another."""
    return sum(tile.numbered or tile.amends for tile in tiles) >= 3


def _may_stand_twice(tiles: tuple[Tile, ...], copy: Copy) -> bool:
    """In a text of articles: nothing numbered among what repeats, and it does not follow its twin at once."""
    size = copy.last - copy.first + 1
    return copy.first != copy.twin + size and not any(tile.numbered for tile in tiles[copy.first : copy.last + 1])


class Shared(NamedTuple):
    """How many folded characters of the later and of the earlier paragraph stand in the other one."""

    later: int
    earlier: int


@lru_cache(maxsize=4)
def _shared(text: str) -> dict[tuple[int, int], Shared]:
    """(earlier paragraph, later paragraph) -> what they share in stretches of at least SHINGLE characters. Each stretch
    is held against the first place where it stands."""
    view = fold(text)
    hashes = ngram_hashes(view.codes, SHINGLE)
    first = first_equal(hashes)
    later = np.flatnonzero(first < np.arange(len(first)))
    if not later.size:
        return {}
    ends = np.searchsorted(view.at[:-1], [tile.end for tile in _tiles(text)])
    stretches: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for lo, hi in steady_stretches((later - first[later]) * len(view.codes) + later - np.arange(len(later))).tolist():
        start, stop, source = int(later[lo]), int(later[hi - 1]) + SHINGLE, int(first[later[lo]])
        j, i = (int(n) for n in np.searchsorted(ends, (start, source), side="right"))
        length = min(stop - start, int(ends[j]) - start, int(ends[i]) - source)
        if i < j and length >= SHINGLE:
            stretches.setdefault((i, j), []).append((start, source, length))
    return {
        pair: Shared(_united((start, start + n) for start, _, n in found), _united((source, source + n) for _, source, n in found))
        for pair, found in stretches.items()
    }


def _united(spans: Iterable[tuple[int, int]]) -> int:
    """How much the spans cover together."""
    covered, reach = 0, -1
    for start, end in sorted(spans):
        covered += max(0, end - max(start, reach))
        reach = max(reach, end)
    return covered


def _hits(text: str, copy: Copy, why: Why, certain: int) -> Iterator[Hit]:
    tiles = _tiles(text)
    members = tiles[copy.first : copy.last + 1]
    twins = tiles[copy.twin : copy.twin + len(members)]
    # what ends the text takes the line end before it along, the rest the one after it
    cut = (tiles[copy.first - 1].end, members[-1].end) if copy.at_end else (members[0].start, members[-1].stop)
    at_once = copy.first == copy.twin + len(members)
    chinese = sum(tile.han for tile in members)
    grade = Grade.SAFE if chinese >= certain or (at_once and chinese >= certain // 2) else Grade.UNSAFE
    if not at_once and _leaves_a_head_alone(text, tiles, copy):
        grade = Grade.NONE
    twin = Twin(twins[0].start, twins[-1].end, 1.0)
    cluster = _cluster(b"\n".join(tile.folded for tile in members))
    yield Hit(members[0].start, members[-1].end, "" if grade else None, why, grade, twin=twin, cluster=cluster, cut=cut)


def _cluster(folded: bytes) -> str:
    return "R" + blake2b(folded, digest_size=5).hexdigest()


@lru_cache(maxsize=4)
def _tiles(text: str) -> tuple[Tile, ...]:
    view = fold(text)
    edges = np.searchsorted(view.at[:-1], np.array([(p.start, p.end) for p in paragraphs(text)], dtype=np.int64).ravel()).reshape(-1, 2)
    han = np.concatenate(([0], np.cumsum((view.codes >= 0x3400) & (view.codes <= 0x9FFF))))  # how many stand before each place
    chinese = (han[edges[:, 1]] - han[edges[:, 0]]).tolist()
    content = view.codes.tobytes()
    return tuple(
        Tile(*p, content[4 * lo : 4 * hi], n, bool(_ARTICLE.match(text, p.start, p.end)), bool(_AMENDS.match(text, p.start, p.end)))
        for p, (lo, hi), n in zip(paragraphs(text), edges.tolist(), chinese, strict=True)
    )


class Sketch(NamedTuple):
    """What is kept of a document for comparing it with others: its place in the run, a hash of its folded text, and of
    each paragraph of 25 Chinese characters and more a 128-bit hash with its span."""

    order: int
    path: str
    row: int | None
    size: int
    whole: bytes
    hashes: tuple[bytes, ...]
    spans: tuple[tuple[int, int], ...]


def sketch(document: Document, least: int = 25) -> Sketch:
    """The sketch of a document: made where the document is read, it travels to where documents are compared."""
    tiles = [tile for tile in _tiles(document.text) if tile.han >= least]
    hashes = tuple(blake2b(tile.folded, digest_size=16).digest() for tile in tiles)
    # two documents of three long paragraphs are the same when those are; shorter ones must agree throughout
    whole = blake2b(b"".join(hashes if len(hashes) >= 3 else (fold(document.text).codes.tobytes(),)), digest_size=16).digest()
    return Sketch(document.order, document.path, document.row, len(document.text), whole, hashes, tuple((t.start, t.end) for t in tiles))


@rule(
    "REP505",
    Grade.NONE,
    level=Level.NOTE,
    across=True,
    good=[
        "各位代表！\f各位代表！",
        "2022年全市生产总值增长3.6%，一般公共预算收入增长5.1%，居民收入稳步提高。\f2023年全市生产总值增长3.6%，一般公共预算收入增长5.1%，居民收入稳步提高。",
    ],
    bad={
        "市政府关于印发实施方案的通知\n全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，守住不发生系统性风险的底线。\f"
        "工作要点\n全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，守住不发生系统性风险的底线。\n此件公开发布。": None
    },
)
def repeated_elsewhere(sketches: Sequence[Sketch]) -> Iterator[tuple[int, Finding]]:
    """Paragraphs of this document stand in an earlier one.

    Told, never mended: boilerplate is part of each paper. A document that is a duplicate as a whole is told as that.
    """
    whole = {this.order for this, _ in _duplicates(sketches)}
    first: dict[bytes, tuple[Sketch, int]] = {}
    for this in sketches:
        run: list[int] = []
        for n, content in enumerate(this.hashes):
            twin, m = first.setdefault(content, (this, n))
            if twin is this or this.order in whole:
                continue
            if run and run[-1] == n - 1 and first[this.hashes[n - 1]] == (twin, m - 1):
                run.append(n)
                continue
            yield from _told(this, run, first)
            run = [n]
        yield from _told(this, run, first)


@rule(
    "REP506",
    Grade.NONE,
    across=True,
    good=["市政府工作报告\f市政府工作报告"],
    bad={
        "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，守住不发生系统性风险的底线。\f"
        "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，守住不发生系统性风险的底线。\n": None
    },
)
def duplicate_document(sketches: Sequence[Sketch]) -> Iterator[tuple[int, Finding]]:
    """This document is an earlier one once more.

    Its paragraphs of 25 Chinese characters and more are the same, in the same order; where there are less than three,
    all of its text.
    """
    for this, other in _duplicates(sketches):
        twin = Twin(0, other.size, 1.0, other.path, other.row)
        why = Why.of("the same text as {}", other.path)
        yield this.order, Finding("REP506", 0, this.size, (), Grade.NONE, Level.WARNING, why, twin, "D" + this.whole[:5].hex())


def _duplicates(sketches: Iterable[Sketch]) -> Iterator[tuple[Sketch, Sketch]]:
    """Each document with an earlier one of the same long paragraphs."""
    first: dict[bytes, Sketch] = {}
    for this in sketches:
        if this.hashes and (other := first.setdefault(this.whole, this)) is not this:
            yield this, other


def _told(this: Sketch, run: list[int], first: dict[bytes, tuple[Sketch, int]]) -> Iterator[tuple[int, Finding]]:
    if run:
        other, m = first[this.hashes[run[0]]]
        start, end = this.spans[run[0]][0], this.spans[run[-1]][1]
        twin = Twin(other.spans[m][0], other.spans[m + len(run) - 1][1], 1.0, other.path, other.row)
        why = Why.of("{} paragraphs stand in {}", len(run), other.path)
        yield this.order, Finding("REP505", start, end, (), Grade.NONE, Level.NOTE, why, twin, "R" + this.hashes[run[0]][:5].hex())
