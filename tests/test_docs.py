"""The docs say what is so: those that repeat code are fresh, what they show is what comes, what they name is there."""

from __future__ import annotations

import ast
import doctest
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from conftest import Cleaner

from cleaner.cli import command
from cleaner.formats.files import SUFFIXES
from cleaner.rules import RULES
from cleaner.rules.rule import Rule
from cleaner.settings import load
from docs.pages import every_command

HOUSE = Path(__file__).parent.parent
PAGES = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/*.md")])
READMES = [HOUSE / "README.md", HOUSE / "README.zh-CN.md"]
EVERY = dict(every_command(command))
IDS = [path.relative_to(HOUSE).as_posix() for path in PAGES]

_FENCED = re.compile(r"^(`{3,})([a-z]*)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(path: Path) -> str:
    return path.read_text("utf-8")


def blocks(path: Path, *kinds: str) -> list[str]:
    return [body for _, kind, body in _FENCED.findall(read(path)) if kind in kinds]


def commands(path: Path) -> Iterator[str]:
    """What a page tells its readers to type."""
    for body in blocks(path, "sh"):
        yield from filter(None, body.split("\n"))
    for body in blocks(path, "console"):
        yield from (line[2:] for line in body.split("\n") if line.startswith("$ "))


def anchors(path: Path) -> set[str]:
    """The names that GitHub gives headings."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", read(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_docs_are_fresh() -> None:
    """Rules, options, commands, module map, examples, and what the consoles of the READMEs show: all made anew, and compared."""
    ran = subprocess.run([sys.executable, "-m", "docs.generate", "--check"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


BY_HAND = """\
By hand.

<!-- generated: families -->
yesterday's
<!-- end -->

```console
$ echo so
yesterday's
```
"""


def test_stale_docs_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.syspath_prepend(str(HOUSE))
    from docs import generate

    monkeypatch.setattr(generate, "HOUSE", tmp_path)
    monkeypatch.setattr(generate, "WHOLE", {"rules.md": lambda: "new\n"})
    monkeypatch.setattr(generate, "WITH_BLOCKS", {"hand.md": "en"})
    (tmp_path / "hand.md").write_text(BY_HAND, "utf-8")
    assert generate.main(["--check"]) == 1
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["rules.md", "hand.md"]
    assert not (tmp_path / "rules.md").exists()
    assert (tmp_path / "hand.md").read_text("utf-8") == BY_HAND
    assert generate.main([]) == 0
    written = (tmp_path / "hand.md").read_text("utf-8")
    assert written.startswith("By hand.")
    assert "yesterday" not in written
    assert "$ echo so\nso\n" in written
    assert generate.main(["--check"]) == 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_documented(rule: Rule) -> None:
    assert f"### {rule.code} {rule.name}\n" in read(HOUSE / "docs/rules.md")


def test_every_family_is_shown_before_and_after() -> None:
    for path in READMES:
        for family in {rule.code.rstrip("0123456789") for rule in RULES}:
            assert re.search(rf"\*\*{family}\*\*\n\n.+\n\n```diff\n", read(path)), (path.name, family)


def test_every_command_and_option_is_documented() -> None:
    page = read(HOUSE / "docs/command-line.md")
    for name, entry in EVERY.items():
        assert f"## cleaner {name}\n" in page
        for parameter in entry.params:
            assert isinstance(parameter, click.Argument) or all(spelling in page for spelling in parameter.opts)
    assert all(suffix in page for suffix in SUFFIXES)


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_commands_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(HOUSE / "Makefile"), re.MULTILINE))
    for line in commands(path):
        for words in (part.split() for part in line.split(" | ")):
            if words[0] == "make":
                assert words[1] in targets, line
            elif words[0] == "cleaner":
                entry = EVERY.get(words[1]) or EVERY[" ".join(words[1:3])]
                known = {name for parameter in entry.params for name in parameter.opts}
                assert {word for word in words if re.match("--?[a-z]", word)} <= known, line


def test_commands_named_in_running_text_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read(HOUSE / "Makefile"), re.MULTILINE))
    for path in PAGES:
        assert set(re.findall(r"`make ([a-z]+)", read(path))) <= targets
        assert set(re.findall(r"`cleaner ([a-z]+)[ `]", read(path))) <= set(command.commands)


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_links_resolve(path: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", read(path))):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_files_named_in_code_marks_exist() -> None:
    for path in PAGES:
        for name in re.findall(r"`((?:cleaner|docs|tests|seeds|\.ci)/[^`*\s]*)`", read(path)):
            assert (HOUSE / name).exists(), (path.name, name)


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (list(commands(path)) for path in READMES)
    assert english == chinese
    assert {"make demo", "make test", "pip install ."} <= set(english)


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = ([mark for mark, _ in re.findall(r"^(#+) (.+)$", _FENCED.sub("", read(path)), re.MULTILINE)] for path in READMES)
    assert english == chinese


def test_the_two_commands_of_the_demo_come_first() -> None:
    for path in READMES:
        assert list(commands(path)).index("make demo") < list(commands(path)).index("pip install .")


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_python_in_the_readmes_gives_what_it_shows(path: Path) -> None:
    for body in blocks(path, "python"):
        assert ">>>" in body
        test = doctest.DocTestParser().get_doctest(body, {}, path.name, str(path), 0)
        results = doctest.DocTestRunner(verbose=False).run(test)
        assert (results.failed, results.attempted > 0) == (0, True)


@pytest.mark.parametrize("path", PAGES, ids=IDS)
def test_settings_shown_can_be_loaded(path: Path, tmp_path: Path) -> None:
    for n, body in enumerate(blocks(path, "toml")):
        (tmp_path / f"{n}.toml").write_text(body, "utf-8")
        load(tmp_path / f"{n}.toml")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/settings.md"])
def test_what_the_settings_shown_allow_is_not_found(name: str, cleaner: Cleaner, seed: Path, tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text(blocks(HOUSE / name, "toml")[0], "utf-8")
    (tmp_path / seed.name).write_bytes(seed.read_bytes())
    assert "SCR301" not in cleaner("check", seed.name, "--select", "SCR").out
    (tmp_path / "cleaner.toml").write_text("", "utf-8")
    assert "SCR301" in cleaner("check", seed.name, "--select", "SCR").out


def test_python_shown_elsewhere_is_python() -> None:
    for path in PAGES:
        for body in blocks(path, "python"):
            if ">>>" not in body:
                ast.parse(body)


def test_the_chinese_readme_has_no_line_broken_within_a_sentence() -> None:
    """A line end between two Chinese characters is shown as a space."""
    text = _FENCED.sub("", read(HOUSE / "README.zh-CN.md"))
    assert not re.findall(r"[\u4e00-\u9fff，、；]\n[\u4e00-\u9fff“]", text)


def test_the_example_of_the_readme_is_put_right() -> None:
    from cleaner import clean

    settled = clean(read(HOUSE / "docs/page.txt"))
    for fault in ("上接", "市市人民", "建建设", "项目项目"):
        assert fault not in settled
    for right in ("公安局局长", "市市通高铁", "人人享有", "超100亿元以上", "2022年全市", "2023年全市"):
        assert right in settled
    assert settled.count("支持龙头企业") == settled.count("全面加强金融监管") == 1
