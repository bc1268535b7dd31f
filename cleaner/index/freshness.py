"""Does an index still say what the files say?"""

from __future__ import annotations

import os
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from cleaner.index.database import folder_of, opened, place_of, speaking

READ = 2_000  # files with another time than was stored that are read, to see whether they are what they were (a fresh clone)


def differing(index: Path, files: Collection[str], apart_from: Collection[str]) -> int:
    """How many files an index does not know, or knows otherwise. files: those it should hold; apart_from: those that are being
    changed, which it cannot know.

    Raises BadIndex."""
    home = folder_of(index)
    with speaking(index):
        connection = opened(index)
        try:
            rows = connection.execute("SELECT place, bytes, mtime_ns, sha256 FROM document").fetchall()
        finally:
            connection.close()
    held = {place: rest for place, *rest in rows}
    changing = {place_of(Path(path), home) for path in apart_from}
    wanted = {place_of(Path(path), home): path for path in files}
    count = sum(place not in held for place in wanted.keys() - changing)
    read = 0
    for place, (size, mtime, content) in held.items():
        if place in changing:
            continue
        try:
            now = os.stat(os.path.join(home, place))
            if now.st_size == size and now.st_mtime_ns != mtime and read < READ:
                read += 1
                with open(os.path.join(home, place), "rb") as file:
                    count += sha256(file.read()).hexdigest() != content
            else:
                count += now.st_size != size
        except OSError:
            count += 1
    return count
