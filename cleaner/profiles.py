"""Profiles: what is set for a kind of text. Each is a few rows of data/profiles.csv, with a reason; settings of one's own win."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

PROFILES: Mapping[str, str] = {
    "policy": "policy text from any source; every rule as it is (the default)",
    "newspaper": "pages of newspapers, from their web editions or from paper",
    "web": "pages as a scraper takes them from web sites",
    "ocr": "scans read by a machine, and text taken from PDF",
    "training": "a corpus to train a model on: what it holds twice goes, as with --across",
}
"""Each profile, and what it is for."""
DEFAULT = "policy"


class Set(NamedTuple):
    """What a profile sets: an option of a rule, or (rule "") a key of the settings; and why."""

    rule: str
    option: str
    value: Any
    reason: str


def sets(profile: str) -> tuple[Set, ...]:
    """All that a profile sets, in the order of the rules."""
    return tuple(entry for name, entry in _rows() if name == profile)


def options(profile: str, code: str) -> dict[str, Any]:
    """The options that a profile sets for a rule, or for code "" the keys of the settings."""
    return {entry.option: entry.value for entry in sets(profile) if entry.rule == code}


@cache
def _rows() -> tuple[tuple[str, Set], ...]:
    rows = csv.DictReader(files("cleaner").joinpath("data/profiles.csv").read_text("utf-8").splitlines())
    return tuple((row["profile"], Set(row["rule"], row["option"], json.loads(row["value"]), row["reason"])) for row in rows)
