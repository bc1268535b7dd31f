"""What the user reads, in English and Chinese.

English is the key: a form that has no row in data/chinese.csv is shown in English, and a test says so.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from cleaner.model import Why
from cleaner.rules import RULES

LANGUAGES = ("en", "zh")


def say(why: Why, lang: str) -> str:
    """A reason in a language; facts that are reasons themselves are said in it too."""
    facts = (say(fact, lang) if isinstance(fact, Why) else fact for fact in why.facts)
    return tell(why.form, lang).format(*facts)


def tell(form: str, lang: str) -> str:
    """A form in a language, with its places still open."""
    return _chinese().get(form, form) if lang == "zh" else form


def title(code: str, lang: str) -> str:
    """What a rule finds, in one line."""
    return tell(_titles()[code], lang)


def preferred(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the environment: LC_ALL, LC_MESSAGES, LANG, in that order; English where none of ours."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if locale.startswith("zh") else "en"


@cache
def _titles() -> Mapping[str, str]:
    return {rule.code: rule.title for rule in RULES}


@cache
def _chinese() -> Mapping[str, str]:
    rows = csv.DictReader(files("cleaner").joinpath("data/chinese.csv").read_text("utf-8").splitlines())
    return {row["english"]: row["chinese"] for row in rows}
