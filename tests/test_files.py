"""Which files are read, in which order, and where their copies go."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.formats import files
from cleaner.formats.files import Gathered, Item, LeftOut, Refused, gather, outputs, reading_order


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def lay_out(folder: Path, names: str) -> None:
    """Make the files; a name that ends in / is a folder."""
    for name in names.split():
        path = folder / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(b"")


def names(gathered: Gathered) -> list[str]:
    return [item.name for item in gathered.items]


def places(gathered: Gathered) -> list[tuple[str, str]]:
    return [(item.name, item.below) for item in gathered.items]


# What is taken.


def test_in_a_folder_the_known_suffixes_are_read_and_the_rest_is_counted(here: Path) -> None:
    lay_out(here, "raw/b.txt raw/a.TXT raw/c.md raw/sub/d.markdown raw/e.text raw/f.pdf raw/g raw/h.jsonl raw/._a.txt raw/i.csv")
    gathered = gather(["raw"])
    assert names(gathered) == ["raw/a.TXT", "raw/b.txt", "raw/c.md", "raw/e.text", "raw/sub/d.markdown"]
    assert gathered.left_out == {files.UNKNOWN_SUFFIX: LeftOut(5, ("raw/._a.txt", "raw/f.pdf", "raw/g"))}
    assert names(gather(["raw"], suffixes=(".jsonl", ".csv"))) == ["raw/h.jsonl", "raw/i.csv"]


def test_a_file_that_is_named_is_read_whatever_it_is_called(here: Path) -> None:
    lay_out(here, "raw/f.pdf .git/ x/__pycache__/a.txt")
    (here / ".gitignore").write_text("*.pdf\n")
    assert places(gather(["raw/f.pdf", "x/__pycache__/a.txt"], exclude=["*.pdf"])) == [
        ("raw/f.pdf", "f.pdf"),
        ("x/__pycache__/a.txt", "a.txt"),
    ]
    assert places(gather(["raw", "raw/f.pdf"])) == [("raw/f.pdf", "f.pdf")]
    assert not gather(["raw", "raw/f.pdf"]).left_out


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        (".", "raw/a.txt"),
        ("./", "raw/a.txt"),
        ("raw", "raw/a.txt"),
        ("raw/", "raw/a.txt"),
        ("./raw", "raw/a.txt"),
        ("raw//", "raw/a.txt"),
        ("../here/raw", "../here/raw/a.txt"),
        ("raw/a.txt", "raw/a.txt"),
        ("./raw/a.txt", "raw/a.txt"),
    ],
)
def test_a_name_is_the_argument_joined_with_the_path_below_it(here: Path, argument: str, name: str) -> None:
    lay_out(here, "raw/a.txt")
    (item,) = gather([argument]).items
    assert item.name == name
    assert item.path.samefile(here / "raw" / "a.txt")


def test_an_absolute_argument(here: Path) -> None:
    lay_out(here, "raw/a.txt")
    assert places(gather([str(here / "raw")])) == [(f"{here.as_posix()}/raw/a.txt", "a.txt")]


def test_an_empty_folder_holds_nothing(here: Path) -> None:
    lay_out(here, "raw/")
    assert gather(["raw"]) == Gathered((), {})


@pytest.mark.parametrize("argument", ["", "none", "none.txt", "raw/none/", "*.txt", "raw/*.md", "none/**", "[ab].txt", "dangling"])
def test_an_argument_that_matches_nothing_is_named(here: Path, argument: str) -> None:
    lay_out(here, "raw/a.txt b.csv")
    (here / "dangling").symlink_to("nowhere")
    with pytest.raises(Refused) as error:
        gather(["raw", argument])
    assert str(error.value).startswith(f"{argument or repr('')}: ")


def test_all_arguments_that_match_nothing_are_named(here: Path) -> None:
    with pytest.raises(Refused, match=r"a: no such file or folder; \*\.txt: matches nothing"):
        gather(["a", "*.txt"])


# Globs.


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*.txt", "a.txt:a.txt"),
        ("raw/*.txt", "raw/b.txt:b.txt"),
        ("raw/**/*.txt", "raw/b.txt:b.txt raw/1/c.txt:1/c.txt raw/1/2/d.txt:1/2/d.txt"),
        ("**/*.txt", "a.txt:a.txt raw/b.txt:raw/b.txt raw/1/c.txt:raw/1/c.txt raw/1/2/d.txt:raw/1/2/d.txt"),
        ("raw/**/c.txt", "raw/1/c.txt:1/c.txt"),
        ("r?w/[0-9]/*.txt", "raw/1/c.txt:raw/1/c.txt"),
        ("raw/*", "raw/b.txt:b.txt raw/b.log:b.log raw/1/c.txt:1/c.txt raw/1/2/d.txt:1/2/d.txt"),
        ("raw/**", "raw/b.txt:b.txt raw/1/c.txt:1/c.txt raw/1/2/d.txt:1/2/d.txt"),
        ("*/*.log", "raw/b.log:raw/b.log"),
        ("./raw/*.log", "raw/b.log:b.log"),
        ("raw/.h*/*", "raw/.h/e.txt:.h/e.txt"),
    ],
)
def test_a_glob_is_expanded(here: Path, glob: str, found: str) -> None:
    lay_out(here, "a.txt raw/b.txt raw/b.log raw/1/c.txt raw/1/2/d.txt")
    if glob.startswith("raw/.h"):
        lay_out(here, "raw/.h/e.txt")
    expected = sorted((tuple(pair.split(":")) for pair in found.split()), key=lambda pair: reading_order(pair[0]))
    assert places(gather([glob])) == expected


def test_a_name_with_brackets_is_a_name_first(here: Path) -> None:
    lay_out(here, "[2023]12号.txt [2023]/a.txt 2.txt")
    assert names(gather(["[2023]12号.txt"])) == ["[2023]12号.txt"]
    assert places(gather(["[2023]/*.txt"])) == [("[2023]/a.txt", "a.txt")]


# What is left out of folders.


@pytest.mark.parametrize(
    ("ignore", "ignored"),
    [
        ({}, ""),
        ({".gitignore": "*.md"}, "raw/b.md raw/sub/b.md raw/sub/deep/b.md"),
        ({".gitignore": "/raw/*.md"}, "raw/b.md"),
        ({".gitignore": "/b.md\nb.md/\n# raw\n\n"}, ""),
        ({".gitignore": "sub/"}, "raw/sub/"),
        ({".gitignore": "raw/sub"}, "raw/sub/"),
        ({".gitignore": "*.md\n!b.md"}, ""),
        ({".gitignore": "*.md\n!raw\n!sub/"}, "raw/b.md raw/sub/b.md raw/sub/deep/b.md"),
        ({".gitignore": "*"}, ""),  # so is raw, but it is named
        ({".gitignore": "*\n!*/\n!*.txt"}, "raw/b.md raw/sub/b.md raw/sub/deep/b.md"),
        ({".gitignore": "*\n!raw/\n!raw/sub/", "raw/.gitignore": "!a.txt"}, "raw/b.md raw/sub/b.md raw/sub/deep/"),
        ({".gitignore": "raw/sub/**\n!*.txt"}, "raw/sub/b.md raw/sub/deep/"),
        ({".gitignore": "*.md", "raw/sub/.gitignore": "!*.md"}, "raw/b.md"),
        ({"raw/.gitignore": "/b.md"}, "raw/b.md"),
        ({"raw/sub/.gitignore": "deep"}, "raw/sub/deep/"),
        ({".gitignore": "\ufeff*.md\r\n"}, "raw/b.md raw/sub/b.md raw/sub/deep/b.md"),
        ({".git/info/exclude": "deep/"}, "raw/sub/deep/"),
        ({".gitignore": "!\n/\ndeep/"}, "raw/sub/deep/"),
        ({".gitignore": "raw", "raw/.gitignore": "sub"}, "raw/sub/"),
    ],
)
def test_what_git_ignores(here: Path, ignore: dict[str, str], ignored: str) -> None:
    lay_out(here, "raw/a.txt raw/b.md raw/sub/a.txt raw/sub/b.md raw/sub/deep/a.txt raw/sub/deep/b.md .git/info/")
    for name, lines in ignore.items():
        (here / name).write_text(lines)
    left_out = gather(["raw"]).left_out
    count = len(ignored.split())
    assert left_out.get(files.GIT_IGNORED) == (LeftOut(count, tuple(sorted(ignored.split(), key=reading_order))) if ignored else None)


def test_outside_of_git_a_gitignore_is_a_file_like_others(here: Path) -> None:
    lay_out(here, "raw/a.txt")
    (here / "raw" / ".gitignore").write_text("*")
    assert names(gather(["raw"])) == ["raw/a.txt"]


def test_a_repository_in_a_repository_stands_for_itself(here: Path) -> None:
    lay_out(here, ".git/ raw/inner/.git/ raw/inner/a.txt raw/inner/b.md raw/a.txt")
    (here / ".gitignore").write_text("*.txt")
    (here / "raw" / "inner" / ".gitignore").write_text("*.md")
    assert names(gather(["."])) == ["raw/inner/a.txt"]
    assert names(gather(["raw/inner"])) == ["raw/inner/a.txt"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ([], "raw/a.txt raw/drafts/a.txt raw/drafts/b.md"),
        (["drafts"], "raw/a.txt"),
        (["raw/drafts/**"], "raw/a.txt"),
        (["/drafts"], "raw/a.txt raw/drafts/a.txt raw/drafts/b.md"),
        (["*.md"], "raw/a.txt raw/drafts/a.txt"),
        (["drafts/*", "!b.md"], "raw/a.txt raw/drafts/a.txt raw/drafts/b.md"),
        (["raw/drafts/*", "!b.md"], "raw/a.txt raw/drafts/b.md"),
        (["*"], ""),
    ],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_what_is_excluded(here: Path, exclude: list[str], left: str, absolute: bool) -> None:
    lay_out(here, "raw/a.txt raw/drafts/a.txt raw/drafts/b.md")
    found = gather([str(here / "raw") if absolute else "raw"], exclude=exclude)
    assert [name.removeprefix(f"{here.as_posix()}/") for name in names(found)] == left.split()


def test_patterns_count_from_a_folder_elsewhere(here: Path) -> None:
    lay_out(here.parent, "else/drafts/a.txt else/a.txt")
    assert names(gather(["../else"], exclude=["/drafts"])) == ["../else/a.txt"]


def test_a_bad_pattern_is_named(here: Path) -> None:
    with pytest.raises(Refused, match="exclude: !"):
        gather(["."], exclude=["*.md", "!"])


def test_folders_of_tools_are_left_out(here: Path) -> None:
    lay_out(here, ".git/a.txt .cleaner_cache/a.txt .mypy_cache/a.txt .venv/a.txt node_modules/a.txt .drafts/a.txt cache/a.txt 缓存/a.txt")
    gathered = gather(["."])
    assert names(gathered) == [".drafts/a.txt", "cache/a.txt", "缓存/a.txt"]
    assert gathered.left_out[files.HIDDEN].count == 4  # its own cache is no news


def test_links(here: Path) -> None:
    lay_out(here, "raw/a.txt raw/sub/b.txt else/c.txt")
    for link, target in {"round": ".", "sub2": "sub", "out": "../else"}.items():
        (here / "raw" / link).symlink_to(target)
    for link, target in {
        "again.txt": "a.txt",
        "out.txt": "../else/c.txt",
        "broken.txt": "nowhere",
        "round.txt": "round.txt",
        "folder.txt": "sub",
    }.items():
        (here / "raw" / link).symlink_to(target)
    gathered = gather(["raw"])
    assert names(gathered) == ["raw/a.txt", "raw/sub/b.txt"]
    assert {reason: left.examples for reason, left in gathered.left_out.items()} == {
        files.FOLDER_LINK: ("raw/folder.txt", "raw/out", "raw/round"),
        files.LINK_OUT: ("raw/out.txt",),
        files.NO_FILE: ("raw/broken.txt", "raw/round.txt"),
        files.SAME_FILE: ("raw/again.txt",),
    }
    assert names(gather(["raw/*.txt"])) == ["raw/a.txt", "raw/folder.txt/b.txt", "raw/out.txt"]
    assert names(gather(["raw/**/b.txt"])) == ["raw/sub/b.txt"]
    assert names(gather(["raw/out", "raw/out.txt"])) == ["raw/out/c.txt"]


def test_a_link_that_is_named_is_followed(here: Path) -> None:
    lay_out(here, "else/c.txt")
    (here / "link").symlink_to("else")
    (here / "link.txt").symlink_to("else/c.txt")
    assert names(gather(["link"])) == ["link/c.txt"]
    assert names(gather(["link.txt"])) == ["link.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes by name")
def test_a_pipe_in_a_folder_is_left_out(here: Path) -> None:
    lay_out(here, "raw/")
    os.mkfifo(here / "raw" / "pipe.txt")
    assert gather(["raw"]).left_out == {files.NO_FILE: LeftOut(1, ("raw/pipe.txt",))}


def test_a_folder_that_cannot_be_read_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(here, "raw/a.txt raw/shut/b.txt")
    scandir = os.scandir

    def refuses(path: str) -> object:
        if "shut" in path:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(files.os, "scandir", refuses)
    gathered = gather(["raw"])
    assert names(gathered) == ["raw/a.txt"]
    assert gathered.failed == ("raw/shut/: Permission denied",)


# Each once, in reading order, however the arguments stand.


def test_a_file_is_taken_once_and_by_the_widest_argument(here: Path) -> None:
    lay_out(here, "raw/a.txt raw/sub/b.txt")
    arguments = ["raw/sub/b.txt", "raw/sub", "raw", "./raw", "raw/*.txt", "raw/**/*.txt", str(here / "raw" / "a.txt")]
    for several in itertools.permutations(arguments, 3):
        gathered = gather([*several, "raw"])
        assert [item.below for item in gathered.items] == ["a.txt", "sub/b.txt"]
        assert gathered == gather([*several, "raw"][::-1])


def test_the_order_is_that_of_reading(here: Path) -> None:
    tree = "1.txt 2.txt 10.txt a/2.txt a/10.txt a01/1.txt a01/3.txt a1/2.txt a2.txt a10.txt 报告2.txt 报告10.txt"
    lay_out(here, tree)
    expected = tree.split()
    assert names(gather(["."])) == expected
    assert names(gather(expected[::-1])) == expected
    assert names(gather(["a1", "报告10.txt", "a", "1.txt"])) == ["1.txt", "a/2.txt", "a/10.txt", "a1/2.txt", "报告10.txt"]


PARTS = st.text("ab019٣²第.", min_size=1, max_size=5)


@given(st.lists(st.lists(PARTS, min_size=1, max_size=3).map("/".join)))
def test_the_order_is_total(several: Sequence[str]) -> None:
    ordered = sorted(several, key=reading_order)
    assert ordered == sorted(sorted(several), key=reading_order)
    assert len(set(map(reading_order, several))) == len(set(several))


def test_folders_stay_together() -> None:
    several = ["a01/x", "a1/y", "a01/z", "a1/x", "a/x", "a-b/x", "a/y"]
    folders = [name.split("/")[0] for name in sorted(several, key=reading_order)]
    assert len(list(itertools.groupby(folders))) == len(set(folders))


# Where the copies go.


def test_copies_keep_their_place_below_the_argument(here: Path) -> None:
    lay_out(here, "raw/a.txt raw/sub/b.txt c.md")
    items = gather(["raw", "c.md"]).items
    assert outputs(items, Path("out")) == [Path("out/c.md"), Path("out/a.txt"), Path("out/sub/b.txt")]


@pytest.mark.parametrize(
    ("arguments", "out", "said"),
    [
        (["raw"], "raw", "refuses to write into its own input"),
        (["raw"], "raw/out", "refuses to write into its own input"),
        (["raw"], "./raw/sub/../out", "refuses to write into its own input"),
        (["."], "out", "refuses to write into its own input"),
        (["raw"], "alias", "refuses to write into its own input"),
        (["raw"], "alias/new", "refuses to write into its own input"),
        (["raw/sub"], "raw", "raw/sub: lies in raw"),
        (["raw"], ".", "raw: lies in ."),
        (["c.txt"], ".", "c.txt: lies in ."),
        (["raw/a.txt"], "raw", "raw/a.txt: lies in raw"),
        (["raw/a.txt"], ".", "raw/a.txt: lies in ."),
        (["raw/*.txt"], "raw", "raw/a.txt: lies in raw"),
        (["link.txt"], "raw", "link.txt: lies in raw"),
        (["raw"], "c.txt", "c.txt: is a file"),
        (["raw/a.txt", "more/a.txt"], "out", "more/a.txt and raw/a.txt: both would become out/a.txt"),
        (["raw", "more"], "out", "more/a.txt and raw/a.txt: both would become out/a.txt"),
    ],
)
def test_what_would_be_overwritten_is_refused(here: Path, arguments: list[str], out: str, said: str) -> None:
    lay_out(here, "raw/a.txt raw/sub/b.txt more/a.txt c.txt")
    (here / "alias").symlink_to("raw")
    (here / "link.txt").symlink_to("raw/a.txt")
    with pytest.raises(Refused) as error:
        outputs(gather(arguments).items, Path(out))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["raw"], "out"),
        (["raw"], "raw-out"),
        (["raw"], "raw.report"),
        (["raw/sub"], "raw/cleaned"),
        (["c.txt"], "out"),
        (["raw/a.txt"], "raw/out"),
        (["*.txt"], "out"),
        (["raw/*.txt"], "raw/out"),
        (["raw"], "out/deep/er"),
        (["raw"], "empty"),
    ],
)
def test_other_folders_will_do(here: Path, arguments: list[str], out: str) -> None:
    lay_out(here, "raw/a.txt raw/sub/b.txt c.txt empty/")
    items = gather(arguments).items
    assert outputs(items, Path(out)) == [Path(out) / item.below for item in items]


def test_an_item_needs_no_folder() -> None:
    assert outputs([Item(Path("a/b.txt"), "a/b.txt", "b.txt")], Path("out")) == [Path("out/b.txt")]
