"""What is too long to be held: named, left as it is, and the rest goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner.formats import lines

GOOD = "全面加强金融监管，有效治理恶性拖欠账款等行为。"
BAD = "全面加强金融监管,有效治理恶性拖欠账款等行为。"


@pytest.fixture
def bounded(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text("longest-document = 100\n", "utf-8")


@pytest.mark.usefixtures("bounded")
def test_a_long_document_is_named_and_copied(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "long.txt").write_text(BAD * 5, "utf-8")
    (tmp_path / "in" / "very.txt").write_text(BAD * 50, "utf-8")
    (tmp_path / "in" / "short.txt").write_text(BAD, "utf-8")
    ran = cleaner("clean", "in", "-o", "out", "--lang", "en")
    assert ran.code == 2
    assert "not done: in/long.txt: 115 characters, more than the 100 characters of the setting longest-document" in ran.err
    assert "not done: in/very.txt: 3,350 bytes, more than 4 for each of the 100 characters" in ran.err
    assert {path.name: path.read_text("utf-8") for path in Path("out").iterdir()} == {
        "long.txt": BAD * 5,
        "very.txt": BAD * 50,
        "short.txt": GOOD,
    }
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (Path("back") / "very.txt").read_bytes() == (tmp_path / "in" / "very.txt").read_bytes()


@pytest.mark.usefixtures("bounded")
def test_a_long_row_is_named_and_left(cleaner: Cleaner, tmp_path: Path) -> None:
    rows = [BAD, BAD * 5, f"{BAD}\n"]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps({"text": row}, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    ran = cleaner("clean", "t.jsonl", "-o", "out", "--lang", "en")
    assert ran.code == 2
    assert "t.jsonl: row 1: 115 characters, more than the 100" in ran.err
    assert [json.loads(line)["text"] for line in Path("out/t.jsonl").read_text("utf-8").splitlines()] == [GOOD, BAD * 5, f"{GOOD}\n"]


@pytest.mark.parametrize("where", range(4))
@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("times", [9, 60])
def test_a_line_too_long_to_be_held_goes_through(
    cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: int, end: str, times: int
) -> None:
    monkeypatch.setattr(lines, "BATCH", 64)
    monkeypatch.setattr(lines, "LONGEST", 300)
    rows = [BAD, "通知。", BAD]
    rows.insert(where, BAD * times)
    content = "\n".join(json.dumps({"text": row}, ensure_ascii=False) for row in rows) + end
    (tmp_path / "t.jsonl").write_text(content, "utf-8")
    ran = cleaner("clean", "t.jsonl", "-o", "out", "--lang", "en", "--jobs", 1)
    assert ran.code == 2
    assert f"t.jsonl: line {where + 1}: longer than 0 MB; it is left as it is" in ran.err
    assert Path("out/t.jsonl").read_text("utf-8") == content.replace(f'"{BAD}"', f'"{GOOD}"')
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert Path("back/t.jsonl").read_text("utf-8") == content
    found = [json.loads(line) for line in Path("out.report/findings.jsonl").read_text("utf-8").splitlines()]
    said = {(row["row"], row["code"]) for row in found if row["code"].startswith("PUN")}
    assert said == {(n, "PUN201") for n, row in enumerate(rows) if row == BAD}


def test_lines_are_counted_on_behind_it(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BATCH", 64)
    monkeypatch.setattr(lines, "LONGEST", 300)
    texts = [json.dumps({"text": text}, ensure_ascii=False) for text in (BAD, BAD * 60, BAD)]
    (tmp_path / "t.jsonl").write_text("\n".join([*texts, "{", texts[0]]) + "\n", "utf-8")
    ran = cleaner("clean", "t.jsonl", "-o", "out", "--lang", "en", "--jobs", 1)
    assert "t.jsonl: line 2: longer" in ran.err
    assert "t.jsonl: line 4: bad JSON" in ran.err
