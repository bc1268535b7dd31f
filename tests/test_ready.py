"""What is loaded before there is much to read: the same is found, by compiled code from the first text on."""

from __future__ import annotations

import pytest

from cleaner.model import Finding, Grade
from cleaner.pipeline import look
from cleaner.ready import make_ready
from cleaner.rules import RULES
from cleaner.settings import Settings
from cleaner.views import Reader

FAULTY = "\n".join(text for rule in RULES for text, _ in rule.bad if not rule.across)


def found(grade: Grade = Grade.NONE) -> list[Finding]:
    return look("甲.txt", FAULTY, Settings(), grade)


def test_the_same_is_found_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "much", False)
    before = found()
    make_ready(Settings())
    assert Reader.much
    assert before
    assert found() == before


@pytest.mark.parametrize("grade", [Grade.UNSAFE, Grade.SAFE])
def test_what_is_left_out_where_a_grade_is_wanted_is_less_sure(grade: Grade) -> None:
    every = found()
    wanted = [finding for finding in every if finding.grade >= grade]
    assert 0 < len(wanted) < len(every)
    assert [finding for finding in found(grade) if finding.grade >= grade] == wanted
