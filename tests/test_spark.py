"""Spark finds what one machine finds. `make test-spark` runs these; without Java and pyspark only the messages are tested."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Cleaner

from cleaner.baseline import NAME as BASELINE
from cleaner.rules import RULES
from cleaner.spark.session import NoSpark, started

PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。"
WORK = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。"
AREA = "做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目，新增高新技术企业和专精特新企业。"
MORE = "深入实施创新驱动发展战略，加快建设高水平科技创新平台，支持企业牵头组建创新联合体，推动科技成果转化。"
SHORT = "各地各部门要结合实际认真抓好贯彻落实工作并及时报告进展情况。"
DIRTY = "(上接第1版)推进体系建建设,落实各项任务。"


def corpus(folder: Path) -> None:
    """Documents with all that corpus rules find: equal and near paragraphs, boilerplate, duplicates, versions, short ones with
    a slip; in files, in tables, and with rows that cannot be read."""
    chance = random.Random(7)
    texts = [f"{n}号文\n{SHORT}\n第{n}条说明。\n{DIRTY if n % 3 else ''}" for n in range(14)]
    texts += [f"通知{n}\n{PLAN}\n{WORK}\n{AREA}\n{MORE}" for n in range(3)]
    texts += [f"条例（202{n}）\n{PLAN}\n{WORK.replace('满足', '更好满足') if n else WORK}\n{AREA}\n{MORE}" for n in range(2)]
    for n in range(12):
        parts = chance.sample([PLAN, WORK, AREA, MORE, SHORT], 3)
        slip = chance.randrange(len(parts[0]))
        texts.append(f"意见{n}\n{parts[0][:slip] + parts[0][slip + 1 :]}\n{parts[1]}\n2023年第{n}季度增长{n}%。{parts[2]}")
    texts += [f"云南要闻\n打印本页\n{n}号：各地区要把第{n}项工作摆上日程。" for n in range(6)]
    texts += [texts[15], SHORT.replace("认真", "认直"), SHORT.replace("进展", "进"), "好。"]
    folder.mkdir()
    for n, text in enumerate(texts[:20]):
        (folder / f"{n}.txt").write_text(text, "utf-8")
    rows = [json.dumps({"text": text}, ensure_ascii=False) for text in texts[20:]]
    rows[3:3] = ["{bad", "", '{"text": null}']
    (folder / "a.jsonl").write_text("\n".join(rows), "utf-8")
    (folder / "b.csv").write_text("text\n" + "".join(f'"{text}"\n' for text in texts[10:18]), "utf-8")


def rows_of(path: Path) -> list[dict[str, Any]]:
    parquet = pytest.importorskip("pyarrow.parquet")
    found: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return found


def local_rows(path: Path) -> list[dict[str, Any]]:
    def said(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row | {"edits": said(row["edits"]), "twin": row["twin"] and said(row["twin"])} for row in rows]


@pytest.mark.spark
@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]"])
@pytest.mark.parametrize("options", [(), ("--across", "--keep", "longest")], ids=["told", "removed"])
def test_spark_gives_what_one_machine_gives(cleaner: Cleaner, tmp_path: Path, master: str, options: tuple[str, ...]) -> None:
    corpus(tmp_path / "in")
    (tmp_path / "cleaner.toml").write_text('[per-file-ignores]\n"in/1*.txt" = ["PUN"]\n', "utf-8")
    local = cleaner("clean", "in", "-o", "here", "--engine", "here", *options)
    ran = cleaner("clean", "in", "-o", "spark", "--engine", "spark", "--master", master, *options)
    assert (ran.code, local.code) == (2, 2)
    assert "not done: in/a.jsonl: line 4: bad JSON" in ran.err

    expected = local_rows(tmp_path / "here.report" / "findings.jsonl")
    found = rows_of(tmp_path / "spark.report" / "findings.parquet")
    key = json.dumps
    assert sorted(found, key=key) == sorted(expected, key=key)
    codes = {row["code"] for row in found}
    assert codes >= {rule.code for rule in RULES if rule.across} - {"REP512" if options else ""}

    documents = {(row["path"], row["row"]): row for row in rows_of(tmp_path / "spark")}
    for path in sorted((tmp_path / "here").glob("*.txt")):
        assert documents.pop((f"in/{path.name}", None))["text"] == path.read_text("utf-8")
    lines = [line for line in (tmp_path / "here" / "a.jsonl").read_text("utf-8").split("\n") if line]
    for n, line in enumerate(lines):
        if line not in ("{bad", '{"text": null}'):
            assert documents.pop(("in/a.jsonl", n))["text"] == json.loads(line)["text"]
    assert {path for path, _ in documents} == {"in/b.csv"}

    here, there = (json.loads((tmp_path / f"{name}.report" / "summary.json").read_text("utf-8")) for name in ("here", "spark"))
    assert there["rules"] == here["rules"]
    assert there["characters_after"] == here["characters_after"]


@pytest.mark.spark
def test_workers_are_of_the_python_that_runs(tmp_path: Path) -> None:
    """Not of the python3 that is found first: a virtual environment need not be active. The baseline goes along."""
    corpus(tmp_path / "in")
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if Path(part) != Path(sys.executable).parent)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PY")} | {"PATH": path}

    def ran(*arguments: str) -> str:
        command = [sys.executable, "-m", "cleaner", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return done.stderr

    ran("baseline", "create", "in", "--select", "TYP701")
    said = ran("clean", "in", "-o", "out", "--engine", "spark", "--master", "local[1]", "--baseline", BASELINE)
    assert (tmp_path / "out").exists(), said
    texts = [row["text"] for row in rows_of(tmp_path / "out")]
    assert texts
    assert any("建建设" in text for text in texts)
    assert not any("建设,落实" in text for text in texts)


@pytest.fixture(autouse=True)
def _spark_ends() -> Any:
    """A session is of one master."""
    yield
    session = sys.modules.get("pyspark.sql")
    if session and (active := session.SparkSession.getActiveSession()):
        active.stop()


def test_without_pyspark_it_is_said_what_to_install(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    for name in ("pyarrow", "pyspark"):
        monkeypatch.setitem(sys.modules, name, None)
    ran = cleaner("clean", "a.txt", "-o", "out", "--engine", "spark")
    assert ran.code == 2
    assert "pip install 'policy-cleaner[spark]'" in ran.err
    assert not (tmp_path / "out").exists()


def _java(tmp_path: Path, version: str) -> Path:
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", "utf-8")
    java.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("version", ["1.8.0_412", "11.0.2"])
def test_an_old_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(_java(tmp_path, version)))
    with pytest.raises(NoSpark, match=r"needs Java 17 or later; .* is of version (8|11)"):
        started("local[1]")


def test_without_java_it_is_said_what_to_install(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    ran = cleaner("clean", "a.txt", "-o", "out", "--engine", "spark")
    assert ran.code == 2
    assert "needs Java 17 or later" in ran.err
    assert "apt-get install openjdk-17-jre-headless" in ran.err


@pytest.mark.parametrize("options", [("--master", "local[2]"), ("--engine", "spark", "--keep-bad-bytes")])
def test_options_that_do_not_go_together(cleaner: Cleaner, tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    ran = cleaner("clean", "a.txt", "-o", "out", *options)
    assert ran.code == 2
    assert "Usage" in ran.err


def test_a_folder_with_something_else_in_it_is_not_written_over(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("好。", "utf-8")
    ran = cleaner("clean", "a.txt", "-o", "out", "--engine", "spark")
    assert ran.code == 2
    assert "not of an earlier run on Spark" in ran.err
    assert (tmp_path / "out" / "mine.txt").exists()
