"""The pages that are made as a whole: the rules, the command line, the settings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path

import click

from cleaner.cli import command
from cleaner.formats.kinds import READ
from cleaner.messages import title
from cleaner.model import Grade
from cleaner.profiles import PROFILES, sets
from cleaner.rules import RULES
from cleaner.rules.rule import Rule
from cleaner.settings import Allow, Settings, load
from docs.blocks import FAMILIES, anchor, family
from docs.markdown import LEGEND, fenced, prose, shown, table

EXAMPLE = Path(__file__).parent / "example.toml"
MADE = "<!-- Written by `python -m docs.generate`; change the code it repeats, then run `make docs`. -->\n\n"
FIX = {Grade.SAFE: "safe", Grade.UNSAFE: "unsafe", Grade.NONE: "told"}


def rules() -> str:
    """docs/rules.md: every rule with its reasons, options and examples."""
    rows = [
        [
            f"[{rule.code}](#{anchor(rule)})",
            rule.name,
            FIX[rule.grade],
            rule.level.name.lower(),
            title(rule.code, "en"),
            title(rule.code, "zh"),
        ]
        for rule in RULES
    ]
    parts = [
        MADE + _RULES,
        table(("Code", "Name", "Fix", "Level", "Finds", "说明"), rows),
        _EXAMPLES,
    ]
    for letters, entry in FAMILIES.items():
        parts.append(f"## {letters}\n\n{entry.english[0].upper()}{entry.english[1:]}. {entry.chinese}。\n")
        parts += (_rule(rule) for rule in RULES if family(rule) == letters)
    return "\n".join(parts)


def _rule(rule: Rule) -> str:
    """A rule's section."""
    chinese = title(rule.code, "zh")
    facts = f"Fix: {FIX[rule.grade]}. Level: {rule.level.name.lower()}." + (" Compares documents with one another." if rule.across else "")
    said = rule.title + (f" {chinese}" if chinese != rule.title else "")
    parts = [f"### {rule.code} {rule.name}\n", f"{said}\n", f"{facts}\n"]
    if rule.explanation:
        parts.append(prose(rule.explanation) + "\n")
    if rule.options:
        parts.append(table(("Option", "Default"), ([f"`{name}`", f"`{_toml(default)}`"] for name, default in rule.options.items())))
    parts += [fenced(_faulty(rule), "diff"), "Stays:\n", fenced(map(shown, rule.good), "text")]
    return "\n".join(parts)


def _faulty(rule: Rule) -> Iterator[str]:
    for text, cleaned in rule.bad:
        if cleaned is None:
            yield f"! {shown(text)}"
        else:
            yield f"- {shown(text)}"
            yield f"+ {shown(cleaned)}".rstrip()


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


EXIT_CODES: Mapping[str, tuple[tuple[int, str], ...]] = {
    "check": (
        (0, "nothing was found of the level of `--fail-on` (default: warning) or above; with `--fix`: nothing is left"),
        (1, "something was found, a limit of the gate is not kept, or (`--exit-non-zero-on-fix`) a file was mended"),
        (2, "something could not be done: a wrong option, a file that cannot be read, a fault of cleaner itself"),
    ),
    "clean": (
        (0, "done, whatever was found"),
        (2, "something could not be done; what could be done is done, and the rest is named (on a full disk: the same command goes on)"),
    ),
    "undo": ((0, "every file was given back"), (2, "a file or a finding was refused, or the undo file cannot be read")),
    "review": ((0, "the review has ended"), (2, "there is no page of a report, or decisions that cannot be read lie beside it")),
    "apply": (
        (0, "done"),
        (2, "a file was changed meanwhile, or something could not be done as decided; what could be done is done, the rest is named"),
    ),
    "learn": (
        (0, "the model is written"),
        (2, "a file could not be read (it is named, the model is of the rest), or there is nothing to learn"),
    ),
    "baseline create": ((0, "written"), (2, "a file could not be read (it is named, the rest is written), or there is one already")),
    "baseline update": ((0, "written"), (2, "a file could not be read (what is known of it stays), or the baseline cannot be used")),
    "baseline prune": ((0, "written"), (2, "a file could not be read (nothing is removed then), or the baseline cannot be used")),
    "baseline audit": ((0, "done, whatever was answered"), (2, "the baseline cannot be used")),
    "rules": ((0, "done"), (2, "there is no such rule")),
    "index build": ((0, "done"), (2, "a file could not be read (it is named, the rest is stored), or there can be no index there")),
    "index add": ((0, "done"), (2, "a file could not be read (what was stored of it stays), or the index cannot be used")),
    "index query": ((0, "done, whatever is known"), (2, "a file could not be read, or the index cannot be used")),
}


def command_line() -> str:
    """docs/command-line.md: every command with its options, examples and exit codes."""
    parts = [MADE + _COMMAND_LINE.format(SUFFIXES=", ".join(READ))]
    for name, entry in every_command(command):
        parts += _command(name, entry)
    return "\n".join(parts)


def every_command(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """The commands of a group, with those of the groups in it: `index build`."""
    for name, entry in group.commands.items():
        if isinstance(entry, click.Group):
            yield from every_command(entry, f"{name} ")
        else:
            yield before + name, entry


def _command(name: str, entry: click.Command) -> Iterator[str]:
    context = click.Context(entry, info_name=f"cleaner {name}")
    said, _, shell = cleandoc(entry.help or "").partition("\n\n\b\n")
    yield f"## cleaner {name}\n"
    yield fenced([" ".join([f"cleaner {name}", *entry.collect_usage_pieces(context)])], "text")
    yield prose(said) + "\n"
    yield fenced(shell.split("\n"), "sh")
    options = [p for p in entry.params if isinstance(p, click.Option)]
    yield table(("Option", "What it does"), ([_spelled(option), _explained(option)] for option in options))
    yield table(("Exit code", "When"), EXIT_CODES[name])


def _spelled(option: click.Option) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    return f"`{names}`" if option.is_flag else f"`{names} {_placeholder(option)}`"


def _placeholder(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return "|".join(map(str, option.type.choices))
    return "N" if isinstance(option.type, click.IntRange) else "PATH"


def _explained(option: click.Option) -> str:
    said = prose(option.help or "")
    if option.show_default:
        said += f" Default: {option.default}."
    if option.envvar:
        said += f" Also: `{option.envvar}=1`."
    return said


KEYS: Mapping[str, str] = {
    "select": "rules to run: codes (`TYP701`) or letters of families (`TYP`); left out: all",
    "ignore": "rules not to run",
    "per-file-ignores": "a table: a pattern as in .gitignore → rules not to run in the files it matches",
    "exclude": "patterns, as in .gitignore, of files in folders that are not read",
    "allow": "findings that are right: a list of tables, see below",
    "model": "language models: paths from the folder of the settings file, `policy` for the shipped one, `here` for what the files teach",
    "profile": "what is set for a kind of text, see below; what else stands here wins over it",
    "sensitive": "whether doubtful misprints are told, too, as notes",
    "script": "the script that texts are converted to: simplified, traditional, tw or hk; left out: none is converted",
    "baseline": "a file of findings that are known, from the folder of the settings file; see [baseline](baseline.md)",
    "memory": "megabytes for what grows with a corpus when its documents are compared; what goes beyond stands in temporary files (TMPDIR)",
    "longest-document": "characters of a document; a longer one is not looked at, copied as it is, and named",
    "rules": "a table for each rule whose options are set, see below",
}
ALLOW: Mapping[str, str] = {
    "text": "the text that is right, letter by letter what the finding is about: its `text` in jsonl, what the carets mark (needed)",
    "rule": "a code or the letters of a family; left out: whatever rule speaks of it",
    "path": "a pattern, as in .gitignore; left out: in every file",
    "reason": "why it is right, for those who read the settings later",
    "context": "a longer text that holds it; left out: wherever it stands",
}


def settings() -> str:
    """docs/settings.md: every key, an example, the options of rules. The example is loaded, so that it is one."""
    load(EXAMPLE)
    keys = [f.name.replace("_", "-") for f in fields(Settings) if f.name != "file"]
    options = [
        [f"[{rule.code}](rules.md#{anchor(rule)})", f"`{name}`", f"`{_toml(default)}`"]
        for rule in RULES
        for name, default in rule.options.items()
    ]
    return "\n".join(
        [
            MADE + _SETTINGS,
            table(("Key", "What it says"), ([f"`{key}`", KEYS[key]] for key in keys)),
            "## An example\n",
            fenced(EXAMPLE.read_text("utf-8").rstrip("\n").split("\n"), "toml"),
            "In `pyproject.toml` the same keys stand under `[tool.cleaner]`, `[tool.cleaner.rules.REP501]`, `[[tool.cleaner.allow]]`.\n",
            "## Profiles\n",
            _PROFILES,
            table(("Profile", "For"), ([f"`{name}`", said] for name, said in PROFILES.items())),
            table(("Profile", "Sets", "To", "Because"), _profiled()),
            "## `allow`\n",
            "What is allowed is not reported and not changed. Each entry is a table:\n",
            table(("Key", "What it says"), ([f"`{f.name}`", ALLOW[f.name]] for f in fields(Allow))),
            "## Options of rules\n",
            table(("Rule", "Option", "Default"), options),
        ]
    )


def _profiled() -> Iterator[list[str]]:
    of = {rule.code: rule for rule in RULES}
    for name in PROFILES:
        for entry in sets(name):
            place = f"[{entry.rule}](rules.md#{anchor(of[entry.rule])}) `{entry.option}`" if entry.rule else f"`{entry.option}`"
            yield [f"`{name}`", place, f"`{_toml(entry.value)}`", entry.reason]


_PROFILES = """\
A profile sets options for a kind of text: `profile = "web"`, or `--profile web`. What is set by hand wins over it, key by key
and option by option.
"""
_RULES = """\
# The rules

A **safe** fix is made by `cleaner clean`. An **unsafe** one may change what is meant, and is made with `--unsafe-fixes`.
What is **told** has no fix: what should stand there, the text does not say. The grade given here is the rule's usual one;
single findings may be less sure, and the report says so. `cleaner rules CODE` shows the same on the terminal.
"""
_EXAMPLES = f"""\
The examples are also the tests. Each faulty text (−) is cleaned to the one below it (+), or only told (!); what *stays* is
text that looks wrong and is right. {LEGEND}
"""
_COMMAND_LINE = """\
# The command line

Results go to standard output, everything else to standard error; a progress bar only to a terminal. `-` is standard input.
Messages are English or Chinese: by `--lang`, else by `LC_ALL`, `LC_MESSAGES` or `LANG`. An interrupt exits with 130,
SIGTERM with 143.

What is read: the files that are named, and in folders files that end in {SUFFIXES}, less what `.gitignore` files and
`--exclude` rule out; what is left out is counted and said. A file that cannot be read is named, and `clean` copies it as it
is.
"""
_SETTINGS = """\
# Settings

Settings stand in `cleaner.toml`, or in `pyproject.toml` under `[tool.cleaner]`. The nearest file holds, from the current
folder upwards; files are never merged. `--config FILE` names another one. An unknown key is an error that says what may have
been meant. On the command line `--select` replaces `select`; `--ignore` and `--exclude` are added to what the file says.
"""
