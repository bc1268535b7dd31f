"""Whatever the user reads stands in both languages, and fills the same places."""

from __future__ import annotations

import ast
import csv
from pathlib import Path
from string import Formatter

import pytest

from cleaner.messages import preferred, say, tell, title
from cleaner.model import Why
from cleaner.rules import RULES

HOUSE = Path(__file__).parent.parent / "cleaner"
TABLE = HOUSE / "data" / "chinese.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))


def forms() -> set[str]:
    """Every form in the code: the first argument of Why.of and of tell, where it is a literal."""
    found = set()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = ast.unparse(node.func)
                if name in ("Why.of", "tell") and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
    return found


def test_every_form_and_title_is_in_the_table() -> None:
    known = {row["english"] for row in ROWS}
    assert forms() - known == set()
    assert {rule.title for rule in RULES} - known == set()
    furniture = csv.DictReader((HOUSE / "data" / "furniture.csv").read_text("utf-8").splitlines())
    assert {row["reason"] for row in furniture} - known == set()


def test_the_table_is_sorted_and_unique() -> None:
    keys = [row["english"] for row in ROWS]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["english"])
def test_a_row_fills_the_same_places(row: dict[str, str]) -> None:
    places = [[spec for _, name, spec, _ in Formatter().parse(row[lang]) if name is not None] for lang in ("english", "chinese")]
    assert sorted(map(str, places[0])) == sorted(map(str, places[1]))
    assert row["chinese"].strip()


def test_reasons_are_said_in_both_languages() -> None:
    assert say(Why.of("{} places", 41), "en") == "41 places"
    assert say(Why.of("{} places", 41), "zh") == "41 处"
    assert tell("a form without a row", "zh") == "a form without a row"
    assert title("TYP701", "zh") != title("TYP701", "en")


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_TW"}, "zh"),
        ({"LANG": "de_DE"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_environment(environment: dict[str, str], lang: str) -> None:
    assert preferred(environment) == lang
