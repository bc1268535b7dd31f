"""A change as git knows it, and what lies in wait in a work tree."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest
from conftest import Cleaner

DIRTY = "各地区各部门要认真抓好贯彻落实，推进体系建建设，落实各项任务，确保各项工作见到成效。\n"
CLEAN = DIRTY.replace("建建", "建")
PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。\n"
WHO = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always")


def git(where: Path, *words: str) -> str:
    return subprocess.run(["git", *WHO, *words], cwd=where, capture_output=True, text=True, check=True).stdout


def found(out: str) -> list[tuple[str, str, int, str]]:
    """Path, code, place and twin of findings in jsonl, in order."""
    rows = [json.loads(line) for line in out.splitlines()]
    return sorted((row["path"], row["code"], row["start"], json.dumps(row["twin"])) for row in rows)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "base.txt").write_text(f"总则\n{PLAN}", "utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "1")
    return tmp_path


def test_batches_give_what_one_call_gives(cleaner: Cleaner, lake: Path) -> None:
    """300 files with repeats among them, as one call, as one process, and split and shuffled as pre-commit does."""
    chance = random.Random(1)
    plans = [PLAN.replace("金融", "".join(chance.choices("产业科技民生农村城市", k=4))) for _ in range(40)]
    names = [f"政策 {n}.txt" for n in range(300)]
    for n, name in enumerate(names):
        (lake / name).write_text(f"第{n}号通知\n{chance.choice(plans)}{DIRTY if n % 9 == 0 else ''}{chance.choice(plans)}", "utf-8")
    git(lake, "add", "-A")
    options = ("check", "--change", "--force-exclude", "--format", "jsonl")
    one = cleaner(*options, *names)
    assert one.code == 1
    expected = found(one.out)
    assert len({row[1] for row in expected}) >= 2
    assert found(cleaner(*options, "-j1", *names, "--no-cache").out) == expected
    chance.shuffle(names)
    batches = [names[n : n + 75] for n in range(0, 300, 75)]
    assert sorted(row for batch in batches for row in found(cleaner(*options, *batch).out)) == expected


def test_the_index_stands_for_what_is_not_in_the_change(cleaner: Cleaner, lake: Path) -> None:
    (lake / "new.txt").write_text(f"附则\n{PLAN}", "utf-8")
    git(lake, "add", "-A")
    ran = cleaner("check", "--change", "new.txt")
    assert "there is no index" in ran.err
    assert "REP" not in ran.out
    cleaner("index", "build", "base.txt")
    ran = cleaner("check", "--change", "new.txt")
    assert "REP505" in ran.out
    assert "base.txt" in ran.out
    assert "stale" not in ran.err
    (lake / "base.txt").write_text("总则\n" + PLAN * 2, "utf-8")
    git(lake, "commit", "-qm", "2", "base.txt")
    assert "1 files are not as it knows them" in cleaner("check", "--change", "new.txt").err
    (lake / ".cleaner_index.sqlite").write_bytes(b"nonsense")
    ran = cleaner("check", "--change", "new.txt")
    assert "is no index of cleaner" in ran.err
    assert ran.code == 0


def test_a_fresh_clone_does_not_make_an_index_stale(cleaner: Cleaner, lake: Path) -> None:
    import os

    cleaner("index", "build", ".")
    os.utime(lake / "base.txt", (1, 1))
    (lake / "new.txt").write_text(f"附则\n{PLAN}", "utf-8")
    git(lake, "add", "new.txt")
    assert "stale" not in cleaner("check", "--change", "new.txt").err


def test_more_than_the_change_is_held_against_all_that_is_tracked(cleaner: Cleaner, lake: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (lake / name).write_text(f"{name}\n{PLAN}", "utf-8")
    git(lake, "add", "-A")
    git(lake, "commit", "-qm", "2")
    assert "REP505" in cleaner("check", "--change", "b.txt").out


def test_a_push_is_the_change_between_its_ends(cleaner: Cleaner, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt"):
        (lake / name).write_text(f"{name}\n{PLAN}", "utf-8")
    git(lake, "add", "-A")
    git(lake, "commit", "-qm", "2")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    ran = cleaner("check", "--change", "b.txt")
    assert "→ a.txt" in ran.out
    assert "there is no index" in ran.err  # only the change was looked at


def test_outside_git_it_is_said(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CLEAN, "utf-8")
    ran = cleaner("check", "--change", "a.txt")
    assert ran.code == 0
    assert "git does not tell" in ran.err


def test_force_exclude(cleaner: Cleaner, lake: Path) -> None:
    (lake / "raw").mkdir()
    (lake / "raw" / "a.txt").write_text(DIRTY, "utf-8")
    (lake / "cleaner.toml").write_text('exclude = ["raw/"]\n', "utf-8")
    assert cleaner("check", "raw/a.txt").code == 1
    ran = cleaner("check", "raw/a.txt", "--force-exclude")
    assert ran.code == 0
    assert "left out, excluded: 1 (raw/a.txt)" in ran.err


def test_exit_non_zero_on_fix(cleaner: Cleaner, lake: Path) -> None:
    (lake / "a.txt").write_text(DIRTY, "utf-8")
    assert cleaner("check", "a.txt", "--fix", "--exit-non-zero-on-fix").code == 1
    assert cleaner("check", "a.txt", "--fix", "--exit-non-zero-on-fix").code == 0


POINTER = (
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


def test_pointers_are_named_and_not_passed(cleaner: Cleaner, lake: Path) -> None:
    (lake / "a.txt").write_text(POINTER, "utf-8")
    (lake / "b.txt.dvc").write_text("outs:\n- md5: a304afb96060aad90176268345e10355\n  path: b.txt\n", "utf-8")
    ran = cleaner("check", ".")
    assert ran.code == 2
    assert "a.txt: a pointer of Git LFS" in ran.err
    assert "left out, pointer of DVC to data that is elsewhere: 1 (b.txt.dvc)" in ran.err
    (lake / "b.txt").write_text(CLEAN, "utf-8")
    (lake / "a.txt").unlink()
    ran = cleaner("check", ".")
    assert ran.code == 0
    assert "DVC" not in ran.err
    (lake / "a.txt").write_text("关于指针的说明。\n" + POINTER, "utf-8")  # a text about pointers is a text
    assert "pointer of Git LFS" not in cleaner("check", "a.txt").err


def test_links_and_submodules_are_no_part_of_a_change(cleaner: Cleaner, lake: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    (other / "x.txt").write_text(DIRTY, "utf-8")
    git(other, "add", "-A")
    git(other, "commit", "-qm", "1")
    git(lake, "submodule", "--quiet", "add", str(other), "inner.txt")
    (lake / "link.txt").symlink_to("base.txt")
    (lake / "lost.txt").symlink_to("nowhere.txt")
    (lake / "a.txt").write_text(DIRTY, "utf-8")
    git(lake, "add", "-A")
    ran = cleaner("check", "--change", "a.txt")
    assert ran.code == 1
    assert "not done: 0" in ran.err
    assert "link" not in ran.out
    # in the submodule itself it is a repository like any other
    (lake / "inner.txt" / "y.txt").write_text(DIRTY, "utf-8")
    git(lake / "inner.txt", "add", "-A")
    assert "git does not tell" not in cleaner("check", "--change", "inner.txt/y.txt").err


def test_worktrees_and_detached_heads(
    cleaner: Cleaner, lake: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tree = tmp_path_factory.mktemp("trees") / "另一棵"
    git(lake, "worktree", "add", "-q", "--detach", str(tree))
    (tree / "a.txt").write_text(f"甲\n{PLAN}", "utf-8")
    (tree / "b.txt").write_text(f"乙\n{PLAN}", "utf-8")
    git(tree, "add", "-A")
    monkeypatch.chdir(tree)
    assert "→ a.txt" in cleaner("check", "--change", "b.txt").out
    bare = tmp_path_factory.mktemp("bare")
    git(lake, "clone", "-q", "--bare", str(lake), str(bare / "b.git"))
    tree = bare / "tree"
    git(bare / "b.git", "worktree", "add", "-q", "--detach", str(tree))
    (tree / "a.txt").write_text(DIRTY, "utf-8")
    git(tree, "add", "-A")
    monkeypatch.chdir(tree)
    ran = cleaner("check", "--change", "a.txt")
    assert (ran.code, "git does not tell" in ran.err) == (1, False)


def test_below_the_top(cleaner: Cleaner, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (lake / "深").mkdir()
    (lake / "深" / "a.txt").write_text(f"甲\n{PLAN}", "utf-8")
    (lake / "b.txt").write_text(f"乙\n{PLAN}", "utf-8")
    git(lake, "add", "-A")
    monkeypatch.chdir(lake / "深")
    assert "../b.txt" in cleaner("check", "--change", "a.txt").out


def test_autocrlf_leaves_nothing_to_say(cleaner: Cleaner, lake: Path) -> None:
    """git writes CRLF on checkout: neither check nor fix makes it a change."""
    git(lake, "config", "core.autocrlf", "true")
    (lake / "a.txt").write_bytes((CLEAN * 1 + "第二段讲的是另外一件事情。\n").encode())
    git(lake, "add", "-A")
    git(lake, "commit", "-qm", "2")
    (lake / "a.txt").unlink()
    git(lake, "checkout", "-q", "--", "a.txt")
    assert b"\r\n" in (lake / "a.txt").read_bytes()
    assert cleaner("check", "a.txt", "--fix").code == 0
    assert git(lake, "status", "--porcelain", "a.txt") == ""
    (lake / "a.txt").write_bytes(DIRTY.replace("\n", "\r\n").encode())
    assert cleaner("check", "a.txt", "--fix").code == 0
    assert (lake / "a.txt").read_bytes() == CLEAN.replace("\n", "\r\n").encode()
