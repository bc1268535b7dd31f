"""The stored index: what it knows is what holding everything against everything finds; a run is stored whole or not at all."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Cleaner
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import jobs
from cleaner.corpus import LIKELY, Corpus, agreeing
from cleaner.formats import plain
from cleaner.formats.files import reading_order
from cleaner.index import database
from cleaner.index.database import wide_keys
from cleaner.index.stored import Index, known, percent
from cleaner.index.writing import Entry, adding, building
from cleaner.model import Document, Source
from cleaner.sketches import Sketch, paragraph_texts, sketch
from cleaner.views import paragraphs

PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。"
WORK = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。"
AREA = "做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目，新增高新技术企业和专精特新企业。"
CARE = "健全多层次社会保障体系，扩大养老服务供给，完善普惠托育服务，持续增进民生福祉，让发展成果更多更公平惠及全体人民。"
TOLD = "2022年全市生产总值增长3.6%，一般公共预算收入增长5.1%，居民收入稳步提高。"
LONG_AGO = 1_600_000_000


def misread(text: str, at: int = 20) -> str:
    return text[:at] + "某" + text[at + 1 :]


def document(order: int, path: str, text: str) -> Document:
    return Document(order, path, None, text, paragraphs(text), Source("utf-8", "", len(text)))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Files that were last changed long ago: their times can be trusted."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    files = {
        "a1.txt": f"2022年工作要点\n{PLAN}\n{WORK}\n{TOLD}\n",
        "a2.txt": f"2024年工作要点\n{PLAN}\n{AREA}\n此件公开发布。\n{CARE}\n",
        "sub/a10.txt": f"总结\n{CARE}\n",
    }
    write(tmp_path / "old", files)
    return tmp_path / "old"


def contents(index: Path) -> tuple[object, ...]:
    """All that an index holds, but for the numbers that it goes by."""
    with closing(sqlite3.connect(index)) as connection:
        texts = {id_: folded.decode("utf-16-le") for id_, folded in connection.execute("SELECT id, folded FROM text")}
        columns = "place, path, row, size, bytes, mtime_ns, sha256, title, date, whole, signature, spans"
        documents, places = [], []
        for id_, held, *rest in connection.execute(f"SELECT id, texts, {columns} FROM document ORDER BY place"):
            numbers = [int.from_bytes(held[n : n + 8], "little") for n in range(0, len(held), 8)]
            documents.append((*rest, *(texts[n] for n in numbers)))
            places += [(n, id_) for n in set(numbers)]
        assert sorted(places) == list(connection.execute("SELECT text, document FROM place ORDER BY text, document"))
        bands = sorted((texts[text], key) for key, text in connection.execute("SELECT key, text FROM band"))
        wide = sorted(key for (key,) in connection.execute("SELECT key FROM wide"))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return documents, sorted(texts.values()), bands, wide


def agrees_with_a_new_one(cleaner: Cleaner, index: str, *paths: str) -> bool:
    assert cleaner("index", "build", *paths, "-o", "new.sqlite").code in (0, 2)
    return contents(Path(index)) == contents(Path("new.sqlite"))


def test_build_and_query(cleaner: Cleaner, old: Path, tmp_path: Path) -> None:
    ran = cleaner("index", "build", "old", "-o", "corpus.sqlite")
    assert (ran.code, ran.out) == (0, "")
    assert "added: 3, changed: 0" in ran.err
    assert "documents: 3, paragraphs: 7, different ones: 5" in ran.err
    assert set(os.listdir(tmp_path)) == {"old", "corpus.sqlite"}
    new = f"{PLAN}\n{misread(CARE)}\n{WORK.replace('太湖', '西湖')}\n短。\n"
    write(tmp_path, {"new.txt": new, "same.txt": (old / "a1.txt").read_text("utf-8")})
    ran = cleaner("index", "query", "new.txt", "same.txt", "--index", "corpus.sqlite")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "new.txt: new: 33 % (1 of 3 paragraphs; known word for word: 1, nearly: 1)",
        "    2 paragraphs stand in old/a2.txt",
        "    1 paragraphs stand in old/a1.txt",
        "same.txt: new: 0 % (0 of 3 paragraphs; known word for word: 3, nearly: 0)",
        "    the same text as old/a1.txt",
        "    3 paragraphs stand in old/a1.txt",
        "    1 paragraphs stand in old/a2.txt",
    ]
    rows = json.loads(cleaner("index", "query", "new.txt", "same.txt", "--index", "corpus.sqlite", "--format", "json").out)
    assert rows[0] == {
        "path": "new.txt",
        "row": None,
        "paragraphs": 3,
        "word_for_word": 1,
        "nearly": 1,
        "same": None,
        "common": [{"path": "old/a2.txt", "row": None, "paragraphs": 2}, {"path": "old/a1.txt", "row": None, "paragraphs": 1}],
        "new": 1,
    }


def test_the_index_is_found_at_the_git_root(cleaner: Cleaner, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(old)
    assert cleaner("index", "add", ".").code == 0
    assert (tmp_path / ".cleaner_index.sqlite").exists()
    monkeypatch.chdir(tmp_path)
    ran = cleaner("index", "add", "old")  # the same files, named from another place
    assert "unchanged: 3" in ran.err
    assert [row[1] for row in contents(tmp_path / ".cleaner_index.sqlite")[0]] == ["old/a1.txt", "old/a2.txt", "old/sub/a10.txt"]  # type: ignore[attr-defined]


def test_check_names_the_stored_twin_and_says_how_much_is_new(cleaner: Cleaner, old: Path, tmp_path: Path) -> None:
    cleaner("index", "build", "old", "-o", "corpus.sqlite")
    template = TOLD.replace("2022", "2023")
    text = f"各位代表！\n{PLAN}\n{misread(CARE)}\n{template}\n"
    write(tmp_path, {"new.txt": text})
    shutil.move(old, tmp_path / "gone")  # nothing of it is read again
    ran = cleaner("check", "new.txt", "--index", "corpus.sqlite", "--format", "jsonl", "--select", "REP")
    found = [json.loads(line) for line in ran.out.splitlines()]
    told = (tmp_path / "gone" / "a2.txt").read_text("utf-8")
    assert [(row["code"], row["text"], row["twin"]["path"]) for row in found] == [
        ("REP505", PLAN, "old/a1.txt"),
        ("REP510", misread(CARE), "old/a2.txt"),
    ]
    assert told[found[1]["twin"]["start"] : found[1]["twin"]["end"]] == CARE
    assert "new: 33 %, known word for word: 33 %, nearly known: 33 % (of 3 paragraphs)" in ran.err
    shown = cleaner("check", "new.txt", "--index", "corpus.sqlite", "--select", "REP")
    assert "new.txt:2:1 REP505" in shown.out
    assert "→ old/a1.txt" in shown.out
    assert cleaner("check", "new.txt", "--select", "REP").out == ""


def test_clean_removes_across_what_is_stored(cleaner: Cleaner, old: Path, tmp_path: Path) -> None:
    cleaner("index", "build", "old", "-o", "corpus.sqlite")
    write(tmp_path, {"new.txt": f"各位代表！\n{PLAN}\n{TOLD.replace('2022', '2023')}\n", "same.txt": (old / "a2.txt").read_text("utf-8")})
    ran = cleaner("clean", "new.txt", "same.txt", "-o", "out", "--index", "corpus.sqlite", "--across", "--jobs", 2, "--select", "REP")
    assert ran.code == 0
    assert (tmp_path / "out" / "new.txt").read_text("utf-8") == f"各位代表！\n{TOLD.replace('2022', '2023')}\n"
    assert (tmp_path / "out" / "same.txt").read_text("utf-8") == ""
    assert cleaner("check", "new.txt", "--fix", "--index", "corpus.sqlite", "--across", "--select", "REP").code == 0
    assert (tmp_path / "new.txt").read_text("utf-8") == f"各位代表！\n{TOLD.replace('2022', '2023')}\n"


def test_documents_as_a_whole(cleaner: Cleaner, tmp_path: Path) -> None:
    law = f"条例（2021）\n{PLAN}\n{WORK}\n{AREA}\n{CARE}\n"
    reports = "\n".join(TOLD.replace("2022", year) for year in ("2022", "2023", "2024"))
    write(tmp_path / "old", {"law.txt": law, "other.txt": f"{PLAN}\n{reports}\n"})
    cleaner("index", "build", "old", "-o", "corpus.sqlite")
    write(tmp_path, {"new.txt": law.replace("2021", "2024").replace("金融监管", "地方金融监管"), "again.txt": law.replace("，", ",")})
    ran = cleaner("check", "new.txt", "again.txt", "--index", "corpus.sqlite", "--select", "REP506,REP511", "--format", "jsonl")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["path"], row["code"], row["twin"]["path"]) for row in found] == [
        ("again.txt", "REP506", "old/law.txt"),
        ("new.txt", "REP511", "old/law.txt"),
    ]
    assert "2024" in found[1]["message"] or "2024" in str(found[1]["why"])


def test_whatever_is_stored_can_be_a_twin(cleaner: Cleaner, tmp_path: Path) -> None:
    """Also what is nearly a repeat of another stored paragraph: it stays, since nothing that is stored goes."""
    write(tmp_path / "old", {"a.txt": f"{PLAN}\n", "b.txt": f"{misread(PLAN)}\n"})
    cleaner("index", "build", "old", "-o", "corpus.sqlite")
    write(tmp_path, {"new.txt": f"{misread(PLAN)}\n{CARE}\n"})
    options = ["--select", "REP505,REP510", "--format", "jsonl", "--explain", "why.jsonl"]
    ran = cleaner("check", "new.txt", "--index", "corpus.sqlite", *options)
    assert [(row["code"], row["twin"]["path"]) for row in map(json.loads, ran.out.splitlines())] == [("REP505", "old/b.txt")]
    assert "no repeats" not in ran.err


def test_a_document_is_much_like_all_of_another_one(cleaner: Cleaner, tmp_path: Path) -> None:
    """What is given of a stored document is not taken for the whole of it."""
    short = f"{PLAN}\n{WORK}\n{AREA}\n"
    new = sketch(document(0, "", short))
    for seed in range(1000):  # until the two share a band by chance
        rng = random.Random(seed)
        long = short + "\n".join("".join(rng.sample(PLAN + WORK + AREA + CARE, 80)) for _ in range(5))
        stored = sketch(document(0, "", long))
        if agreeing(stored.values, new.values) < LIKELY and set(wide_keys(stored.values)) & set(wide_keys(new.values)):
            break
    write(tmp_path, {"old/long.txt": long, "new.txt": short})
    cleaner("index", "build", "old", "-o", "corpus.sqlite")
    assert cleaner("check", "new.txt", "--index", "corpus.sqlite", "--select", "REP511").out == ""


def test_of_stored_twins_the_first_in_reading_order_is_named(cleaner: Cleaner, tmp_path: Path) -> None:
    reports = "\n".join(TOLD.replace("2022", str(year)) for year in range(1990, 2010))
    for name in ("a10.txt", "a2.txt", "a3.txt"):
        write(tmp_path, {f"old/{name}": f"{name}\n{reports}\n{PLAN}\n"})
        cleaner("index", "add", f"old/{name}", "--index", "corpus.sqlite")
    write(tmp_path, {"new.txt": f"{misread(PLAN)}\n"})
    ran = cleaner("check", "new.txt", "--index", "corpus.sqlite", "--select", "REP510", "--format", "jsonl")
    assert json.loads(ran.out)["twin"]["path"] == "old/a2.txt"


def test_boilerplate_is_counted_over_what_is_stored(cleaner: Cleaner, tmp_path: Path) -> None:
    write(tmp_path / "old", {f"{n}.txt": f"{n}号文\n{PLAN}\n" for n in range(9)})
    cleaner("index", "build", "old", "-o", "corpus.sqlite")
    write(tmp_path, {"new.txt": f"通知\n{PLAN}\n"})
    ran = cleaner("check", "new.txt", "--index", "corpus.sqlite", "--select", "REP512", "--format", "jsonl")
    assert "10" in json.loads(ran.out)["why"]


def test_an_older_version_of_a_file_is_no_twin_of_it(cleaner: Cleaner, old: Path) -> None:
    cleaner("index", "build", "old", "-o", "corpus.sqlite")
    (old / "a1.txt").write_text(f"{WORK}\n{PLAN}\n{misread(TOLD)}\n", "utf-8")
    ran = cleaner("check", old / "a1.txt", "--index", "corpus.sqlite", "--select", "REP", "--format", "jsonl")
    assert [json.loads(line)["twin"]["path"] for line in ran.out.splitlines()] == ["old/a2.txt"]
    assert "new: 67 %, known word for word: 33 %" in ran.err


def test_only_what_changed_is_read(cleaner: Cleaner, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    really = plain.read

    def counted(path: Path, **options: bool) -> object:
        read.append(path.name)
        return really(path, **options)

    monkeypatch.setattr(jobs, "read", counted)
    assert "added: 3" in cleaner("index", "add", "old", "--index", "i.sqlite").err
    assert sorted(read) == ["a1.txt", "a10.txt", "a2.txt"]
    read.clear()
    assert "unchanged: 3" in cleaner("index", "add", "old", "--index", "i.sqlite").err
    assert read == []
    os.utime(old / "a1.txt", (LONG_AGO, LONG_AGO + 1))  # another time, the same bytes
    write(old, {"a2.txt": f"{AREA}\n"})
    assert "changed: 1, moved: 0, removed: 0, unchanged: 2" in cleaner("index", "add", "old", "--index", "i.sqlite").err
    assert sorted(read) == ["a1.txt", "a2.txt"]
    assert agrees_with_a_new_one(cleaner, "i.sqlite", "old")


def test_a_file_that_was_changed_just_now_is_read_again(cleaner: Cleaner, tmp_path: Path) -> None:
    """It could be changed once more without its size and its time telling."""
    (tmp_path / "a.txt").write_text(f"{PLAN}\n", "utf-8")
    now = os.stat(tmp_path / "a.txt").st_mtime_ns
    cleaner("index", "add", "a.txt", "--index", "i.sqlite")
    (tmp_path / "a.txt").write_text(f"{misread(PLAN)}\n", "utf-8")
    os.utime(tmp_path / "a.txt", ns=(now, now))
    assert "changed: 1" in cleaner("index", "add", "a.txt", "--index", "i.sqlite").err


def test_added_changed_moved_and_removed(cleaner: Cleaner, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"b.txt": f"{TOLD}\n{AREA}\n"})
    cleaner("index", "build", "old", "elsewhere", "-o", "i.sqlite")
    (old / "sub" / "a10.txt").rename(old / "2024-03-05.txt")
    (old / "a1.txt").unlink()
    write(old, {"a2.txt": f"{WORK}\n", "a3.txt": f"{misread(WORK)}\n"})
    ran = cleaner("index", "add", "old", "--index", "i.sqlite")
    assert ran.code == 0
    assert "added: 1, changed: 1, moved: 1, removed: 1, unchanged: 0, not done: 0" in ran.err
    assert agrees_with_a_new_one(cleaner, "i.sqlite", "old", "elsewhere")
    shutil.rmtree(tmp_path / "elsewhere")
    ran = cleaner("index", "add", "old/a3.txt", "--index", "i.sqlite")  # a file that is named says nothing of others
    assert "removed: 0, unchanged: 1" in ran.err
    assert "documents: 4" in ran.err
    assert "removed: 1" in cleaner("index", "add", ".", "--index", "i.sqlite", "--exclude", "new.sqlite").err


def test_what_cannot_be_read_stays_as_it_was(cleaner: Cleaner, old: Path) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    (old / "a1.txt").write_bytes(b"PK\x03\x04" + bytes(200))
    ran = cleaner("index", "add", "old", "--index", "i.sqlite")
    assert ran.code == 2
    assert "a1.txt" in ran.err
    assert "unchanged: 2, not done: 1" in ran.err
    assert "documents: 3" in ran.err
    ran = cleaner("index", "query", "old", "--index", "i.sqlite")
    assert ran.code == 2
    assert len([line for line in ran.out.splitlines() if not line.startswith(" ")]) == 2


def _other_header(index: Path) -> None:
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("UPDATE header SET value = '20' WHERE name = 'bands'")
        connection.commit()


def _other_format(index: Path) -> None:
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("PRAGMA user_version = 99")


def _other_database(index: Path) -> None:
    index.unlink()
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("CREATE TABLE t (n)")


def _garbage(index: Path) -> None:
    index.write_text("各位代表！" * 400, "utf-8")


def _cut(index: Path) -> None:
    os.truncate(index, 8192)


REFUSED = [
    (_other_header, "holds bands 20 (written by cleaner"),
    (_other_format, "is an index of format 99, wanted: 1"),
    (_other_database, "is no index of cleaner"),
    (_garbage, "is no index of cleaner"),
    (_cut, "is damaged"),
    (Path.unlink, "no such index"),
]


@pytest.mark.parametrize(("spoil", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_an_index_that_cannot_be_used_is_refused(cleaner: Cleaner, old: Path, spoil: object, said: str) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    spoil(Path("i.sqlite"))  # type: ignore[operator]
    before = Path("i.sqlite").read_bytes() if Path("i.sqlite").exists() else None
    for command in (["check", "old"], ["index", "query", "old"], ["clean", "old", "-o", "out"], ["index", "add", "old"]):
        if before is None and command[1] == "add":
            continue  # makes one
        ran = cleaner(*command, "--index", "i.sqlite")
        assert ran.code == 2
        assert f"i.sqlite: {said}" in ran.err
        assert "Traceback" not in ran.err
    if before:
        assert Path("i.sqlite").read_bytes() == before
        assert cleaner("index", "build", "old", "-o", "i.sqlite").code == (2 if "no index" in said else 0)


def test_build_does_not_write_over_what_is_no_index(cleaner: Cleaner, old: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text(PLAN, "utf-8")
    ran = cleaner("index", "build", "old", "-o", "thesis.txt")
    assert ran.code == 2
    assert (tmp_path / "thesis.txt").read_text("utf-8") == PLAN
    assert set(os.listdir(tmp_path)) == {"old", "thesis.txt"}
    assert cleaner("index", "build", "-", "-o", "i.sqlite").code == 2


def test_no_output_goes_where_the_index_is(cleaner: Cleaner, old: Path) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    before = contents(Path("i.sqlite"))
    assert cleaner("check", "old", "--index", "i.sqlite", "--format", "jsonl", "--output", "./i.sqlite").code == 2
    assert contents(Path("i.sqlite")) == before


def test_a_reader_may_go_before_the_query_is_done(cleaner: Cleaner, old: Path) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    query = [sys.executable, "-m", "cleaner", "index", "query", "old", "--index", "i.sqlite"]
    run = subprocess.Popen(query, stdout=subprocess.PIPE)
    assert run.stdout
    run.stdout.close()
    assert run.wait() == 0


def test_a_second_writer_waits_and_then_says_so(cleaner: Cleaner, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    monkeypatch.setattr(database, "WAIT", 0.1)
    before = contents(Path("i.sqlite"))
    with adding(Path("i.sqlite")):
        for command in (["add", "old", "--index"], ["build", "old", "-o"]):
            ran = cleaner("index", *command, "i.sqlite")
            assert ran.code == 2
            assert "i.sqlite: is in use by another run" in ran.err
        assert cleaner("index", "query", "old", "--index", "i.sqlite").code == 0  # readers are not kept waiting
    with closing(Index(Path("i.sqlite"))):
        assert cleaner("index", "add", "old", "--index", "i.sqlite").code == 0
        assert cleaner("index", "build", "old", "-o", "i.sqlite").code == 2  # it would be taken away from under a reader
    assert contents(Path("i.sqlite")) == before
    assert not [name for name in os.listdir() if name.startswith(".i")]


def test_a_writer_that_waited_for_a_new_index_writes_to_that(cleaner: Cleaner, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    names: list[set[str]] = []

    def wait() -> None:
        with adding(Path("i.sqlite")) as writing:
            names.append(set(writing.held()))

    waiting = threading.Thread(target=wait)
    really = os.replace

    def late(source: Path, target: Path) -> None:
        waiting.start()
        time.sleep(0.3)
        assert not names
        really(source, target)

    monkeypatch.setattr(os, "replace", late)
    with building(Path("i.sqlite")) as writing:
        one = document(0, "new.txt", PLAN)
        writing.put("new.txt", Entry(sketch(one), [PLAN], 0, 0, ""))
        writing.finish()
    waiting.join()
    assert names == [{"new.txt"}]


def test_a_run_that_was_killed_at_the_end_of_replacing_it_does_no_harm(cleaner: Cleaner, old: Path) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    with closing(sqlite3.connect("i.sqlite")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    assert "unchanged: 3" in cleaner("index", "add", "old", "--index", "i.sqlite").err
    with closing(sqlite3.connect("i.sqlite")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_reader_sees_one_state(cleaner: Cleaner, old: Path) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    with closing(Index(Path("i.sqlite"))) as index:
        write(old, {"a1.txt": "空\n", "a2.txt": "空\n"})
        assert "changed: 2" in cleaner("index", "add", "old", "--index", "i.sqlite").err
        given_ = index.like([sketch(document(0, "new.txt", f"{PLAN}\n{misread(AREA)}\n"))])
        assert [this.path for this in given_] == ["old/a1.txt", "old/a2.txt"]
        assert len(index.texts({-2: [0, 1]})) == 2


SLOWLY = """
import sys, time
from cleaner import cli
from cleaner.index.writing import Writing
finish, store = Writing.finish, Writing._store
def slowly(self):
    counts = finish(self)
    print("ready", flush=True)
    time.sleep(60)
    return counts
Writing.finish = slowly
sys.exit(cli.run(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", [["add", "old", "--index"], ["build", "old", "-o"]], ids=["add", "build"])
def test_a_run_that_is_killed_leaves_the_old_state(cleaner: Cleaner, old: Path, command: list[str]) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    before = contents(Path("i.sqlite"))
    write(old, {f"new{n}.txt": "\n".join(misread(text, n) for text in (PLAN, WORK, AREA)) for n in range(40)})
    run = subprocess.Popen([sys.executable, "-c", SLOWLY, "index", *command, "i.sqlite"], stdout=subprocess.PIPE)
    assert run.stdout
    assert run.stdout.readline() == b"ready\n"
    run.kill()
    run.wait()
    run.stdout.close()
    assert contents(Path("i.sqlite")) == before
    assert "added: 40" in cleaner("index", "add", "old", "--index", "i.sqlite").err
    assert agrees_with_a_new_one(cleaner, "i.sqlite", "old")


def test_killed_at_any_time_the_old_or_the_new_state_stands(cleaner: Cleaner, old: Path) -> None:
    cleaner("index", "build", "old", "-o", "i.sqlite")
    states = [contents(Path("i.sqlite"))]
    write(old, {f"new{n}.txt": "\n".join(misread(text, n % 50) for text in (PLAN, WORK, AREA)) for n in range(120)})
    cleaner("index", "build", "old", "-o", "new.sqlite")
    states.append(contents(Path("new.sqlite")))
    for after in (0.3, 0.45, 0.55, 0.65, 0.8):
        run = subprocess.Popen([sys.executable, "-m", "cleaner", "index", "add", "old", "--index", "i.sqlite"], stderr=subprocess.DEVNULL)
        time.sleep(after)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert contents(Path("i.sqlite")) in states


@pytest.mark.parametrize("jobs_", [1, 2])
def test_the_answer_depends_on_neither_workers_nor_order(cleaner: Cleaner, tmp_path: Path, jobs_: int) -> None:
    rng = random.Random(5)
    parts = [misread(text, at) for text in (PLAN, WORK, AREA, CARE) for at in range(0, 50, 5)]
    names = [f"old/{n}.txt" for n in range(16)]
    write(tmp_path, {name: "\n".join(rng.sample(parts, 5)) + "\n" for name in names})
    write(tmp_path, {f"drop/{n}.txt": "\n".join(rng.sample(parts, 5)) + "\n" for n in range(8)})
    answers = set()
    for split in (16, 5, 11):
        rng.shuffle(names)
        cleaner("index", "build", *names[:split], "-o", "i.sqlite", "--jobs", jobs_)
        cleaner("index", "add", "old", "--index", "i.sqlite", "--jobs", jobs_)
        checked = cleaner("check", "drop", "--index", "i.sqlite", "--format", "jsonl", "--select", "REP", "--jobs", jobs_)
        asked = cleaner("index", "query", "drop", "--index", "i.sqlite", "--jobs", jobs_)
        assert checked.out
        answers.add((checked.out, checked.err, asked.out))
    assert len(answers) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any folder")
def test_a_folder_that_cannot_be_written_can_hold_an_index(cleaner: Cleaner, old: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    cleaner("index", "build", "old", "-o", "shared/i.sqlite")
    (tmp_path / "shared").chmod(0o555)
    try:
        assert cleaner("index", "query", "old", "--index", "shared/i.sqlite").code == 0
    finally:
        (tmp_path / "shared").chmod(0o755)


def test_names_and_texts_that_are_no_utf_8(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    name = os.fsencode(tmp_path / "old") + "公报.txt".encode("gbk")
    Path(os.fsdecode(name)).write_bytes(f"{PLAN}\n".encode() + b"\xff" + f"{WORK}\n".encode())
    for _ in range(2):
        assert cleaner("index", "add", ".", "--index", "i.sqlite", "--keep-bad-bytes").code == 0
    write(tmp_path, {"new.txt": f"{PLAN}\n"})
    assert "known word for word: 1" in cleaner("index", "query", "new.txt", "--index", "i.sqlite").out
    assert "new: 100 %" in cleaner("index", "query", os.fsdecode(name), "--index", "i.sqlite", "--keep-bad-bytes").out


LINES = st.tuples(st.sampled_from([PLAN, WORK, AREA, CARE, TOLD]), st.integers(0, 12))
TEXTS = st.lists(LINES, max_size=6).map(lambda lines: "\n".join(misread(text, 3 * at) if at else text for text, at in lines))


def store(index: Path, texts: Sequence[str]) -> list[Document]:
    documents = [document(n, f"old/{n}.txt", text) for n, text in enumerate(texts)]
    with building(index) as writing:
        for one in documents:
            made = sketch(one)
            writing.put(one.path, Entry(made, paragraph_texts(one, range(len(made.hashes))), 0, 0, str(one.order)))
        writing.finish()
    return documents


def compared(stored: Sequence[Sketch], new: Sequence[Document], texts: object) -> Corpus:
    def read(wanted: Mapping[int, Sequence[int]]) -> Iterable[tuple[tuple[int, int], str]]:
        found = dict(texts({order: numbers for order, numbers in wanted.items() if order < 0}))  # type: ignore[operator]
        for order, numbers in wanted.items():
            if order >= 0:
                found |= {(order, n): text for n, text in zip(numbers, paragraph_texts(new[order], numbers))}
        return found.items()

    return Corpus([*stored, *map(sketch, new)], read)


def findings(corpus: Corpus) -> Iterator[object]:
    """What is said of the new documents, by path and place."""

    def at(place: tuple[int, int]) -> tuple[str, int]:
        this = corpus.sketches[place[0]]
        return this.path, int(this.spans[place[1]][0])

    new = {n for n, this in enumerate(corpus.sketches) if this.order >= 0}
    yield [(at(kin.this), at(kin.twin), kin.similarity, kin.sure) for kin in corpus.kin if kin.this.document in new]
    yield [(corpus.sketches[n].path, corpus.sketches[other].path) for n, other in corpus.duplicates.items() if n in new]
    yield [(corpus.sketches[n].path, corpus.sketches[other].path, share) for n, other, share in corpus.similar if n in new]


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=5), st.lists(TEXTS, min_size=1, max_size=3))
def test_what_is_stored_is_found_as_if_all_were_there(old_texts: list[str], new_texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        documents = store(Path(folder) / "i.sqlite", old_texts)
        new = [document(n, f"{folder}/new/{n}.txt", text) for n, text in enumerate(new_texts)]
        every = [sketch(one)._replace(order=-1 - one.order) for one in sorted(documents, key=lambda one: reading_order(one.path))]

        def read(wanted: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], str]:
            return {(o, n): text for o, some in wanted.items() for n, text in zip(some, paragraph_texts(documents[-1 - o], some))}

        with closing(Index(Path(folder) / "i.sqlite")) as index:
            given_ = index.like([sketch(one) for one in new])
            corpus = compared(given_, new, index.texts)
            whole = compared(every, new, read)
            assert list(findings(corpus)) == list(findings(whole))
            assert known(corpus) == known(whole)


LETTERS = "国家发展改革委员会关于加强金融监管的通知第一二三条2024，。\n\udc80"


@settings(max_examples=40)
@given(st.lists(st.text(LETTERS, min_size=30, max_size=200), min_size=1, max_size=4))
def test_a_document_that_was_added_is_known_word_for_word(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store(Path(folder) / "i.sqlite", texts)
        new = [document(n, f"{folder}/new/{n}.txt", f"另一份\n{text}\n") for n, text in enumerate(texts)]
        with closing(Index(Path(folder) / "i.sqlite")) as index:
            stored = index.like([sketch(one) for one in new])
            for one in known(compared(stored, new, index.texts)):
                assert one.word_for_word == one.paragraphs


@pytest.mark.parametrize(("part", "of", "share"), [(0, 0, 0), (0, 9, 0), (9, 9, 100), (1, 1000, 1), (999, 1000, 99), (1, 3, 33)])
def test_percent(part: int, of: int, share: int) -> None:
    assert percent(part, of) == share
