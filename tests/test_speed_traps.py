"""What would take time out of all proportion: every document rule reads it in time that grows as the text does."""

from __future__ import annotations

import random
import time

import pytest

from cleaner import views
from cleaner.language.candidates import search
from cleaner.rules import RULES
from cleaner.views import Reader

SIZE = 50_000  # characters, about
LIMIT = 5.0  # seconds for all rules together; they take a fifth of that on a common machine


def _fibonacci() -> str:
    one, two = "甲", "甲乙"
    while len(two) < SIZE:
        one, two = two, two + one
    return two


def _common() -> list[str]:
    """The characters of the first level of GB 2312."""
    return list(bytes(byte for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF) for byte in (a, b)).decode("gb2312"))


def _random(width: int) -> str:
    """Chinese without sense, in lines of a width."""
    characters = random.Random(7).choices(_common(), k=SIZE)
    return "\n".join("".join(characters[i : i + width]) for i in range(0, SIZE, width))


def _doubled(width: int) -> str:
    characters = random.Random(7).choices(_common(), k=SIZE // 2)
    return "".join("".join(characters[i : i + width]) * 2 for i in range(0, SIZE // 2, width))


def _table(between: str) -> str:
    cells = random.Random(7).choices(["无锡市", "江苏", "1024", "", "3.6%", "事项(项)"], k=SIZE // 3)
    return "\n".join(between.join(cells[i : i + 8]) for i in range(0, len(cells), 8))


TRAPS = {
    "commas": "," * SIZE,
    "commas and spaces": ", " * (SIZE // 2),
    "commas of two widths": "，" * (SIZE // 2) + "," * (SIZE // 2),
    "exclamations": ("!" * 3000 + "\n") * (SIZE // 3000),
    "commas between Chinese": "甲" + "," * SIZE + "乙",
    "a comma after each character": "一," * (SIZE // 2),
    "points": "甲." * (SIZE // 2),
    "zero-width spaces": "总" + "\u200b" * SIZE + "书",
    "nested brackets": "(" * (SIZE // 2) + "甲" + ")" * (SIZE // 2),
    "formulas": "甲(乙)×" * (SIZE // 5),
    "calls never closed": "f(" + "," * SIZE,
    "unpaired quotes": "“" * SIZE,
    "unpaired brackets": "（" * SIZE,
    "unpaired brackets and quotes": "（" * (SIZE // 2) + "”" * (SIZE // 2),
    "unpaired brackets and quotes in lines": "（\n" * (SIZE // 4) + "”\n" * (SIZE // 4),
    "comments never closed": "<!--" * (SIZE // 4),
    "addresses without an end": "a;" * (SIZE // 2) + "@",
    "an address of marks": "http://" + "!" * SIZE,
    "a long word before an address": "a" * SIZE + " http://a.cn",
    "queries": "SELECT 甲 " * (SIZE // 9),
    "dollars": "$x=" * (SIZE // 3),
    "rules of a table": "|" + " " * SIZE + "x",
    "escapes": r"\u4e00" * (SIZE // 6),
    "entities": "&nbsp;" * (SIZE // 6),
    "radicals": "⼈" * SIZE,
    "mojibake in Chinese": "鏀垮簻中国发展规划，" * (SIZE // 10),
    "few characters": "".join(random.Random(7).choices(_common()[:300], k=SIZE)),
    "byte order marks": "\ufeff" * SIZE,
    "questions": "?" * SIZE,
    "lines of one space": " \n" * (SIZE // 2),
    "spaces": "甲" + " " * SIZE + "乙",
    "blank lines": "\n" * SIZE,
    "pages": "第1页\n" * (SIZE // 4),
    "articles": "\n".join(f"第{i}条 本办法由市人民政府负责解释。" for i in range(SIZE // 20)),
    "Fibonacci": _fibonacci(),
    "one long line": _random(SIZE),
    "short lines": _random(40),
    "doubled characters": _doubled(1),
    "doubled words": _doubled(2),
    "three of a character": "的的的甲" * (SIZE // 4),
    "misprints": "".join(f"大力培育发展大数局产业{char}，促进高量质发展{char}，" for char in _common() * (SIZE // 24 // 3755 + 1)),
    "a table": _table(","),
    "a table of Markdown": _table("|"),
}


def _seen(text: str) -> float:
    """Seconds that the rules take, all together."""
    start = time.process_time()
    for rule in RULES:
        if not rule.across and not rule.code.startswith("REP"):
            for _ in rule.sees(text):
                pass
    return time.process_time() - start


@pytest.mark.parametrize("compiled", [False, True], ids=["numpy", "compiled"])
@pytest.mark.parametrize("text", TRAPS.values(), ids=TRAPS.keys())
def test_time_grows_as_the_text_does(text: str, compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "much", compiled)
    monkeypatch.setattr(views, "MANY", 1 << 60)
    search.cache_clear()
    if compiled:
        _seen(text[: SIZE // 5])  # what is compiled for the first time is compiled now
    assert _seen(text) < LIMIT
