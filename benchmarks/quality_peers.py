"""What other tools report on the text of quality.py: autocorrect, pycorrector without downloads, zhlint.

pycorrector is installed without what it asks for, which is for its neural models (pip install --no-deps pycorrector).
Each is handed paragraphs and says what it would change. A change counts for a misprint only where it touches a Chinese
character: spaces and marks are another matter.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks.quality_measures import HAN, Labelled, Pairs, tally
from benchmarks.quality_models import Page
from cleaner.model import Edit

SAMPLE = 500_000  # characters of clean text
KINDS = ("typ_char", "typ_word", "typ_phrase")
WIDER = 20  # how much longer than a planted fault a change may be, and
NEAR = 2  # how far from it; as in score.py

Says = Callable[[list[str]], Iterable[list[Edit]]]


class Peer(NamedTuple):
    """title and version; changes: of each paragraph; design: what it cannot find by design."""

    title: str
    version: str
    changes: Says
    design: str


class Scored(NamedTuple):
    """rate: changes for every 100,000 Chinese characters of clean text, han: those that touch one. odw: on labelled misprints.
    planted: share of the planted faults that a change touches, by kind."""

    peer: Peer
    rate: float
    han: float
    odw: Labelled
    planted: dict[str, float]


def measured(pages: Sequence[Page], sentences: Pairs, planted: Sequence[Path], zhlint: Path | None) -> tuple[list[Scored], dict[str, str]]:
    """Scores of those that are installed, and why others are missing."""
    scores, missing = [], {}
    clean: list[str] = []
    for page in pages:
        if sum(map(len, clean)) < SAMPLE:
            clean += filter(None, page.text.split("\n"))
    for name, found in (("autocorrect-py", _autocorrect), ("pycorrector", _pycorrector), ("zhlint", lambda: _zhlint(zhlint))):
        try:
            scores.append(_scored(found(), clean, sentences, planted))
        except Exception as error:  # a peer that fails is no failure of ours
            missing[name] = f"{type(error).__name__}: {str(error)[:200]}"
        print(f"{name}: {missing.get(name, 'measured')}", file=sys.stderr, flush=True)
    return scores, missing


def _scored(peer: Peer, clean: list[str], sentences: Pairs, planted: Sequence[Path]) -> Scored:
    changes = [change for some in peer.changes(clean) for change in some]
    size = sum(len(HAN.findall(text)) for text in clean) / 1e5
    told = peer.changes([wrong for wrong, _ in sentences])
    odw = tally(sentences, ([(_places(e), [e]) for e in some if _touches_han(e)] for some in told))
    return Scored(peer, len(changes) / size, sum(map(_touches_han, changes)) / size, odw, _found(peer, planted))


def _touches_han(edit: Edit) -> bool:
    return HAN.search(edit.old + edit.new) is not None


def _places(edit: Edit) -> set[int]:
    return set(range(edit.start, max(edit.end, edit.start + 1)))


def _found(peer: Peer, planted: Sequence[Path]) -> dict[str, float]:
    every, found = Counter[str](), Counter[str]()
    for folder in planted:
        faults = [json.loads(line) for line in (folder / "faults.jsonl").read_text("utf-8").splitlines()]
        names = sorted({fault["doc"] for fault in faults})
        changes = dict(zip(names, _in_texts(peer, [(folder / "raw" / f"{name}.txt").read_text("utf-8") for name in names]), strict=True))
        for fault in (fault for fault in faults if fault["kind"] in KINDS):
            start, end = fault["start"], fault["end"]
            every[fault["kind"]] += 1
            found[fault["kind"]] += any(
                e.start < end + NEAR and e.end > start - NEAR and e.end - e.start <= end - start + WIDER
                for e in changes[fault["doc"]]
                if _touches_han(e)
            )
    return {kind: found[kind] / count for kind, count in every.items()}


def _in_texts(peer: Peer, texts: Sequence[str]) -> list[list[Edit]]:
    """Changes in whole texts, which the peer is given by paragraphs."""
    lines = [text.split("\n") for text in texts]
    told = iter(peer.changes([line for some in lines for line in some]))
    found = []
    for some in lines:
        at, edits = 0, list[Edit]()
        for line in some:
            edits += (e._replace(start=e.start + at) for e in next(told))
            at += len(line) + 1
        found.append(edits)
    return found


def _difference(old: str, new: str) -> list[Edit]:
    """What was changed between two texts."""
    from rapidfuzz.distance import Levenshtein

    codes = Levenshtein.opcodes(old, new)
    return [Edit(o.src_start, old[o.src_start : o.src_end], new[o.dest_start : o.dest_end], "") for o in codes if o.tag != "equal"]


def _autocorrect() -> Peer:
    import autocorrect_py

    def changes(texts: list[str]) -> Iterable[list[Edit]]:
        return (_difference(text, autocorrect_py.format(text)) for text in texts)

    design = "mends spaces between Chinese and Latin, and marks; its word list needs to be written by hand, and knows no doubling"
    return Peer("autocorrect", version("autocorrect-py"), changes, design)


def _pycorrector() -> Peer:
    """Its corrector of set phrases. The package imports torch, which it does not ask for, and only for its neural models: so the
    module is taken from the package without running the package's own __init__."""
    spec = importlib.util.find_spec("pycorrector")
    if spec is None:
        raise ModuleNotFoundError("pycorrector")
    package = types.ModuleType("pycorrector")
    package.__path__ = list(spec.submodule_search_locations or ())
    sys.modules["pycorrector"] = package
    corrector = importlib.import_module("pycorrector.proper_corrector").ProperCorrector()

    def changes(texts: list[str]) -> Iterable[list[Edit]]:
        return ([Edit(at, old, new, "") for old, new, at in corrector.correct(text)["errors"]] for text in texts)

    design = (
        "ProperCorrector finds misprints of the set phrases on its list, of equal length and up to four characters; the list that "
        "comes with it has a dozen. ConfusionCorrector comes with no list. Its models of language and neural ones must be downloaded"
    )
    return Peer("pycorrector, ProperCorrector", version("pycorrector"), changes, design)


_NODE = """
import { run } from 'zhlint'
console.log = console.warn = console.error = () => {}
const one = text => { try { return run(text, { rules: { preset: 'default' } }).result } catch { return text } }
const parts = []
for await (const part of process.stdin) parts.push(part)
process.stdout.write(JSON.stringify(JSON.parse(Buffer.concat(parts).toString()).map(one)))
"""


def _zhlint(folder: Path | None) -> Peer:
    if folder is None:
        raise ModuleNotFoundError("no --zhlint")
    package = json.loads((folder / "node_modules" / "zhlint" / "package.json").read_text("utf-8"))

    def changes(texts: list[str]) -> Iterable[list[Edit]]:
        command = ["node", "--input-type=module", "-e", _NODE]
        done = subprocess.run(command, cwd=folder, input=json.dumps(texts), capture_output=True, text=True, encoding="utf-8", check=True)
        return map(_difference, texts, json.loads(done.stdout))

    return Peer("zhlint", package["version"], changes, "mends spaces, marks and quotation marks; it reads no words")
