"""Is cleaning twice cleaning once? On every text of a folder, with the safe fixes and with all.

    python benchmarks/twice.py DATA [--select ENC,PUN,SCR,LAY] [--every N] [--script SCRIPT]

DATA: .jsonl and .jsonl.gz with a "text" in each row, and .txt files in UTF-8 or GB 18030. Texts that change again, or that do not come
to rest, are named with the first place; the exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cleaner.api import Cleaner
from cleaner.pipeline import Unsettled
from cleaner.settings import Settings, codes


def main() -> int:
    """Clean each text twice, say where the second changes something; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--select", default="")
    parser.add_argument("--every", type=int, default=1, help="take one text of so many")
    parser.add_argument("--script", default="")
    args = parser.parse_args()
    cleaner = Cleaner(Settings(select=codes(args.select), script=args.script))
    counted = restless = 0
    for name, text in list(texts(args.data))[:: args.every]:
        counted += 1
        for unsafe in (False, True):
            if said := again(cleaner, text, unsafe):
                restless += 1
                print(f"{name}{' with unsafe fixes' if unsafe else ''}: {said}", flush=True)
    print(f"{counted} texts, {restless} that change again")
    return 1 if restless else 0


def again(cleaner: Cleaner, text: str, unsafe: bool) -> str:
    """What a second cleaning changes; nothing, if all is well."""
    try:
        once = cleaner.clean(text, unsafe_fixes=unsafe).settled
        second = cleaner.clean(once, unsafe_fixes=unsafe)
    except Unsettled as error:
        return str(error)
    if second.settled == once:
        return ""
    first = second.script[0]
    return f"{sorted({edit.code for edit in second.script})} {once[max(0, first.start - 20) : first.end + 20]!r} -> {first.new!r}"


def texts(data: Path) -> Iterator[tuple[str, str]]:
    """Every text, with its name."""
    for path in sorted(data.rglob("*")):
        if path.name.endswith((".jsonl", ".jsonl.gz")):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            yield from ((f"{path.name}:{n}", row["text"]) for n, row in enumerate(rows, 1) if "text" in row)
        elif path.suffix == ".txt":
            raw = path.read_bytes()
            try:
                yield str(path), raw.decode("utf-8")
            except UnicodeDecodeError:
                yield str(path), raw.decode("gb18030", "replace")


if __name__ == "__main__":
    sys.exit(main())
