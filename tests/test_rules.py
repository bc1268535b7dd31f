"""Every rule's examples are its tests: what is right stays, what is faulty comes out as said, bare and amid other text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pytest

from cleaner.corpus import Corpus
from cleaner.edits import apply, choose
from cleaner.messages import LANGUAGES, title
from cleaner.model import Document, Finding, Grade, Source
from cleaner.pipeline import finding_of, findings_of
from cleaner.rules import RULES
from cleaner.rules.rule import Rule
from cleaner.sketches import paragraph_texts, sketch
from cleaner.views import paragraphs


def amid_others(text: str) -> str:
    """The text amid other paragraphs, in a file with CRLF line ends."""
    return "各地要加强领导。\r\n" + re.sub(r"(?<!\r)\n", "\r\n", text) + "\r\n本办法自发布之日起施行。\r\n"


GOOD = [pytest.param(rule, text, id=f"{rule.code}-good-{n}") for rule in RULES for n, text in enumerate(rule.good)]
BAD = [pytest.param(rule, text, cleaned, id=f"{rule.code}-bad-{n}") for rule in RULES for n, (text, cleaned) in enumerate(rule.bad)]


def seen(rule: Rule, text: str) -> list[Finding]:
    """What a rule finds in a text; of several documents, in the last."""
    if not rule.across:
        return list(findings_of(rule, text, {"script": "simplified"} if "script" in rule.options else {}))
    documents = [
        Document(n, f"{n}.txt", None, part, paragraphs(part), Source("utf-8", "", len(part))) for n, part in enumerate(text.split("\f"))
    ]

    def texts(wanted: Mapping[int, Sequence[int]]) -> Iterator[tuple[tuple[int, int], str]]:
        return (((n, m), part) for n, numbers in wanted.items() for m, part in zip(numbers, paragraph_texts(documents[n], numbers)))

    said = rule.sees(Corpus(map(sketch, documents), texts), **({"remove": True} if "remove" in rule.options else {}))
    return [finding_of(documents[order].text, rule, hits) for order, hits in said if order == len(documents) - 1]


def mended(rule: Rule, text: str) -> str:
    """The text after the fixes; of several documents, the last."""
    script, _ = choose(seen(rule, text), Grade.UNSAFE)
    return apply(text.rsplit("\f", 1)[-1], script)


@pytest.mark.parametrize(("rule", "text"), GOOD)
@pytest.mark.parametrize("amid", [False, True], ids=["bare", "amid"])
def test_what_is_right_stays(rule: Rule, text: str, amid: bool) -> None:
    if amid and not rule.across:
        text = amid_others(text)
    assert seen(rule, text) == []


@pytest.mark.parametrize(("rule", "text", "cleaned"), BAD)
@pytest.mark.parametrize("amid", [False, True], ids=["bare", "amid"])
def test_what_is_faulty_is_found_and_mended(rule: Rule, text: str, cleaned: str | None, amid: bool) -> None:
    if amid and not rule.across:
        text, cleaned = amid_others(text), None if cleaned is None else amid_others(cleaned)
    found = seen(rule, text)
    assert found
    if cleaned is None:
        assert all(finding.edits == () or finding.grade is Grade.NONE for finding in found)
        assert mended(rule, text) == text.rsplit("\f", 1)[-1]
    else:
        assert mended(rule, text) == cleaned
        assert mended(rule, cleaned) == cleaned


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_documented(rule: Rule) -> None:
    assert rule.good
    assert rule.bad
    assert rule.title.endswith(".") or rule.title.endswith("…")
    assert len(rule.title) < 120
    if rule.grade is not Grade.NONE:
        assert any(cleaned is not None for _, cleaned in rule.bad)
    assert {title(rule.code, lang) for lang in LANGUAGES} != {rule.title}


def test_codes_are_unique_and_in_order_within_their_family() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    numbers = [int(code[-3:]) for code in codes]
    assert numbers == sorted(numbers)
