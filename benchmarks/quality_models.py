"""Languages for quality.py that have not seen the text they are measured on.

Documents are told apart into folds (cleaner.language.fit.fold), near-equal ones together: one report lies in a corpus under
several names, and a law in several versions. A model is a file in a folder, named by what it was learnt from and how; what is
there is not learnt again.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import cleaner.language
from cleaner.language import learn
from cleaner.language.fit import fold
from cleaner.language.lexicon import write
from cleaner.language.symbols import symbols
from cleaner.language.table import hashes_of

WIDTH = 16  # characters of the strings by which documents are compared
SAMPLED = 32  # one in so many strings is looked at
KIN = 0.5  # share of the smaller document's strings that stand in the other, too
FEWEST = 3  # strings in common that are no chance
HOW = ("learn.py", "lexicon.py", "symbols.py", "table.py", "../data/policy-words.csv")


class Page(NamedTuple):
    """A document. corpus: policy or laws. kin: the least name of those that nearly equal it, itself among them."""

    name: str
    corpus: str
    text: str
    kin: str

    @property
    def fold(self) -> int:
        """Which of FOLDS folds it belongs to."""
        return fold(self.kin)


def pages(data: Path) -> list[Page]:
    """All documents of policy.jsonl.gz and laws.jsonl.gz."""
    rows = [(row["id"], corpus, row["text"]) for corpus in ("policy", "laws") for row in learn.read(data / f"{corpus}.jsonl.gz")]
    kin = _kin([text for _, _, text in rows])
    least: dict[int, str] = {}
    for (name, _, _), root in zip(rows, kin, strict=True):
        least[root] = min(name, least.get(root, name))
    return [Page(*row, least[root]) for row, root in zip(rows, kin, strict=True)]


def without_fold(every: Sequence[Page], number: int, folder: Path) -> Path:
    """A model of all other folds."""
    return _learnt([page for page in every if page.fold != number], f"fold-{number}", folder)


def without(every: Sequence[Page], names: Collection[str], sentences: Collection[str], folder: Path) -> Path:
    """A model of the documents that are not named, hold none of the sentences, and do not nearly equal one that is or does."""
    whole = "\n".join(page.text for page in every)
    standing = [sentence for sentence in sentences if sentence in whole]
    away = {page.kin for page in every if page.name in names or any(sentence in page.text for sentence in standing)}
    return _learnt([page for page in every if page.kin not in away], "apart", folder)


def _learnt(known: Sequence[Page], title: str, folder: Path) -> Path:
    how = sha256()
    for name in HOW:
        how.update((Path(cleaner.language.__file__).parent / name).read_bytes())
    for page in known:
        how.update(f"{page.corpus} {page.name}\n{page.text}".encode())
    path = folder / f"{title}-{how.hexdigest()[:12]}.model"
    if not path.exists():
        print(f"learning from {len(known)} documents: {path}", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        home, others = ([page.text for page in known if page.corpus == corpus] for corpus in ("policy", "laws"))
        part = path.with_suffix(".part")
        write(learn.learn(home, others, (title,)), part)
        part.rename(path)
    return path


def _kin(texts: Sequence[str]) -> list[int]:
    """int[n]: of each text the first of those that nearly equal it, by way of others, too."""
    sampled = [_sampled(text) for text in texts]
    sizes = [len(some) for some in sampled]
    which = np.repeat(np.arange(len(texts)), sizes)
    strings = np.concatenate(sampled)
    order = np.argsort(strings, kind="stable")
    strings, which = strings[order], which[order]
    common: dict[tuple[int, int], int] = {}
    for group in np.split(which, np.flatnonzero(np.diff(strings)) + 1):
        if 1 < len(group) <= 50:  # what stands in more is a formula of the trade
            members = group.tolist()
            for n, one in enumerate(members):
                for other in members[:n]:
                    common[other, one] = common.get((other, one), 0) + 1
    root = list(range(len(texts)))
    for (one, other), shared in sorted(common.items()):
        if shared >= max(FEWEST, KIN * min(sizes[one], sizes[other])):
            first, second = sorted((_root(root, one), _root(root, other)))
            root[second] = first
    return [_root(root, n) for n in range(len(texts))]


def _sampled(text: str) -> npt.NDArray[np.uint64]:
    """uint64[n]: of the strings of a text those that are looked at, the same in every text."""
    hashes = np.unique(hashes_of(symbols(text).codes, WIDTH))
    few: npt.NDArray[np.uint64] = hashes[hashes % SAMPLED == 0]
    return few


def _root(root: list[int], n: int) -> int:
    while root[n] != n:
        n = root[n]
    return n
