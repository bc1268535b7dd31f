"""Traditional characters in simplified text: what is found, and what stays."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.api import Cleaner
from cleaner.language.conversion import converted
from cleaner.language.scripts import kinds, script_of
from cleaner.rules.script import SCRIPTS, careless_conversion, other_script, traditional_character
from cleaner.settings import BadSettings, Settings, load
from cleaner.views import traditional_to_simplified

SIMPLIFIED = "各级党组织要认真学习贯彻会议精神，{}，为经济发展、保障民生、实现现代化创造条件。"


def mended(text: str) -> str:
    chars = list(text)
    for hit in traditional_character(text):
        if hit.new is not None:
            chars[hit.start] = hit.new
    return "".join(chars)


@pytest.mark.parametrize(
    ("text", "right"),
    [("改革開放", "改革开放"), ("陽羨挑战赛", "阳羡挑战赛"), ("会議强调", "会议强调"), ("农業和农戶", "农业和农户")],
)
def test_residue_is_told_and_mended(text: str, right: str) -> None:
    assert mended(SIMPLIFIED.format(text)) == SIMPLIFIED.format(right)


def test_one_with_several_simplified_forms_is_only_told() -> None:
    text = SIMPLIFIED.format("完成年度计畫")
    assert [(text[hit.start], hit.new) for hit in traditional_character(text)] == [("畫", None)]


@pytest.mark.parametrize(
    "text",
    [
        "著作权、显著、著名",
        "乾隆、乾坤、乾安县",
        "於潜镇、瞭望",
        "慰藉、狼藉、覆盖、徵羽、什么、剋扣",
        "毕昇、昇腾、赵孟頫、钱鍾书",
        "二噁英、噁唑",
        "皇后、里程、干部、发展、面条、只有",
    ],
)
def test_characters_that_are_right_in_simplified_text_stay(text: str) -> None:
    assert list(traditional_character(SIMPLIFIED.format(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "中國共產黨第七次全國代表大會，發展經濟，保障供給。",
        SIMPLIFIED.format("如下") * 4 + "\n為人民服務，為國家富強而奮鬥\n" + SIMPLIFIED.format("以上"),
        "發展",
        "",
        "\udc80𠮷",
    ],
)
def test_traditional_text_and_quotations_stay(text: str) -> None:
    assert list(traditional_character(text)) == []


def test_exceptions_are_sorted_unique_and_needed() -> None:
    rows = list(csv.DictReader(files("cleaner").joinpath("data/traditional-kept.csv").read_text("utf-8").splitlines()))
    chars = [row["char"] for row in rows]
    assert chars == sorted(set(chars))
    assert all(row["reason"] for row in rows)
    assert set(chars) <= traditional_to_simplified().keys()


@given(st.text("人民开放開發会議与，\r\n𠮷\udc80a", max_size=40))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = mended(SIMPLIFIED.format(text))
    assert mended(once) == once


# --- conversion --------------------------------------------------------------------------------------------------

SEED = Path(__file__).parent.parent / "seeds" / "wuxi-2024-government-work-report.txt"
# Words that tell a converter by words from one by characters, and those of the dictionaries that look like exceptions
HARD = (
    "乾隆年間、乾燥、瞭望、瞭解、沈船、沈陽、有序、著名、顯著、計畫、反覆、覆蓋、憑藉、鍾馗、老態龍鍾、什麼、幺麼、情有獨鍾，"
    "頭髮、發展、皇后、後來"
)
HARDER = (
    "皇后后来，头发发展，里程里面，干部干燥，面条面对，台湾台风，足额发放、挑大梁、家具、若干、复杂、重复、准则、批准、松树、放松、"
    "范围、钟表、系统、关系"
)


@pytest.mark.parametrize("config", ["t2s", "s2t", "s2tw", "s2hk", "t2tw", "t2hk"])
def test_conversion_gives_what_opencc_gives(config: str) -> None:
    from opencc import OpenCC

    theirs = OpenCC(config)
    report = SEED.read_text("utf-8")
    texts = [
        report,
        HARD,
        HARDER,
        OpenCC("s2t").convert(report),
        "",
        "A-B，\r\n　\udc80𠮷",
        HARD.replace("、", ""),
        HARDER.replace("，", ""),
    ]
    for text in texts:
        assert converted(text, config) == theirs.convert(text)


@given(st.text("乾隆瞭解望著後发展頭髮皇里麼鍾情有獨，-\n𠮷a", max_size=24), st.sampled_from(["t2s", "s2t", "s2tw", "t2hk"]))
def test_conversion_of_any_string_is_opencc_s(text: str, config: str) -> None:
    from opencc import OpenCC

    assert converted(text, config) == OpenCC(config).convert(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("发展经济，保障供给", "simplified"),
        ("發展經濟，保障供給", "traditional"),
        ("工業、農業和手工業发展", "traditional"),
        ("工業和农业发展", "mixed"),
        ("人民，100", "neither"),
        ("", "neither"),
    ],
)
def test_the_script_of_a_text_is_judged(text: str, script: str) -> None:
    assert script_of(kinds(text)) == script


def test_nothing_is_converted_unless_it_is_asked_for() -> None:
    text = "中國共產黨第七次全國代表大會，發展經濟，保障供給。\n"
    assert Cleaner().clean(text, unsafe_fixes=True).settled == text
    assert list(other_script(text)) == []


@pytest.mark.parametrize(
    ("script", "right"),
    [
        ("simplified", "头发、皇后、内里、乾隆为众人了解。\n"),
        ("traditional", "頭髮、皇后、內裏、乾隆爲衆人瞭解。\n"),
        ("tw", "頭髮、皇后、內裡、乾隆為眾人瞭解。\n"),
        ("hk", "頭髮、皇后、內裏、乾隆為眾人瞭解。\n"),
    ],
)
@pytest.mark.parametrize("source", ["头发、皇后、内里、乾隆为众人了解。\n", "頭髮、皇后、內裏、乾隆爲衆人瞭解。\n"])
def test_a_text_is_converted_to_what_is_asked_for(source: str, script: str, right: str) -> None:
    assert Cleaner(Settings(script=script)).clean(source).settled == right


def test_quotations_in_simplified_text_are_converted_when_asked_for_and_names_stay() -> None:
    text = SIMPLIFIED.format("乾安县、於潜镇") + "\n為人民服務，為國家富強而奮鬥\n"
    right = SIMPLIFIED.format("乾安县、於潜镇") + "\n为人民服务，为国家富强而奋斗\n"
    assert Cleaner(Settings(script="simplified")).clean(text).settled == right


@pytest.mark.parametrize("script", SCRIPTS)
def test_converting_twice_is_converting_once(script: str) -> None:
    cleaner = Cleaner(Settings(script=script, select=("SCR",)))
    for text in (SEED.read_text("utf-8")[:6000], HARD, HARDER):
        once = cleaner.clean(text, unsafe_fixes=True).settled
        assert cleaner.clean(once, unsafe_fixes=True).settled == once


def test_a_converted_file_is_undone_to_its_bytes(tmp_path: Path) -> None:
    drop, out = tmp_path / "drop", tmp_path / "out"
    drop.mkdir()
    was = "中國共產黨第七次全國代表大會，發展經濟，保障供給。\r\n".encode()
    (drop / "a.txt").write_bytes(was)
    command = [sys.executable, "-m", "cleaner"]
    subprocess.run([*command, "clean", str(drop), "-o", str(out), "--script", "simplified"], check=True, capture_output=True)
    (made,) = out.rglob("a.txt")
    assert made.read_text("utf-8").startswith("中国共产党第七次全国代表大会，发展经济")
    subprocess.run([*command, "undo", str(tmp_path / "out.report"), "-o", str(tmp_path / "back")], check=True, capture_output=True)
    (back,) = (tmp_path / "back").rglob("a.txt")
    assert back.read_bytes() == was
    summary = json.loads((tmp_path / "out.report" / "summary.json").read_text("utf-8"))
    assert summary["settings"]["script"] == "simplified"


def test_the_settings_name_a_script_that_there_is(tmp_path: Path) -> None:
    path = tmp_path / "cleaner.toml"
    path.write_text('script = "tw"\n', "utf-8")
    assert load(path).script == "tw"
    path.write_text('script = "cn"\n', "utf-8")
    with pytest.raises(BadSettings, match="script must be one of"):
        load(path)


def test_conversion_leaves_simplified_text_alone_quickly() -> None:
    """What the gate saves: a hundred times the library's pace is usual, ten times the least on a busy machine."""
    from time import process_time

    from opencc import OpenCC

    theirs, text = OpenCC("t2s"), SEED.read_text("utf-8")
    theirs.convert("一"), converted("一萬", "t2s")
    begun = process_time()
    theirs.convert(text)
    between = process_time()
    for _ in range(10):
        converted(text, "t2s")
    assert process_time() - between < between - begun


# --- particles, and what careless conversion leaves ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("随著改革开放的深入", "随着改革开放的深入"),
        ("沿著正确方向前进", "沿着正确方向前进"),
        ("关於经济工作的意见", "关于经济工作的意见"),
        ("成效显著，名著、著作、编著", "成效显著，名著、著作、编著"),
        ("这本书由他著", "这本书由他著"),
        ("於潜镇和瞭望塔", "於潜镇和瞭望塔"),
    ],
)
def test_words_tell_whether_a_doubtful_character_is_residue(text: str, right: str) -> None:
    assert mended(SIMPLIFIED.format(text)) == SIMPLIFIED.format(right)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("取得显着成效", ["显着"]),
        ("干安县和干隆年间", ["干安县", "干隆"]),
        ("他明显着凉了", []),
        ("穿着名牌服装", []),
        ("若干县人民政府", []),
        ("显著、著名、乾隆、瞭望塔", []),
        ("皇後與王後", ["皇後", "王後"]),
    ],
)
def test_words_that_conversion_spoilt_are_told(text: str, told: list[str]) -> None:
    assert [text[hit.start : hit.end] for hit in careless_conversion(text)] == told


@pytest.mark.parametrize("name", ["residue.csv", "misconverted.csv"])
def test_the_word_lists_are_sorted_unique_and_undo_no_row_of_their_own(name: str) -> None:
    rows = list(csv.DictReader(files("cleaner").joinpath(f"data/{name}").read_text("utf-8").splitlines()))
    wrong = [row["wrong"] for row in rows]
    assert wrong == sorted(set(wrong))
    assert all(row["reason"] and len(row["wrong"]) == len(row["right"]) and row["wrong"] != row["right"] for row in rows)
    assert not set(wrong) & {row["right"] for row in rows}
