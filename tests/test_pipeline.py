"""The conductor: it settles, it takes back, it gives the same on every engine, and it never loses the last copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import pipeline
from cleaner.api import Cleaner, check, clean
from cleaner.edits import apply, reverse
from cleaner.engines.here import Here
from cleaner.engines.processes import Processes
from cleaner.model import Document, Grade, Hit, Outcome, Source, Why
from cleaner.pipeline import Failure, NotDone, Run, Unsettled, conduct, treat
from cleaner.rules.rule import declared, rule
from cleaner.settings import Allow, Settings
from cleaner.views import paragraphs

SENTENCES = [
    "推进体系建建设,落实各项任务。",
    "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性风险的底线。",
    "支持创新孵化器建设，支持创新孵化器建设，支持创新孵化器建设，推动落地。",
    "(上接第1版)",
    "各位代表!",
    "增长3.6%,总量达26.6亿元;其中(一产)增长2%。",
    "来源：人民日报",
    "　　第一条　总则",
    "\u200b",
    "   ",
    "",
    "English text, with (marks); 3,000 of them.",
    "习近平总书书记强调，市市人民政府要抓好落实",
    "，，。。",
    "- 3 -",
]
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=9).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\n\n", "\r", ""]).map(lambda end: end.join(lines))
)
WILD = st.text(alphabet="建设设项目，,。.;:（()）“”\"' 　\t\n\r1２3%Aａ\u200b\ufeff⼈\u3000-—…《》、年月第一版", max_size=60)


@given(TEXTS | WILD, st.booleans())
@settings(max_examples=150, deadline=None)
def test_apply_then_undo_is_the_identity_and_twice_is_once(text: str, unsafe: bool) -> None:
    outcome = Cleaner().clean(text, unsafe_fixes=unsafe)
    assert apply(text, outcome.script) == outcome.settled
    assert apply(outcome.settled, reverse(outcome.script)) == text
    assert Cleaner().clean(outcome.settled, unsafe_fixes=unsafe).settled == outcome.settled


@given(TEXTS | WILD)
@settings(max_examples=100, deadline=None)
def test_findings_lie_in_the_text_and_edits_prove_themselves(text: str) -> None:
    outcome = Cleaner().clean(text, unsafe_fixes=True)
    for finding in (*outcome.findings, *outcome.moot):
        assert 0 <= finding.start <= finding.end <= len(text)
        for edit in finding.edits:
            assert text[edit.start : edit.end] == edit.old
            assert edit.old != edit.new
        if finding.twin and finding.twin.path is None:
            assert 0 <= finding.twin.start < finding.twin.end <= len(text)


def document(order: int, text: str, faithful: bool = True) -> Document:
    return Document(order, f"{order}.txt", None, text, paragraphs(text), Source("utf-8", "", len(text), faithful))


def test_what_cannot_be_given_back_is_looked_at_and_not_changed() -> None:
    outcome = treat(document(0, "推进体系建建设,落实。", faithful=False), Run(Settings(), Grade.UNSAFE, settle=True))
    assert outcome.findings
    assert outcome.script == ()
    assert outcome.settled == outcome.document.text


@rule("TYP799", Grade.SAFE, good=["甲"], bad={"乙": "丙"})
def restless(text: str) -> Iterator[Hit]:
    """Always finds the first character wanting, and swaps it to and fro."""
    if text:
        yield Hit(0, 1, "乙" if text[0] == "丙" else "丙", Why.of("restless"))


def test_rules_that_undo_one_another_are_an_error_and_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "chosen", lambda self: (declared(restless),))
    with pytest.raises(Unsettled, match="TYP799"):
        treat(document(0, "甲"), Run(Settings(), Grade.SAFE, settle=True))


def test_a_line_that_stands_a_thousand_times_settles() -> None:
    text = "(上接第1版)推进体系建建设,落实各项任务。\n" * 1000
    outcome = treat(document(0, text), Run(Settings(), Grade.SAFE, settle=True))
    assert set(outcome.settled.splitlines()) == {"推进体系建设，落实各项任务。"}
    assert len(outcome.settled.splitlines()) < 10
    assert apply(outcome.settled, reverse(outcome.script)) == text


def read(order: int, text: str) -> Document:
    if text == "broken":
        raise NotDone("broken: no")
    return document(order, text)


def finish(text: str, outcome: Outcome) -> tuple[str, list[tuple[str, int, str | None]]]:
    return outcome.settled, [(f.code, f.start, f.twin and f.twin.path) for f in outcome.findings]


MANY = ["\n".join(SENTENCES[i % len(SENTENCES) :]) for i in range(40)] + ["broken"] + ["\n".join(SENTENCES[:3])] * 3


@pytest.mark.parametrize("engine", [Processes(1, 1), Processes(2, 3), Processes(7, 16)], ids=["1", "2", "7"])
def test_every_engine_gives_the_same(engine: pipeline.Engine) -> None:
    run = Run(Settings(), Grade.UNSAFE, settle=True)
    expected = list(conduct(MANY, read, run, finish, Here()))
    assert expected[40] == Failure(40, "broken: no")
    assert list(conduct(MANY, read, run, finish, engine)) == expected


def test_documents_are_held_against_one_another() -> None:
    told = [made for made in conduct(MANY, read, Run(Settings()), finish, Here()) if not isinstance(made, Failure)]
    for _, found in told[-2:]:  # documents 42 and 43 are 41 once more
        assert ("REP506", 0, "41.txt") in found
    alone = list(conduct(MANY, read, Run(Settings(ignore=("REP",))), finish, Here()))
    assert not any(code.startswith("REP") for made in alone if not isinstance(made, Failure) for code, _, _ in made[1])


def test_settings_say_what_is_looked_for() -> None:
    text = "推进体系建建设,落实。"
    assert {f.code for f in check(text).findings} >= {"PUN201", "TYP701"}
    assert {f.code for f in Cleaner(Settings(select=("PUN",))).check(text).findings} == {"PUN201"}
    assert "PUN201" not in {f.code for f in Cleaner(Settings(ignore=("PUN201",))).check(text).findings}
    ignored = replace(Settings(), per_file_ignores=(("*.txt", ("PUN",)),))
    assert "PUN201" not in {f.code for f in treat(document(0, text), Run(ignored)).findings}
    (typo,) = Cleaner(Settings(select=("TYP701",))).check(text).findings
    allowed = Settings(select=("TYP701",), allow=(Allow(text[typo.start : typo.end], "TYP"),))
    assert Cleaner(allowed).check(text).findings == ()


def test_the_public_functions() -> None:
    assert clean("推进体系建设,增长3.6%。") == "推进体系建设，增长3.6%。"
    assert check("").findings == ()


@pytest.mark.parametrize("unsafe", [False, True])
def test_where_two_copies_differ_and_one_goes_the_wording_of_the_other_waits_for_a_reader(unsafe: bool) -> None:
    """The one exception to cleaning twice being cleaning once."""
    right = "坚持以供给侧结构性改革为主线，深入贯彻落实习近平总书记重要指示精神，推动经济社会高质量发展，不断增强人民群众获得感。"
    wrong = right.replace("总书记", "总书书记")
    outcome = Cleaner().clean(f"{wrong}\n各位代表！\n{right}\n", unsafe_fixes=unsafe)
    assert outcome.settled == f"{wrong}\n各位代表！\n"
    assert {(f.code, f.grade) for f in outcome.findings if f.code != "REP507"} == {("TYP701", Grade.NONE)}
    assert Cleaner().clean(outcome.settled).settled == f"{right}\n各位代表！\n"
    # a fault that both copies have is mended at once
    assert Cleaner().clean(f"{wrong}\n各位代表！\n{wrong.replace('不断', '不段')}\n").settled == f"{right}\n各位代表！\n"
