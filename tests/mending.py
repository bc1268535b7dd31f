"""A text after the fixes of one rule, by the project's own way from hits to edits."""

from __future__ import annotations

from cleaner.edits import apply, choose
from cleaner.model import Grade, Hit
from cleaner.pipeline import findings_of
from cleaner.rules.rule import Sees, declared


def mended(sees: Sees, text: str, grade: Grade = Grade.SAFE) -> str:
    script, _ = choose(list(findings_of(declared(sees), text, {})), grade)
    return apply(text, script)


def grade_of(sees: Sees, hit: Hit) -> Grade:
    if hit.new is None:
        return Grade.NONE
    return declared(sees).grade if hit.grade is None else hit.grade
