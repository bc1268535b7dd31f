"""A profile is a few rows of a table; what is set by hand wins over it; a name that is none is an error with a suggestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.api import Cleaner
from cleaner.profiles import PROFILES, options, sets
from cleaner.rules import RULES, rule_of
from cleaner.settings import BadSettings, Settings, find, profiled

KEYS = {"sensitive": bool}


@pytest.mark.parametrize("name", PROFILES)
def test_every_row_sets_something_that_is_there_to_something_else(name: str) -> None:
    rows = sets(name)
    assert list(rows) == sorted(rows, key=lambda entry: (not entry.rule, entry.rule, entry.option))
    assert len({(entry.rule, entry.option) for entry in rows}) == len(rows)
    for entry in rows:
        assert entry.reason
        if entry.rule:
            default = rule_of(entry.rule).options[entry.option]
            assert type(entry.value) is type(default)
            assert entry.value != default
        else:
            assert isinstance(entry.value, KEYS[entry.option])


def test_the_default_sets_nothing() -> None:
    assert sets("policy") == ()
    assert Settings().profile == "policy"


def test_training_removes_all_that_across_does() -> None:
    removing = {rule.code for rule in RULES if "remove" in rule.options}
    assert {code for code in removing if options("training", code).get("remove")} == removing


def test_what_is_set_by_hand_wins(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('profile = "ocr"\nsensitive = false\n[rules.LAY406]\nsafe = false\n', "utf-8")
    found = find(tmp_path)
    assert found.profile == "ocr"
    assert found.options("LAY402") == {"safe": True}
    assert found.options("LAY406") == {"safe": False}
    assert "sensitive" not in found.options("TYP703")
    assert Settings(profile="ocr").options("TYP703") == {"sensitive": True}
    assert Settings(profile="ocr", rules=(("LAY403", (("least", 4),)),)).options("LAY403") == {"least": 4}


@pytest.mark.parametrize(("name", "near"), [("webb", "web"), ("trainig", "training"), ("Policy", "policy")])
def test_a_name_that_is_none_is_an_error_with_a_suggestion(name: str, near: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=f"did you mean '{near}'"):
        profiled(Settings(), name)
    (tmp_path / "cleaner.toml").write_text(f'profile = "{name}"\n', "utf-8")
    with pytest.raises(BadSettings, match=f"did you mean '{near}'"):
        find(tmp_path)


def test_a_profile_that_is_no_string_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text("profile = 3\n", "utf-8")
    with pytest.raises(BadSettings, match="profile must be a string"):
        find(tmp_path)


def test_a_profile_changes_what_is_mended() -> None:
    broken = "市容环境焕然一新。创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，有效盘活全市公共停\n\n车资源。"
    assert Cleaner().clean(broken).settled == broken
    assert Cleaner(Settings(profile="newspaper")).clean(broken).settled == broken.replace("\n\n", "")
