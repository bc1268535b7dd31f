"""Writes the docs that repeat code, so that they cannot differ from it.

    python -m docs.generate           writes them
    python -m docs.generate --check   writes nothing; exit code 1, and the names of those that are stale

Whole pages are made (docs/pages.py), blocks between markers in pages written by hand (docs/blocks.py), and what the
commands of ```console blocks give (docs/consoles.py).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from docs import blocks, pages
from docs.consoles import answered

HOUSE = Path(__file__).parent.parent

WHOLE: Mapping[str, Callable[[], str]] = {
    "docs/rules.md": pages.rules,
    "docs/command-line.md": pages.command_line,
    "docs/settings.md": pages.settings,
}
WITH_BLOCKS: Mapping[str, str] = {"README.md": "en", "README.zh-CN.md": "zh", "docs/design.md": "en"}
"""Pages written by hand that hold blocks, and their language."""

_BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main(arguments: Sequence[str]) -> int:
    """Writes or checks; the exit code."""
    check = "--check" in arguments
    stale = []
    for name, content in generated():
        path = HOUSE / name
        if not path.is_file() or path.read_text("utf-8") != content:
            stale.append(name)
            if not check:
                path.write_text(content, "utf-8", newline="\n")
    for name in stale:
        print(f"{name}: {'is stale; `make docs` writes it anew' if check else 'written'}")
    return 1 if check and stale else 0


def generated() -> Iterator[tuple[str, str]]:
    """Each page that repeats code, and what it should hold."""
    for name, page in WHOLE.items():
        yield name, page()
    for name, lang in WITH_BLOCKS.items():
        yield name, answered(_with_blocks((HOUSE / name).read_text("utf-8"), lang), lang)


def _with_blocks(text: str, lang: str) -> str:
    return _BLOCK.sub(lambda m: m[1] + blocks.BLOCKS[m[2]](lang) + m[3], text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
