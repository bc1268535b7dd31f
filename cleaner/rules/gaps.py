"""Spaces between Chinese characters: a slip in a sentence, set so on purpose elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from cleaner.language import lexicon, prose
from cleaner.language.probability import gain
from cleaner.language.prose import CLAUSE_END, NO_HEADING, Sight, look
from cleaner.model import Grade, Hit, Why
from cleaner.patterns import lazily
from cleaner.rules.rule import rule

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
        "《智能制造 对象标识要求》（GB/T 37695—2019）规定了智能制造对象标识的基本要求，适用于对象标识的编码和管理。",
        "着力打造“好客山东 好品山东”品牌，推动文化和旅游深度融合发展，让更多海内外游客畅游齐鲁大地。",
    ],
    bad={
        "坚持稳中求进，推动经济社会高质 量发展，增强群众获得感。": "坚持稳中求进，推动经济社会高质量发展，增强群众获得感。",
        "第一条 为了安全。\n第二 条船艇的安全管理由体育行政部门负责，并依法登记。": (
            "第一条 为了安全。\n第二条 船艇的安全管理由体育行政部门负责，并依法登记。"
        ),
        "落实《数据安全若干 规定（试行）》等，压实企业责任，确保安全。": "落实《数据安全若干规定（试行）》等，压实企业责任，确保安全。",
        "（五）人 工智能相关研究方向，培育复合型人才，推动深度融合。": "（五）人工智能相关研究方向，培育复合型人才，推动深度融合。",
        "坚持稳中求进，推动经济  社会发展，不断增强群众获得感。": "坚持稳中求进，推动经济社会发展，不断增强群众获得感。",
    },
)
def spaced_characters(text: str, *, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A space stands between two Chinese characters of one sentence.

    One or two spaces in running text: a line of 20 Chinese characters or more with marks, and no other gaps in it. Where spaces
    are a habit of the line, after headings (第一条 为了), in titles and slogans, in tables, between names and in a credit at the
    end (记者 某某 摄) they stay, unless the language model knows the characters on either side as one string, far better than it
    knows them apart. Spaces beside figures and letters stay.
    """
    sight = look(text)
    by_line: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for gap in _gaps(sight):
        by_line.setdefault(sight.line(gap[0]), []).append(gap)
    for (start, end), gaps in by_line.items():
        if len(gaps) == 1 and _SET_OFF.search(text[start : gaps[0][0]].rstrip(" ")):
            continue  # 第一条 为了: laws hold a thousand of them
        if prosaic := _prosaic(text, sight, start, end, len(gaps)):
            for left, right in gaps:
                if _ARTICLE_BEFORE.match(text[start:left]) and text[right] in "条章节":  # 第七十五 条体育
                    habit = _ARTICLE.search(text)
                    yield Hit(left, right + 1, text[right] + (habit["gap"] if habit else ""), Why.of("a space inside a sentence"))
                    continue
                grade = _gap_grade(text, (start, end), left, right, model)
                if grade == Grade.SAFE or (grade and prosaic == _SENTENCES):
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


def _prosaic(text: str, sight: Sight, start: int, end: int, gaps: int) -> int:
    """Is the line made of sentences, of one list, or of neither (0)?"""
    if gaps >= _HABIT or sight.han(start, end) < NO_HEADING:
        return 0
    line = text[start:end].strip(" \t　")
    if _LAID_OUT.search(line):
        return 0
    return _SENTENCES if _SENTENCE.search(line) else _LIST if _LISTING.search(line) else 0


_SENTENCES, _LIST = 2, 1
_SENTENCE = lazily(r"[，；,;].*[。！？；;!?]|[。！？].*[，。；,]")
_LISTING = lazily(r"[、，].*[、，].*[。；：]")
# Tabs, wide gaps, columns, and lines whose ends were made spaces: 特此公告。 附件
_LAID_OUT = lazily(r"\t| {3}|[^　]　+[^　]|\||[。！？；：）》”] +[\u4e00-\u9fff（《“0-9]")


def _gap_grade(text: str, line: tuple[int, int], left: int, right: int, model: tuple[str, ...]) -> Grade | None:
    """How sure is it that this gap is a slip? None: something that is set off rightly, or may be."""
    before = text[line[0] : left].lstrip(" \t　")
    if _SET_OFF.search(before):
        return None
    joined = _joined(text, line, left, right, model)
    word = joined > 0 and _inside_word(text, line, left, right)
    known = joined >= _KNOWN or word
    title = _title(text, before, right)
    if title == "":
        return Grade.SAFE if joined >= _KNOWN and word else None
    if title:
        return Grade.SAFE if known and _PAPER.search(title) else None
    if not CLAUSE_END.search(text, right, line[1]):
        return Grade.SAFE if joined >= _SURELY or (joined >= _KNOWN and word) else None
    sentence = re.split("[。！？；!?;]", before)[-1]
    if len(sentence) < len(before) or any(mark in _NUMBER.sub("", sentence) for mark in "，、：,:"):
        return Grade.SAFE if joined > _APART else Grade.UNSAFE
    heading = _NUMBER.sub("", sentence)
    if known or (joined > 0 and _one_heading(text, heading, right)):
        return Grade.SAFE
    return None if len(heading) <= _HEADING and heading != sentence else Grade.UNSAFE


def _one_heading(text: str, heading: str, right: int) -> bool:
    """Does what stands about the gap end with a full stop as one short sentence? 1.扩大 产业有效投资。"""
    mark = CLAUSE_END.search(text, right, right + 2 * _HEADING - min(len(heading), _HEADING))
    return mark is not None and mark.group() == "。"


def _joined(text: str, line: tuple[int, int], left: int, right: int, model: tuple[str, ...]) -> float:
    """How much likelier the text is without the gap than with a pause there: natural logarithm of the ratio."""
    around = text[max(line[0], left - _AROUND) : left], text[right : min(line[1], right + _AROUND)]
    return gain(lexicon.chosen(model), around[0], " ", around[1], "")


def _inside_word(text: str, line: tuple[int, int], left: int, right: int) -> bool:
    """Do the characters on either side belong to one word?"""
    head = text[max(line[0], left - _AROUND) : left]
    run = head + text[right : min(line[1], right + _AROUND)]
    return any(start < len(head) < end for _, start, end in lexicon.words(run))


def _title(text: str, before: str, right: int) -> str | None:
    """The title that the gap parts, 《…》, with its brackets; "" for the limbs of a slogan, “不忘初心 牢记使命”; None: neither."""
    opened: list[int] = []
    for m in _BRACKET.finditer(before):
        if m.group() in _CLOSES:
            opened.append(m.start())
        elif opened and _CLOSES[before[opened[-1]]] == m.group():
            del opened[-1]
    if not opened:
        return None
    opener = before[opened[-1]]
    closer = text.find(_CLOSES[opener], right, right + 40)
    if closer < 0:
        return None
    if opener in "《〈【":
        return before[opened[-1] :] + text[right : closer + 1]
    head, tail = len(before) - opened[-1] - 1, closer - right
    return "" if min(head, tail) >= 3 and head + tail <= 24 else None


_CLOSES = dict(zip("“《〈（【‘(", "”》〉）】’)", strict=True))
_BRACKET = lazily(r"[“”《》〈〉（）【】‘’()]")
_AROUND = 6  # characters on either side that the model is asked about
# Measured on 2,000 gaps of policy and law and 1,200 planted ones: names, titles of standards and headings lie below the one, single
# words that were broken above; what is below the other may have lost a mark (长江 黄河).
_SURELY, _KNOWN, _APART = 8.0, 4.0, -4.5
# What a paper of the state is called; the titles of standards hold spaces (《智能制造 对象标识要求》), those of papers never
_PAPER = lazily(
    r"(?:法|条例|规定|办法|细则|意见|通知|通告|公告|决定|决议|规划|纲要|方案|计划|报告|规则|章程|解释|批复|指导目录)(?:（[^（）]{2,6}）)?[》〉】]$"
)
_HEADING = 12  # characters: 一、指导思想 以…
_NUMBER = lazily(r"^[（(]?[一二三四五六七八九十0-9]+[）)、.．]+")
# After the number of an article, after a date, and after 一是
_ARTICLE = lazily(r"第[一二三四五六七八九十百千零〇]+[条章节](?P<gap>[ 　]+)")  # how the text sets the numbers of its articles off
_ARTICLE_BEFORE = lazily(r"第[一二三四五六七八九十百千零〇]+\Z")
_SET_OFF = lazily(
    r"[第笫][－一二三四五六七八九十百千零〇0-9]+[编章节条款项](?:之[一二三四五六七八九十]+)?$"
    r"|(?:^|[，。；：])[一二三四五六七八九十]是$|[0-9一二三四五六七八九十]日$"
)
