"""Where a sentence is broken, and what speaks for joining it."""

from __future__ import annotations

import pytest

from cleaner.language import lexicon
from cleaner.language.furniture import page_of
from cleaner.language.seams import Break, breaks

OPEN = "市容环境焕然一新。创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，有效盘活全市公共停"
TEXT = "支持企业开展重大技术攻关，推动企业兼并重组和重大项目建设。"


def seams(text: str) -> list[Break]:
    return breaks(page_of(text))


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (OPEN, "车资源，群众更加方便。", "停车 is cut in two"),
        (TEXT + "自动化审判质", "效评价与监督等应用，取得明显成效。", "质效 is cut in two"),  # a word of policy language
        (TEXT + "落实《关于促进", "改造的若干意见》，推动落地。", "《 is closed in the next line"),
        (TEXT + "为企业解决用地、用工和", "融资难题，推动落地。", "ends in 和"),
        (TEXT + "为企业解决用地、", "融资难题，推动落地。", "ends in 、"),
        (OPEN + "\n- 3 -", "，盘活资源，群众方便。", "page furniture stands in the sentence"),
    ],
)
def test_what_speaks_for_joining(first: str, second: str, why: str) -> None:
    text = f"{first}\n{second}\n"
    (seam,) = seams(text)
    assert seam.joined
    assert str(seam.why.form.format(*seam.why.facts)) == why
    assert text[seam.start : seam.end].strip(" \n-3") == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (OPEN + "车资源。", "车资源，群众更加方便。"),
        (OPEN, "（一）车资源，群众更加方便。"),
        (OPEN[-10:], "车资源，群众更加方便。"),
        ("```\n" + OPEN, "车资源，群众更加方便。\n```"),
        (OPEN, "2024年1月18日"),
        (OPEN, ""),
    ],
)
def test_what_is_no_seam(first: str, second: str) -> None:
    assert seams(f"{first}\n{second}\n") == []


def test_a_seam_without_a_reason_is_only_told() -> None:
    first = "加强公共停车设施建设。创新推出机动车停车便民服务，全市一千多个停车场实现先离场后付费，有效"
    assert [seam.joined for seam in seams(f"{first}\n\n盘活资源，方便群众。")] == [False]


def test_three_pieces_are_two_seams() -> None:
    text = f"{OPEN}\n车资源，群众更加方便，支持企业开展重大技术攻关，推动企业兼并重\n组和重大项目建设。"
    assert [(seam.line, seam.next, seam.seam) for seam in seams(text) if seam.joined] == [(0, 1, "共停车资"), (1, 2, "并重组和")]


def test_words_at_seams_are_unique_and_say_why() -> None:
    rows = lexicon.rows("seam.csv")
    assert all(all(row.values()) for row in rows)
    assert len({(row["word"], row["cannot"]) for row in rows}) == len(rows)
