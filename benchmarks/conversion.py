"""Conversion between the scripts: is the result OpenCC's, and how fast is it?

    python benchmarks/conversion.py DOCUMENTS.jsonl[.gz] [--every N]

Each document is converted to traditional by opencc-python-reimplemented and by us, what came of it back again, and the simplified
document to simplified, as most of a corpus is. Results must be equal; seconds are of the process. A table goes to standard output.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

from cleaner.language.conversion import converted

CASES = (("s2t", "simplified to traditional"), ("t2s", "what came of it, back"), ("t2s", "simplified to simplified"))


def main() -> None:
    """Measure, and print the table."""
    from opencc import OpenCC

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take one document of so many")
    args = parser.parse_args()
    opened = gzip.open if args.documents.suffix == ".gz" else open
    with opened(args.documents, "rt", encoding="utf-8") as lines:
        simplified = [json.loads(line)["text"] for line in lines][:: args.every]
    traditional: Sequence[str] = ()
    print("| conversion | characters | OpenCC (Python), Mchar/s | ours, Mchar/s | times | documents that differ |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for n, (config, said) in enumerate(CASES):
        texts = traditional if n == 1 else simplified
        theirs, ours = OpenCC(config), lambda text, config=config: converted(text, config)
        expected, slow = timed(theirs.convert, texts)
        got, fast = timed(ours, texts)
        traditional = expected if n == 0 else traditional
        size = sum(map(len, texts))
        different = sum(a != b for a, b in zip(expected, got, strict=True))
        print(f"| {said} | {size:,} | {size / slow / 1e6:.2f} | {size / fast / 1e6:.2f} | {slow / fast:.1f} | {different} |")


def timed(convert: Callable[[str], str], texts: Sequence[str]) -> tuple[list[str], float]:
    """The converted texts, and the seconds that they took; dictionaries are read before."""
    convert("一萬个")
    begun = process_time()
    done = [convert(text) for text in texts]
    return done, process_time() - begun


if __name__ == "__main__":
    main()
