"""`cleaner learn`, and what a model of one's own changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner import learning
from cleaner.language.lexicon import read

WRONG = "实施紫沙陶土矿区生态修复工程。"
RIGHT = "实施紫砂陶土矿区生态修复工程。"


@pytest.fixture
def model(cleaner: Cleaner, tmp_path: Path) -> Path:
    """Of a corpus that says over and over what no other does."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for n in range(20):
        (corpus / f"{n}.txt").write_text(RIGHT * 2 + "\n", "utf-8")
    ran = cleaner("learn", corpus, "-o", tmp_path / "made" / "my.model")
    assert (ran.code, ran.out) == (0, "")
    assert "my.model: learnt from 20 documents" in ran.err
    return tmp_path / "made" / "my.model"


def codes(cleaner: Cleaner, *arguments: object) -> list[str]:
    ran = cleaner("check", *arguments, "--format", "jsonl", "--select", "TYP")
    assert ran.code in (0, 1), ran.err
    return [json.loads(line)["code"] for line in ran.out.splitlines()]


def test_a_corpus_is_learnt(model: Path) -> None:
    language = read(model)
    assert language.size == 20
    assert language.ngrams.documents(["紫砂陶土", "紫沙陶土"]) == [20, 0]


def test_a_model_alone_and_on_top_of_the_shipped_one(model: Path, cleaner: Cleaner, tmp_path: Path) -> None:
    page, other = tmp_path / "page.txt", tmp_path / "other.txt"
    page.write_text(WRONG + "\n", "utf-8")
    other.write_text("大力培育发展大数局产业。\n", "utf-8")
    assert codes(cleaner, page) == []
    assert codes(cleaner, page, "--model", model) == ["TYP703"]
    assert codes(cleaner, page, "--model", "policy", "--model", model) == ["TYP703"]
    assert codes(cleaner, other, "--model", model) == []
    assert codes(cleaner, other, "--model", "policy", "--model", model) == ["TYP703"]


def test_a_model_named_in_the_settings_lies_beside_them(model: Path, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    (model.parent / "cleaner.toml").write_text('model = ["policy", "my.model"]\n', "utf-8")
    page, inner = model.parent / "page.txt", model.parent / "inner"
    page.write_text(WRONG + "\n", "utf-8")
    inner.mkdir()
    monkeypatch.chdir(inner)
    assert codes(cleaner, page) == ["TYP703"]


def test_a_report_says_which_model_it_was_made_with(model: Path, cleaner: Cleaner, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(WRONG + "\n", "utf-8")
    hashes = []
    for arguments in ((), ("--model", model), ("--model", model)):
        out = tmp_path / f"out{len(hashes)}"
        assert cleaner("clean", page, "-o", out, *arguments).code == 0
        hashes.append(json.loads((tmp_path / f"{out.name}.report" / "summary.json").read_text("utf-8"))["language_data"])
    assert hashes[0] != hashes[1] == hashes[2]


def test_what_is_no_model_is_told(cleaner: Cleaner, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(WRONG, "utf-8")
    ran = cleaner("check", page, "--model", page)
    assert (ran.code, f"{page}: this is no model" in ran.err) == (2, True)
    ran = cleaner("check", page, "--model", tmp_path / "none")
    assert (ran.code, f"{tmp_path / 'none'}: No such file" in ran.err) == (2, True)


def test_nothing_to_learn_and_no_place_to_write(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert cleaner("learn", tmp_path / "empty", "-o", tmp_path / "my.model").code == 2
    page = tmp_path / "page.txt"
    page.write_text(RIGHT, "utf-8")
    ran = cleaner("learn", page, "-o", page / "my.model")
    assert (ran.code, str(page) in ran.err) == (2, True)
    assert page.read_text("utf-8") == RIGHT


def test_doubtful_misprints_are_notes_and_only_when_asked_for(cleaner: Cleaner, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("中央政治局每年照开民主生活会。\n", "utf-8")
    assert codes(cleaner, page) == []
    ran = cleaner("check", page, "--sensitive", "--format", "jsonl")
    (note,) = map(json.loads, ran.out.splitlines())
    assert (ran.code, note["code"], note["level"], note["edits"]) == (0, "TYP703", "note", [])


def test_the_folder_itself_is_evidence(cleaner: Cleaner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n}.txt").write_text(RIGHT * 2 + "\n", "utf-8")
    (folder / "page.txt").write_text(WRONG + "\n", "utf-8")
    assert codes(cleaner, folder, "--no-cache") == []
    assert codes(cleaner, folder, "--model", "policy", "--model", "here", "--no-cache") == ["TYP703"]
    (folder / "cleaner.toml").write_text('model = ["policy", "here"]\n', "utf-8")
    assert codes(cleaner, folder, "--config", folder / "cleaner.toml") == ["TYP703"]
    ran = cleaner("clean", folder, "-o", tmp_path / "out", "--unsafe-fixes", "--model", "policy", "--model", "here")
    assert ran.code == 0, ran.err
    assert (tmp_path / "out" / "page.txt").read_text("utf-8") == RIGHT + "\n"


def test_a_command_without_rules_learns_nothing_on_the_way(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text(RIGHT + "\n", "utf-8")
    (folder / "cleaner.toml").write_text('model = ["policy", "here"]\n', "utf-8")
    monkeypatch.setattr(learning, "knowing_here", None)
    ran = cleaner("learn", folder, "-o", tmp_path / "my.model", "--config", folder / "cleaner.toml")
    assert ran.code == 0, ran.err
