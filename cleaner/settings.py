"""Settings: the nearest cleaner.toml, or [tool.cleaner] in pyproject.toml; never merged. Unknown keys are errors."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner import profiles
from cleaner.rules import RULES
from cleaner.rules.rule import Rule
from cleaner.rules.script import SCRIPTS

if TYPE_CHECKING:
    from pathspec import PathSpec, Pattern


class BadSettings(ValueError):  # noqa: N818
    """What is wrong in the settings, and where."""


HERE = "here"  # the model of what the files of a run teach


@dataclass(frozen=True, slots=True)
class Allow:
    """A finding of `rule` (a code or its letters, "" for all) whose text is `text`, in files that match `path`, is
    right, for a reason. context: only where `text` stands in this longer text."""

    text: str
    rule: str = ""
    path: str = ""
    reason: str = ""
    context: str = ""

    def stands(self, text: str, start: int, end: int) -> bool:
        """Is text[start:end] the text that is right, with its context round it?"""
        if text[start:end] != self.text:
            return False
        if not self.context:
            return True
        at = self.context.find(self.text)
        while at >= 0:
            if text.startswith(self.context, start - at) and start >= at:
                return True
            at = self.context.find(self.text, at + 1)
        return False


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run looks for. Codes may be whole (TYP701) or letters (TYP). model: language models, paths of files, "policy" for the
    one that is shipped, "here" for what the files of the run teach; none is the shipped one. sensitive: doubtful misprints are
    told, too, as notes; None is as the profile has it. script: the script that texts are converted to; "" for none. profile: a set of
    options for a kind of text; what is set here wins over it. baseline: a file of findings that are known. memory: megabytes for what
    grows with a corpus; the rest stands in temporary files. longest_document: characters; longer ones are not looked at."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    allow: tuple[Allow, ...] = ()
    rules: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()
    model: tuple[str, ...] = ()
    sensitive: bool | None = None
    script: str = ""
    profile: str = profiles.DEFAULT
    baseline: str | None = None
    memory: int = 256
    longest_document: int = 5_000_000
    file: str | None = None

    def wants(self, code: str) -> bool:
        """Is a rule of this code selected, and not ignored?"""
        return (not self.select or _covers(self.select, code)) and not _covers(self.ignore, code)

    def chosen(self) -> tuple[Rule, ...]:
        """The rules that are selected and not ignored."""
        return tuple(rule for rule in RULES if self.wants(rule.code))

    def options(self, code: str) -> dict[str, Any]:
        """The options set for a rule, for itself or for all that have them."""
        known = _option_names(code)
        keys = profiles.options(self.profile, "") | ({} if self.sensitive is None else {"sensitive": self.sensitive})
        shared = {name: value for name, value in ({"model": self.model, "script": self.script} | keys).items() if value and name in known}
        return shared | profiles.options(self.profile, code) | dict(dict(self.rules).get(code, ()))

    def ignores(self, path: str, code: str) -> bool:
        """Is a rule ignored in this file?"""
        return any(_covers(codes, code) and matches(self.seen(path), pattern) for pattern, codes in self.per_file_ignores)

    def seen(self, path: str) -> str:
        """A path as the settings file sees it: from its own folder; unchanged where it lies elsewhere."""
        if self.file is None:
            return path
        real = os.path.relpath(path, os.path.dirname(self.file))
        return path if real.startswith("..") else real

    def allows(self, path: str, code: str, text: str, start: int, end: int) -> bool:
        """Was a finding of text[start:end] said to be right?"""
        return any(
            entry.stands(text, start, end)
            and (not entry.rule or _covers((entry.rule,), code))
            and (not entry.path or matches(self.seen(path), entry.path))
            for entry in self.allow
        )


@cache
def _option_names(code: str) -> frozenset[str]:
    return frozenset(name for rule in RULES if rule.code == code for name in rule.options)


def matches(path: str, pattern: str) -> bool:
    """Does a path match a pattern of .gitignore's kind?"""
    return _compiled(pattern).match_file(path)


@cache
def _compiled(pattern: str) -> PathSpec[Pattern]:
    from pathspec import PathSpec

    return PathSpec.from_lines("gitignore", [pattern])


def _covers(codes: Iterable[str], code: str) -> bool:
    letters = code.rstrip("0123456789")
    return any(wanted in (code, letters) for wanted in codes)


def find(start: Path) -> Settings:
    """The settings that hold for a folder: of the nearest cleaner.toml or pyproject.toml with [tool.cleaner], from the
    folder upwards; the defaults where there is none.

    Raises BadSettings."""
    for folder in (start.absolute(), *start.absolute().parents):
        for name in ("cleaner.toml", "pyproject.toml"):
            path = folder / name
            if path.is_file():
                table = _table(path)
                if table is not None:
                    return _settings(table, path)
    return Settings()


def load(path: Path) -> Settings:
    """The settings in a named file.

    Raises BadSettings."""
    table = _table(path)
    if table is None:
        raise BadSettings(f"{path}: there is no [tool.cleaner] in it")
    return _settings(table, path)


def codes(value: str) -> tuple[str, ...]:
    """Codes as they stand on a command line: "TYP,LOOP601".

    Raises BadSettings where one names no rule."""
    return tuple(_code(word.strip(), "") for word in value.split(",") if word.strip())


def narrowed(settings: Settings, select: tuple[str, ...], ignore: tuple[str, ...], exclude: tuple[str, ...] = ()) -> Settings:
    """The settings with what the command line says: its selection replaces theirs, what it ignores is added."""
    return replace(settings, select=select or settings.select, ignore=settings.ignore + ignore, exclude=settings.exclude + exclude)


def judging(settings: Settings, model: tuple[str, ...], sensitive: bool, script: str | None = None) -> Settings:
    """The settings with the models, the sensitivity and the script that the command line asks for."""
    script = script or settings.script
    return replace(settings, model=model or settings.model, sensitive=sensitive or settings.sensitive, script=script)


def profiled(settings: Settings, profile: str | None) -> Settings:
    """The settings with the profile that the command line names.

    Raises BadSettings where there is no such profile."""
    return replace(settings, profile=_named(profile, "")) if profile else settings


def _named(profile: str, where: str) -> str:
    if profile not in profiles.PROFILES:
        raise BadSettings(f"{where}no profile has the name {profile!r}{_suggestion(profile, profiles.PROFILES)}")
    return profile


def removing(settings: Settings) -> Settings:
    """The settings under which what stands in an earlier document goes, too: every rule with an option `remove` removes."""
    return _with(settings, {rule.code: {"remove": True} for rule in RULES if "remove" in rule.options})


def moving(settings: Settings) -> Settings:
    """The settings under which lines that say where a text comes from are moved out of it."""
    return _with(settings, {"LAY405": {"move": True}})


def _with(settings: Settings, options: Mapping[str, Mapping[str, Any]]) -> Settings:
    of = {code: dict(some) for code, some in settings.rules}
    for code, some in options.items():
        of.setdefault(code, {}).update(some)
    return replace(settings, rules=tuple((code, tuple(options.items())) for code, options in of.items()))


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: {error}") from None
    except OSError as error:
        raise BadSettings(f"{path}: {error.strerror}") from None
    if path.name == "pyproject.toml":
        tools = table.get("tool")
        found: Mapping[str, Any] | None = tools.get("cleaner") if isinstance(tools, dict) else None
        if found is not None and not isinstance(found, dict):
            raise BadSettings(f"{path}: tool.cleaner must be a table")
        return found
    return table


def _settings(table: Mapping[str, Any], path: Path) -> Settings:
    known = {f.name.replace("_", "-"): f.name for f in fields(Settings) if f.name != "file"}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise BadSettings(f"{path}: unknown key {key!r}{_suggestion(key, known)}")
        values[known[key]] = _READERS[key](value, str(path))
    return Settings(**values, file=str(path))


def _strings(key: str, value: object, path: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadSettings(f"{path}: {key} must be a list of strings")
    return tuple(value)


def _codes(key: str, value: object, path: str) -> tuple[str, ...]:
    return tuple(_code(item, f"{path}: {key}: ") for item in _strings(key, value, path))


def _code(word: str, where: str) -> str:
    word = word.upper()
    known = {rule.code for rule in RULES} | {rule.code.rstrip("0123456789") for rule in RULES}
    if word not in known:
        raise BadSettings(f"{where}no rule has the code {word!r}{_suggestion(word, known)}")
    return word


def _mapping(key: str, value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadSettings(f"{path}: {key} must be a table")
    return value


def _per_file_ignores(value: object, path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = _mapping("per-file-ignores", value, path)
    return tuple((pattern, _codes(f"per-file-ignores.{pattern}", listed, path)) for pattern, listed in table.items())


def _allow(value: object, path: str) -> tuple[Allow, ...]:
    if not isinstance(value, list):
        raise BadSettings(f"{path}: allow must be a list of tables: [[allow]]")
    entries = []
    known = [f.name for f in fields(Allow)]
    for item in value:
        entry = _mapping("allow", item, path)
        for key, content in entry.items():
            if key not in known:
                raise BadSettings(f"{path}: unknown key {key!r} in allow{_suggestion(key, known)}")
            if not isinstance(content, str):
                raise BadSettings(f"{path}: allow.{key} must be a string")
        if not entry.get("text"):
            raise BadSettings(f"{path}: an allow entry needs the text that is right")
        if entry.get("context") and entry["text"] not in entry["context"]:
            raise BadSettings(f"{path}: allow.context must hold the text that is right: {entry['text']!r} is not in it")
        if entry.get("rule"):
            _code(entry["rule"], f"{path}: allow.rule: ")
        entries.append(Allow(**entry))
    return tuple(entries)


def _rules(value: object, path: str) -> tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]:
    by_code = {rule.code: rule for rule in RULES}
    found = []
    for code, options in _mapping("rules", value, path).items():
        if code not in by_code:
            raise BadSettings(f"{path}: rules: no rule has the code {code!r}{_suggestion(code, by_code)}")
        defaults = by_code[code].options
        for name, content in _mapping(f"rules.{code}", options, path).items():
            if name not in defaults:
                raise BadSettings(f"{path}: rules.{code}: unknown option {name!r}{_suggestion(name, defaults)}")
            listed = isinstance(defaults[name], tuple)
            if type(content) is not (list if listed else type(defaults[name])):
                raise BadSettings(
                    f"{path}: rules.{code}.{name} must be like its default, {list(defaults[name]) if listed else defaults[name]!r}"
                )
        found.append((code, tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in options.items())))
    return tuple(found)


def _model(value: object, path: str) -> tuple[str, ...]:
    """Paths are meant from the folder of the settings file."""
    names = _strings("model", value, path)
    return tuple(name if name in ("policy", HERE) else os.path.join(os.path.dirname(path), name) for name in names)


def _sensitive(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise BadSettings(f"{path}: sensitive must be true or false")
    return value


def _profile(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise BadSettings(f"{path}: profile must be a string")
    return _named(value, f"{path}: ")


def _script(value: object, path: str) -> str:
    if value not in SCRIPTS:
        raise BadSettings(f"{path}: script must be one of {', '.join(SCRIPTS)}")
    return str(value)


def _baseline(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise BadSettings(f"{path}: baseline must be the name of a file")
    return os.path.join(os.path.dirname(path), value)


def _whole(key: str, value: object, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadSettings(f"{path}: {key} must be a whole number above 0")
    return value


_READERS = {
    "memory": lambda value, path: _whole("memory", value, path),
    "longest-document": lambda value, path: _whole("longest-document", value, path),
    "baseline": _baseline,
    "script": _script,
    "profile": _profile,
    "model": _model,
    "sensitive": _sensitive,
    "select": lambda value, path: _codes("select", value, path),
    "ignore": lambda value, path: _codes("ignore", value, path),
    "per-file-ignores": _per_file_ignores,
    "exclude": lambda value, path: _strings("exclude", value, path),
    "allow": _allow,
    "rules": _rules,
}


def _suggestion(word: str, known: Iterable[str]) -> str:
    from rapidfuzz import process

    near = process.extractOne(word, list(known), score_cutoff=60)
    return f"; did you mean {near[0]!r}?" if near else ""
