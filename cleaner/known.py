"""What results are known by, and how they are kept: a key of all that a result depends on, and the result as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cleaner.gate import Figures
from cleaner.jobs import Done
from cleaner.model import Level
from cleaner.settings import Settings


class Key:
    """A hash of values in a row, each with its boundaries."""

    def __init__(self, *values: object) -> None:
        self.digest = sha256(repr(values).encode("utf-8", "backslashreplace")).digest()[:20]

    def and_(self, *values: object) -> Key:
        """Of these, and more."""
        return Key(self.digest, *values)


def program_files() -> list[Path]:
    """This program and its data."""
    home = Path(__file__).parent
    return sorted(path for pattern in ("**/*.py", "data/*") for path in home.glob(pattern) if path.is_file())


def program() -> str:
    """A hash of this program and its data."""
    home = Path(__file__).parent
    digest = sha256()
    for path in program_files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(home)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def models(settings: Settings) -> Iterator[str]:
    """The language models, by their content."""
    for name in settings.model:
        yield name if name == "policy" else sha256(Path(name).read_bytes()).hexdigest()


def done_as_data(done: Done) -> dict[str, Any]:
    """A result, without its place in the run; it can be written as json."""
    return {name: getattr(done, name) for name in Done.__slots__ if name not in ("order", "output")}


def done_from(order: int, data: Mapping[str, Any]) -> Done:
    """A result from its data. Raises ValueError, KeyError or TypeError where it is none."""
    data = {
        **data,
        "found": Counter(data["found"]),
        "applied": Counter(data["applied"]),
        "worst": None if data["worst"] is None else Level(data["worst"]),
        "notes": tuple(data["notes"]),
        "known": tuple((path, name) for path, name in data["known"]),
    }
    if data["figures"] is not None:
        characters, repeats, faults, fresh = data["figures"]
        data["figures"] = Figures(characters, tuple((count, path) for count, path in repeats), faults, fresh)
    return Done(order, **data)
