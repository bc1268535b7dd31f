"""Which files a run reads, in which order, and where each of their cleaned copies goes."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from operator import attrgetter
from pathlib import Path, PurePath
from typing import NamedTuple

from cleaner.formats.pages import PAGES, with_texts
from cleaner.patterns import lazily

SUFFIXES = (".txt", ".text", ".md", ".markdown")
"""What is read in folders; a file that is named is read whatever its suffix."""
TEXTS = (*SUFFIXES, *PAGES)
"""What holds a document each."""


class Refused(ValueError):  # noqa: N818
    """Arguments that cannot be followed; the message names them."""


class Item(NamedTuple):
    """A file to read.

    path: to open it. name: as users see it, the argument joined with the path below it, with /. below: its place in an
    output folder. folder: the folder argument that it was found in; None where the file itself was named. cleaned: the place
    of its cleaned copy in an output folder, where that is another."""

    path: Path
    name: str
    below: str
    folder: Path | None = None
    cleaned: str | None = None

    @property
    def placed(self) -> str:
        """Where its cleaned copy stands in an output folder."""
        return self.cleaned or self.below


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many were left out for one reason, and the names of the first few. A folder counts as one, and ends in /."""

    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a run reads, in reading order; what it leaves out, by reason; and what could not be looked at (exit 2)."""

    items: tuple[Item, ...]
    left_out: Mapping[str, LeftOut]
    failed: tuple[str, ...] = ()


UNKNOWN_SUFFIX = "unknown suffix"
GIT_IGNORED = "ignored by .gitignore"
EXCLUDED = "excluded"
HIDDEN = "cache or tool folder"
FOLDER_LINK = "link to a folder"
LINK_OUT = "link out of the folder"
SAME_FILE = "link to a file that is read anyway"
NO_FILE = "neither file nor folder"
REPORT = "report of cleaner"
NO_COLUMN = "table without the column of texts"
DVC = "pointer of DVC to data that is elsewhere"


def gather(arguments: Sequence[str], *, exclude: Sequence[str] = (), suffixes: Collection[str] = SUFFIXES) -> Gathered:
    """The files that the arguments name: files, folders, and globs (for shells that do not expand them).

    In folders: the known suffixes, less what .gitignore files (from the git root down) and `exclude` rule out. Patterns
    are those of .gitignore, counted from the current folder where the folder lies below it, else from the folder.
    A folder that is named is read even where git ignores it: then the .gitignore files above have no say.
    Raises Refused for arguments that match nothing."""
    gathering = _Gathering(_excluded(exclude), tuple(suffixes))
    nothing = [argument for argument in arguments if not gathering.take(argument)]
    if nothing:
        raise Refused("; ".join(f"{argument or repr(argument)}: {_nothing(argument)}" for argument in nothing))
    return gathering.result()


class Files:
    """Paths of files. What stands below one of them (a row that is named, a member of an archive) is in it."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = frozenset(paths)

    def of(self, path: str) -> str:
        """The one that this is, or is in; "" where there is none."""
        while path and path not in self.paths:
            path = path.rpartition("/")[0]
        return path

    def has(self, path: str) -> bool:
        """Is this one of them, or in one?"""
        return bool(self.of(path))


def outputs(items: Sequence[Item], out: Path) -> list[Path]:
    """Where the cleaned copy of each item goes.

    Raises Refused where two would go to one place (compared letter by letter; a file system may see fewer differences),
    or where a later run would read what this one has written."""
    if out.exists() and not out.is_dir():
        raise Refused(f"{out}: is a file; it should be a folder")
    real = out.resolve()
    for folder in sorted({item.folder for item in items if item.folder}):
        if real.is_relative_to(folder.resolve()):
            raise Refused(f"{out}: clean refuses to write into its own input, {folder}")
        if folder.resolve().is_relative_to(real):
            raise Refused(f"{folder}: lies in {out}; clean refuses to write over its own input")
    named = [item for item in items if item.folder is None]
    inside = {folder for folder in {item.path.parent for item in named} if folder.resolve().is_relative_to(real)}
    taken: dict[str, Item] = {}
    for item in items:
        if item.folder is None and (item.path.resolve().is_relative_to(real) if item.path.is_symlink() else item.path.parent in inside):
            raise Refused(f"{item.name}: lies in {out}; clean refuses to write over its own input")
        other = taken.setdefault(item.placed, item)
        if other is not item:
            raise Refused(f"{other.name} and {item.name}: both would become {out / item.placed}")
    return [out / item.placed for item in items]


def forced(gathered: Gathered, exclude: Sequence[str]) -> Gathered:
    """Less the files that were named and that `exclude` rules out: a hook is handed whatever changed."""
    patterns = _excluded(exclude)
    return leaving_out(gathered, {item.name for item in gathered.items if item.folder is None and _ruled_out(patterns, item)}, EXCLUDED)


def leaving_out(gathered: Gathered, names: Collection[str], reason: str) -> Gathered:
    """Less the files of these names, for a reason."""
    if not names:
        return gathered
    new, old = _left_out(names), gathered.left_out.get(reason, LeftOut(0, ()))
    left_out = {**gathered.left_out, reason: LeftOut(old.count + new.count, (*old.examples, *new.examples)[:3])}
    return Gathered(tuple(item for item in gathered.items if item.name not in names), left_out, gathered.failed)


def less_own(gathered: Gathered, paths: Iterable[Path | None]) -> Gathered:
    """Less what a run itself writes, or knows findings by, where that is a table in a folder: it is about texts, and none."""
    own = {path.resolve() for path in paths if path and not path.name.lower().endswith(SUFFIXES)}
    names = {path.name for path in own}
    items = tuple(item for item in gathered.items if item.folder is None or item.path.name not in names or item.path.resolve() not in own)
    return replace(gathered, items=items)


def _ruled_out(patterns: _Patterns, item: Item) -> bool:
    """Does a pattern rule out a file, or a folder that it lies in?"""
    path = PurePath(os.path.relpath(item.path)).as_posix()
    parts = path.split("/")
    return any(_verdict(patterns, "/".join(parts[: n + 1]), n + 1 < len(parts)) for n in range(len(parts)))


Key = tuple[tuple[tuple[str | int, ...], str], ...]


def reading_order(name: str) -> Key:
    """Sort key of a name with /: folder by folder, figures by their number, then letter by letter.

    >>> sorted(["a10/1.txt", "a2/9.txt"], key=reading_order)
    ['a2/9.txt', 'a10/1.txt']
    """
    return tuple(_natural(part) for part in name.split("/"))


def _natural(part: str) -> tuple[tuple[str | int, ...], str]:
    pieces: list[str | int] = [*_FIGURES.split(part)]
    pieces[1::2] = map(int, pieces[1::2])
    return tuple(pieces), part


_FIGURES = lazily("([0-9]+)")


class _Way(NamedTuple):
    """How a file was found. link: by a link in a folder."""

    key: Key
    item: Item
    link: bool

    def rank(self) -> tuple[bool, int, Key, bool, str]:
        """First what is no link; then the widest argument, whose place in an output folder is the most telling."""
        return self.link, -self.item.below.count("/"), self.key, self.item.folder is None, str(self.item.path)


def _left_out(names: Collection[str]) -> LeftOut:
    return LeftOut(len(names), tuple(sorted(names, key=reading_order)[:3]))


@dataclass(slots=True)
class _Gathering:
    """What has been found so far, by real path, so that a file that is named twice is taken once."""

    exclude: _Patterns
    suffixes: tuple[str, ...]
    found: dict[str, _Way] = field(default_factory=dict)
    left_out: dict[str, set[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    real_folders: dict[str, str] = field(default_factory=dict)

    def take(self, argument: str) -> bool:
        """Take what an argument names; False where that is nothing."""
        if os.path.lexists(argument):
            path = str(PurePath(argument))
            return self._take_path(path, os.path.basename(path), named=True)
        head, parts = _split(argument)
        matched = False
        for path in _glob(head, parts):
            matched |= self._take_path(path, path[len(os.path.join(head, "")) :], named=False)
        return matched

    def result(self) -> Gathered:
        items = tuple(with_texts([way.item for way in sorted(self.found.values(), key=attrgetter("key"))]))
        read = {item.name for item in items if item.folder is None}
        left_out = {reason: names - read for reason, names in sorted(self.left_out.items())}
        return Gathered(items, {reason: _left_out(names) for reason, names in left_out.items() if names}, tuple(sorted(self.failed)))

    def _take_path(self, path: str, below: str, *, named: bool) -> bool:
        """Take a file, or what a folder holds. named: as an argument, not by a glob."""
        if os.path.isdir(path):
            self._walk(path, "" if named or not below else f"{below}/", Path(path) if named else None)
            return True
        if not os.path.exists(path):
            return False  # a link that leads nowhere
        name = path.replace(os.sep, "/")
        item = Item(Path(path), name, below.replace(os.sep, "/"))
        self._add(self._real(path), _Way(reading_order(name), item, False))
        return True

    def _real(self, path: str) -> str:
        """os.path.realpath of a file, which asks for its folder once, not once a file."""
        if os.path.islink(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder not in self.real_folders:
            self.real_folders[folder] = os.path.realpath(folder)
        return os.path.join(self.real_folders[folder], name)

    def _add(self, real: str, way: _Way) -> None:
        """Of two ways to one file the same one is kept, in whatever order they come."""
        old = self.found.get(real)
        kept = way if old is None else min(old, way, key=_Way.rank)
        self.found[real] = kept
        dropped = old if kept is way else way
        if dropped and dropped.link:
            self._leave_out(SAME_FILE, dropped.item.name)

    def _leave_out(self, reason: str, name: str) -> None:
        self.left_out.setdefault(reason, set()).add(name)

    def _walk(self, argument: str, prefix: str, folder: Path | None) -> None:
        """Take what a folder holds. prefix: stands before the place of each file in an output folder."""
        shown = PurePath(argument).as_posix()
        shown = "" if shown == "." else shown if shown.endswith("/") else f"{shown}/"
        real = os.path.realpath(argument)
        from_here = os.path.relpath(real, os.path.realpath("."))
        asked = "" if from_here == "." or from_here.split(os.sep)[0] == ".." else PurePath(from_here).as_posix() + "/"
        pending: list[tuple[str, Key, _Ignoring | None]] = [("", reading_order(shown)[:-1], _above(real))]
        while pending:
            below, key, ignoring = pending.pop()
            try:
                with os.scandir(os.path.join(argument, below)) as scan:
                    entries = list(scan)
            except OSError as error:
                self.failed.append(f"{shown}{below}: {error.strerror or error}")
                continue
            if below and {entry.name for entry in entries} >= _REPORT:
                self._leave_out(REPORT, shown + below)
                continue
            ignoring = _in_folder(ignoring, os.path.join(real, below), entries)
            for entry in entries:
                place = below + entry.name
                name = shown + place
                deeper = entry.is_dir(follow_symlinks=False)
                reason = self._reason(entry, deeper, asked + place, os.path.join(real, place), ignoring)
                if entry.name.startswith(OURS) and (deeper or not entry.name.lower().endswith(SUFFIXES)):
                    continue
                if reason:
                    self._leave_out(reason, f"{name}/" if deeper else name)
                elif deeper:
                    pending.append((f"{place}/", (*key, _natural(entry.name)), ignoring))
                else:
                    link = entry.is_symlink()
                    target = os.path.realpath(entry.path) if link else os.path.join(real, place)
                    if link and not _is_in(target, real):
                        self._leave_out(LINK_OUT, name)
                        continue
                    item = Item(Path(entry.path), name, prefix + place, folder)
                    self._add(target, _Way((*key, _natural(entry.name)), item, link))

    def _reason(self, entry: os.DirEntry[str], deeper: bool, asked: str, real: str, ignoring: _Ignoring | None) -> str | None:
        """Why an entry of a folder is left out; None where it is taken."""
        if deeper:
            if entry.name in _SKIPPED or (entry.name.startswith(".") and entry.name.endswith("cache")):
                return HIDDEN
        elif entry.is_symlink() and os.path.isdir(entry.path):
            return FOLDER_LINK
        elif entry.name.endswith(".dvc") and entry.name[:-4].lower().endswith(self.suffixes) and not os.path.exists(entry.path[:-4]):
            return DVC
        elif not entry.name.lower().endswith(self.suffixes) or entry.name.startswith("._"):  # ._: what macOS leaves beside a file
            return UNKNOWN_SUFFIX
        elif not os.path.isfile(entry.path) if entry.is_symlink() else not entry.is_file():  # links in a ring: the entry would raise
            return NO_FILE
        if _verdict(self.exclude, asked, deeper):
            return EXCLUDED
        return GIT_IGNORED if ignoring and ignoring.ignores(real, deeper) else None


_REPORT = frozenset({"undo.jsonl", "findings.jsonl"})  # what it says of texts is no text to be looked at
OURS = ".cleaner_"  # the cache, a baseline, an index: nobody misses them
_SKIPPED = frozenset({".git", ".hg", ".svn", ".venv", ".tox", ".nox", ".ipynb_checkpoints", ".hypothesis", "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class _Ignoring:
    """A .gitignore file, and the one above it."""

    folder: str  # real, with / at its end
    patterns: _Patterns
    above: _Ignoring | None

    def ignores(self, real: str, is_folder: bool) -> bool:
        """Does git ignore this path? The innermost file that has a word on it decides."""
        layer: _Ignoring | None = self
        while layer:
            verdict = _verdict(layer.patterns, real[len(layer.folder) :], is_folder)
            if verdict is not None:
                return verdict
            layer = layer.above
        return False


def _above(real: str) -> _Ignoring | None:
    """What the .gitignore files from the git root to above this folder say; None outside a git work tree.

    They have no say in a folder that they ignore: who names it wants it."""
    folders = [real, *map(str, Path(real).parents)]
    root = next((i for i, folder in enumerate(folders) if os.path.lexists(os.path.join(folder, ".git"))), None)
    if not root:  # no git, or this is the root itself: its own files are read on the way
        return None
    ignoring: _Ignoring | None = None
    for folder, inner in zip(folders[root:0:-1], folders[root - 1 :: -1]):
        ignoring = _Ignoring(_slashed(folder), _patterns_of(folder, folder == folders[root]), ignoring)
        if ignoring.ignores(inner, True):
            return _Ignoring(_slashed(real), (), None)
    return ignoring


def _in_folder(ignoring: _Ignoring | None, real: str, entries: Iterable[os.DirEntry[str]]) -> _Ignoring | None:
    """What holds in a folder: its own .gitignore before those above. A repository in a repository stands for itself."""
    names = {entry.name for entry in entries if entry.name in (".git", ".gitignore")}
    root = ".git" in names
    if root or (ignoring and ".gitignore" in names):
        return _Ignoring(_slashed(real), _patterns_of(real, root), None if root else ignoring)
    return ignoring


def _patterns_of(folder: str, root: bool) -> _Patterns:
    lines: list[str] = []
    for path in (*((os.path.join(folder, ".git", "info", "exclude"),) if root else ()), os.path.join(folder, ".gitignore")):
        with suppress(OSError), open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
            lines += file.read().split("\n")
    return tuple(pattern for line in reversed(lines) if (pattern := _pattern(line)))


class _Pattern(NamedTuple):
    """A line of a .gitignore file. rules_out: else it begins with ! and takes back in."""

    rules_out: bool
    folders_only: bool
    regex: re.Pattern[str]

    def matches(self, path: str, is_folder: bool) -> bool:
        """Does it match this path itself, and not only a folder that it lies in?

        The library matches both, and marks the end of a folder as the group ps_d. Who walks has asked for the folder
        before; were it asked again, `!*/` would bring back every file in a folder."""
        if self.folders_only:
            return is_folder and any(match.end("ps_d") == len(path) + 1 for match in self.regex.finditer(f"{path}/"))
        match = self.regex.search(path)
        return match is not None and not match.groupdict().get("ps_d")


_Patterns = tuple[_Pattern, ...]  # the last comes first: it has the last word


def _verdict(patterns: _Patterns, path: str, is_folder: bool) -> bool | None:
    """Is the path ruled out (True) or taken back in (False)? None where no pattern has a word on it."""
    return next((pattern.rules_out for pattern in patterns if pattern.matches(path, is_folder)), None)


def _pattern(line: str) -> _Pattern | None:
    """None for a comment, a blank line, and, as with git, for a line that is no pattern."""
    try:
        import pathspec  # loaded where something is ignored
        from pathspec.pattern import RegexPattern

        parsed = next(iter(pathspec.GitIgnoreSpec.from_lines([line]).patterns), None)
    except ValueError:
        return None
    if not isinstance(parsed, RegexPattern) or parsed.include is None or parsed.regex is None:
        return None
    return _Pattern(parsed.include, line.rstrip().endswith("/"), parsed.regex)


def _excluded(patterns: Sequence[str]) -> _Patterns:
    parsed = {pattern: _pattern(pattern) for pattern in reversed(patterns)}
    bad = [pattern for pattern in patterns if not parsed[pattern]]
    if bad:
        raise Refused(f"exclude: {', '.join(bad)}: no pattern as in .gitignore")
    return tuple(pattern for pattern in parsed.values() if pattern)


def _slashed(folder: str) -> str:
    return folder if folder.endswith("/") else f"{folder}/"


def _is_in(real: str, folder: str) -> bool:
    return real.startswith(_slashed(folder))


_MAGIC = lazily(r"[*?\[]")


def _split(argument: str) -> tuple[str, list[str]]:
    """A glob -> the folder before its first pattern, and the parts from there on; no parts where it is no glob."""
    parts = PurePath(argument).parts
    first = next(
        (i for i, part in enumerate(parts) if _MAGIC.search(part) and not os.path.lexists(os.path.join("", *parts[: i + 1]))), None
    )
    return (argument, []) if first is None else (os.path.join("", *parts[:first]), list(parts[first:]))


def _glob(folder: str, parts: Sequence[str]) -> Iterator[str]:
    """What a glob matches; ** goes down any number of folders, but through no link, so that it comes to an end."""
    if not parts:
        if folder and os.path.lexists(folder):
            yield folder
        return
    part, rest = parts[0], parts[1:]
    if part != "**" and (not _MAGIC.search(part) or os.path.lexists(os.path.join(folder, part))):
        yield from _glob(os.path.join(folder, part), rest)
        return
    if part == "**":
        yield from _glob(folder if rest else folder or ".", rest)
    try:
        with os.scandir(folder or ".") as scan:
            entries = list(scan)
    except OSError:
        return
    for entry in entries:
        path = os.path.join(folder, entry.name)
        hidden = entry.name.startswith(".") and not part.startswith(".")
        if part == "**":
            if rest and not hidden and entry.is_dir(follow_symlinks=False):
                yield from _glob(path, parts)
        elif not hidden and fnmatchcase(entry.name, part) and (not rest or os.path.isdir(path)):
            yield from _glob(path, rest)


def _nothing(argument: str) -> str:
    return "matches nothing" if _MAGIC.search(argument) else "no such file or folder"
