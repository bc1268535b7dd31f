"""Dashes and ellipses that were typed with other marks: -- for ——, ... for ……."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.language.prose import data_rows, verbatim
from cleaner.model import Grade, Hit, Level, Why
from cleaner.patterns import lazily
from cleaner.rules.rule import rule

_HAN = "\u4e00-\u9fff"
# A pattern that begins with a mark is tried only where one stands; what must stand before it is looked at from behind it.
# Two of them, never a line of them; a hyphen that stands alone joins (北京-上海).
_DASH = lazily(
    r"[-―─–—](?<![-‐―─–—<!|][-―─–—])(?:(?<=-)[-—]|(?<=―)―?|(?<=─)─|(?<=–)–|(?<=—)-)(?![-‐―─–—>|])" + rf"(?=[{_HAN}“《])",
)
# Three to six behind text; more are the leader of a table of contents, and so are those before a figure.
_DOTS = lazily(
    rf"[.．·。…](?<=[{_HAN}，、；：！？”》）][.．·。…])"
    r"(?:(?<=\.)\.{2,5}|(?<=．)．{2,5}|(?<=·)·{2,5}|(?<=。)。{2,5}|(?<=…))(?![.．·。…])(?![ \t\u3000]*[0-9０-９])"
)


@rule(
    "PUN208",
    Grade.UNSAFE,
    level=Level.NOTE,
    together=True,
    good=[
        "——加强政府统筹。……一是、二是……",
        "北京-上海、2021-2025年、COVID-19",
        "---\ntitle: 报告\n---\n",
        "<!-- 正文开始 -->",
        "| 项目 | 数量 |\n|--|--|\n| 甲 | 3 |\n",
        "运行`clean --全部`，再看结果。",
        "第一章　总则......1\n第二章……3",
        "目录...........3",
        "合计-----元",
        "A--B、x...y",
    ],
    bad={
        "在工作中做到：\n--加强政府统筹。\n": "在工作中做到：\n——加强政府统筹。\n",
        "储能之都--打造国内领先的千万千瓦级基地": "储能之都——打造国内领先的千万千瓦级基地",
        "――必须坚持把发展作为党执政兴国的第一要务": "——必须坚持把发展作为党执政兴国的第一要务",
        "道路、桥梁、水利...等设施": "道路、桥梁、水利……等设施",
        "他说，我们一定要…”": "他说，我们一定要……”",
    },
)
def makeshift_dash(text: str) -> Iterator[Hit]:
    """A dash or an ellipsis is typed with other marks.

    Finds two hyphens, horizontal bars or box lines before Chinese text where —— is meant, and dots, full stops or half an ellipsis
    behind it where …… is meant (GB/T 15834-2011, 4.10 and 4.11). Leaves single hyphens, which join, the leaders of a table
    of contents, rules of Markdown, comments, options and code.
    """
    if not any(mark in text for mark in ("--", "―", "──", "––", "-—", "—-", "...", "．．．", "···", "。。。", "…")):
        return
    stay, rows = verbatim(text), data_rows(text)
    for pattern, right in ((_DASH, "——"), (_DOTS, "……")):
        for m in pattern.finditer(text):
            if not (stay.hold(m.start()) or rows.hold(m.start())):
                yield Hit(m.start(), m.end(), right, Why.of("{} is written for {}", m[0], right))
