"""Marks and widths: what GB/T 15834 (punctuation) and GB/T 15835 (figures) ask of Chinese text, and nothing beyond it.

No rule here puts a space in, and none takes one away beside a figure or a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from cleaner.language import prose
from cleaner.language.prose import CLAUSE_END, NO_HEADING, Sight, Spans, is_han, look, verbatim
from cleaner.language.width import half_width_in_chinese
from cleaner.model import Grade, Hit, Level, Why
from cleaner.rules.rule import rule

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
        "序号,地区,金额(元)\n1,无锡市,100\n2,苏州市,200\n",
        "补贴金额(元)=面积(亩)×标准(元/亩)",
        'print("总数:", 数量)、f(甲,乙)、SELECT 姓名,年龄 FROM 表',
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
    and times (3,000 09:30 1:100), between Latin words, in addresses, code, Markdown, HTML and rows of data stay; so do all
    brackets of a formula.
    GB/T 15834-2011, 5.1: the marks of Chinese are full-width.
    """
    for start, end, full in half_width_in_chinese(text):
        yield Hit(start, end, full, _half_width_why(text[start]))


@cache
def _half_width_why(mark: str) -> Why:
    return Why.of("half-width {} in Chinese text", mark)


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
    at = sight.where(prose.WIDE)
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
    mark = (sight.kinds & prose.STOP) != 0
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
    at = sight.where(prose.PAIR)
    if not at.size:
        return
    breaks = sight.breaks
    lines = np.searchsorted(breaks, at).tolist()
    spans = verbatim(text)
    straight = '"' in text
    waiting: _Openers = {}  # of earlier lines
    lost: list[int] = []
    opened: _Openers = {}
    closed: list[int] = []  # closers of this line that found no opener in it
    line = -1
    for i, number in zip(at.tolist(), lines, strict=True):
        if number != line:
            _carry(text, waiting, opened, closed, lost)
            opened, closed, line = {}, [], number
        char = text[i]
        if (spans.spans and spans.hold(i)) or (straight and char in "“”" and _straight(text, sight, i)):
            continue
        if char in _PARTNER:
            kind = _CLOSES[char]
            if char in "“‘" and waiting.get(kind) and _at_head(text, i) and waiting[kind][-1] == max(w[-1] for w in waiting.values() if w):
                del waiting[kind][-1]  # the quotation goes on
            opened.setdefault(kind, []).append(i)
            continue
        if mates := opened.get(_CLOSES[_OPENER[char]]):
            del mates[-1]
        elif not (char in ")）" and _LISTED.search(text, max(0, i - 8), i)) and not (char == "’" and text[i - 1 : i].isascii()):
            closed.append(i)
    _carry(text, waiting, opened, closed, lost)
    lost += [i for places in waiting.values() for i in places]
    for i in sorted(lost):
        yield Hit(i, i + 1, None, Why.of("{} has no partner", text[i]))


_Openers = dict[str, list[int]]  # the mark that closes them -> where they stand, ascending


def _straight(text: str, sight: Sight, i: int) -> bool:
    """Does the line hold straight quotes, too? PUN206 speaks of those."""
    start, end = sight.line(i)
    return '"' in text[start:end]


def _carry(text: str, waiting: _Openers, opened: _Openers, closed: list[int], lost: list[int]) -> None:
    """Pair what a line left over with what earlier lines left over."""
    for i in closed:
        if mates := waiting.get(_CLOSES[_OPENER[text[i]]]):
            del mates[-1]
        else:
            lost.append(i)
    for kind, places in opened.items():
        waiting.setdefault(kind, []).extend(places)


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
    at = sight.where(prose.SPACE)
    if not at.size:
        return []
    kinds = np.concatenate((sight.kinds, np.zeros(3, dtype=np.uint16)))
    han = kinds & prose.HAN
    single = (han[at - 1] != 0) & (han[at + 1] != 0)
    double = (han[at - 1] != 0) & ((kinds[at + 1] & prose.SPACE) != 0) & (han[at + 2] != 0)
    found = (at > 0) & (single | double)
    return [(i, i + 1 + two) for i, two in zip(at[found].tolist(), double[found].tolist(), strict=True)]


_HABIT = 3  # as many gaps in one line are how it is set, not a slip


def _is_prose(text: str, sight: Sight, start: int, end: int, gaps: int) -> bool:
    if gaps >= _HABIT or sight.han(start, end) < NO_HEADING:
        return False
    line = text[start:end].strip(" \t　")
    return bool(_SENTENCE.search(line)) and not _LAID_OUT.search(line)


_SENTENCE = re.compile(r"[，；,;].*[。！？；;!?]|[。！？].*[，。；,]")
# Tabs, wide gaps, columns, and lines whose ends were made spaces: 特此公告。 附件
_LAID_OUT = re.compile(r"\t| {3}|[^　]　+[^　]|\||[。！？；：）》”] +[\u4e00-\u9fff（《“0-9]")


def _gap_grade(text: str, line: tuple[int, int], left: int, right: int) -> Grade | None:
    """How sure is it that this gap is a slip? None: something that is set off rightly, or may be."""
    before = text[line[0] : left].lstrip(" \t　")
    if _SET_OFF.search(before) or _in_title(text, before, right) or not CLAUSE_END.search(text, right, line[1]):
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
    Grade.NONE,
    level=Level.NOTE,
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
        '实施"一企一策"行动': None,
        '以“揭榜挂帅"“赛马制"等方式': None,
        '打造“绿色门槛"制度': None,
    },
)
def straight_quote(text: str) -> Iterator[Hit]:
    """A straight quote stands round Chinese text.

    Told where “ or ” in its place would make the quotes of the line pair round Chinese. Code, data and inches are left.
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
            hits.append(Hit(i, i + 1, None, Why.of("a straight quote in Chinese text")))
        opened = i if opens else -1
    if opened < 0:
        yield from hits


_QUOTE = re.compile(r"[\"“”]")
_DATA = re.compile(r"[{}<>=\\]|\"\s*[:,\]]|[\[,:]\s*\"")
