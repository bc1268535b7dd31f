"""Characters that may be there or not."""

from __future__ import annotations

import re
from math import log

import pytest

from cleaner.language import lexicon
from cleaner.language.learn import OMITTED, WITHOUT, learn
from cleaner.language.lexicon import shipped
from cleaner.language.omissions import NAMES, evidence, held


def shares(left: str, char: str, right: str) -> dict[str, float]:
    return dict(zip(NAMES, evidence(shipped(), left, char, right), strict=True))


def test_the_list_is_sorted_unique_and_has_a_reason() -> None:
    rows = lexicon.rows("optional.csv")
    keys = [(row["left"], row["char"], row["right"]) for row in rows]
    assert keys == sorted(set(keys))
    assert all(row["char"] and row["reason"] for row in rows)
    for row in rows:
        re.compile("\0".join((row["left"], row["char"], row["right"])))
        assert re.fullmatch(r".|\[.+\]", row["char"])


@pytest.mark.parametrize("row", lexicon.rows("optional.csv"), ids=lambda row: row["left"] + row["char"] + row["right"])
def test_what_is_listed_may_be_left_out(row: dict[str, str]) -> None:
    left, char, right = (re.sub(r"\[(.).*?\]", r"\1", row[part]) for part in ("left", "char", "right"))
    assert held(shipped(), left, char, right) == ("always" if row["holds"] == "always" else "often")
    assert not held(shipped(), left, "龘", right)


def test_a_suffix_belongs_to_a_name_that_is_always_written_with_it() -> None:
    assert held(shipped(), "这项技术很实用", "性", "好") == "often"
    assert held(shipped(), "各省工业和信息", "化", "主管部门") == ""


def test_shares_are_those_of_the_corpus() -> None:
    known = learn([*["政府应当将其纳入"] * OMITTED, *["政府应将其纳入"] * WITHOUT])
    listed, char, left, right = evidence(known, "政府应", "当", "将其纳入")
    assert listed == 1.0
    assert char == pytest.approx(log((1 + 0.48) / (1 + 8)))
    assert left == right == pytest.approx(log((1 + 8 * (1.48 / 9)) / (1 + 8)))
    # 将 is in the middle of a known string, and never left out: the pair counts with its documents
    _, char, left, _ = evidence(known, "应当", "将", "其纳入")
    assert char == pytest.approx(log(0.48 / 9))
    assert left == pytest.approx(log((8 * 0.48 / 9) / (OMITTED + 8)))


def test_what_style_leaves_free_is_left_out_more_often_than_half_a_word() -> None:
    free, half = shares("人民政府应", "当", "加强领导"), shares("坚持和发展中", "国", "特色社会主义")
    assert free["may be left out"] > half["may be left out"]
    assert free["share left out behind the left"] > half["share left out behind the left"] + 1
    assert shares("省工业", "和", "信息化厅")["share left out behind the left"] > log(0.3)


def test_a_text_that_begins_or_ends_there_is_no_error() -> None:
    assert all(value <= 0 for value in evidence(shipped(), "", "国", ""))
    assert len(evidence(learn([]), "中", "国", "特")) == len(NAMES)
