"""Does a second cleaning change anything more? Asked of every text below a folder: .txt and .md files, rows of .jsonl and .jsonl.gz.

    python -m tests.twice DIR [PROFILE]

Each text is cleaned twice by the safe fixes, and twice by all. Names what changes, or does not come to rest; exit code 1."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cleaner.api import Cleaner
from cleaner.formats.plain import Unreadable, read
from cleaner.pipeline import NotDone
from cleaner.settings import Settings

SUFFIXES = (".txt", ".md", ".jsonl", ".jsonl.gz")


class Text(NamedTuple):
    name: str
    text: str


def texts(folder: Path) -> Iterator[Text]:
    """Every text below a folder."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or not path.name.endswith(SUFFIXES):
            continue
        if path.name.endswith((".txt", ".md")):
            try:
                yield Text(str(path), read(path)[0])
            except Unreadable as error:
                print(f"left out: {error}", file=sys.stderr)
            continue
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as rows:
            for number, row in enumerate(rows):
                entry = json.loads(row)
                if isinstance(entry, dict) and isinstance(entry.get("text"), str):
                    yield Text(f"{path}:{number}", entry["text"])


def unsteady(text: Text, profile: str = "policy") -> list[str]:
    """What is wrong with cleaning this text twice, in words."""
    cleaner = Cleaner(Settings(profile=profile))
    found = []
    for unsafe in (False, True):
        kind = "all fixes" if unsafe else "safe fixes"
        try:
            once = cleaner.clean(text.text, unsafe_fixes=unsafe).settled
            again = cleaner.clean(once, unsafe_fixes=unsafe)
        except NotDone as error:
            found.append(f"{text.name}: {kind}: {error}")
            continue
        if again.settled != once:
            edit = again.script[0]
            around = once[max(0, edit.start - 15) : edit.start], once[edit.end : edit.end + 15]
            found.append(
                f"{text.name}: {kind}: {len(again.script)} more, {edit.code}: {around[0]!r} [{edit.old!r} -> {edit.new!r}] {around[1]!r}"
            )
    return found


def _asked(text_and_profile: tuple[Text, str]) -> list[str]:
    return unsteady(*text_and_profile)


def main(arguments: list[str]) -> int:
    folder, profile = Path(arguments[0]), arguments[1] if len(arguments) > 1 else "policy"
    work = ((text, profile) for text in texts(folder))
    faults = count = 0
    with ProcessPoolExecutor(int(os.environ.get("JOBS", os.cpu_count() or 1))) as pool:
        while batch := list(islice(work, 400)):
            for found in pool.map(_asked, batch, chunksize=10):
                count += 1
                faults += len(found)
                for line in found:
                    print(line, flush=True)
    print(f"{count} texts, {faults} not steady")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
