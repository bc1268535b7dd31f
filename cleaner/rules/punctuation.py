"""Marks and widths: what GB/T 15834 (punctuation) and GB/T 15835 (figures) ask of Chinese text, and nothing beyond it.

No rule here puts a space in, and none takes one away beside a figure or a letter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.model import Grade, Hit, Level, Why
from cleaner.rules.rule import rule
from cleaner.views import code_points

WIDE = dict(zip(",;:!?()", "，；：！？（）", strict=True))

# --- PUN201 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN201",
    Grade.SAFE,
    together=True,
    good=[
        "发布时间：2024-01-18 09:30",
        "文号：国办发〔2023〕12号",
        "完成投资26.6亿美元，增长3.6%，存栏3,000头、出栏10,000头，比例为1:100。",
        "布局“15+N”平台，引进SAP(China)Co., Ltd.和A,B两类企业。",
        "ISO 11354-1:2011,IDT ISO TC184 已发布",
        "他提出“Think globally, act locally!”的理念。",
        "IT: 信息技术 (Information Technology)",
        "详见http://www.gov.cn/zhengce/a,b;c?id=3&x=(1)，或者发邮件至a;b@gov.cn。",
        "请运行`print(总数, 3);`，然后查看结果。",
        "详见[工作报告](报告(二).md)。\n\n|项目|数量|\n|:--|--:|\n|甲|3|\n",
        "序号,地区,金额\n1,无锡市,100\n2,苏州市,200\n",
        '{"标题": "工作报告", "年份": 2024, "地区": ["无锡", "苏州"]}',
        "第一章 总则........1\nAI芯片f(x)=a(x+1)、g(t)，Ca(OH)2、NaOH。",
        "1)制定方案\na)落实责任",
        "电话：(0510)82345678",
        "<!-- 正文开始 -->",
    ],
    bad={
        "推动高质量发展,扎实推进共同富裕": "推动高质量发展，扎实推进共同富裕",
        "比重达41.8%、51.8%,培育壮大6个集群": "比重达41.8%、51.8%，培育壮大6个集群",
        "回望2023,全年增长3%;回望IGBT,百亿级项目开工!": "回望2023，全年增长3%；回望IGBT，百亿级项目开工！",
        "(一)聚力稳定经济运行。": "（一）聚力稳定经济运行。",
        "一)聚力稳定经济运行。": "一）聚力稳定经济运行。",
        "古运河(东门段)、制造执行(MES)系统": "古运河（东门段）、制造执行（MES）系统",
        "各市(区、县（市))要落实": "各市（区、县（市））要落实",
        "坚持“三个导向”,落实(“一企一策”),见效.\n": "坚持“三个导向”，落实（“一企一策”），见效.\n",
        "各地区各部门要切实加强组织领导，确保各项任务落到实处.": "各地区各部门要切实加强组织领导，确保各项任务落到实处。",
        "痛点:在传统模式下, 效率不高吗?": "痛点：在传统模式下，效率不高吗？",
    },
)
def half_width_mark(text: str) -> Iterator[Hit]:
    """A half-width mark stands in Chinese text.

    , ; : ! ? and a full stop at a paragraph's end become full-width where a Chinese character stands on one side and
    the line speaks Chinese; brackets become so in pairs, by what stands in them and around them. Marks inside figures
    and times (3,000 09:30 1:100), between Latin words, in addresses, code, Markdown, HTML and rows of data stay.
    GB/T 15834-2011, 5.1: the marks of Chinese are full-width.
    """
    sight = look(text)
    if not (sight.kinds & (_HALF | _BRACKET)).any() and "." not in text:
        return
    chinese = _Chinese(text, sight)
    changes = [*chinese.marks(), *chinese.brackets(), *chinese.full_stops()]
    for start, end, new, grade in sorted(changes):
        yield Hit(start, end, new, _half_width_why(text[start]), grade)


@cache
def _half_width_why(mark: str) -> Why:
    return Why.of("half-width {} in Chinese text", mark)


class _Chinese:
    """Decides which half-width marks of a text belong to Chinese."""

    def __init__(self, text: str, sight: Sight) -> None:
        self.text = text
        self.sight = sight
        self.weights: dict[int, bool] = {}
        self.rows = _data_rows(text)
        self.spans = verbatim(text)

    def marks(self) -> Iterator[tuple[int, int, str, Grade]]:
        text = self.text
        at = self.sight.where(_HALF)
        han = (self.sight.kinds & _HAN) != 0
        padded = np.concatenate((han, [False]))
        between = han[at - 1] & padded[at + 1] & (at > 0)
        entities = {m.end() - 1 for m in _ENTITY.finditer(text)} if "&" in text else ()
        for i, plain in zip(at.tolist(), between.tolist(), strict=True):
            if self.rows.hold(i) or self.spans.hold(i) or i in entities:
                continue
            if plain or self._belongs(i):
                end = i + 1
                if text[end : end + 1] == " " and is_han(text[i - 1 : i]) and is_han(text[end + 1 : end + 2]):
                    end += 1  # the space that follows a mark in Latin text came with it
                yield i, end, WIDE[text[i]], Grade.SAFE

    def _belongs(self, i: int) -> bool:
        text, mark = self.text, self.text[i]
        before, after = text[i - 1 : i], text[i + 1 : i + 2]
        left, right = _base_before(text, i), _base_after(text, i + 1)
        if not left or left in _CODE or right in _CODE or "?" == mark in (before, after):
            return False
        if (mark == "!" and after in ("[", "=")) or (mark == ":" and (after in (":", "=") or before == ":")):
            return False
        if before in _STRAIGHT and not (is_han(after) or after in _OPENS):
            return False  # "a": 1, data and no prose
        if before.isascii() and before.isalnum() and text[i + 1 : i + 3].lstrip()[:1] in _STRAIGHT:
            return False  # 1, "a": likewise
        if _chinese(left):
            return not (right.isascii() and right.isalpha()) or self._speaks(i)
        if _chinese(right):
            return self._speaks(i)
        if not right:  # 增长3.6%;
            return mark not in "!?" and (left.isalnum()) and self._speaks(i)
        return before in ("%", "％") and mark in ",;" and self._speaks(i)

    def brackets(self) -> Iterator[tuple[int, int, str, Grade]]:
        text = self.text
        done = -1
        for i in self.sight.where(_BRACKET).tolist():
            if i < done:
                continue
            start, done = self.sight.line(i)
            for one, two in self._pairs(start, done):
                if self._pair_belongs(one, two):
                    yield from ((k, k + 1, WIDE[text[k]], Grade.SAFE) for k in (one, two) if text[k] in "()")
            head = _HEAD.match(text, start, done)
            if head:
                yield head.end() - 1, head.end(), "）", Grade.SAFE

    def _pairs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        opened: list[int] = []
        for m in _ROUND.finditer(self.text, start, end):
            i = m.start()
            if self.spans.hold(i):
                continue
            if self.text[i] in "(（":
                opened.append(i)
            elif opened:
                yield opened.pop(), i

    def _pair_belongs(self, one: int, two: int) -> bool:
        text = self.text
        if (text[one] == "(") != (text[two] == ")"):
            return self._speaks(one)
        if text[one] == "（":
            return False
        inside = text[one + 1 : two]
        before, after = text[one - 1 : one], text[two + 1 : two + 2]
        if before in _OPERATORS or after in _OPERATORS:
            return False
        around = _chinese(_base_before(text, one)) or _chinese(_base_after(text, two + 1))
        if any(map(is_han, inside)):
            return around or self._speaks(one)
        if not inside.strip() or (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum()):
            return False
        return around and self._speaks(one)

    def full_stops(self) -> Iterator[tuple[int, int, str, Grade]]:
        if "." not in self.text:
            return
        text, kinds = self.text, self.sight.kinds
        dots = np.flatnonzero(self.sight.codes == ord("."))
        for i in dots[(dots > 0) & ((kinds[dots - 1] & (_HAN | _CLOSE)) != 0)].tolist():
            start, end = self.sight.line(i)
            if text[i + 1 : end].strip(" \t　") or self.spans.hold(i) or not is_han(text[i - 1].strip("”’）)") or text[i - 2]):
                continue
            if self.sight.han(start, i) >= _PROSE and _CLAUSE.search(text, start, i):
                yield i, i + 1, "。", Grade.SAFE

    def _speaks(self, i: int) -> bool:
        """Does the line speak Chinese? A Chinese word is two characters, a Latin one about five letters."""
        start, end = self.sight.line(i)
        if start not in self.weights:
            letter = (self.sight.kinds[start:end] & _LETTER) != 0
            for one, two in self.spans.within(start, end):
                letter[max(0, one - start) : max(0, two - start)] = False  # an address is no word
            self.weights[start] = 2 * self.sight.han(start, end) >= max(1, int(np.count_nonzero(letter)))
        return self.weights[start]


_PROSE = 20  # Chinese characters: a line that holds as many, and marks, is no heading
_CLAUSE = re.compile(r"[，、；：,;。！？!?]")
_ROUND = re.compile(r"[()（）]")
_HEAD = re.compile(r"[ \t　\ufeff]*[一二三四五六七八九十]{1,3}(\))(?=[ \t　]*[\u4e00-\u9fff“《])")
_OPERATORS = tuple("=+-*/×÷<>^_\\")
_OPENS = tuple("“‘《（(")
_STRAIGHT = ('"', "'")
# What stands between a mark and the word that decides. Both widths alike, so that mending one mark decides no other.
_SKIP_BEFORE = frozenset("”’\"')）]］%％‰℃*,;:!?，；：！？ \t　")
_SKIP_AFTER = frozenset("“‘\"'(（[［*,;:!?，；：！？)）”’ \t　")
_CODE = tuple("<>|{}[\\=#_`~^$@&/")
_MARKS_OF_CHINESE = frozenset("、《》〈〉【】「」『』〔〕—…·～￥")


def _base_before(text: str, i: int) -> str:
    """The character that decides what stands before text[i]; "" at the head of the line."""
    i -= 1
    while i >= 0 and text[i] in _SKIP_BEFORE:
        i -= 1
    return text[i] if i >= 0 and text[i] not in "\r\n" else ""


def _base_after(text: str, i: int) -> str:
    while i < len(text) and text[i] in _SKIP_AFTER:
        i += 1
    return text[i] if i < len(text) and text[i] not in "\r\n" else ""


def _chinese(char: str) -> bool:
    return is_han(char) or char in _MARKS_OF_CHINESE


# --- PUN202 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN202",
    Grade.UNSAFE,
    together=True,
    good=["增长3.6％，Ⅲ类水质，①②③", "１．指导思想".replace("１", "1"), "价格为￥100，（一）", "面积100㎡，温度25℃"],
    bad={"２０24年增长１２．５％": "2024年增长12.5％", "Ｐ３实验室、ＡＩ": "P3实验室、AI"},
)
def full_width_alphanumeric(text: str) -> Iterator[Hit]:
    """Letters and figures are full-width.

    Ａ-Ｚ ａ-ｚ ０-９ become ASCII, and ．between two figures becomes a point. ％ and the other marks stay. The fix is unsafe because
    a paper may be set in full-width figures throughout, to keep the columns of its tables; GB/T 15835 does not forbid it.
    """
    sight = look(text)
    at = sight.where(_WIDE)
    if not at.size:
        return
    for m in _WIDE_RUN.finditer(text, int(at[0])):
        yield Hit(m.start(), m.end(), m.group().translate(_TO_ASCII), Why.of("full-width {}", m.group()))


_WIDE_RUN = re.compile(r"[Ａ-Ｚａ-ｚ０-９]+(?:(?<=[０-９])．(?=[０-９])[０-９]+)*|(?<=[0-9])．(?=[0-9])")
_TO_ASCII = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0E)}

# --- PUN203 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN203",
    Grade.SAFE,
    good=["真的吗？！好！！真好……——是的。", "（一）“甲、乙。”、《丙》，（丁）。", "目录：……1", "等等。……", "真的吗？？", "他说：“好。”。"],
    bad={
        "加强领导，，落实责任": "加强领导，落实责任",
        "玩忽职守、、徇私舞弊": "玩忽职守、徇私舞弊",
        "分工如下：：甲": "分工如下：甲",
        "落实责任。。": "落实责任。",
        "应予支持；。": None,
        "等等。。。": None,
    },
)
def doubled_mark(text: str) -> Iterator[Hit]:
    """A mark is doubled, or two marks clash.

    Of two equal ， 、 ； ： one stays; 。。 may have been an ellipsis, so that fix is unsafe, and three or more are only told, as are
    clashes (。， ；。). ……, ——, ！！ and ？！ are right (GB/T 15834-2011, 4.2, 4.3).
    """
    sight = look(text)
    mark = (sight.kinds & _STOP) != 0
    at = np.flatnonzero(mark[1:] & mark[:-1])
    done = 0
    for i in at.tolist():
        if i < done:
            continue
        done = i + 2
        while done < len(text) and mark[done]:
            done += 1
        run = text[i:done]
        if len(set(run)) > 1:
            yield Hit(i, done, None, Why.of("{} clash", run))
        elif len(run) > 2 and run[0] == "。":
            yield Hit(i, done, None, Why.of("{} ×{}", run[0], len(run)))
        else:
            yield Hit(i, done, run[0], Why.of("{} ×{}", run[0], len(run)), Grade.UNSAFE if run[0] == "。" else None)


# --- PUN204 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN204",
    Grade.NONE,
    level=Level.NOTE,
    good=[
        "“一企一策”（试行）",
        "他说：“第一，要落实。\n“第二，要见效。”",
        "修改为：“第一条 为了发展。\n“第二条 本办法自发布之日起施行。”",
        "1）制定方案\n一）落实责任\na)检查",
        "《关于印发〈办法（试行）〉的通知》",
        "it’s 5’ long",
        "他指出（会上\n所说）。",
    ],
    bad={"他说：“要落实责任。": None, "（试行要落实": None, "要落实》责任": None},
)
def unpaired_mark(text: str) -> Iterator[Hit]:
    """A quote or a bracket has no partner.

    Pairs are sought in the paragraph, then across paragraphs: a quotation may run over several, and opens anew in each
    (GB/T 15834-2011, 4.8.3.4). The marks of a list, 1） 一） a), have no partner and need none.
    """
    sight = look(text)
    at = sight.where(_PAIR)
    if not at.size:
        return
    breaks = sight.breaks
    lines = np.searchsorted(breaks, at).tolist()
    spans = verbatim(text)
    straight = '"' in text
    waiting: list[tuple[int, str]] = []  # openers of earlier lines
    lost: list[int] = []
    opened: list[tuple[int, str]] = []
    closed: list[int] = []  # closers of this line that found no opener in it
    line = -1
    for i, number in zip(at.tolist(), lines, strict=True):
        if number != line:
            _carry(text, waiting, opened, closed, lost)
            opened, closed, line = [], [], number
        char = text[i]
        if (spans.spans and spans.hold(i)) or (straight and char in "“”" and _straight(text, sight, i)):
            continue
        if char in _PARTNER:
            if char in "“‘" and waiting and waiting[-1][1] == char and _at_head(text, i):
                del waiting[-1]  # the quotation goes on
            opened.append((i, char))
            continue
        for k in range(len(opened) - 1, -1, -1):
            if _CLOSES[opened[k][1]] == _CLOSES[_OPENER[char]]:
                del opened[k]
                break
        else:
            if not (char in ")）" and _LISTED.search(text, max(0, i - 8), i)) and not (char == "’" and text[i - 1 : i].isascii()):
                closed.append(i)
    _carry(text, waiting, opened, closed, lost)
    lost += [i for i, _ in waiting]
    for i in sorted(lost):
        yield Hit(i, i + 1, None, Why.of("{} has no partner", text[i]))


def _straight(text: str, sight: Sight, i: int) -> bool:
    """Does the line hold straight quotes, too? PUN206 speaks of those."""
    start, end = sight.line(i)
    return '"' in text[start:end]


def _carry(text: str, waiting: list[tuple[int, str]], opened: list[tuple[int, str]], closed: list[int], lost: list[int]) -> None:
    """Pair what a line left over with what earlier lines left over."""
    for i in closed:
        kind = _CLOSES[_OPENER[text[i]]]
        k = next((k for k in range(len(waiting) - 1, -1, -1) if _CLOSES[waiting[k][1]] == kind), None)
        if k is None:
            lost.append(i)
        else:
            del waiting[k]
    waiting += opened


def _at_head(text: str, i: int) -> bool:
    while i > 0 and text[i - 1] in " \t　\ufeff":
        i -= 1
    return i == 0 or text[i - 1] in "\r\n"


_PARTNER = {pair[0]: pair[1] for pair in ("“”", "‘’", "（）", "()", "《》", "〈〉", "【】", "〔〕", "「」", "『』")}
_OPENER = {closer: opener for opener, closer in _PARTNER.items()}
_CLOSES = _PARTNER | {"(": "）"}  # a bracket of either width closes the other: PUN201 mends that
_LISTED = re.compile(
    r"(?:^|[\s　。；，、：;,:（(“])(?:[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3}|[①-⑳])$"  # 1） 一）
    r"|(?:^|[^A-Za-z])[A-Za-z]$|(?<=[条款项和及至])[0-9]{1,2}$"  # 第三条b）和c）
)

# --- PUN205 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN205",
    Grade.SAFE,
    good=[
        "第一章 总　则",
        "第一条 为了加强和规范公共数据资源的登记工作，促进数据资源合规高效开发利用，制定本办法。",
        "目 录\n姓 名　职 务",
        "2024年1月14日 省长 王某某",
        "一、指导思想 以习近平新时代中国特色社会主义思想为指导，全面贯彻落实党的二十大精神，推动高质量发展。",
        "全市完成投资 100 亿元，增长 3 %，新建 5G 基站 200 座，全面完成了年初确定的各项目标任务。",
        "要大力弘扬“不忘初心 牢记使命”的精神，全面加强政府自身建设，进一步提高为人民服务的能力水平。",
        "批准《环境空气 多氯联苯的测定 气相色谱法》为国家环境保护标准，并予以发布，自发布之日起实施。",
        "国务院总理在人民大会堂作政府工作报告，审查计划报告和预算报告。新华社记者 庞兴雷 摄",
        "李明 王 芳 张小红 赵 刚 出席会议，会议审议通过了有关事项，并对下一步的工作作出了安排部署。",
    ],
    bad={
        "坚持稳中求进，推动经济社会高质 量发展，增强群众获得感。": "坚持稳中求进，推动经济社会高质量发展，增强群众获得感。",
        "坚持稳中求进，推动经济  社会发展，不断增强群众获得感。": "坚持稳中求进，推动经济社会发展，不断增强群众获得感。",
    },
)
def spaced_characters(text: str) -> Iterator[Hit]:
    """A space stands between two Chinese characters of one sentence.

    One or two spaces in running text: a line of 20 Chinese characters or more with marks, and no other gaps in it. Where spaces
    are a habit of the line, after headings (第一条 为了), in titles and slogans, in tables, between names and in a credit at the
    end (记者 某某 摄) they stay; so do all spaces beside figures and letters.
    """
    sight = look(text)
    by_line: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for gap in _gaps(sight):
        by_line.setdefault(sight.line(gap[0]), []).append(gap)
    for (start, end), gaps in by_line.items():
        if len(gaps) == 1 and _SET_OFF.search(text[start : gaps[0][0]].rstrip(" ")):
            continue  # 第一条 为了: laws hold a thousand of them
        if _is_prose(text, sight, start, end, len(gaps)):
            for left, right in gaps:
                grade = _gap_grade(text, (start, end), left, right)
                if grade:
                    yield Hit(left, right, "", Why.of("a space inside a sentence"), grade)


def _gaps(sight: Sight) -> list[tuple[int, int]]:
    """Where one or two spaces part two Chinese characters: [start, end)."""
    at = sight.where(_SPACE)
    if not at.size:
        return []
    kinds = np.concatenate((sight.kinds, np.zeros(3, dtype=np.uint16)))
    han = kinds & _HAN
    single = (han[at - 1] != 0) & (han[at + 1] != 0)
    double = (han[at - 1] != 0) & ((kinds[at + 1] & _SPACE) != 0) & (han[at + 2] != 0)
    found = (at > 0) & (single | double)
    return [(i, i + 1 + two) for i, two in zip(at[found].tolist(), double[found].tolist(), strict=True)]


_HABIT = 3  # as many gaps in one line are how it is set, not a slip


def _is_prose(text: str, sight: Sight, start: int, end: int, gaps: int) -> bool:
    if gaps >= _HABIT or sight.han(start, end) < _PROSE:
        return False
    line = text[start:end].strip(" \t　")
    return bool(_SENTENCE.search(line)) and not _LAID_OUT.search(line)


_SENTENCE = re.compile(r"[，；,;].*[。！？；;!?]|[。！？].*[，。；,]")
# Tabs, wide gaps, columns, and lines whose ends were made spaces: 特此公告。 附件
_LAID_OUT = re.compile(r"\t| {3}|[^　]　+[^　]|\||[。！？；：）》”] +[\u4e00-\u9fff（《“0-9]")


def _gap_grade(text: str, line: tuple[int, int], left: int, right: int) -> Grade | None:
    """How sure is it that this gap is a slip? None: something that is set off rightly, or may be."""
    before = text[line[0] : left].lstrip(" \t　")
    if _SET_OFF.search(before) or _in_title(text, before, right) or not _CLAUSE.search(text, right, line[1]):
        return None
    sentence = re.split("[。！？；!?;]", before)[-1]
    if len(sentence) < len(before) or any(mark in _NUMBER.sub("", sentence) for mark in "，、：,:"):
        return Grade.SAFE
    heading = _NUMBER.sub("", sentence)
    return None if len(heading) <= _HEADING and heading != sentence else Grade.UNSAFE


def _in_title(text: str, before: str, right: int) -> bool:
    """Does the gap part a title, or the limbs of a slogan: 《…》, “不忘初心 牢记使命”?"""
    opener = max("“《〈（【‘(", key=before.rfind)
    opened = before.rfind(opener)
    closer = text.find(_CLOSES[opener], right, right + 40)
    if opened < 0 or _CLOSES[opener] in before[opened:] or closer < 0:
        return False
    head, tail = len(before) - opened - 1, closer - right
    return opener in "《〈【" or (min(head, tail) >= 3 and head + tail <= 24)


_HEADING = 12  # characters: 一、指导思想 以…
_NUMBER = re.compile(r"^[（(]?[一二三四五六七八九十0-9]+[）)、.．]+")
# After the number of an article, after a date, and after 一是
_SET_OFF = re.compile(
    r"第[一二三四五六七八九十百千零〇0-9]+[编章节条款项](?:之[一二三四五六七八九十]+)?$"
    r"|(?:^|[，。；：])[一二三四五六七八九十]是$|[0-9一二三四五六七八九十]日$"
)

# --- PUN206 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN206",
    Grade.UNSAFE,
    together=True,
    good=[
        '{"标题": "工作报告"}',
        '<p class="正文">工作报告</p>',
        '屏幕为5"，共10台',
        "“一网通办”、‘一件事’",
        'He said "hello".',
        '["无锡", "苏州"]',
    ],
    bad={
        '实施"一企一策"行动': "实施“一企一策”行动",
        '以“揭榜挂帅"“赛马制"等方式': "以“揭榜挂帅”“赛马制”等方式",
        '打造“绿色门槛"制度': "打造“绿色门槛”制度",
    },
)
def straight_quote(text: str) -> Iterator[Hit]:
    """A straight quote stands round Chinese text.

    " becomes “ or ” where the quotes of the line then pair and hold Chinese. Code, data and inches stay.
    """
    if '"' not in text:
        return
    sight = look(text)
    spans = verbatim(text)
    done = -1
    for i in np.flatnonzero(sight.codes == ord('"')).tolist():
        if i < done:
            continue
        start, done = sight.line(i)
        if not _DATA.search(text, start, done):
            yield from _curl(text, start, done, spans)


def _curl(text: str, start: int, end: int, spans: Spans) -> Iterator[Hit]:
    hits: list[Hit] = []
    opened = -1
    for m in _QUOTE.finditer(text, start, end):
        i = m.start()
        if spans.hold(i):
            return
        opens = m.group() == "“" or (m.group() == '"' and opened < 0)
        if opens == (opened >= 0) or (not opens and not any(map(is_han, text[opened:i]))):
            return  # the line cannot be read as pairs
        if m.group() == '"':
            hits.append(Hit(i, i + 1, "“" if opens else "”", Why.of("a straight quote in Chinese text")))
        opened = i if opens else -1
    if opened < 0:
        yield from hits


_QUOTE = re.compile(r"[\"“”]")
_DATA = re.compile(r"[{}<>=\\]|\"\s*[:,\]]|[\[,:]\s*\"")

# --- What the rules share ----------------------------------------------------------------------------------------

_ASTRAL = "\U00020000"
_HALF, _BRACKET, _HAN, _SPACE, _WIDE, _STOP, _PAIR, _LETTER, _CLOSE = (1 << bit for bit in range(9))


def is_han(char: str) -> bool:
    """One Chinese character, 〇 included."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇" or "\uf900" <= char <= "\ufaff" or char >= _ASTRAL


class Sight(NamedTuple):
    """A text as arrays. codes, kinds: one for each character; breaks: where \\r or \\n stand."""

    codes: npt.NDArray[np.uint32]
    kinds: npt.NDArray[np.uint16]
    breaks: npt.NDArray[np.int64]

    def where(self, kind: int) -> npt.NDArray[np.int64]:
        """Where characters of a kind stand."""
        return np.flatnonzero(self.kinds & kind)

    def line(self, i: int) -> tuple[int, int]:
        """The line that holds text[i], without its end."""
        k = int(np.searchsorted(self.breaks, i))
        start = int(self.breaks[k - 1]) + 1 if k else 0
        return start, int(self.breaks[k]) if k < len(self.breaks) else len(self.codes)

    def han(self, start: int, end: int) -> int:
        """How many Chinese characters text[start:end] holds."""
        return int(np.count_nonzero(self.kinds[start:end] & _HAN))


@lru_cache(maxsize=2)
def look(text: str) -> Sight:
    """The arrays that the rules of this family read."""
    codes = code_points(text)
    return Sight(codes, _kinds()[codes], np.flatnonzero((codes == 10) | (codes == 13)))


@cache
def _kinds() -> npt.NDArray[np.uint16]:
    kinds = np.zeros(0x110000, dtype=np.uint16)
    members = (
        (_HALF, ",;:!?"),
        (_BRACKET, "()"),
        (_SPACE, " "),
        (_STOP, "，。、；："),
        (_PAIR, "“”‘’（）()《》〈〉【】〔〕「」『』"),
        (_CLOSE, "”’）)"),
    )
    for kind, chars in members:
        for char in chars:
            kinds[ord(char)] |= kind
    for kind, ranges in (
        (_HAN, ((0x4E00, 0xA000), (0x3400, 0x4DC0), (0x3007, 0x3008), (0xF900, 0xFB00), (0x20000, 0x110000))),
        (_WIDE, ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))),
        (_LETTER, ((0x41, 0x5B), (0x61, 0x7B))),
    ):
        for start, end in ranges:
            kinds[start:end] |= kind
    kinds[0xFF0E] |= _WIDE
    return kinds


class Spans(NamedTuple):
    """Stretches of a text, in order and apart."""

    spans: tuple[tuple[int, int], ...]

    def hold(self, i: int) -> bool:
        """Does text[i] lie in one of them?"""
        k = bisect_right(self.spans, (i, 1 << 62)) - 1 if self.spans else -1
        return k >= 0 and i < self.spans[k][1]

    def within(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Those that touch [start, end)."""
        lo = max(0, bisect_right(self.spans, (start, 1 << 62)) - 1)
        return self.spans[lo : bisect_right(self.spans, (end, 0))]


@lru_cache(maxsize=2)
def verbatim(text: str) -> Spans:
    """What is not prose and stays letter for letter: code, addresses, paths, tags, links, front matter."""
    found = sorted(m.span() for sign, pattern in _VERBATIM if sign in text for m in pattern.finditer(text))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return Spans(tuple(apart))


_VERBATIM = tuple(
    (sign, re.compile(pattern, re.DOTALL))
    for sign, pattern in (
        ("---", r"\A\ufeff?---[ \t]*[\r\n]+[A-Za-z_#][^\r\n]*:.*?[\r\n]---(?=[ \t]*(?:[\r\n]|\Z))"),  # front matter
        ("```", r"```.*?(?:```|\Z)"),
        ("~~~", r"~~~.*?(?:~~~|\Z)"),
        ("`", r"(?<!`)`[^`\r\n]+`(?!`)"),
        ("<!--", r"<!--.*?-->"),
        ("<", r"</?[A-Za-z][^<>\r\n]*>|<U\+[0-9A-Fa-f]+>"),
        ("://", r"[A-Za-z][A-Za-z0-9+.-]*://[!-;=?-~]*[A-Za-z0-9/#=&_~-]"),
        ("www.", r"www\.[!-;=?-~]*[A-Za-z0-9/#=&_~-]"),
        ("@", r"[A-Za-z0-9._%+-]+(?:;[A-Za-z0-9._%+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
        ("](", r"\]\((?:[^()\r\n]|\([^()\r\n]*\))*\)"),
        ("]:", r"(?<![^\r\n])\[[^\]\r\n]+\]:[^\r\n]*"),  # where a link leads
        ("|", r"(?<![^\r\n])[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?![^\r\n])"),  # the rule of a table
        (":\\", r"(?<![A-Za-z])[A-Za-z]:\\[^\s，。；“”<>|\"]*"),
    )
)
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")


def _data_rows(text: str) -> Spans:
    """Lines that are rows of comma-separated data: neighbours with equally many commas and no mark of a sentence. Three with
    short fields, or two with a field that is a bare figure or empty."""
    if "," not in text:
        return Spans(())
    rows: list[tuple[int, int]] = []
    block: list[re.Match[str]] = []
    for m in _ROW.finditer(text):
        if block and (m.group().count(",") != block[-1].group().count(",") or text[block[-1].end() : m.start()].strip("\r\n")):
            rows += _rows_of(block)
            block = []
        block.append(m)
    rows += _rows_of(block)
    return Spans(tuple(rows))


def _rows_of(block: list[re.Match[str]]) -> list[tuple[int, int]]:
    figures = any(_BARE.search(m.group()) for m in block)
    short = all(len(field.strip()) <= _FIELD for m in block for field in m.group().split(","))
    return [m.span() for m in block] if (figures and len(block) >= 2) or (short and len(block) >= 3) else []


_ROW = re.compile(r"(?<![^\r\n])[^\r\n，。；：！？、“”,]*,[^\r\n，。；：！？、“”,]*,[^\r\n，。；：！？、“”]*(?![^\r\n])")
_FIELD = 8  # characters: broken lines of a scan have longer clauses
_BARE = re.compile(r"(?:^|,)\s*[-+]?[0-9.]*%?\s*(?:,|$)")
