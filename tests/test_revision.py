"""Scripts without some findings and with others: what is left alone stays, and the last copy always does."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.edits import Covering, apply, choose, compose
from cleaner.model import Edit, Finding, Grade, Level, Script, Twin, Why
from cleaner.revision import GOES, LAST, TOUCHES, Key, Standing, revised

KEY: Key = ("a.txt", None)


def finding(code: str, start: int, end: int, *edits: Edit, twin: Twin | None = None, grade: Grade = Grade.SAFE) -> Finding:
    return Finding(code, start, end, edits, grade, Level.WARNING, Why(""), twin)


def deleting(text: str, start: int, end: int, code: str = "REP501", twin: Twin | None = None) -> Finding:
    return finding(code, start, end, Edit(start, text[start:end], "", code), twin=twin)


def standing(text: str, findings: dict[str, Finding], script: Script | None = None) -> Standing:
    chosen = choose(list(findings.values()), Grade.UNSAFE)[0] if script is None else script
    return Standing(text, chosen, findings)


TEXT = "甲建建乙,丙\n丁丁戊\n"
FOUND = {
    "1": finding("TYP701", 1, 3, Edit(2, "建", "", "TYP701")),
    "2": finding("PUN201", 4, 5, Edit(4, ",", "，", "PUN201")),
    "3": finding("TYP701", 7, 9, Edit(8, "丁", "", "TYP701")),
}


def test_one_is_taken_back_and_the_others_stay() -> None:
    one = standing(TEXT, FOUND)
    revision = revised({KEY: one}, {"1"}, ())
    assert apply(TEXT, revision.scripts[KEY]) == "甲建建乙，丙\n丁戊\n"
    assert not revision.refused
    assert not revision.along


def test_the_order_does_not_matter() -> None:
    whole = revised({KEY: standing(TEXT, FOUND)}, FOUND, ()).scripts[KEY]
    assert whole == ()
    for order in permutations(FOUND):
        one = standing(TEXT, FOUND)
        for name in order:
            one = one._replace(script=revised({KEY: one}, {name}, ()).scripts[KEY])
        assert one.script == whole


def test_what_was_taken_back_can_be_made_again() -> None:
    one = standing(TEXT, FOUND)
    less = one._replace(script=revised({KEY: one}, {"2", "3"}, ()).scripts[KEY])
    assert revised({KEY: less}, (), {"2", "3"}).scripts[KEY] == one.script


def test_edits_that_touch_are_taken_apart_where_each_did_its_own() -> None:
    text = "甲，，\n乙"
    first = (Edit(2, "，", "", "PUN203"),)
    script = compose(text, first, (Edit(2, "\n", "", "LAY402"),))
    assert len(script) == 1
    found = {
        "1": finding("PUN203", 1, 3, Edit(2, "，", "", "PUN203")),
        "2": finding("LAY402", 3, 4, Edit(3, "\n", "", "LAY402")),
    }
    one = Standing(text, script, found)
    assert apply(text, revised({KEY: one}, {"1"}, ()).scripts[KEY]) == "甲，，乙"
    assert apply(text, revised({KEY: one}, {"2"}, ()).scripts[KEY]) == "甲，\n乙"


def test_what_was_built_on_another_goes_with_it_and_is_named() -> None:
    text = "甲<b>乙"
    script = (Edit(1, "<b>", "，", "ENC104+PUN201"),)
    found = {
        "1": finding("ENC104", 1, 4, Edit(1, "<b>", ",", "ENC104")),
        "2": finding("PUN201", 1, 4, Edit(1, "<b>", "，", "PUN201")),
    }
    revision = revised({KEY: Standing(text, script, found)}, {"1"}, ())
    assert apply(text, revision.scripts[KEY]) == text
    assert list(revision.along) == ["2"]
    assert str(revision.along["2"]) == "it was made together with 1"


def test_what_stands_in_something_removed_is_not_added() -> None:
    found = {"1": deleting(TEXT, 0, 7), "2": finding("TYP701", 1, 3, Edit(2, "建", "", "TYP701"))}
    revision = revised({KEY: Standing(TEXT, found["1"].edits, found)}, (), {"2"})
    assert revision.refused == {"2": GOES}
    assert revision.scripts[KEY] == found["1"].edits


def test_what_crosses_another_change_is_not_added() -> None:
    found = {"1": finding("TYP703", 1, 3, Edit(1, "建建", "见", "TYP703")), "2": finding("TYP702", 2, 4, Edit(2, "建乙", "", "TYP702"))}
    assert revised({KEY: Standing(TEXT, found["1"].edits, found)}, (), {"2"}).refused == {"2": TOUCHES}


# --- the last copy ---

TWINS = "同一段。\n同一段。\n同一段。\n"


def twins() -> dict[str, Finding]:
    """Three copies: the second and the third go, and it is offered that the first goes, too."""
    return {
        "1": deleting(TWINS, 0, 5, twin=Twin(5, 9, 1.0)),
        "2": deleting(TWINS, 5, 10, twin=Twin(0, 4, 1.0)),
        "3": deleting(TWINS, 10, 15, twin=Twin(0, 4, 1.0)),
    }


def test_the_last_copy_is_not_removed() -> None:
    found = twins()
    script = (*found["2"].edits, *found["3"].edits)
    revision = revised({KEY: Standing(TWINS, script, found)}, (), {"1"})
    assert revision.refused == {"1": LAST}
    assert apply(TWINS, revision.scripts[KEY]) == "同一段。\n"


def test_with_another_copy_back_the_first_may_go_only_with_its_followers() -> None:
    found = twins()
    script = (*found["2"].edits, *found["3"].edits)
    revision = revised({KEY: Standing(TWINS, script, found)}, {"2"}, {"1"})
    assert "同一段。" in apply(TWINS, revision.scripts[KEY])


def test_the_last_copy_may_stand_in_another_document() -> None:
    first, second = ("a.txt", None), ("b.txt", None)
    text = "同一段。\n别的。\n"
    here = {"1": deleting(text, 0, 5, twin=Twin(0, 4, 1.0, "c.txt"))}
    there = {"2": deleting(text, 0, 5, twin=Twin(0, 4, 1.0, "a.txt"))}
    documents = {first: Standing(text, (), here), second: Standing(text, there["2"].edits, there)}
    revision = revised(documents, (), {"1"})
    assert revision.refused == {"1": LAST}
    assert revision.scripts[first] == ()


@given(st.data())
def test_one_copy_always_stays(data: st.DataObject) -> None:
    """Any number of copies, twins anywhere among those before or behind, anything taken back and added."""
    many = data.draw(st.integers(2, 6))
    text = "甲乙丙。\n" * many
    found = {}
    for n in range(many):
        other = data.draw(st.sampled_from([m for m in range(many) if m != n]))
        found[str(n)] = deleting(text, n * 5, n * 5 + 5, twin=Twin(other * 5, other * 5 + 4, 1.0))
    names = st.sets(st.sampled_from(sorted(found)))
    applied = data.draw(names)
    first = revised({KEY: Standing(text, (), found)}, (), applied)
    back, add = data.draw(names), data.draw(names)
    revision = revised({KEY: Standing(text, first.scripts[KEY], found)}, back - add, add)
    for script in (first.scripts[KEY], revision.scripts[KEY]):
        goes = Covering(script)
        for f in found.values():
            if goes.all(f.start, f.end):
                assert f.twin
                assert not goes.all(f.twin.start, f.twin.end)
        assert "甲" in apply(text, script)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    text = "".join(draw(st.lists(st.sampled_from("甲乙丙,\n"), min_size=1, max_size=24)))
    found = {}
    for n in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(start + 5, len(text))))
        new = draw(st.sampled_from(["", "丁", "，"]))
        if text[start:end] != new:
            code = f"TYP70{n}"
            found[str(n)] = finding(code, start, end, Edit(start, text[start:end], new, code))
    return standing(text, found)


@given(standings(), st.data())
def test_taking_back_is_of_no_order_and_harms_nothing_else(one: Standing, data: st.DataObject) -> None:
    names = sorted(one.findings)
    back = data.draw(st.sets(st.sampled_from(names))) if names else set()
    at_once = revised({KEY: one}, back, ()).scripts[KEY]
    step = one
    for name in data.draw(st.permutations(sorted(back))):
        step = step._replace(script=revised({KEY: step}, {name}, ()).scripts[KEY])
    assert step.script == at_once
    left = {edit for name, f in one.findings.items() if name not in back for edit in f.edits}
    assert {edit for edit in one.script if edit in left} == set(at_once)
    assert revised({KEY: one}, set(names), ()).scripts[KEY] == ()
