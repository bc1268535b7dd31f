"""What is known of policy language: files of models, words, and what ships."""

from __future__ import annotations

import json
import mmap
import random
import subprocess
import sys
import zlib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.language import lexicon
from cleaner.language.learn import learn
from cleaner.language.lexicon import IN_GAPS, BadModel, Language, chosen, joined, read, shipped, words, write
from cleaner.language.omissions import STANDS
from cleaner.language.symbols import FIRST, LAST
from cleaner.language.table import hashes_of, holds

ARRAYS = ("letters", "pairs", "triples", "frames", "gaps", "followers", "starts")
TABLES = ("ngrams", "words", "doublings", "omissions")
STRINGS = ["建设", "体系建", "推进体系", "推进体系建设", "局局", "局局长", "书记书记", "龘", "体" + STANDS, "设" + STANDS]
HOME = ["推进体系建设，公安局局长出席。", "推进体系建设。总书记出席", "体系建设工作；书记工作"] * 4
SHIPPED = Path(str(files("cleaner").joinpath("data", lexicon.SHIPPED)))


@cache
def small() -> Language:
    return learn(HOME, ["推进体系建设"] * 3, ["home", "法律"])


def arrays(language: Language) -> dict[str, np.ndarray[Any, Any]]:
    every = {name: getattr(language, name) for name in ARRAYS}
    for name in TABLES:
        every |= {f"{name}.marks": getattr(language, name).marks, f"{name}.counts": getattr(language, name).counts}
    return every


def same(one: Language, two: Language) -> bool:
    left, right = arrays(one), arrays(two)
    alike = all(left[name].dtype == right[name].dtype and np.array_equal(left[name], right[name]) for name in left)
    return alike and (one.size, one.sources) == (two.size, two.sources)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    write(small(), tmp_path / "small.model")
    return tmp_path / "small.model"


def damaged(model: Path, header: bytes) -> Path:
    """The model with another header."""
    kind, _, arrays = model.read_bytes().split(b"\n", 2)
    model.write_bytes(b"\n".join((kind, header, arrays)))
    return model


def header_of(model: Path) -> dict[str, Any]:
    return json.loads(model.read_bytes().split(b"\n", 2)[1])


# --- files -------------------------------------------------------------------------------------------


def test_what_is_written_is_read(model: Path) -> None:
    assert same(read(model), small())
    assert small().sources == ("home", "法律")
    assert all(array.size for array in arrays(small()).values())


@settings(max_examples=20)
@given(st.lists(st.text("建设体系局长，", max_size=12), max_size=6))
def test_any_language_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("models") / "any.model"
    language = learn(texts)
    write(language, path)
    assert same(read(path), language)
    path.unlink()


def test_the_same_language_gives_the_same_bytes(model: Path, tmp_path: Path) -> None:
    for name, language in (("read", read(model)), ("learnt", learn(HOME, ["推进体系建设"] * 3, ["home", "法律"]))):
        write(language, tmp_path / name)
        assert (tmp_path / name).read_bytes() == model.read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"policy-cleaner model 3",
        b"policy-cleaner model 3\n",
        b"policy-cleaner model 1\n{}\n",
        b"PK\x03\x04 an archive",
        "推进体系建设\n".encode(),
        b"\xff\xfe" * 100,
    ],
)
def test_a_foreign_file_is_no_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.model"
    path.write_bytes(content)
    with pytest.raises(BadModel, match=r"foreign\.model: this is no model"):
        read(path)


@pytest.mark.parametrize(
    "header", [b"{}", b"[]", b"3", b"null", b"", b"{", b"\xff", b'{"size": 1}', b'{"size": 1, "sources": [], "arrays": {}}']
)
def test_a_damaged_header_is_told_with_its_file(model: Path, header: bytes) -> None:
    with pytest.raises(BadModel, match=r"small\.model: a damaged model"):
        read(damaged(model, header))


@pytest.mark.parametrize("missing", [*ARRAYS, *(f"{name}-{part}" for name in TABLES for part in ("marks", "counts"))])
def test_a_model_without_one_of_its_arrays_is_damaged(model: Path, missing: str) -> None:
    header = header_of(model)
    del header["arrays"][missing]
    with pytest.raises(BadModel, match=rf"small\.model.*{missing}"):
        read(damaged(model, json.dumps(header).encode()))


@pytest.mark.parametrize(
    "where",
    [
        {"start": 0},
        {"start": "0", "shape": [1], "type": "<u2"},
        {"start": 0, "shape": [1], "type": "none"},
        {"start": 1 << 40, "shape": [1], "type": "<u2"},
        {"start": 0, "shape": [1 << 40], "type": "<u2"},
        {"start": 0, "shape": 1.5, "type": "<u2"},
        [0, 1],
        None,
    ],
    ids=repr,
)
def test_an_array_that_is_not_where_it_should_be_is_damage(model: Path, where: object) -> None:
    header = header_of(model)
    header["arrays"]["letters"] = where
    with pytest.raises(BadModel, match=r"small\.model: a damaged model"):
        read(damaged(model, json.dumps(header).encode()))


@pytest.mark.parametrize(
    "odd",
    [[], {"letters": {"start": 0, "shape": [1], "type": ","}}, {"letters": {"start": 0, "shape": [float("inf")], "type": "<u2"}}],
    ids=repr,
)
def test_any_damage_to_a_header_is_told(model: Path, odd: object) -> None:
    header = header_of(model) | {"arrays": odd}
    with pytest.raises(BadModel):
        read(damaged(model, json.dumps(header).encode()))


def test_a_truncated_file_is_told(model: Path) -> None:
    whole = model.read_bytes()
    dice = random.Random(1)
    for size in (30, 200, 1000, len(whole) // 2, *(dice.randrange(23, len(whole) - 64) for _ in range(20))):
        model.write_bytes(whole[:size])
        with pytest.raises(BadModel, match=r"small\.model"):
            read(model)


def test_no_file_at_all_is_told_by_the_system(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.model", tmp_path):
        with pytest.raises(OSError, match=str(path)):
            read(path)


def mapped(array: Any) -> bool:
    while array is not None and not isinstance(array, mmap.mmap):
        if array.flags.owndata or array.flags.writeable:
            return False
        array = array.base
    return isinstance(array, mmap.mmap)


def test_arrays_are_mapped_and_aligned(model: Path) -> None:
    for path in (SHIPPED, model):
        language = read(path)
        for name, array in arrays(language).items():
            assert mapped(array), name
            assert array.ctypes.data % 64 == 0, name
    assert not mapped(np.zeros(3))


def test_opening_a_model_reads_its_header_and_no_more() -> None:
    """In a process of its own, whose reads are counted by the system call: two lines, and nothing of what is mapped."""
    code = (
        "import sys, io\n"
        "from pathlib import Path\n"
        "from cleaner.language import lexicon\n"
        "opened = []\n"
        "class Seen(io.FileIO):\n"
        "    def readinto(self, room):\n"
        "        n = super().readinto(room); opened.append(n); return n\n"
        "    def readall(self):\n"
        "        raise AssertionError('all of it is read')\n"
        "Path.open = lambda path, mode: io.BufferedReader(Seen(path))\n"
        "lexicon.shipped()\n"
        "assert 0 < sum(opened) <= 1 << 18, opened\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- several models ----------------------------------------------------------------------------------


def test_a_language_joined_with_itself_has_twice_the_documents() -> None:
    one = small()
    two = joined([one, one])
    assert two.size == 2 * one.size
    assert two.sources == one.sources * 2
    assert two.letters.tolist() == (one.letters * 2).tolist()
    assert two.weight == pytest.approx(one.weight + np.log(2))
    for name in TABLES:
        known = getattr(one, name).documents(STRINGS)
        assert getattr(two, name).documents(STRINGS) == [2 * n for n in known]
        assert any(known)
    for name in ARRAYS[1:]:
        assert np.array_equal(getattr(two, name), getattr(one, name)), name
        assert getattr(two, name).dtype == getattr(one, name).dtype


def test_what_is_in_any_of_them_is_known() -> None:
    other = learn(["乡村振兴战略"] * 10)
    both = joined([small(), other])
    assert both.ngrams.documents(["推进体系", "乡村振兴", "兴推"]) == [11, 10, 0]
    assert both.letters[ord("建")] == small().letters[ord("建")]
    assert both.letters[ord("乡")] == 10
    codes = np.array(list(map(ord, "推进体系建设乡村振兴")))
    assert holds(both.pairs, hashes_of(codes, 2)).tolist() == [True] * 5 + [False] + [True] * 3
    for char, after in (("推", "进"), ("乡", "村")):
        place = ord(char) - FIRST
        assert both.followers[both.starts[place] : both.starts[place + 1]].tolist() == [ord(after)]


def test_letters_of_many_documents_do_not_overflow() -> None:
    many = replace(small(), letters=np.full(0x10000, 40_000, dtype=np.uint16))
    assert set(joined([many, many]).letters.tolist()) == {65_535}


def test_which_language_is_chosen(model: Path) -> None:
    assert chosen(()) is chosen(("policy",)) is shipped()
    assert same(chosen((str(model),)), small())
    both = chosen(("policy", str(model)))
    assert both.size == shipped().size + small().size
    assert chosen(("policy", str(model))) is both
    with pytest.raises(OSError, match="nowhere"):
        chosen((str(model.with_name("nowhere")),))


# --- what ships --------------------------------------------------------------------------------------


def test_what_ships_is_small() -> None:
    content = SHIPPED.read_bytes()
    assert len(content) <= 11_000_000
    assert len(zlib.compress(content, 6)) <= 8_000_000  # the wheel holds it deflated


def test_what_ships() -> None:
    language = shipped()
    known = language.ngrams.documents(["体系建设", "近平总书", "推进", "人民共和国"])
    assert min(known) > 50
    assert language.ngrams.documents(["系建建设", "总书书记", "民共合国"]) == [0, 0, 0]
    assert min(language.doublings.documents(["局局长", "青海海", "目的的"])) >= 1
    assert min(language.words.documents(["发展", "建设", "人民"])) > 50
    assert language.size == sum(int(source.split(": ")[1].split()[0]) for source in language.sources)
    assert max(known) <= language.letters.max() <= language.size
    assert np.all(np.diff(language.starts.astype(np.int64)) >= 0)
    assert len(language.starts) == LAST - FIRST + 2
    assert language.starts[-1] == len(language.followers)


def test_filters_that_ship_are_seldom_wrong() -> None:
    noise = np.random.default_rng(5).integers(0, 2**64, 100_000, dtype=np.uint64)
    for name in ("pairs", "triples", "frames"):
        assert 0 < holds(getattr(shipped(), name), noise).mean() < 1 / 80, name
    assert 0 < holds(shipped().gaps, noise, IN_GAPS).mean() < 1 / 200
    codes = np.array(list(map(ord, "推进现代化产业体系建设")))
    assert holds(shipped().pairs, hashes_of(codes, 2)).all()
    assert holds(shipped().triples, hashes_of(codes, 3)).all()


# --- words -------------------------------------------------------------------------------------------


def test_words() -> None:
    assert [word for word, _, _ in words("行业赋能能力")] == ["行业", "赋能", "能力"]
    assert [word for word, _, _ in words("总书书记")] == ["总", "书", "书记"]
    assert words("") == []
    assert words("\udc80乡村振兴\udcff") == [("\udc80", 0, 1), ("乡村", 1, 3), ("振兴", 3, 5), ("\udcff", 5, 6)]


@given(st.text("建设体系总书记a1𠀀\udc80", max_size=12))
def test_words_tile_a_run(run: str) -> None:
    found = words(run)
    assert "".join(word for word, _, _ in found) == run
    assert all(run[start:end] == word for word, start, end in found)
    assert [start for _, start, _ in found] == [0, *(end for _, _, end in found)][: len(found)]


def test_words_have_their_part_of_speech() -> None:
    assert dict(lexicon.tagged("推进建设"))["推进"].startswith("v")
    assert lexicon.tagged("\udc80") == [("?", "x")]


def test_a_word_of_policy_language_is_a_word() -> None:
    assert all(lexicon.is_word(row["word"]) for row in lexicon.rows("policy-words.csv"))
    assert lexicon.is_word("发展")
    assert not lexicon.is_word("展发")


def test_words_are_sorted_and_unique() -> None:
    listed = [row["word"] for row in lexicon.rows("policy-words.csv")]
    assert listed == sorted(set(listed))
    assert all(int(row["documents"]) > 0 and row["reason"] for row in lexicon.rows("policy-words.csv"))


def test_nothing_heavy_is_loaded_without_need() -> None:
    code = (
        "import sys; from cleaner.rules import RULES; "
        "found = [hit for rule in RULES if rule.code.startswith('TYP') for hit in rule.sees('加强领导。')]; "
        "assert not found and 'rjieba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
