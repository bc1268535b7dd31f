"""REP: what documents have in common, told of the later one.

Nothing goes unless that is asked for (`--across`, the option `remove`): boilerplate is part of each paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from cleaner.corpus import Corpus, Kin, Place
from cleaner.language.facts import differing_fact
from cleaner.model import Grade, Hit, Level, Twin, Why, named
from cleaner.rules.rule import rule

_PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。"
_WORK = "推进文化事业繁荣发展，完善现代公共文化服务体系，实施文化惠民工程，办好太湖文化艺术季，满足人民群众多样化文化需求。"
_AREA = "做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目，新增高新技术企业和专精特新企业。"


@rule(
    "REP505",
    Grade.SAFE,
    level=Level.NOTE,
    across=True,
    good=[
        "各位代表！\f各位代表！",
        "2022年全市生产总值增长3.6%，一般公共预算收入增长5.1%，居民收入稳步提高。\f2023年全市生产总值增长3.6%，一般公共预算收入增长5.1%，居民收入稳步提高。",
    ],
    bad={f"市政府关于印发实施方案的通知\n{_PLAN}\f工作要点\n{_PLAN}\n此件公开发布。": "工作要点\n此件公开发布。"},
)
def repeated_elsewhere(corpus: Corpus, *, remove: bool = False, documents: int = 10) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """Paragraphs of this document stand in an earlier one.

    Equal but for width, marks, spaces and script, of 25 Chinese characters and more. Told; mended with `remove` (--across).
    What stands in `documents` documents and more is told as boilerplate.
    """
    common = _in_many(corpus, documents)
    yield from _told(corpus, (kin for kin in corpus.kin if kin.similarity == 1 and kin.twin not in common), remove)


@rule(
    "REP506",
    Grade.SAFE,
    across=True,
    good=["市政府工作报告\f市政府工作报告", f"{_PLAN}\n{_WORK}\n{_AREA}\f{_PLAN}\n{_WORK}"],
    bad={f"{_PLAN}\f{_PLAN}\n": ""},
)
def duplicate_document(corpus: Corpus, *, remove: bool = False) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """This document is an earlier one once more.

    Its paragraphs of 25 Chinese characters and more are the same, in the same order; where there are less than three,
    all of its text. Told; with `remove` (--across) all of its text goes, and an empty file stays.
    """
    for n, other in corpus.duplicates.items():
        this, twin = corpus.sketches[n], corpus.sketches[other]
        why = Why.of("the same text as {}", named(twin.path, twin.row))
        place = Twin(0, twin.size, 1.0, twin.path, twin.row)
        yield this.order, (Hit(0, this.size, "" if remove else None, why, twin=place, cluster="D" + this.whole[:5].hex()),)


@rule(
    "REP510",
    Grade.SAFE,
    level=Level.NOTE,
    across=True,
    good=[
        f"2022年，{_PLAN}\f2023年，{_PLAN}",
        f"无锡市要{_PLAN}\f苏州市要{_PLAN}",
    ],
    bad={f"{_WORK}\n{_PLAN}\f工作要点\n{_PLAN.replace('恶性', '恶姓')}\n此件公开发布。": "工作要点\n此件公开发布。"},
)
def nearly_repeated_elsewhere(corpus: Corpus, *, remove: bool = False) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """A paragraph of this document stands in an earlier one with a few characters changed.

    At least 8 in 10 of their character 3-grams are the same, and they differ in no fact. Told; mended with `remove`
    (--across), safely where they differ in single characters only.
    """
    yield from _told(corpus, (kin for kin in corpus.kin if kin.similarity < 1), remove)


@rule(
    "REP511",
    Grade.NONE,
    level=Level.NOTE,
    across=True,
    good=[f"{_PLAN}\n{_WORK}\n{_AREA}\f{_PLAN}\n本办法自发布之日起施行。"],
    bad={f"条例（2021）\n{_PLAN}\n{_WORK}\n{_AREA}\f条例（2024）\n{_PLAN.replace('金融监管', '地方金融监管')}\n{_WORK}\n{_AREA}": None},
)
def similar_document(corpus: Corpus, *, least: float = 0.6) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """This document is much like an earlier one: a revised version, or the same rules of another place.

    At least `least` of the 3-grams of both are the same (Jaccard). Told only: versions of a law (0.95 alike) and the rules
    of two cities (0.8) are papers of their own.
    """
    for n, other, share in corpus.similar:
        if share >= least:
            this, twin = corpus.sketches[n], corpus.sketches[other]
            fact = differing_fact(twin.title, this.title)
            alike = int(100 * share), named(twin.path, twin.row)
            why = (
                Why.of("{} % the same as {}; its title has “{}” for “{}”", *alike, fact.left, fact.right)
                if fact
                else Why.of("{} % the same as {}, of the same title", *alike)
            )
            place = Twin(0, twin.size, round(share, 3), twin.path, twin.row)
            yield this.order, (Hit(0, this.size, None, why, twin=place),)


@rule(
    "REP512",
    Grade.SAFE,
    level=Level.NOTE,
    across=True,
    good=[f"{_PLAN}\f{_PLAN}"],
    bad={"\f".join(f"{n}号文\n{_PLAN}\n{n}号文完" for n in range(1, 11)): "10号文\n10号文完"},
)
def boilerplate(corpus: Corpus, *, remove: bool = False, documents: int = 10) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """A paragraph stands in many documents.

    Word for word in at least so many. Told; mended with `remove` (--across), the first stays.
    """
    common = _in_many(corpus, documents)
    for kin in corpus.kin:
        if kin.similarity == 1 and kin.twin in common:
            yield corpus.sketches[kin.this.document].order, (_hit(corpus, kin, Why.of("in {} documents", common[kin.twin]), remove),)


def _in_many(corpus: Corpus, least: int) -> dict[Place, int]:
    """The paragraphs that stay of those that stand in so many documents, and in how many."""
    return corpus.spread.at_least(least)


def _told(corpus: Corpus, kin: Iterable[Kin], remove: bool) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """One finding for paragraphs that follow one another in both documents."""
    run: list[Kin] = []
    for this in chain(kin, (None,)):
        if run and not (this and this.sure == run[-1].sure and _follows(run[-1], this)):
            hits = tuple(_hit(corpus, one, _why(corpus, run), remove) for one in run)
            yield corpus.sketches[run[0].this.document].order, hits
            run = []
        if this:
            run.append(this)


def _follows(before: Kin, this: Kin) -> bool:
    return all((a.document, a.paragraph + 1) == b for a, b in ((before.this, this.this), (before.twin, this.twin)))


def _why(corpus: Corpus, run: list[Kin]) -> Why:
    twin = corpus.sketches[run[0].twin.document]
    path = named(twin.path, twin.row)
    if run[0].similarity == 1:
        return Why.of("{} paragraphs stand in {}", len(run), path)
    return Why.of("{} paragraphs stand in {}, at least {} % alike", len(run), path, int(100 * min(kin.similarity for kin in run)))


def _hit(corpus: Corpus, kin: Kin, why: Why, remove: bool) -> Hit:
    this, twin = (corpus.sketches[place.document] for place in (kin.this, kin.twin))
    start, end, stop = this.spans[kin.this.paragraph].tolist()
    first, last, _ = twin.spans[kin.twin.paragraph].tolist()
    place = Twin(first, last, round(kin.similarity, 3), twin.path, twin.row)
    grade = Grade.SAFE if kin.sure else Grade.UNSAFE
    cluster = "R" + twin.hashes[kin.twin.paragraph].tobytes()[:5].hex()
    return Hit(start, end, "" if remove else None, why, grade, twin=place, cluster=cluster, cut=(start, stop))
