"""Marks and widths: what GB/T 15834 (punctuation) and GB/T 15835 (figures) ask of Chinese text, and nothing beyond it.

No rule here puts a space in, and none takes one away beside a figure or a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from cleaner.language import lexicon, prose
from cleaner.language.prose import look
from cleaner.language.width import half_width_in_chinese
from cleaner.model import Grade, Hit, Why
from cleaner.patterns import lazily
from cleaner.rules.rule import rule
from cleaner.views import among, in_a_row

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
    good=[
        "增长3.6％，Ⅲ类水质，①②③",
        "任务\n3．2024年底前建成\n　　12．2025年底前建成",
        "１．指导思想".replace("１", "1"),
        "价格为￥100，（一）",
        "面积100㎡，温度25℃",
    ],
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


_WIDE_RUN = lazily(
    r"[Ａ-Ｚａ-ｚ０-９]+(?:(?<=[０-９])．(?=[０-９])[０-９]+)*"
    r"|(?<![\r\n　 ][0-9])(?<![\r\n　 ][0-9]{2})(?<=[0-9])．(?=[0-9])"  # after the number of an entry it stays: 3．2024年底前
)
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
        "应予支持。，": None,
        "应予支持，。": "应予支持。",
        "玩忽职守、。": "玩忽职守。",
        "（一）已过保质期的；。\n（二）未能提供进货来源的。": "（一）已过保质期的；\n（二）未能提供进货来源的。",
        "等等。。。": None,
    },
)
def doubled_mark(text: str) -> Iterator[Hit]:
    """A mark is doubled, or two marks clash.

    Of two equal ， 、 ； ： one stays; 。。 may have been an ellipsis, so that fix is unsafe, and three or more are only told. Of two
    that clash one stays where there is one way (、。 is 。, and ；。 before the next entry of a list is ；), unsafely; the others are told
    (。， ；，). ……, ——, ！！ and ？！ are right (GB/T 15834-2011, 4.2, 4.3).
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
            yield Hit(i, done, _right_of(text, run, done), Why.of("{} clash", run), Grade.UNSAFE)
        elif len(run) > 2 and run[0] == "。":
            yield Hit(i, done, None, Why.of("{} ×{}", run[0], len(run)))
        else:
            yield Hit(i, done, run[0], Why.of("{} ×{}", run[0], len(run)), Grade.UNSAFE if run[0] == "。" else None)


def _right_of(text: str, run: str, end: int) -> str | None:
    """Which of two marks that clash is right, where there is one way: a full stop ends what a comma would go on with; before the
    entries of a list there is none."""
    if len(run) != 2 or run[1] != "。":
        return None
    if run[0] in "，、":
        return "。"
    return run[0] if _ENTRY.match(text, end) else None


_ENTRY = lazily(r"[ 　]*[\r\n]+[ 　]*[（(]?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[）)、.．]")

# --- PUN207 ------------------------------------------------------------------------------------------------------


@rule(
    "PUN207",
    Grade.SAFE,
    together=True,
    good=[
        "国办发〔2023〕12号、财税〔2016〕36号文",
        "（2013）陕民三终字第38号、(2023)京01民终123号、（2016）最高法民再98号",
        "《中国生物多样性红色名录—脊椎动物卷（2020）》，《目录》（2017年）",
        "参考文献[2014]、见文献[12]、数组[2014]",
        "环境保护部公告2018年第3号",
        "家园小区（2018）12号楼、（2020）3号井",
        "《智慧法院建设评价报告（2018年）》",
    ],
    bad={
        "国办发[2023]12号": "国办发〔2023〕12号",
        "鲁工信技﹝2019﹞56号、人薪发［1995］32号、国发【2013】32号": "鲁工信技〔2019〕56号、人薪发〔1995〕32号、国发〔2013〕32号",
        "财税(2016)36号、国发（2015)50号": "财税〔2016〕36号、国发〔2015〕50号",
        "国办函[2024]第 8 号": "国办函〔2024〕第 8 号",
        "温国土（2018）366号": "温国土〔2018〕366号",
    },
)
def document_number_bracket(text: str) -> Iterator[Hit]:
    """The year of a document's number stands in the wrong brackets.

    GB/T 9704-2012, 7.2.5: the year stands in 〔〕 (国办发〔2023〕12号). Mended where Chinese characters, a year in brackets and a figure
    with 号 follow one another. Round brackets are right in the numbers of cases, where the name of the court follows:
    （2013）陕民三终字第38号; so they are changed safely only after the characters such numbers end in (data/document-numbers.csv).
    """
    for i in in_a_row(text, _YEAR_IN_BRACKETS):
        m = _DOCUMENT_NUMBER.match(text, i - 1) if i else None
        if not m:
            continue
        opener, closer = m.span("opener")[0], m.span("closer")[0]
        round_ = m["opener"] in "(（" or m["closer"] in ")）"
        why = Why.of("the year of a document's number stands in 〔〕")
        grade = Grade.SAFE if not round_ or text[m.start()] in _endings() else Grade.UNSAFE
        yield from (Hit(i, i + 1, new, why, grade) for i, new in ((opener, "〔"), (closer, "〕")) if text[i] != new)


_OPENERS, _CLOSERS = "[(（［【﹝〔〖{｛<〈《「", "])）］】﹞〕〗}｝>〉》」"
_YEAR_IN_BRACKETS = among(_OPENERS, "12", "90")
_DOCUMENT_NUMBER = lazily(
    rf"[\u4e00-\u9fff](?<![第号])(?!〔[^〕]*〕)(?P<opener>[{re.escape(_OPENERS)}])(?:19|20)[0-9]{{2}}(?P<closer>[{re.escape(_CLOSERS)}])"
    r"(?=第? ?[0-9]{1,5} ?号(?![楼线机井院店路房厅门仓馆地车位]))"
)


@cache
def _endings() -> frozenset[str]:
    return frozenset(row["char"] for row in lexicon.rows("document-numbers.csv"))
