"""What a page leaves in a text: its furniture, the places where it ends, its blank lines and spaces.

Every rule here looks at lines and at what stands between them. A line that says something about the paper itself
(来源, 发布时间, 文号) is told and stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from cleaner.language.furniture import LINE_END, after_indent, page_of
from cleaner.language.origin import origins
from cleaner.language.prose import fences, is_markdown
from cleaner.model import Grade, Hit, Level, Why
from cleaner.patterns import lazily
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
        "表3 打印设备配置标准\n打印\n复印\n扫描",
        "打印\n办理人点击打印按钮，系统生成受理通知书，送达申请人。\n关闭\n办结后，窗口应当关闭事项，并告知申请人。",
        "审核：市发展和改革委员会\n编辑：是指对作品进行加工整理",
        "2023年，全市新增就业12万人，比上年增长5.2%。\n2024\n全市新增就业13万人，比上年增长6.1%。",
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
        "网页样式如下：\n首页>政务公开>政策文件\n抓好落实。": "网页样式如下：\n抓好落实。",
        "各级政府要加强领导，抓好落实。\n某某日报 2024年1月18日 星期四 第03版\n责任编辑：王小明 美编：李红\n各部门要密切配合，形成合力。": (
            "各级政府要加强领导，抓好落实。\n各部门要密切配合，形成合力。"
        ),
        "各级政府要加强领导，抓好落实，确保完成全年各项任务。\n打印\n各部门要密切配合，形成合力，确保各项工作取得实效。": (
            "各级政府要加强领导，抓好落实，确保完成全年各项任务。\n各部门要密切配合，形成合力，确保各项工作取得实效。"
        ),
        "抓好落实。\n扫一扫在手机打开当前页\n分享到：\n【打印】【关闭】\n版权所有：某市人民政府 某ICP备05000001号": "抓好落实。",
    },
)
def page_furniture(text: str) -> Iterator[Hit]:
    """Furniture of a newspaper page or a web page stands in the text.

    A mark of continuation (上接第1版) goes from a paragraph and the paragraph stays; in the middle of one the fix is
    unsafe. A line of furniture goes with the space around it, so that its neighbours keep the wider of the two gaps. A
    word that may be text as well (打印, 下载) goes only from a menu: beside a line that is certainly furniture, three of
    them on one line, three at the head or foot of the page, or alone between running text that speaks nowhere of what it
    does. A running head, or a bare number, goes where it returns from page to page and sentences break around it. Lines
    that tell where a text comes from stay (LAY405). The fix is unsafe after a line of text that speaks of pages
    (样式如下：), where it may be an example, and for a bare 第3页 without the number before or after it at a page's
    distance, or running text on either side.

    The patterns are rows of data/furniture.csv, gathered from the pages of provincial and state government sites.
    """
    page = page_of(text)
    lines = page.lines
    for first, last in page.furniture:
        grade = Grade.UNSAFE if first in page.doubted else None
        yield Hit(lines[first].start, lines[last].end, "", Why.of(page.reasons[first]), grade, cut=page.cut(first, last))
    for mark in page.marks:
        yield Hit(mark.start, mark.end, "", Why.of(mark.reason), None if mark.at_edge else Grade.UNSAFE)


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
    wide = [p for p in paragraphs(text) if p.stop - p.end > least or (p.end == 0 and p.stop >= least)]
    found = [gap for p in wide if (gap := _gaps(least).match(text, p.end) or (_gaps(least).match(text) if p.start == 0 else None))]
    if not found:
        return
    page = page_of(text)
    gaps = Counter(page.gap(i)[0] - 1 for i in range(len(page.lines) - 1))
    usual = max(range(1, least), key=lambda n: (gaps[n], -n), default=1)
    for gap in found:
        ends = [end.end() for end in LINE_END.finditer(text, gap.start(), gap.end())]
        count = len(ends) - (gap.start() > 0)
        styled = gaps[count] >= _STYLE and count <= _WIDEST_STYLE
        if count > usual and not styled and not page.fences.hold(gap.start()):
            yield Hit(ends[len(ends) - count + usual - 1], gap.end(), "", Why.of("{} blank lines in a row, usual here: {}", count, usual))


@rule(
    "LAY404",
    Grade.SAFE,
    good=["　　各地要抓好落实。", "第一行  \n第二行", "龚　正", "```\n甲   \n```", "# 要求\n\n第一行   \n第二行"],
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
    holds something stay: in Markdown they break a line. In a text with headings, lists or links as Markdown writes them,
    so do more.
    """
    code = fences(text)
    for p in [p for p in paragraphs(text) if p.stop - p.end > 2 or text[p.end - 1 : p.end] in _SPACES]:  # few have more than a line end
        bare = p.end
        while bare > p.start and text[bare - 1] in _SPACES:
            bare -= 1
        for space in _TRAILING.finditer(text, bare, p.stop):
            after_text = space.start() > 0 and text[space.start() - 1] not in "\r\n"
            breaks_the_line = after_text and (
                _LINE_BREAK.match(text, space.start()) or (_WIDER_BREAK.match(text, space.start()) and is_markdown(text))
            )
            if not breaks_the_line and not code.hold(space.start()):
                yield Hit(space.start(), space.end(), "", Why.of("{} at the end of the line", space.end() - space.start()))


@rule(
    "LAY405",
    Grade.NONE,
    surest=Grade.SAFE,
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
        "中央政府门户网站　www.gov.cn　　 2006年02月23日 14时52分　　 来源：人民网": None,
        "来源：\n四川日报\n各位代表：\n现在，我向大会报告工作。": None,
    },
)
def page_metadata(text: str, *, edge: int = 15, move: bool = False) -> Iterator[Hit]:
    """A line says where the text comes from.

    Source, date of publication, number: they stay, and a corpus may want them in columns of their own. Told among the first
    and last 15 paragraphs (option edge). With move (`clean --metadata FILE`) their fields go to FILE and the lines from the
    text. The labels are rows of data/metadata.csv.
    """
    page = page_of(text)
    for first, last, label in origins(page, edge):
        start, end = page.lines[first].start, page.lines[last].end
        new, grade = ("", Grade.SAFE) if move else (None, Grade.NONE)
        yield Hit(start, end, new, Why.of("where the text comes from: {}", label), grade, cut=page.cut(first, last) if move else None)


@rule(
    "LAY409",
    Grade.SAFE,
    good=[
        "　　各级政府要加强领导。\n　　各部门要密切配合。\n　　各单位要抓好落实。",
        "    各级政府要加强领导。\n    各部门要密切配合。\n    各单位要抓好落实。",
        "　　一、总体要求。\n　　　　（一）加强领导。\n　　　　（二）密切配合。\n　　二、主要任务。\n　　三、保障措施。",
        "　　各级政府要加强领导。\n各部门要密切配合。\n　　各单位要抓好落实。",
        "- 各级政府要加强领导。\n    各部门要密切配合。\n　　各单位要抓好落实。\n    抓好落实。\n    抓好督查。",
    ],
    bad={
        "　　各级政府要加强领导。\n　　各部门要密切配合。\n    各单位要抓好落实。\n　　抓好督查。": (
            "　　各级政府要加强领导。\n　　各部门要密切配合。\n　　各单位要抓好落实。\n　　抓好督查。"
        ),
    },
    level=Level.NOTE,
)
def mixed_indent(text: str) -> Iterator[Hit]:
    """A paragraph is indented by other spaces than most.

    Where they are as wide, to one character of the width of a Latin letter: two full-width spaces, four half-width ones,
    a tab. Most keep their style. A deeper indent says something, and stays; so do those of Markdown, where spaces count.
    """
    lines = [p for p in paragraphs(text) if text[p.start : p.start + 1] in _SPACES and text[p.end - 1] in _ENDS]
    if len(lines) < _STYLE:
        return
    indents = [text[p.start : after_indent(text, p.start)] for p in lines]
    usual, count = Counter(indents).most_common(1)[0]
    if count == len(indents) or count < _STYLE or count * 2 <= len(indents) or is_markdown(text):
        return
    code = fences(text)
    for p, indent in zip(lines, indents):
        if indent != usual and abs(_wide(indent) - _wide(usual)) <= 1 and not code.hold(p.start):
            yield Hit(p.start, p.start + len(indent), usual, Why.of("{} paragraphs have another indent of this width", count))


# --- blank lines and spaces ---------------------------------------------------------------------------------------

_STYLE = 3  # so many gaps of one width are no accident
_WIDEST_STYLE = 4  # blank lines: a wider gap is an accident however often it stands

_SPACES = frozenset(" \t\u3000\u00a0")
_TRAILING = lazily(r"(?<![ \t\u3000\u00a0])[ \t\u3000\u00a0]++(?=[\r\n]|\Z)")
_ENDS = frozenset("。；：！？”")


def _wide(indent: str) -> int:
    """How wide an indent is, in Latin letters."""
    return sum({"\u3000": 2, "\t": 4}.get(char, 1) for char in indent)


_LINE_BREAK = lazily(r" {2}(?:\r\n|\r|\n)[^\S\r\n]*[^\s]")
_WIDER_BREAK = lazily(r" {3,}(?:\r\n|\r|\n)[^\S\r\n]*[^\s]")


@cache
def _gaps(least: int) -> re.Pattern[str]:
    """Line ends with `least` blank lines and more after the first; at the head of a text, the blank lines alone."""
    blank = r"[^\S\r\n]*(?>\r\n|\r|\n)"
    return re.compile(rf"(?:(?>\r\n?)|\n)(?:{blank}){{{least},}}+|\A(?:{blank}){{{least},}}+")
