"""The changes that are tried: compiled and by numpy."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import views
from cleaner.language import candidates, lexicon, lookups, misprints, omissions
from cleaner.language.candidates import KINDS, LEAST, Compiled, Gains, Search
from cleaner.language.learn import learn
from cleaner.language.symbols import symbols
from cleaner.language.table import Joined, Table, hash_of, table

SENTENCES = (
    "坚持以习近平新时代中国特色社会主义思想为指导，全面贯彻党的二十大精神",
    "深入开展扫黑除恶专项斗争，解决突出问题，建设现代化产业体系",
    "县级以上地方人民政府应当建立安全生产责任制，促进高质量发展",
    "大力培育发展大数据产业，2024年完成投资1450亿元（同比增长3.5%）",
)
LETTERS = "的发展高量质政府化工作建设安全产生是在和，1"


@pytest.fixture(scope="module")
def joined() -> Compiled:
    return Compiled(lexicon.joined([lexicon.shipped(), learn(SENTENCES * 4)]))


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    language = lexicon.shipped()
    assert isinstance(language.ngrams, Table)
    return Compiled(language)


@st.composite
def misprinted(draw: st.DrawFn) -> str:
    """Policy language with characters lost, added, changed and swapped."""
    chars = list("。".join(draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3))))
    for at in draw(st.lists(st.integers(0, len(chars) - 2), max_size=6)):
        kind, other = draw(st.sampled_from(candidates.KINDS)), draw(st.sampled_from(LETTERS))
        if kind == "swapped":
            chars[at], chars[at + 1] = chars[at + 1], chars[at]
        else:
            chars[at] = {"wrong": other, "lost": "", "added": other + chars[at]}[kind]
    return "".join(chars)


@settings(deadline=None, max_examples=150)
@given(
    text=st.one_of(misprinted(), st.text(LETTERS, max_size=60)), least=st.sampled_from([LEAST, misprints._SURE, (20.0, 15.0, 30.0, 9.0)])
)
def test_compiled_changes_are_those_of_numpy(compiled: Compiled, text: str, least: Gains) -> None:
    read = symbols(text)
    quick, slow = compiled(read.codes, least), candidates.by_numpy(read.codes, compiled.language, least)
    assert all(change.gain + candidates.WORTH[min(change.elsewhere, 63)] >= least[KINDS.index(change.kind)] for change in slow)
    assert [change[:3] for change in quick] == [change[:3] for change in slow]
    for one, other in zip(quick, slow, strict=True):
        assert one[3:5] == pytest.approx(other[3:5])
        assert one.elsewhere == other.elsewhere
        assert one.documents == misprints.documents_about(compiled.language, *misprints._written(read, other))
        plain, told = (misprints.evidence(read, compiled.language, change).values for change in (other, one))
        assert told == pytest.approx(plain)


@settings(deadline=None, max_examples=150)
@given(text=misprinted())
def test_what_is_passed_over_would_not_have_been_told(compiled: Compiled, text: str) -> None:
    read = symbols(text)
    weights = misprints._weights()
    for quick in compiled(read.codes):
        for change in (quick, quick._replace(documents=None)):
            seen = misprints.evidence(read, compiled.language, change).values
            score = weights[change.kind]["base"] + sum(weights[change.kind][name] * value for name, value in seen.items())
            assert misprints._may_score(score, read, compiled.language, change)


@given(text=misprinted())
@settings(deadline=None)
def test_words_are_those_of_the_lexicon(text: str) -> None:
    assert lexicon.cut(text) == [word for word, _, _ in lexicon.words(text)]


def test_the_search_is_compiled_where_much_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MANY", 150)
    search = Search(lexicon.shipped())
    text = "加快构新建发展格局，中共人民共和国成立，" * 2
    found = [[change[:3] for change in search(symbols(text))] for _ in range(4)]
    assert search.compiled is not None
    assert found[0]
    assert all(some == found[0] for some in found)


@settings(deadline=None, max_examples=40)
@given(text=misprinted())
def test_several_languages_are_for_compiled_code_too(joined: Compiled, text: str) -> None:
    assert isinstance(joined.language.ngrams, Joined)
    quick, slow = joined(symbols(text).codes), candidates.by_numpy(symbols(text).codes, joined.language)
    assert [change[:3] for change in quick] == [change[:3] for change in slow]
    for one, other in zip(quick, slow, strict=True):
        assert one[3:5] == pytest.approx(other[3:5])
        run, after, was, becomes, k = misprints._written(symbols(text), other)
        assert one.documents == misprints.documents_about(joined.language, run, after, was, becomes, k)
        counts = omissions.counts(joined.language, after[:k], after[k], after[k + 1 :]) if one.kind == "lost" else None
        assert one.left_out == counts


def test_nothing_is_found_where_nothing_was_counted() -> None:
    nothing = lookups.counted(table(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)))
    assert [len(one.marks) for one in nothing] == [1]
    assert lookups.documents(nothing, np.uint64(hash_of("建设"))) == 0


def test_one_string_is_found_as_many_are() -> None:
    language = lexicon.shipped()
    strings = ["", "建设", *(sentence[at : at + n] for sentence in SENTENCES for at, n in zip(range(20), cycle(range(1, 6))))]
    for some in (language.ngrams, language.words, language.doublings):
        many = some.of(np.array([hash_of(string) for string in strings], dtype=np.uint64)).tolist()
        assert [some.documents([string])[0] for string in strings] == [n if string else 0 for n, string in zip(many, strings, strict=True)]
