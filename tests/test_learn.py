"""How a language is learnt: what is kept, what is left out, and that the same documents give the same bytes."""

from __future__ import annotations

import gzip
import itertools
import json
import sys
from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.language import learn as module
from cleaner.language.learn import FRAME, KEPT, MISPRINT, OMITTED, SET, WITHOUT, WORD, learn
from cleaner.language.lexicon import IN_GAPS, ORDER, PHRASE, Language, read, write
from cleaner.language.omissions import LEFT_OUT, STANDS
from cleaner.language.symbols import FIRST, ROOM, symbols
from cleaner.language.table import hash_of, holds

TEXTS = st.lists(st.text("建设体，", max_size=10), max_size=7)


def codes(text: str) -> list[int]:
    """As n-grams are counted: with as many marks on either side as the longest can reach over."""
    whole = symbols(text).codes
    return whole[ROOM - ORDER + 1 : len(whole) - ROOM + ORDER - 1].tolist()


def kept(home: list[str], others: list[str]) -> dict[tuple[int, ...], int]:
    """What the table of n-grams should hold, by its slow twin."""
    near, far = ([codes(text) for text in texts] for texts in (home, others))
    found: dict[tuple[int, ...], int] = {}
    for n, bounds in KEPT.items():
        if n > 1:
            found |= naive.kept_ngrams(near, far, n, *bounds)
    phrases = naive.kept_ngrams(near, far, PHRASE, SET, SET)
    return found | {gram: n for gram, n in phrases.items() if min(gram) >= FIRST}


def holding(language: Language, name: str, *strings: str) -> list[bool]:
    hashes = np.array([hash_of(string) for string in strings], dtype=np.uint64)
    return holds(getattr(language, name), hashes, IN_GAPS if name == "gaps" else 2).tolist()


# --- n-grams -----------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_what_is_kept_equals_its_slow_twin(home: list[str], others: list[str]) -> None:
    language = learn(home, others)
    slow = kept(home, others)
    strings = ["".join(map(chr, gram)) for gram in slow]
    assert language.size == len(home) + len(others)
    assert language.ngrams.size == len(slow)
    marks = [max(1, hash_of(string) & 0xFFFF) for string in strings]
    for gram, mark, n in zip(slow, marks, language.ngrams.documents(strings), strict=True):
        assert n == slow[gram] or (n and marks.count(mark) > 1)
    for char in "建设体":
        assert language.letters[ord(char)] == sum(char in text for text in home + others)


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_what_holds_a_longer_string_holds_its_parts(home: list[str], others: list[str]) -> None:
    language = learn(home, others)
    for gram in kept(home, others):
        for part in (gram[1:], gram[:-1]):
            if 1 < len(part) <= ORDER:
                assert language.ngrams.documents(["".join(map(chr, part))])[0] > 0
            elif len(part) == 1:
                assert language.letters[part[0]] > 0


def test_no_bound_is_above_that_of_the_next_order() -> None:
    assert list(KEPT) == list(range(1, ORDER + 1))
    assert all(a <= b for one, two in itertools.pairwise(KEPT.values()) for a, b in zip(one, two, strict=True))
    assert all(near <= every for near, every in KEPT.values())
    assert max(KEPT[ORDER]) <= SET


@pytest.mark.parametrize("n", [n for n in KEPT if n > 1])
def test_bounds_are_met_exactly(n: int) -> None:
    near, every = KEPT[n]
    string = "甲乙丙丁戊"[:n]
    other = f"，{string}，"
    assert learn([other] * near).ngrams.documents([string]) == [near]
    assert learn([other] * (near - 1)).ngrams.documents([string]) == [0]
    assert learn([], [other] * every).ngrams.documents([string]) == [every]
    assert learn([], [other] * (every - 1)).ngrams.documents([string]) == [0]
    assert learn([other] * (near - 1), [other] * (every - near + 1)).ngrams.documents([string]) == [every]


@pytest.mark.parametrize(("times", "known"), [(SET - 1, 0), (SET, SET)])
def test_set_phrases_are_of_chinese_characters(times: int, known: int) -> None:
    language = learn(["社会主义核心价值，习近平，新时代中"] * times)
    assert language.ngrams.documents(["社会主义核心价值", "习近平,新时代中"]) == [known, 0]


def test_documents_are_counted_and_not_places() -> None:
    language = learn(["体系建设，" * 3, "体系建设，体系建设", "体系建设"])
    assert language.ngrams.documents(["体系", "体系建", "体系建设"]) == [3, 3, 3]
    assert language.letters[ord("体")] == 3
    assert learn(["体系建设，" * 50]).ngrams.documents(["体系"]) == [0]
    assert learn(["公安局局长，公安局局长"]).doublings.documents(["局局长"]) == [1]


def test_letters_are_of_both_kinds_of_documents() -> None:
    language = learn(["建设，12"], ["建", "國"])
    assert [int(language.letters[ord(char)]) for char in "建设国國,0A"] == [2, 1, 1, 0, 3, 1, 0]


def test_counting_in_parts_is_counting_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home, others = ["推进体系建设", "建设体系，推进", "体系建设"] * 2, ["建设体系", "推进体系建设"] * 3
    written = []
    for at_once in (module._AT_ONCE, 10, 0):
        monkeypatch.setattr(module, "_AT_ONCE", at_once)
        write(learn(home, others), tmp_path / "model")
        written.append((tmp_path / "model").read_bytes())
    assert len(set(written)) == 1


# --- words and doublings -----------------------------------------------------------------------------


def test_words_of_a_few_documents_are_left_out() -> None:
    texts = ["推进乡村振兴战略"] * WORD + ["财政政策"] * (WORD - 1)
    assert learn(texts).words.documents(["乡村", "推进", "财政", "政策", "推进乡村"]) == [WORD, WORD, 0, 0, 0]
    assert learn(["乡村振兴，乡村建设。乡村"]).words.size == 0


def test_doublings_are_counted_by_documents_with_their_neighbours() -> None:
    language = learn(["公安局局长，公安局局长", "安局局长", "监测预测预警"])
    known = language.doublings.documents(["安局局", "局局长", "安局局长", "测预测预", "局局", "公安局局"])
    assert known == [2, 2, 2, 1, 0, 0]
    assert learn(["哈哈哈，局局。"]).doublings.size == 0
    assert learn(["目的的。"]).doublings.documents(["目的的"]) == [1]


@pytest.mark.parametrize("wrong", ["推进体系建建设工作", "推进体系体系建设"], ids=["character", "word"])
def test_a_doubling_is_learnt_where_nothing_speaks_against_it(wrong: str) -> None:
    assert learn([wrong]).doublings.size > 0


def test_a_doubling_that_must_be_a_misprint_is_not_learnt() -> None:
    home = ["推进体系建设工作"] * MISPRINT
    wrong = "推进体系建建设工作"
    assert learn([*home, wrong]).doublings.size == 0
    assert learn([*home[1:], wrong]).doublings.documents(["系建建", "建建设", "系建建设"]) == [1, 1, 1]
    assert learn([*home, wrong, "完善体系建建设机制"]).doublings.documents(["系建建设"]) == [2]
    assert learn([*home, "建建设工作"]).doublings.documents(["建建设"]) == [1]  # without a neighbour on the left


# --- omissions ---------------------------------------------------------------------------------------


def test_what_is_left_out_of_known_strings_is_counted_by_its_neighbours() -> None:
    with_it, without = ["政府应当将其纳入"] * OMITTED, ["政府应将其纳入"] * WITHOUT
    language = learn([*with_it, *without])
    # 府应[当]将其 stands without it; 应当将其纳 has 将 in its middle, and is never without it
    assert language.omissions.documents(["当" + STANDS, "当" + LEFT_OUT, "将" + STANDS, "将" + LEFT_OUT]) == [1, 1, 1, 0]
    assert language.omissions.documents(["应当" + STANDS, "应当" + LEFT_OUT, STANDS + "当将", LEFT_OUT + "当将"]) == [1, 1, 1, 1]
    assert language.omissions.documents(["当将" + STANDS, STANDS + "将其"]) == [0, 0]  # of pairs only those that ever do
    assert learn(with_it).omissions.documents(["当" + STANDS, "当" + LEFT_OUT, "应当" + STANDS]) == [1, 0, 0]
    for some in ([*with_it[1:], *without], [*with_it, *without[1:]]):
        assert learn(some).omissions.documents(["当" + LEFT_OUT, "应当" + LEFT_OUT]) == [0, 0]


# --- filters and followers ---------------------------------------------------------------------------


def test_pairs_and_triples_are_those_that_are_kept() -> None:
    language = learn(["推进体系，"] * KEPT[2][0] + ["建设局长，"] * (KEPT[2][0] - 1))
    assert holding(language, "pairs", "推进", "进体", "系,", ",推", "建设", "局长") == [True] * 4 + [False] * 2
    assert not any(holding(language, "triples", "推进体", "进体系"))
    assert all(holding(learn(["推进体系"] * KEPT[3][0]), "triples", "推进体", "进体系", ",推进"))


def test_followers_are_those_of_known_pairs() -> None:
    home = ["推进体系，建设", "推动体系。建设"] * KEPT[2][0] + ["推广。系建"]
    language = learn(home)
    for char, after in {"推": "动进", "进": "体", "体": "系", "动": "体", "建": "设", "系": "", "设": "", "龘": "", "一": ""}.items():
        place = ord(char) - FIRST
        followers = language.followers[language.starts[place] : language.starts[place + 1]]
        assert "".join(map(chr, followers.tolist())) == after
    assert language.starts[-1] == len(language.followers) == 6


def test_frames_are_well_known_strings_without_their_middle() -> None:
    text = "甲乙丙丁戊己"
    frames = ["甲乙丁戊", "乙丙戊己"]
    assert all(holding(learn([text] * FRAME), "frames", *frames))
    assert not any(holding(learn([text] * FRAME), "frames", "甲乙丙丁", "乙丙丁戊", "甲丙丁戊", "甲乙丙戊"))
    assert not any(holding(learn([text] * (FRAME - 1)), "frames", *frames))
    assert all(holding(learn([text] * (FRAME - 1), [text]), "frames", *frames))
    assert not any(holding(learn(["甲乙，丁戊"] * FRAME), "frames", "甲乙丁戊", "甲乙,丁戊"))


def test_gaps_are_well_known_strings_that_lack_one_of_their_inner_characters() -> None:
    text = "甲乙丙丁戊己"
    gaps = ["甲丙丁戊己", "甲乙丁戊己", "甲乙丙戊己", "甲乙丙丁己"]
    assert all(holding(learn([text] * FRAME), "gaps", *gaps))
    assert not any(holding(learn([text] * FRAME), "gaps", "乙丙丁戊己", "甲乙丙丁戊"))
    assert not any(holding(learn([text] * (FRAME - 1)), "gaps", *gaps))


@pytest.mark.parametrize(("times", "known"), [(0, True), (1, True), (2, False)])
def test_a_gap_that_stands_in_two_documents_is_language(times: int, known: bool) -> None:
    language = learn(["甲乙丙丁戊己"] * FRAME + ["甲丙丁戊己"] * times)
    assert holding(language, "gaps", "甲丙丁戊己", "甲乙丁戊己") == [known, True]


def test_nothing_teaches_nothing() -> None:
    for language in (learn([]), learn([], []), learn([""])):
        assert language.words.size == language.doublings.size == language.followers.size == 0
        assert not language.frames.any()
        assert not language.gaps.any()
    assert learn([]).ngrams.documents(["建设"]) == [0]
    assert learn([]).weight == 0.0


# --- the command line --------------------------------------------------------------------------------

ROWS = [{"id": str(n), "text": text} for n, text in enumerate(["推进体系建设", "公安局局长，", "体系建设"] * 4)]


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def test_the_same_files_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    home = written(tmp_path / "home.jsonl.gz", ROWS)
    laws = written(tmp_path / "laws.jsonl", [{"id": "100", "text": "行政许可"}, {"id": "101", "text": "行政许可，体系建设"}, ROWS[0]])
    left_out = written(tmp_path / "left-out.jsonl", [ROWS[1], {"id": "101", "text": ""}])
    for name in ("one", "two"):
        command = ["learn", str(home), str(laws), "-o", str(tmp_path / name), "--without", str(left_out)]
        monkeypatch.setattr(sys, "argv", command)
        module.main()
        assert capsys.readouterr().out == f"13 documents, {(tmp_path / name).stat().st_size:,} bytes\n"
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    language = read(tmp_path / "one")
    assert language.size == 13
    assert language.sources == ("home.jsonl.gz: 11 documents", "laws.jsonl: 2 documents")
    assert language.ngrams.documents(["体系建设", "推进体系", "公安局局", "行政"]) == [9, 5, 3, 0]
    assert language.letters[ord("许")] == 1


def test_without_a_list_nothing_is_left_out_and_the_first_file_is_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, laws = (written(tmp_path / f"{name}.jsonl", [ROWS[0]] * 2) for name in ("home", "laws"))
    for first, second, known in ((home, laws, 4), (laws, home, 4)):
        monkeypatch.setattr(sys, "argv", ["learn", str(first), str(second), "-o", str(tmp_path / "model")])
        module.main()
        assert read(tmp_path / "model").ngrams.documents(["体系"]) == [known]
    empty = written(tmp_path / "empty.jsonl", [])
    for first, second, known in ((home, empty, 2), (empty, home, 0)):
        monkeypatch.setattr(sys, "argv", ["learn", str(first), str(second), "-o", str(tmp_path / "model")])
        module.main()
        assert read(tmp_path / "model").ngrams.documents(["体系"]) == [known]


def test_the_order_of_documents_does_not_matter(tmp_path: Path) -> None:
    """No promise of the command, but a test that nothing depends on what was seen before."""
    texts = [row["text"] for row in ROWS]
    for name, some in (("one", texts), ("two", texts[::-1])):
        write(learn(some), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
