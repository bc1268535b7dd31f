"""Paragraphs: broken by the end of a page, a column or a line, or run into one."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.language.furniture import LINE_END, page_of
from cleaner.language.seams import breaks
from cleaner.language.wrapped import turns
from cleaner.model import Grade, Hit, Level, Why
from cleaner.patterns import lazily
from cleaner.rules.loops import loops, lost_behind_loop
from cleaner.rules.rule import rule
from cleaner.runs import runs
from cleaner.views import fold

_LINES = (
    "今年以来，全市上下坚持稳中求进总基调，统筹推进各项工\n作，经济运行总体平稳，社会大局保持稳定，各方面工作取\n"
    "得了新的成绩，为完成全年的目标任务打下了坚实的基\n础，也为今后的发展积累了经验。\n"
)
_WHOLE = _LINES[:-1].replace("\n", "") + "\n"


@rule(
    "LAY402",
    Grade.UNSAFE,
    surest=Grade.SAFE,
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
def broken_paragraph(text: str, *, safe: bool = False) -> Iterator[Hit]:
    """A paragraph is broken in the middle of a sentence.

    Its first half is running text without an end mark, its second does not begin like a heading, an item, a date or a
    signature. The halves are joined where more speaks for it: a word runs across the seam, furniture stands in it, a
    quotation or bracket is open across it, the first half ends in a word or mark that needs another, the second begins in
    one, or the four characters at the seam stand together elsewhere. Without that it is only told.

    A document in which many lines end without a mark is wrapped, not broken, and is left alone. In 715 official papers,
    about 100 headings of 30 characters and more without an end mark are followed by their text; none is joined. 14 seams
    are, of which 13 are broken sentences and one has lost text. With `safe` the joins are safe fixes. Nothing is joined where
    a loop has lost its text (LOOP603).
    """
    found = breaks(page_of(text))
    lost = _lost_ends(text) if any(b.joined for b in found) else frozenset()
    for b in found:
        if b.joined and b.start not in lost:
            yield Hit(b.start, b.end, "", b.why, Grade.SAFE if safe else None)
        else:
            yield Hit(b.start, b.end, None, b.why, Grade.NONE, Level.NOTE)


@rule(
    "LAY406",
    Grade.UNSAFE,
    surest=Grade.SAFE,
    level=Level.NOTE,
    good=[
        "甲乙丙丁戊己庚辛壬癸\n" * 11,
        "\n".join(f"第{n}中学和第{n}小学，第{n}幼儿园和第{n}托儿所的名单" for n in "一二三四五六七八九十" * 2),
        "\n".join(["坚持把发展经济的着力点放在实体经济上，推进新型工业化建设。"] * 15),
    ],
    bad={_LINES * 6: _WHOLE * 6},
    together=True,
)
def wrapped_lines(text: str, *, safe: bool = False) -> Iterator[Hit]:
    """A line ends where the page did, and its paragraph goes on in the next one.

    On a page where most lines end without a mark and are as long as one another, as scans and PDF give them. A full line
    without an end mark is joined to the next one, unless that begins like an item, a date or a heading, is indented as
    paragraphs are there, or is part of a table; page furniture may stand between. A short line ends its paragraph: headings,
    signatures and verse stay. With `safe` (the profile ocr) the fix is safe. Nothing is joined where a loop has lost its text.
    """
    found = list(turns(page_of(text)))
    lost = _lost_ends(text) if found else frozenset()
    for turn in found:
        if turn.start not in lost:
            why = Why.of("lines are broken at {} characters here", turn.width)
            yield Hit(turn.start, turn.end, turn.new, why, Grade.SAFE if safe else None)


@rule(
    "LAY407",
    Grade.NONE,
    good=[
        "维护社会公平正义，是政法工作的核心价值追求。",
        "坚持以人民为中心，坚持以人民为中心，是我们的根本立场。",
        "一个项目一个项目抓落实，是我们的工作方法。",
    ],
    bad={"切实维护社会公平正义维护社会公平正义，是政法工作的核心价值追求，必须坚持不懈。": None},
)
def run_together(text: str) -> Iterator[Hit]:
    """Two paragraphs are run into one: a phrase ends the first and begins the second.

    Six Chinese characters and more stand twice without a mark between them, and what follows is said of them (…，是…). Told: a
    heading may have run into its text, or a line end was lost; where the first of the two ended, the page does not say.
    """
    view = None
    for run in runs(text):
        if not 6 <= run.period <= _PHRASE or not 0 <= run.end - run.start - 2 * run.period <= 1:
            continue
        view = view or fold(text, marks=True)
        start, end = view.span(run.start, run.start + 2 * run.period)
        looped = any(loop.start < run.end and run.start < loop.end for loop in loops(text))
        if not looped and _PLAIN.fullmatch(text, start, end) and _SAID_OF.match(text, end):
            phrase = text[start : start + run.period]
            yield Hit(start, end, None, Why.of("“{}” ends one paragraph and begins another", phrase))


_PHRASE = 30  # Chinese characters
_PLAIN = lazily(r"[\u4e00-\u9fff]+")
_SAID_OF = lazily(r"[，,]?(?:既?是|就是|不仅|必须|要|需要|事关|关系|关键|离不开|才能)")


def _lost_ends(text: str) -> frozenset[int]:
    """Where lines end whose text was lost behind a loop."""
    ends = (LINE_END.search(text, hit.end) for hit in lost_behind_loop(text))
    return frozenset(len(text) if end is None else end.start() for end in ends)
