"""Documents held against one another: what is told, what goes when asked, what stays; the same however the work is spread."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import Cleaner
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.corpus import Corpus
from cleaner.model import Document, Source
from cleaner.room import Room
from cleaner.sketches import Keep, Sketch, paragraph_texts, sketch
from cleaner.views import paragraphs

PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。"
WORK = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。"
AREA = "做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目，新增高新技术企业和专精特新企业。"
CARE = "健全多层次社会保障体系，扩大养老服务供给，完善普惠托育服务，持续增进民生福祉，让发展成果更多更公平惠及全体人民。"


def document(order: int, text: str, path: str = "") -> Document:
    return Document(order, path or f"{order}.txt", None, text, paragraphs(text), Source("utf-8", "", len(text)))


def corpus(*texts: str, keep: Keep = "first", room: Room | None = None) -> Corpus:
    documents = [document(n, text) for n, text in enumerate(texts)]

    def read(wanted: Mapping[int, Sequence[int]]) -> Iterator[tuple[tuple[int, int], str]]:
        return (((n, m), text) for n, numbers in wanted.items() for m, text in zip(numbers, paragraph_texts(documents[n], numbers)))

    return Corpus(map(sketch, documents), read, keep, room)


def misread(text: str, at: int = 20) -> str:
    return text[:at] + text[at + 1 :]


def test_kin_are_paragraphs_of_other_documents_that_say_the_same() -> None:
    kin = corpus(f"{PLAN}\n{WORK}", f"各位代表！\n{misread(WORK)}\n{AREA}", f"{PLAN}\n{CARE}\n{PLAN}").kin
    assert [(*k.this, *k.twin, k.similarity == 1, k.sure) for k in kin] == [
        (1, 0, 0, 1, False, True),
        (2, 0, 0, 0, True, True),
        (2, 2, 0, 0, True, True),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"2022年，{PLAN}", f"2023年，{PLAN}"),
        (f"不得{PLAN}", f"应当{PLAN}"),
        (f"无锡市要{PLAN}", f"苏州市要{PLAN}"),
        ("同意。", "同意。"),
        (PLAN, WORK),
    ],
)
def test_what_says_something_else_is_no_kin(one: str, other: str) -> None:
    assert list(corpus(f"{one}\n{AREA}", f"{other}\n{CARE}").kin) == []


def test_a_twin_is_never_itself_a_repeat() -> None:
    """The second document's paragraph is equal to what is nearly a repeat of the first's."""
    found = corpus(f"{PLAN}\n{misread(PLAN)}\n{AREA}", f"{WORK}\n{misread(PLAN)}", f"{CARE}\n{PLAN[:30]}某{PLAN[31:]}")
    twins = {k.twin for k in found.kin}
    assert {k.this for k in found.kin}.isdisjoint(twins)
    assert twins == {(0, 0)}


def test_duplicates_and_similar_documents_are_told_apart() -> None:
    report = f"条例\n{PLAN}\n{WORK}\n{AREA}\n{CARE}\n"
    found = corpus(report, report.replace("，", ","), report.replace("金融监管", "地方金融监管工作"), f"{WORK}\n{PLAN}\n{CARE}\n")
    assert found.duplicates == {1: 0}
    assert [(n, other) for n, other, _ in found.similar] == [(2, 0), (3, 0)]
    shares = [share for _, _, share in found.similar]
    assert 0.9 < shares[0] < 1
    assert 0.6 < shares[1] < 0.9


@given(st.lists(st.lists(st.tuples(st.sampled_from([PLAN, WORK, AREA, CARE]), st.integers(0, 12)), max_size=4), min_size=1, max_size=5))
def test_what_stays_is_an_independent_set_in_reading_order(parts: list[list[tuple[str, int]]]) -> None:
    texts = ["\n".join(misread(text, 3 * at) if at else text for text, at in lines) for lines in parts]
    found = corpus(*texts)
    for kin in found.kin:
        assert kin.twin < kin.this
        assert kin.similarity >= 0.8
    assert {k.this for k in found.kin}.isdisjoint({k.twin for k in found.kin})


@pytest.mark.parametrize(
    ("name", "text", "date"),
    [
        ("2024-01-18-报告.txt", "", 20240118),
        ("报告（2023）.txt", "", 20230000),
        ("a.txt", "发布时间：2024-01-18 09:30\n正文", 20240118),
        ("a.txt", f"{PLAN}\n\n2023年3月5日\n", 20230305),
        ("a.txt", f"到2025年，{PLAN}", 0),
        ("12345678.txt", "", 0),
    ],
)
def test_dates(name: str, text: str, date: int) -> None:
    assert sketch(document(0, text, name)).date == date


def test_a_sketch_of_nothing_and_of_much() -> None:
    empty = sketch(document(0, ""))
    assert len(empty.hashes) == len(empty.spans) == len(empty.keys) == len(empty.kinds) == 0
    assert (empty.values == 0xFFFFFFFF).all()
    full = sketch(document(0, f"标题\n{PLAN}\n{WORK}\n"))
    assert full.keys.shape == (2, 16)
    assert full.title == "标题"
    assert (full.values == np.minimum(*(sketch(document(0, text)).values for text in (PLAN, WORK)))).all()


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    files = {
        "a1.txt": f"2022年工作要点\n{PLAN}\n{WORK}\n",
        "a2.txt": f"2024年工作要点\n{PLAN}\n{misread(WORK)}\n{AREA}\n此件公开发布。\n{CARE}\n",
        "a10.txt": f"2024年工作要点\n{PLAN}\n{misread(WORK)}\n{AREA}\n此件公开发布。\n{CARE}",
        "b.txt": f"总结\n{AREA}\n没有别的。\n{PLAN.replace('金融监管', '财政监管')}",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_repeats_across_documents_are_told_and_stay(cleaner: Cleaner, drop: Path) -> None:
    ran = cleaner("check", "drop", "--format", "jsonl", "--select", "REP")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["path"], row["code"], row["twin"]["path"], row["fix"]) for row in found] == [
        ("drop/a2.txt", "REP505", "drop/a1.txt", "none"),
        ("drop/a2.txt", "REP510", "drop/a1.txt", "none"),
        ("drop/a10.txt", "REP506", "drop/a2.txt", "none"),
        ("drop/b.txt", "REP505", "drop/a2.txt", "none"),
    ]
    cleaner("clean", "drop", "-o", "out", "--select", "REP")
    assert {path.name: path.read_text("utf-8") for path in Path("out").iterdir()} == {p.name: p.read_text("utf-8") for p in drop.iterdir()}


def test_across_removes_them_and_undo_brings_them_back(cleaner: Cleaner, drop: Path) -> None:
    assert cleaner("clean", "drop", "-o", "out", "--across", "--select", "REP").code == 0
    out = {path.name: path.read_text("utf-8") for path in Path("out").iterdir()}
    assert out == {
        "a1.txt": (drop / "a1.txt").read_text("utf-8"),
        "a2.txt": f"2024年工作要点\n{AREA}\n此件公开发布。\n{CARE}\n",
        "a10.txt": "",
        "b.txt": f"总结\n没有别的。\n{PLAN.replace('金融监管', '财政监管')}",
    }
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert {p.name: p.read_bytes() for p in Path("back").rglob("*.txt")} == {p.name: p.read_bytes() for p in drop.iterdir()}


@pytest.mark.parametrize(("keep", "whole"), [("first", ["a1.txt"]), ("longest", ["a2.txt"]), ("newest", ["new-2024.txt"])])
def test_which_document_stays(cleaner: Cleaner, drop: Path, keep: str, whole: list[str]) -> None:
    (drop / "new-2024.txt").write_text(f"{PLAN}\n{WORK}\n", "utf-8")
    cleaner("clean", "drop", "-o", "out", "--across", "--keep", keep, "--select", "REP", "--unsafe-fixes")
    untouched = [path.name for path in sorted(Path("out").iterdir()) if path.read_bytes() == (drop / path.name).read_bytes()]
    assert [name for name in untouched if name in ("a1.txt", "a2.txt", "new-2024.txt")] == whole


def test_what_was_held_to_be_no_repeat_is_explained(cleaner: Cleaner, drop: Path) -> None:
    ran = cleaner("check", "drop", "--select", "REP", "--explain", "why.jsonl", "--lang", "en")
    (row,) = [json.loads(line) for line in Path("why.jsonl").read_text("utf-8").splitlines()]
    assert (row["path"], row["other"]["path"], row["here"], row["there"]) == ("drop/b.txt", "drop/a1.txt", "财政监管", "金融监管")
    assert "no repeats: 1 (another word)" in ran.err


@pytest.mark.parametrize("options", [["--across"], ["--across", "--keep", "newest"], []], ids=str)
def test_the_answer_depends_on_neither_workers_nor_the_order_of_arguments(cleaner: Cleaner, tmp_path: Path, options: list[str]) -> None:
    rng = random.Random(3)
    parts = [misread(text, at) for text in (PLAN, WORK, AREA, CARE) for at in range(0, 60, 6)]
    (tmp_path / "many").mkdir()
    names = [f"many/{n}.txt" for n in range(24)]
    for name in names:
        (tmp_path / name).write_text("\n".join(rng.sample(parts, 6)) + "\n", "utf-8")
    answers = set()
    for jobs in (1, 2, 7):
        rng.shuffle(names)
        ran = cleaner("check", *names, "--select", "REP", "--format", "jsonl", "--jobs", jobs, "--fail-on", "note", *options)
        assert ran.code == 1
        answers.add(ran.out)
    assert len(answers) == 1


PARTS = st.tuples(st.sampled_from([PLAN, WORK, AREA, CARE, PLAN + CARE, AREA[:29], AREA[:31]]), st.integers(0, 12))
PAPERS = st.lists(st.lists(PARTS, max_size=6), min_size=1, max_size=9)


@pytest.mark.parametrize("keep", ["first", "newest", "longest"])
@settings(max_examples=60)
@given(parts=PAPERS)
def test_what_is_spilled_is_found_as_what_is_held(keep: Keep, parts: list[list[tuple[str, int]]]) -> None:
    heads = [f"云南要闻\n打印本页\n20{n:02}年{n}月1日\n" for n in range(len(parts))]
    texts = [head + "\n".join(misread(text, 3 * at) if at else text for text, at in lines) for head, lines in zip(heads, parts)]
    held, spilled = (corpus(*texts, keep=keep, room=room) for room in (Room(), Room(0)))
    assert list(spilled.kin) == list(held.kin)
    assert spilled.refused == held.refused
    assert spilled.rejected == held.rejected
    assert dict(spilled.spread) == dict(held.spread)
    assert spilled.spread.at_least(3) == held.spread.at_least(3)
    assert (spilled.duplicates, spilled.similar, list(spilled.edges)) == (held.duplicates, held.similar, list(held.edges))
    for one, other in zip(spilled.sketches, held.sketches, strict=True):
        for name in Sketch._fields[:-1]:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
