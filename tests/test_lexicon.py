"""What is known of policy language, and how it is learnt."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.language import learn, lexicon

HAN = st.text("建设体系局长人的", max_size=12)


def counts(table: lexicon.Table) -> dict[int, int]:
    return dict(zip(table.keys.tolist(), table.counts.tolist(), strict=True))


@given(st.lists(st.text("一丁建设龘", min_size=1, max_size=4)))
def test_keys_sort_as_strings_do(strings):
    assert sorted(strings) == sorted(strings, key=lexicon.key)


@pytest.mark.parametrize("string", ["", "五个汉字了", "𠀀建", "建设𠀀"])
def test_what_no_table_can_hold(string):
    assert lexicon.key(string) == 0
    assert lexicon.shipped().phrases.documents([string]) == [0]


def test_phrases_of_a_text():
    text = "体系建设。体系建\n设，推进体系建设a𠀀体系建\udc80"
    found = {"体系建设", "推进体系", "进体系建"}
    assert sorted(learn.phrases(text).tolist()) == sorted(map(lexicon.key, found))
    assert learn.phrases("").size == learn.phrases("体系").size == 0


@given(st.lists(HAN, max_size=8))
def test_phrases_equal_their_slow_twin(texts):
    for text in texts:
        assert learn.phrases(text).tolist() == sorted({lexicon.key(text[i : i + 4]) for i in range(len(text) - 3)})


def test_a_phrase_is_kept_where_enough_documents_hold_it():
    home = ["体系建设"] * learn.HOME + ["总体规划"] * (learn.HOME - 1)
    others = ["总体规划"] * (learn.ALL - learn.HOME) + ["行政许可"] * learn.ALL
    language = learn.learn(home, others)
    assert language.size == len(home) + len(others)
    assert language.phrases.documents(["体系建设", "总体规划", "行政许可"]) == [learn.HOME, 0, learn.ALL]


def test_doublings_are_counted_by_documents_with_their_neighbours():
    language = learn.learn(["公安局局长，公安局局长", "安局局长", "监测预测预警"])
    known = language.doublings.documents(["安局局", "局局长", "安局局长", "测预测预", "局局", "公安局局"])
    assert known == [2, 2, 2, 1, 0, 0]


def test_a_doubling_that_must_be_a_misprint_is_not_learnt():
    home = ["推进体系建设工作"] * learn.MISPRINT
    assert learn.learn([*home, "推进体系建建设工作"]).doublings.keys.size == 0
    assert learn.learn([*home[1:], "推进体系建建设工作"]).doublings.keys.size == 3


@given(st.lists(HAN, max_size=10))
def test_what_is_written_is_read(texts):
    language = learn.learn(texts)
    for table in (language.phrases, language.doublings):
        assert counts(lexicon._unpacked(*lexicon._packed(table))) == counts(table)


def test_the_same_files_give_the_same_bytes(tmp_path):
    rows = [{"id": str(n), "text": text} for n, text in enumerate(["推进体系建设", "公安局局长", "体系建设"] * 4)]
    corpus, left_out = tmp_path / "corpus.jsonl.gz", tmp_path / "left-out.jsonl"
    with gzip.open(corpus, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    left_out.write_text(json.dumps(rows[1]) + "\n", encoding="utf-8")
    written = []
    for name in ("one.npz", "two.npz"):
        command = [sys.executable, "-m", "cleaner.language.learn", str(corpus), "-o", str(tmp_path / name), "--without", str(left_out)]
        subprocess.run(command, check=True, capture_output=True)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    language = lexicon.read(tmp_path / "one.npz")
    assert language.size == 11
    assert language.phrases.documents(["体系建设", "公安局局"]) == [8, 3]


def test_what_ships():
    language = lexicon.shipped()
    for table in (language.phrases, language.doublings):
        assert np.all(np.diff(table.keys.astype(object)) > 0)
        assert table.counts.min() >= 1
    known = language.phrases.documents(["体系建设", "近平总书", "系建建设", "总书书记"])
    assert min(known[:2]) > 50
    assert max(known[2:]) == 0
    assert min(language.doublings.documents(["局局长", "青海海", "目的的"])) >= 1


def test_words():
    assert [word for word, _, _ in lexicon.words("行业赋能能力")] == ["行业", "赋能", "能力"]
    assert [word for word, _, _ in lexicon.words("总书书记")] == ["总", "书", "书记"]
    assert lexicon.words("") == []
    assert lexicon.words("\udc80乡村振兴\udcff") == [("\udc80", 0, 1), ("乡村", 1, 3), ("振兴", 3, 5), ("\udcff", 5, 6)]


def test_a_word_of_policy_language_is_a_word():
    assert all(lexicon.is_word(row["word"]) for row in lexicon.rows("policy-words.csv"))
    assert lexicon.is_word("发展")
    assert not lexicon.is_word("展发")


def test_words_are_sorted_and_unique():
    listed = [row["word"] for row in lexicon.rows("policy-words.csv")]
    assert listed == sorted(set(listed))
    assert all(int(row["documents"]) > 0 and row["reason"] for row in lexicon.rows("policy-words.csv"))


def test_nothing_heavy_is_loaded_without_need():
    code = (
        "import sys; from cleaner.rules import amounts, typos; "
        "rules = (typos.doubled_character, typos.doubled_word, typos.misprinted_character, typos.lost_character, typos.added_character, typos.swapped_characters, amounts.redundant_bound); "
        "found = [hit for sees in rules for hit in sees('加强领导。')]; "
        "from cleaner.language import lexicon; "
        "assert not found and 'rjieba' not in sys.modules and not lexicon.shipped.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
