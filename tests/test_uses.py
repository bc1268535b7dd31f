"""The three uses as their pages show them, copied into an empty folder; and the steps of the action, as a shell runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_docs import blocks
from test_formats import valid

HOUSE = Path(__file__).parent.parent
DIRTY = "各地区各部门要认真抓好贯彻落实，推进体系建建设，落实各项任务，确保各项工作见到成效。\n"
PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。\n"


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which `cleaner` is this one."""
    bin_ = tmp_path / ".bin"
    bin_.mkdir()
    (bin_ / "cleaner").write_text(f'#!/bin/sh\nPYTHONPATH="{HOUSE}:$PYTHONPATH" exec "{sys.executable}" -m cleaner "$@"\n')
    (bin_ / "cleaner").chmod(0o755)
    return {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}


def run(script: str, where: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=where, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    here = tmp_path / "空 文件夹"
    for name, text in (("corpus/旧.txt", f"旧\n{PLAN}"), ("corpus/误.txt", DIRTY), ("drop/新 1.txt", f"新\n{PLAN}"), ("drop/2.txt", DIRTY)):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text, "utf-8")
    return here


def test_the_page_of_the_batch(texts: Path, shell: dict[str, str]) -> None:
    for body in blocks(HOUSE / "docs/batch.md", "sh"):
        ran = run(body, texts, shell)
        assert ran.returncode == 0, ran.stderr
    assert (texts / "cleaned" / "误.txt").read_text("utf-8") == DIRTY.replace("建建", "建")
    assert (texts / "restored" / "误.txt").read_text("utf-8") == DIRTY


def test_the_page_of_the_gate(texts: Path, shell: dict[str, str]) -> None:
    (body,) = blocks(HOUSE / "docs/gate.md", "sh")
    ran = run(body, texts, shell)
    assert ran.returncode == 1
    assert "too much repeats" in ran.stderr
    assert "repeats of the corpus: " in ran.stderr
    github, gitlab = (yaml.safe_load(body) for body in blocks(HOUSE / "docs/gate.md", "yaml"))
    known = yaml.safe_load((HOUSE / "action.yml").read_text("utf-8"))["inputs"]
    assert set(github["jobs"]["cleaner"]["steps"][1]["with"]) <= set(known)
    for line in gitlab["cleaner"]["script"][1:]:
        assert run(line, texts, shell).returncode == 1
    for kind, name in gitlab["cleaner"]["artifacts"]["reports"].items():
        assert (texts / name).stat().st_size > 100, kind


def test_the_page_of_the_hook(texts: Path, shell: dict[str, str]) -> None:
    """The hook of git alone; tests/test_hooks.py has those of pre-commit."""
    index, hook = blocks(HOUSE / "docs/hook.md", "sh")
    subprocess.run(["git", "init", "-q"], cwd=texts, check=True)
    assert run(index, texts, shell).returncode == 0
    (texts / ".git/hooks/pre-commit").write_text(f"#!/bin/sh\n{hook}")
    (texts / ".git/hooks/pre-commit").chmod(0o755)
    subprocess.run(["git", "add", "drop"], cwd=texts, check=True)
    ran = run("git -c user.name=a -c user.email=a@b commit -m 1", texts, shell)
    assert ran.returncode != 0
    assert "drop/2.txt:1:" in ran.stdout + ran.stderr
    (config,) = blocks(HOUSE / "docs/hook.md", "yaml")
    ids = {hook["id"] for hook in yaml.safe_load((HOUSE / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for repo in yaml.safe_load(config)["repos"] for hook in repo["hooks"]} <= ids


def test_the_page_of_the_baseline(texts: Path, shell: dict[str, str]) -> None:
    (body,) = blocks(HOUSE / "docs/baseline.md", "sh")
    ran = run(body, texts, shell)  # its audit meets the end of the input
    assert ran.returncode == 0, ran.stderr
    (comment,) = blocks(HOUSE / "docs/baseline.md", "text")
    (texts / "a.md").write_text(comment + DIRTY, "utf-8")
    assert run("cleaner check a.md", texts, shell).returncode == 0


def step(name: str) -> dict[str, Any]:
    action = yaml.safe_load((HOUSE / "action.yml").read_text("utf-8"))
    return next(one for one in action["runs"]["steps"] if one.get("id") == name)


def acted(texts: Path, shell: dict[str, str], **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str], int]:
    """The steps of the action with inputs: what the check said, its outputs, and the verdict."""
    action = yaml.safe_load((HOUSE / "action.yml").read_text("utf-8"))
    values = {name: one.get("default", "") for name, one in action["inputs"].items()} | {k.replace("_", "-"): v for k, v in inputs.items()}
    env = shell | {"GITHUB_OUTPUT": str(texts / ".output"), "GITHUB_STEP_SUMMARY": str(texts / ".summary"), "GITHUB_ACTIONS": "true"}
    for name, value in step("check")["env"].items():
        env[name] = values[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value)[1]]  # type: ignore[index]
    ran = run(step("check")["run"], texts, env)
    outputs = dict(line.split("=", 1) for line in (texts / ".output").read_text("utf-8").splitlines())
    verdict = run(step("verdict")["run"], texts, env | {"CODE": outputs["exit-code"]})
    return ran, outputs, verdict.returncode


def test_the_action(texts: Path, shell: dict[str, str]) -> None:
    run("cleaner index build corpus -o c.index", texts, shell)
    ran, outputs, verdict = acted(texts, shell, paths="drop", index="c.index", max_repeat_ratio="0.05")
    assert ran.returncode == 0, ran.stderr  # the verdict is a step of its own, after the upload
    assert (outputs["exit-code"], verdict) == ("1", 1)
    assert "::warning file=drop/2.txt,line=1," in ran.stdout
    assert "repeats of the corpus" in (texts / ".summary").read_text("utf-8")
    assert valid(json.loads((texts / outputs["sarif-file"]).read_text("utf-8")))["results"]


def test_inputs_of_the_action_are_no_program(texts: Path, shell: dict[str, str]) -> None:
    """Whatever an input holds is one word."""
    evil = 'drop/$(touch pwned)`touch pwned`"; touch pwned; #.txt'
    (texts / "x").mkdir()
    _, outputs, verdict = acted(texts, shell, paths=f"drop/新 1.txt\n\n{evil}", select="TYP; touch pwned")
    assert not (texts / "pwned").exists()
    assert (outputs["exit-code"], verdict) == ("2", 2)
    assert acted(texts, shell, paths="--fix")[1]["exit-code"] == "2"
    assert (texts / "drop/2.txt").read_text("utf-8") == DIRTY


def test_inputs_go_through_the_environment_and_the_check_runs_once() -> None:
    action = yaml.safe_load((HOUSE / "action.yml").read_text("utf-8"))
    scripts = [one["run"] for one in action["runs"]["steps"] if "run" in one]
    assert not any("${{" in script for script in scripts)
    assert sum(script.count("cleaner check") for script in scripts) == 1
    assert step("upload")["continue-on-error"] is True
    assert "steps.upload.outcome == 'failure'" in step("keep")["if"]
    assert shutil.which("bash")
