"""Marks and widths: what GB/T 15834 (punctuation) and GB/T 15835 (figures) ask of Chinese text, and nothing beyond it.

No rule here puts a space in, and none takes one away beside a figure or a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from cleaner.language import prose
from cleaner.language.prose import look
from cleaner.language.width import half_width_in_chinese
from cleaner.model import Grade, Hit, Why
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
