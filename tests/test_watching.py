"""How far a run has come: told on a terminal, where it takes a while."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner.formats.files import Item
from cleaner.pipeline import COMPARING, TREATING
from cleaner.watching import CLEAR, Watching


def items(folder: Path) -> Iterator[Item]:
    for n in range(4):
        path = folder / f"{n}.txt"
        path.write_bytes(b"x" * 500_000 * (n + 1))
        yield Item(path, path.name, path.name)


@pytest.mark.parametrize(("lang", "stage", "first"), [("en", COMPARING, "comparing: 0 %"), ("zh", TREATING, "处理：0%")])
def test_share_rate_and_time_left(tmp_path: Path, lang: str, stage: str, first: str) -> None:
    stream, every = io.StringIO(), tuple(items(tmp_path))
    watching = Watching(every, lang, stream, map(float, count(0, 30)).__next__)
    assert list(watching(stage, enumerate(every))) == list(enumerate(every))
    shown = [line.strip("\r") for line in stream.getvalue().split(CLEAR) if line]
    assert shown[0].startswith(first)
    assert len(shown) == 4
    if lang == "en":  # of 5 MB, 0.5 after two steps of 30 s, 1.5 after three
        assert shown[1] == "comparing: 10 % of 5.0 MB, 0.01 MB/s, 9:00 left"
        assert shown[2] == "comparing: 30 % of 5.0 MB, 0.02 MB/s, 3:30 left"
    assert stream.getvalue().endswith(CLEAR)


def test_what_is_quick_is_not_told(tmp_path: Path) -> None:
    stream, every = io.StringIO(), tuple(items(tmp_path))
    list(Watching(every, "en", stream, lambda: 0.0)(TREATING, enumerate(every)))
    assert stream.getvalue() == CLEAR


def test_both_times_that_files_are_gone_through_are_watched(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def watch(self: Watching, stage: str, numbered: Iterator[object]) -> Iterator[object]:
        seen.append(stage)
        return iter(numbered)

    monkeypatch.setattr(Watching, "__call__", watch)
    monkeypatch.setattr("cleaner.commands.on_a_terminal", lambda: True)
    for n in range(2):
        (tmp_path / f"{n}.txt").write_text("甲\n")
    cleaner("clean", "0.txt", "1.txt", "-o", "out")
    assert seen == [COMPARING, TREATING]
    assert sys.stderr is not None
