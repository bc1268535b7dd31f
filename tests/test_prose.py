"""What is prose, and what stays letter for letter."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.language.prose import Spans, data_rows, fences, is_han, look, verbatim


def held(text: str, spans: Spans) -> list[str]:
    return [text[start:end] for start, end in spans.spans]


@pytest.mark.parametrize("char", "一鿿㐀〇\uf90a𠮷")
def test_a_chinese_character(char: str) -> None:
    assert is_han(char)
    assert look(char).han(0, 1) == 1


@pytest.mark.parametrize("char", ["", "a", "1", "，", "　", "①", "ア", "가", "\udc80", "⼈"])
def test_what_is_none(char: str) -> None:
    assert not is_han(char)
    assert look(char).han(0, 1) == 0


def test_a_line_ends_at_cr_lf_or_both() -> None:
    text = "\ufeff甲a\r\n\u2028乙\x85\r\udc80丙\n"
    sight = look(text)
    assert [text[slice(*sight.line(i))] for i in (0, 5, 9)] == ["\ufeff甲a", "\u2028乙\x85", "\udc80丙"]


VERBATIM = {
    "请运行`print(总数, 3);`，": ["`print(总数, 3);`"],
    "请运行```print(总数)```，然后": ["```print(总数)```"],
    "如下：```python\nprint(甲,1)\n```": ["```python\nprint(甲,1)\n```"],
    "```\n甲,乙\n```\n丙,丁": ["```\n甲,乙\n```"],
    "甲\n~~~ python\n乙": ["~~~ python\n乙"],
    "---\ntitle: 甲\n---\n乙": ["---\ntitle: 甲\n---"],
    "见http://a.cn/b?c=1,2。": ["http://a.cn/b?c=1,2"],
    "见www.gov.cn，": ["www.gov.cn"],
    "发至a;b@gov.cn。": ["a;b@gov.cn"],
    "见[甲](乙(二).md)。": ["](乙(二).md)"],
    "<p class='甲'>乙</p>": ["<p class='甲'>", "</p>"],
    "<!-- 甲\n乙 -->": ["<!-- 甲\n乙 -->"],
    "<!-- 甲 --> <!-- 乙": ["<!-- 甲 -->"],
    '运行print("总数:", 数量)，': ['print("总数:", 数量)'],
    "计算f(甲,max(乙,1))的值": ["f(甲,max(乙,1))"],
    "执行SELECT 姓名,年龄 FROM 表 WHERE (甲=1);": ["SELECT 姓名,年龄 FROM 表 WHERE (甲=1);"],
    "UPDATE 表 SET 甲=1,乙=2": ["UPDATE 表 SET 甲=1,乙=2"],
    "公式为$x=(甲,乙)$。": ["$x=(甲,乙)$"],
    "匹配(甲|乙)?的行": ["(甲|乙)?"],
    "|甲|\n|:--|\n": ["|:--|"],
    "在C:\\甲\\乙(一).txt，": ["C:\\甲\\乙(一).txt"],
}
PROSE = ["坚持稳中求进~~~不动摇", "甲```乙\n丙", "增长3%<5%", "甲|乙", "1:2", "a@b", "甲---乙", "---\n甲\n---", "R&D", "`甲"]


@pytest.mark.parametrize(("text", "stretches"), VERBATIM.items())
def test_what_stays_letter_for_letter(text: str, stretches: list[str]) -> None:
    assert held(text, verbatim(text)) == stretches


@pytest.mark.parametrize("text", PROSE)
def test_what_is_prose(text: str) -> None:
    assert verbatim(text).spans == ()


def test_verbatim_stretches_are_apart_and_in_order() -> None:
    text = "`a` <b> [x](http://c.cn/`d`) http://e.cn `f"
    spans = verbatim(text).spans
    assert all(start < end for start, end in spans)
    assert all(one[1] < two[0] for one, two in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("甲\n```\n乙\n```\n丙", ["```\n乙\n```"]),
        ("甲\r\n  ~~~ text\r\n乙\r\n~~~ \r\n丙", ["  ~~~ text\r\n乙\r\n~~~ "]),
        ("```\n~~~\n乙\n```\n~~~\n丙", ["```\n~~~\n乙\n```", "~~~\n丙"]),
        ("````\n乙\n````\n丙", ["````\n乙\n````"]),
        ("```\n乙", ["```\n乙"]),
        ("```甲```乙\n丙", []),
        ("甲```\n乙\n", []),
        ("甲~~~\n乙\n", []),
        ("     ```\n乙", []),
        ("``\n乙\n``", []),
    ],
)
def test_fenced_code(text: str, code: list[str]) -> None:
    assert held(text, fences(text)) == code


@given(st.text(alphabet="`~\n\r 甲,<a>", max_size=40))
def test_fenced_code_is_verbatim(text: str) -> None:
    inside = verbatim(text)
    for start, end in fences(text).spans:
        assert all(inside.hold(i) for i in range(start, end))


@given(st.lists(st.integers(0, 30), max_size=8, unique=True).map(sorted))
def test_spans_hold_what_lies_in_one_of_them(edges: list[int]) -> None:
    spans = Spans(tuple(zip(edges[::2], edges[1::2])))
    for i in range(32):
        assert spans.hold(i) == any(start <= i < end for start, end in spans.spans)


@pytest.mark.parametrize("text", ["序号,地区,金额\n1,无锡市,100\n2,苏州市,200\n", "甲,1,2\r\n乙,,4", "甲,乙,丙\n丁,戊,己\n庚,辛,壬"])
def test_rows_of_data(text: str) -> None:
    assert held(text, data_rows(text)) == text.split()


@pytest.mark.parametrize("text", ["甲,乙,丙\n丁,戊,己", "1,甲,2", "推进改革,落实责任,见到实效。\n1,2,3", "甲,1,2\n\n\n丁", "1,2"])
def test_what_is_no_row_of_data(text: str) -> None:
    assert data_rows(text).spans == ()
