"""Typing faults: doubled characters and words; wrong, lost, added and swapped characters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from cleaner.language import doubled_words, doublings, lexicon, right_doublings
from cleaner.language.candidates import Kind
from cleaner.language.elsewhere import most_often
from cleaner.language.lexicon import PHRASE
from cleaner.language.misprints import DOUBTFUL, Misprint, misprints
from cleaner.model import Grade, Hit, Level, Why
from cleaner.rules.rule import rule
from cleaner.views import Rows, among, any_in_a_row, rows_of, simplified


@rule(
    "TYP701",
    Grade.SAFE,
    good=[
        "公安局局长",
        "天津市市长",
        "支持青海海东抗震救灾",
        "中国国际智能传播论坛",
        "人人享有，天天向上",
        "实实在在的成果",
        "“十五五”规划",
        "达到目的的措施",
        "可以以划拨方式取得",
        "由市市场监管局负责",
        "健全全过程人民民主制度",
        "碳碳复合材料和超超临界机组",
        "广汕汕高铁通车",
        "市市通高铁、县县通高速",
        "吴淞江江苏段",
        "一九八八年",
        "四万万同胞，每秒20亿亿次",
        "文书书写",
        "加快推进石化化工产业",
        "扩建建（构）筑物",
        "重要要求",
        "以及对对外劳务合作企业违法行为的处罚",
        "鼓励和支持持有危险废物经营许可证的单位",
        "院长、庭长参加合议庭庭审的情况",
        "財政司司長、保安局局長",
        "政策刚刚出台",
        "全天候提供歇歇脚、喝喝水、热热饭服务",
    ],
    bad={
        "习近平总书书记掌舵领航": "习近平总书记掌舵领航",
        "我代表无锡市市人民政府": "我代表无锡市人民政府",
        "引领现代化产业体系建建设": "引领现代化产业体系建设",
        "推动高质量发展的的的举措": "推动高质量发展的举措",
        "实现50亿元以下市值公司研服服务全覆盖": "实现50亿元以下市值公司研服务全覆盖",
        "政策刚刚刚出台": "政策刚刚出台",
        "新增就业65万万人": "新增就业65万人",
        "让三百六十行行行人才辈出": None,
        "记者吴小莉莉报道": None,
    },
)
def doubled_character(text: str, *, allowing: tuple[str, ...] = right_doublings.CHARACTERS, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A character is doubled.

    Finds a Chinese character that stands twice (or three times) where it should stand once: 总书书记, 体系建建设. Leaves
    what words account for (公安局|局长, 人人, 实实在在) and the families of doublings named in `allowing`, which are rows of
    data/doublings.csv. Three copies of which two are a word (行行), and what may end a personal name (吴小莉莉), are only
    told. Traditional script is judged as simplified, and never mended unasked.

    The fix is safe where the doubling stands in none of the documents counted, and the single form with three neighbours
    in 3 of them or twice in the text itself; a copy that is only without a word is told with an unsafe fix. So is one
    whose sentence stands elsewhere without the doubling: two copies differ, and one of them may go.

    Measured on text that the counts had not seen: of 266 characters doubled at random 90 % are told and 35 % mended
    unasked. False alarms there: 1.1 in 100,000 Chinese characters of policy, 0.6 of laws, none of them mended unasked but
    three in the laws; the families were chosen with those texts in view.
    """
    yield from doublings.characters(text, tuple(allowing), lexicon.chosen(tuple(model)))


@rule(
    "TYP702",
    Grade.SAFE,
    good=[
        "一个项目一个项目抓落地",
        "一步一步走下去",
        "监测预测预警能力",
        "构建共建共治共享格局",
        "充分运用信用信息",
        "履行本规定规定的职责",
        "中小企业创业创新平台",
        "上一年度年度报告",
        "再审申请人申请人民法院",
        "国有土地有土地使用权",
        "抓得很紧很紧",
        "集装箱装箱现场检查员",
        "博士博士后创新中心",
        "最高人民法院人民法院案例库",
        "深化文化文艺体制改革",
    ],
    bad={
        "市重大项目项目完成投资1450亿元": "市重大项目完成投资1450亿元",
        "完成“百宅百院”利用利用项目38个": "完成“百宅百院”利用项目38个",
        "推动经济社会高质量高质量发展": "推动经济社会高质量发展",
    },
)
def doubled_word(text: str, *, allowing: tuple[str, ...] = right_doublings.WORDS, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A word is doubled.

    Finds two copies of a word of two to four Chinese characters: 重大项目项目. Leaves copies that only look like it (监测|
    预测|预警, 年度|年度报告: the second copy must be whole words) and the families named in `allowing`. More copies than two are
    a loop. The fix is safe where the text without the copy is known on both sides of the seam (or on one, at a mark and
    for words of three and four characters), the word stands twice in none of the documents counted, and the sentence does
    not stand elsewhere without the copy.

    Measured on text that the counts had not seen: of 146 words doubled at random 97 % are told and 38 % mended unasked;
    false alarms 0.3 in 100,000 Chinese characters of policy.
    """
    yield from doubled_words.words(text, tuple(allowing), lexicon.chosen(tuple(model)))


@rule(
    "TYP703",
    Grade.UNSAFE,
    surest=Grade.SAFE,
    good=[
        "实际操作时间题材不限",
        "失去土地等原因难以实现就业的",
        "由国务院土地行政主管部门备案",
        "职务便利，自己经营同类业务",
        "不得非法冶炼分离稀土",
        "准确把握；来自已经制定的规划",
        "合理调整冶金、化工等重工业",
        "周末能出行、年末按时结账",
        "保护土地资源",
        "人民政府收回银行贷款",
        "全区经济社会发展取得新成效，全市营商环境持续优化",
        "兜牢基层“三保”底线，守牢安全发展底线",
        "防止捉襟见肘，做到未雨绸缪",
        "米口径球面射电望远镜（FAST）的激光靶标",
        "安徽省六安市金寨县、合湛高铁开工建设",
        "加强妇女工作，关心她们的特殊利益",
        "不得挪作它用",
    ],
    bad={
        "中华人民共合国": "中华人民共和国",
        "中共人民共和国成立": "中华人民共和国成立",
        "拥护“两个确力”": "拥护“两个确立”",
        "深入开展扫黑险恶专项斗争": "深入开展扫黑除恶专项斗争",
        "名位代表：": "各位代表：",
        "必须坚持以人闽为中心的发展思想": "必须坚持以人民为中心的发展思想",
        "解决突出间题": "解决突出问题",
        "改革开放以来取得很大成缚": "改革开放以来取得很大成绩",
        "市攻府办公室": "市政府办公室",
        "大力培育发展大数局产业": "大力培育发展大数据产业",
        "持旭推进乡村振兴": "持续推进乡村振兴",
    },
)
def misprinted_character(text: str, grade: Grade = Grade.NONE, *, sensitive: bool = False, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A character stands for another one that sounds or looks like it.

    Finds wrong forms that cannot be right, from data/misprints.csv (扫黑险恶, 攻府, 共合国; these are mended unasked), and places
    where the language is surprised and another character makes the text much likelier: the strings about the character are
    unknown, those with the other are known, and words explain it (大数局 is no word, 大数据 stands in hundreds of documents).
    Figures, names and rare terms are left alone. One character more or less in a set phrase is no misprint by itself
    (全省, 全市).

    With `sensitive`, doubtful places are told as notes.
    """
    listed = list(_listed(text))
    yield from listed
    for hit in _misprinted(text, "wrong", sensitive, model) if grade <= Grade.UNSAFE else ():
        if all(hit.end <= known.start or known.end <= hit.start for known in listed):
            yield hit


@rule(
    "TYP704",
    Grade.UNSAFE,
    good=[
        "各级人民政府应将农村科技工作纳入规划",
        "处五千以上二万元以下罚款",
        "村民会议或村民小组会议讨论决定",
        "完善产业链和战略新兴产业",
        "重大问题需进一步研究的",
        "积极发展多形式、多层次的职业教育",
        "行政主管部门应当据情采取必要的应急措施",
        "机构法定代表人或负责人",
        "发展夜经济、首店经济",
        "抓投资稳增长扩消费，重预防严监管优保障",
        "推动外贸稳规模、优结构，电动汽车、锂电池出口增长",
        "在转方式、调结构、提质量、增效益上积极进取",
        "与祖国内地同发展、共繁荣。",
        "实施更积极、更开放、更有效的人才引进政策",
        "由市人民政府有关部门提出，市人民政府各有关部门执行，市人民政府各有关部门监督",
        "保护山、泉、湖、河、城一体的整体风貌",
        "以不提或者少提折旧费和大修理费用的",
        "领导全国劳动保险工作，负指导督促之责，审核省、市的计划",
        "需迁入户口，或者复转退军人、离退休人员、大中专学生的",
        "纳税申报资料，如提供虚假申请，编造减税理由的",
    ],
    bad={
        "以习近平新时代中国特社会主义思想为指导": "以习近平新时代中国特色社会主义思想为指导",
        "（省业和信息化厅负责）": "（省工业和信息化厅负责）",
        "建立安全产责任制": "建立安全生产责任制",
        "省工业和信息化厅牵头，由省工业和信息化厅、省工业和信息厅负责": "省工业和信息化厅牵头，由省工业和信息化厅、省工业和信息化厅负责",
        "奋力谱写国式现代化新篇章": "奋力谱写中国式现代化新篇章",
        "扎实推进乡村全振兴": "扎实推进乡村全面振兴",
        "加快推进信息基础设施设，构建无所不在的网络": "加快推进信息基础设施建设，构建无所不在的网络",
        "愿为中特色社会主义事业贡献力量": "愿为中国特色社会主义事业贡献力量",
    },
)
def lost_character(text: str, *, sensitive: bool = False, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A character was lost.

    Finds places where two characters meet in no known string, and one more between them makes words and a phrase that many
    documents hold: 中国特社会主义. Leaves what may stand without it (应 for 应当, 或 for 或者, 五千以上二万元以下), by data/optional.csv
    and by how often the corpus does without it, and slogans of three characters (优结构、提质量). What the text itself says elsewhere
    with the character is evidence, too: one 工业和信息厅 beside many a 工业和信息化厅; once says less than twice. More is asked where what
    is about the place stays unknown with the character, less where it makes a set phrase.
    With `sensitive`, doubtful places are told as notes.
    """
    yield from _misprinted(text, "lost", sensitive, model)


@rule(
    "TYP705",
    Grade.UNSAFE,
    good=[
        "有机废水膜处理回用技术",
        "实施中藏医药振兴发展重大工程",
        "实行晨检及全日健康观察",
        "优化信易贷协调机制",
        "古城内外五湖十河水系贯通",
    ],
    bad={
        "建健设现代化产业体系": "建设现代化产业体系",
    },
)
def added_character(text: str, *, sensitive: bool = False, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A character is one too many.

    Finds a character that belongs to no known string, where the text without it is a phrase that many documents hold. What
    stands twice is TYP701's. With `sensitive`, doubtful places are told as notes.
    """
    yield from _misprinted(text, "added", sensitive, model)


@rule(
    "TYP706",
    Grade.UNSAFE,
    good=[
        "端端协同、端云协同等标准",
        "推进数据采分用机制",
        "外汇储备转降为升",
        "国家发展新格局、发展格局",
        "放射性核素积累和输运中的作用",
        "不久以前法国国民议会对于“欧洲防务集团”的决定",
        "重新进行核审，对文物安全有影响的",
        "紧要关头临阵逃脱的",
    ],
    bad={
        "加快构新建发展格局": "加快构建新发展格局",
        "促进高量质发展": "促进高质量发展",
    },
)
def swapped_characters(text: str, *, sensitive: bool = False, model: tuple[str, ...] = ()) -> Iterator[Hit]:
    """Two characters stand in the wrong order.

    Finds two characters that meet in no known string, where their exchange makes words and a phrase that many documents
    hold: 高量质发展. With `sensitive`, doubtful places are told as notes.
    """
    yield from _misprinted(text, "swapped", sensitive, model)


# The score from which a misprint is told, and from which it is noted when asked (language.misprints). Measured on documents
# that the counts had not seen; see benchmarks/quality.py.
_TOLD: dict[Kind, float] = {"wrong": 2.8, "lost": 1.8, "added": 5.0, "swapped": 3.0}
_SAID: dict[Kind, float] = _TOLD | {"lost": 1.2}  # ... where the text itself says so in several other places
# ... in one other place: two passages that differ in a character often do by intent (水质 and 水压)
_ONCE: dict[Kind, float] = _TOLD | {"wrong": 3.8, "lost": 1.4}
# ... where the change makes no two known strings of five: an orphan may stay on the other side (打|开展对外)
_ORPHANED: dict[Kind, float] = _TOLD | {"lost": 3.5}
# ... where, besides, both orders are words (国民议会, 核审; but 责令期限改正)
_EITHER: dict[Kind, float] = _TOLD | {"swapped": 6.0}
# ... where it makes a set phrase
_PHRASED: dict[Kind, float] = _TOLD | {"lost": 0.8}
_FIVES = 2
_SET = 5  # documents of a string of PHRASE that is a set phrase
_LEAST = min(_PHRASED.values())  # the surest of those that touch is told, if it is told at all: of whatever kind
_NOTED: dict[Kind, float] = {"wrong": DOUBTFUL, "lost": 0.5, "added": 3.0, "swapped": 1.5}


def _misprinted(text: str, kind: Kind, sensitive: bool, model: tuple[str, ...]) -> Iterator[Hit]:
    language = lexicon.chosen(tuple(model))
    for found in misprints(text, tuple(model), DOUBTFUL if sensitive else _LEAST):
        told = _enough(text, found)[kind]
        if found.kind != kind or found.score < (min(told, _NOTED[kind]) if sensitive else told):
            continue
        start, end, new = _shown(text, found)
        why = _why(text, found, language.size)
        sure = found.score >= told
        if sure and simplified(text[start:end]) == text[start:end]:
            yield Hit(start, end, new, why)
        else:
            yield Hit(start, end, None, why, Grade.NONE, None if sure else Level.NOTE)


def _enough(text: str, found: Misprint) -> dict[Kind, float]:
    """The score from which such a misprint is told."""
    if found.elsewhere:
        return _SAID if found.elsewhere > 1 else _ONCE
    if found.fives < _FIVES:
        pair = simplified(text[found.start : found.end])
        either = found.kind == "swapped" and len(lexicon.cut(pair)) == len(lexicon.cut(pair[::-1])) == 1
        return _EITHER if either else _ORPHANED
    return _PHRASED if len(found.good) == PHRASE and found.documents >= _SET else _TOLD


def _why(text: str, found: Misprint, size: int) -> Why:
    if found.elsewhere:
        form, here = most_often(text, found.start, found.end, found.new)
        if here:
            return Why.of("{} stands {} times here", form, here)
    grown = f"10^{found.gain / math.log(10):.0f}"
    return Why.of("{} stands in {} of {} documents, {} in none; {} times as likely", found.good, found.documents, size, found.bad, grown)


def _shown(text: str, found: Misprint) -> tuple[int, int, str]:
    """What is pointed at, and what should stand there: where a character was lost, its neighbours."""
    if found.start < found.end:
        return found.start, found.end, found.new
    start, end = found.start - 1, found.end + 1
    return start, end, text[start] + found.new + text[end - 1]


def _listed(text: str) -> Iterator[Hit]:
    """Wrong forms from data/misprints.csv. One that only arises between words is left (时间|题材, 原因|难以). None of them stands
    as right text in 22 million characters of policy and law."""
    known = _misprints()
    end = 0
    for start in any_in_a_row(text, known.rows):
        forms = known.beginning.get(text[start : start + 2])
        if not forms:  # nearly always
            continue
        form = next((form for form in forms if text.startswith(form, start)), None)
        if form is None or start < end:
            continue
        end = start + len(form)
        right, grade = known.of[form]
        if len(form) >= 4 or not _straddled(text, start, end):  # four characters do not arise by chance
            yield Hit(start, end, right, Why.of("{} is a known misprint of {}", form, right), grade)


class _Misprints(NamedTuple):
    """Wrong form -> right form and how sure it is; the wrong forms by their first two characters, the longest first; and of those of
    two, three, and more characters what stands first, second, third and fourth in them."""

    of: dict[str, tuple[str, Grade]]
    beginning: dict[str, list[str]]
    rows: Rows


@cache
def _misprints() -> _Misprints:
    of = {row["wrong"]: (row["right"], Grade[row["fix"].upper()]) for row in lexicon.rows("misprints.csv")}
    beginning: dict[str, list[str]] = {}
    for form in sorted(of, key=lambda form: (-len(form), form)):
        beginning.setdefault(form[:2], []).append(form)
    widths = [[form for form in of if min(len(form), 4) == width] for width in (2, 3, 4)]
    tables = [among(*([form[n] for form in some] for n in range(min(map(len, some))))) for some in widths if some]
    return _Misprints(of, beginning, rows_of(tables))


def _straddled(text: str, start: int, end: int) -> bool:
    """Does a word reach over either end of text[start:end]?"""
    low, high = right_doublings.run(text, start, end)
    return any(a < start - low < b or a < end - low < b for _, a, b in lexicon.words(text[low:high]))
