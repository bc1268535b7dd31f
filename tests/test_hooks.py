"""The hooks, by pre-commit and git as they are: `make test-hooks` (not part of the other tests: an environment is installed)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.hooks

HOUSE = Path(__file__).parent.parent
DIRTY = "各地区各部门要认真抓好贯彻落实，推进体系建建设，落实各项任务，确保各项工作见到成效。\n"
CLEAN = DIRTY.replace("建建", "建")
PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。\n"
WHO = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always")
CONFIG = """\
repos:
- repo: {repo}
  rev: {rev}
  hooks:
  - id: {hook}
    verbose: true
"""


def git(where: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *WHO, *words], cwd=where, capture_output=True, text=True, check=check)


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Environments of hooks are installed once, for all of these tests."""
    before = dict(os.environ)
    os.environ["PRE_COMMIT_HOME"] = os.environ.get("CLEANER_TEST_HOOKS_HOME") or str(tmp_path_factory.mktemp("home"))
    os.environ |= {"PREK_HOME": os.environ["PRE_COMMIT_HOME"] + "-prek", "LC_ALL": "C.UTF-8", "CLEANER_NO_CACHE": ""}
    for name in ("PYTHONPATH", "CLEANER_NO_CACHE", "GIT_DIR", "GIT_INDEX_FILE"):
        os.environ.pop(name, None)
    yield
    os.environ.clear()
    os.environ |= before


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This project as a repository of its own, as it stands here; the same files are the same commit."""
    copy = tmp_path_factory.mktemp("house") / "cleaner"
    if kept := os.environ.get("CLEANER_TEST_HOOKS_HOME"):
        copy = Path(kept + "-house")
        shutil.rmtree(copy, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=HOUSE, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (HOUSE / name).is_file() and not name.startswith(("tests/", "benchmarks/", "docs/", "seeds/")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / name, copy / name)
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    dated = os.environ | {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    subprocess.run(["git", *WHO, "commit", "-qm", "as it stands"], cwd=copy, env=dated, check=True)
    return copy, git(copy, "rev-parse", "HEAD").stdout.strip()


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A repository of data, with all that makes hooks stumble."""
    lake = tmp_path / "数据 仓库"
    (lake / "政策 文件").mkdir(parents=True)
    git(lake, "init", "-q")
    (lake / "old.txt").write_text(CLEAN, "utf-8")
    (lake / "deleted.txt").write_text(DIRTY, "utf-8")
    git(lake, "add", "-A")
    git(lake, "commit", "-qm", "1")
    return lake


DIRTY_ONES = ("政策 文件/无锡市 报告.txt", "国标.txt", "宽.txt")
ENCODINGS = ("utf-8", "gb18030", "utf-16")


def stage(lake: Path) -> None:
    for name, encoding in zip(DIRTY_ONES, ENCODINGS):
        (lake / name).write_bytes(f"{name}\n{DIRTY}".encode(encoding))
    (lake / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (lake / "deleted.txt").unlink()
    git(lake, "add", "-A")


def installed(lake: Path, house: tuple[Path, str], hook: str, runner: str = "pre-commit") -> None:
    (lake / ".pre-commit-config.yaml").write_text(CONFIG.format(repo=house[0], rev=house[1], hook=hook), "utf-8")
    git(lake, "add", ".pre-commit-config.yaml")
    subprocess.run([runner, "install"], cwd=lake, check=True, capture_output=True)


def commit(lake: Path) -> tuple[int, str]:
    ran = git(lake, "commit", "-qm", "2", check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_try_repo(lake: Path, house: tuple[Path, str]) -> None:
    """All three at once: try-repo installs an environment of its own."""
    stage(lake)
    command = ["pre-commit", "try-repo", str(house[0]), "--ref", house[1], "--all-files", "--verbose", "--hook-stage", "manual"]
    ran = subprocess.run(command, cwd=lake, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    for part in ran.stdout.split("- hook id: ")[1:3]:
        assert all(name in part for name in DIRTY_ONES), part
    assert "cleaner corpus" in ran.stdout


@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_an_installed_hook_checks_the_commit(lake: Path, house: tuple[Path, str], runner: str) -> None:
    if not shutil.which(runner):
        pytest.skip(f"{runner} is not installed")
    installed(lake, house, "cleaner-check", runner)
    stage(lake)
    code, said = commit(lake)
    assert code == 1, said
    assert all(f"{name}:2:" in said for name in DIRTY_ONES), said
    assert "there is no index" in said
    assert git(lake, "status", "--porcelain", "-z").stdout.count("??") == 0  # the cache ignores itself
    for name, encoding in zip(DIRTY_ONES, ENCODINGS):
        assert (lake / name).read_bytes().decode(encoding) == f"{name}\n{DIRTY}"  # nothing was written
        (lake / name).write_bytes(f"{name}\n{CLEAN}".encode(encoding))
    git(lake, "add", "-A")
    code, said = commit(lake)
    assert code == 0, said


def test_the_fixing_hook_mends_names_and_fails_once(lake: Path, house: tuple[Path, str]) -> None:
    installed(lake, house, "cleaner-fix")
    stage(lake)
    code, said = commit(lake)
    assert code == 1, said
    assert all(f"{name}: mended" in said for name in DIRTY_ONES)
    for name, encoding in zip(DIRTY_ONES, ENCODINGS):
        assert (lake / name).read_bytes().decode(encoding) == f"{name}\n{CLEAN}"
    git(lake, "add", "-A")
    code, said = commit(lake)
    assert code == 0, said


def test_what_is_staged_is_checked_and_not_what_is_beside_it(lake: Path, house: tuple[Path, str]) -> None:
    installed(lake, house, "cleaner-check")
    (lake / "old.txt").write_text(CLEAN + "本通知自印发之日起施行。\n", "utf-8")
    git(lake, "add", "old.txt")
    (lake / "old.txt").write_text(DIRTY, "utf-8")  # not staged
    code, said = commit(lake)
    assert code == 0, said
    assert (lake / "old.txt").read_text("utf-8") == DIRTY
    git(lake, "add", "old.txt")
    (lake / "old.txt").write_text(CLEAN, "utf-8")
    assert commit(lake)[0] == 1


def test_2_000_files(lake: Path, house: tuple[Path, str]) -> None:
    installed(lake, house, "cleaner-check")
    folder = lake / ("很长的文件夹名称" * 4)
    folder.mkdir()
    for n in range(2_000):
        (folder / f"关于进一步加强政策文件管理工作的若干意见第{n}号.txt").write_text(
            f"第{n}号\n" + (DIRTY if n % 500 == 7 else CLEAN), "utf-8"
        )
    (folder / "甲.txt").write_text(f"甲\n{PLAN}", "utf-8")
    (folder / "乙.txt").write_text(f"乙\n{PLAN}", "utf-8")
    git(lake, "add", "-A")
    began = time.perf_counter()
    code, said = commit(lake)
    assert code == 1
    assert said.count(" TYP701 ") == 4
    assert said.count("files: ") > 1  # pre-commit has split them
    assert time.perf_counter() - began < 120
