"""What an index knows of documents: what they may have in common with those of earlier runs, and how much of them is new."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cleaner import kernels
from cleaner.corpus import LIKELY, Corpus, Place, agreeing
from cleaner.formats.files import reading_order
from cleaner.groups import HOT
from cleaner.index.database import BadIndex, bands, check_header, each, folder_of, loaded, opened, place_of, speaking, traits_of, wide_keys
from cleaner.kernels import Hashes
from cleaner.sketches import PARAMETERS, Kept, Sketch


class Index:
    """An index that is open for reading: what earlier runs stored, as `pipeline.Stored` asks for it."""

    def __init__(self, path: Path) -> None:
        """Raises BadIndex where there is none, or one that this version cannot use."""
        if not path.is_file():
            raise BadIndex(f"{path}: no such index; `cleaner index build PATH... -o {path}` makes one")
        self.path = path
        self.connection = opened(path)
        self._given: dict[int, list[int]] = {}  # order of a document that was given -> its texts
        try:
            with speaking(path):
                self.connection.execute("BEGIN")  # what is asked is answered from one state, whatever is added meanwhile
                check_header(self.connection, path)
        except BadIndex:
            self.connection.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def like(self, sketches: Sequence[Sketch | Kept]) -> list[Sketch]:
        """The stored documents that may have something in common with these, in reading order, as -1, -2, ...

        Those that may be the same or much like one of them are given with all their paragraphs, others with those that are
        equal to one of theirs or share a band with it. An older version of one of the files is left out."""
        with speaking(self.path):
            return self._like(sketches)

    def texts(self, wanted: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], str]:
        """The folded texts of paragraphs that `like` gave, by order and number."""
        with speaking(self.path):
            ids = {(order, n): self._given[order][n] for order, numbers in wanted.items() for n in numbers}
            folded = self._folded(set(ids.values()))
        return {place: folded[text] for place, text in ids.items()}

    def _like(self, sketches: Sequence[Sketch | Kept]) -> list[Sketch]:
        older = self._older(sketches)
        new = _Distinct.of(sketches)
        texts = self._equal(new.hashes)
        places = self._places(texts, older)
        equal = {text: n for text, n in texts.items() if text in places}
        near = self._places(self._near(new, set(equal.values())) - equal.keys(), older)
        whole = self._much_like(sketches) - older
        rows = {row.id: row for row in map(_Row._make, self._each(_DOCUMENTS, whole.union(*places.values(), *near.values())))}
        ranked = sorted(rows.values(), key=lambda row: (reading_order(row.path), row.row or 0))
        rank = {row.id: n for n, row in enumerate(ranked)}
        twins: dict[int, set[int]] = {}
        for text, documents in near.items():  # one is enough as a twin: that which comes first
            twins.setdefault(min(documents, key=rank.__getitem__), set()).add(text)
        shown = []
        for row in ranked:
            own = twins.get(row.id, ())
            held = enumerate(np.frombuffer(row.texts, dtype=np.int64).tolist())
            shown.append([(n, text) for n, text in held if row.id in whole or text in equal or text in own])
        known = {text: (new.hashes[n], new.keys[n], new.kinds[n]) for text, n in equal.items()}
        known |= self._traits({text for some in shown for _, text in some} - known.keys())
        given = [(-1 - n, row, some) for n, (row, some) in enumerate(zip(ranked, shown)) if some]
        self._given = {order: [text for _, text in some] for order, _, some in given}
        return [_sketch(order, row, [n for n, _ in some], [known[text] for _, text in some]) for order, row, some in given]

    def _older(self, sketches: Sequence[Sketch | Kept]) -> set[int]:
        """What is stored of the files that the sketches are of."""
        home, ask = folder_of(self.path), self.connection.cursor().execute
        places = {place_of(Path(s.path), home) for s in sketches if s.path != "-"}
        return {d for place in places for (d,) in ask("SELECT id FROM document WHERE place = CAST(? AS TEXT)", (os.fsencode(place),))}

    def _equal(self, hashes: Hashes) -> dict[int, int]:
        """uint64[n, 2] -> the stored texts that have these hashes, and the number of each hash."""
        wanted = {(high, low): n for n, (high, low) in enumerate(hashes.view(np.int64).tolist())}
        rows = self._each("SELECT t.id, t.high, t.low FROM {} JOIN text t ON t.high = value", {high for high, _ in wanted})
        return {text: wanted[high, low] for text, high, low in rows if (high, low) in wanted}

    def _places(self, texts: Iterable[int], older: set[int]) -> dict[int, set[int]]:
        """Of texts that stand in others than the older documents: the documents."""
        found: dict[int, set[int]] = {}
        for text, document in self._each("SELECT p.text, p.document FROM {} JOIN place p ON p.text = value", texts):
            if document not in older:
                found.setdefault(text, set()).add(document)
        return found

    def _near(self, new: _Distinct, known: set[int]) -> set[int]:
        """The stored texts that share a band with one of the new ones that is not known. Of a band that very many share, as
        many as are looked at."""
        rest = np.array([n for n in range(len(new.hashes)) if n not in known], dtype=np.int64)
        keys = np.unique(bands(new.keys[rest], new.kinds[rest]).ravel().view(np.int64)).tolist()
        ask = self.connection.cursor().execute
        return {text for key in keys for (text,) in ask("SELECT text FROM band WHERE key = ? ORDER BY text LIMIT ?", (key, HOT))}

    def _much_like(self, sketches: Sequence[Sketch | Kept]) -> set[int]:
        """The documents that may be the same as one of these, or much like it."""
        rows = self._each("SELECT d.id FROM {} JOIN document d ON d.whole = value", {s.whole.hex() for s in sketches if len(s.hashes)})
        found = {document for (document,) in rows}
        for s in sketches:
            if len(s.hashes) >= 3:
                query = "SELECT DISTINCT d.id, d.signature FROM {} JOIN wide w ON w.key = value JOIN document d ON d.id = w.document"
                for document, signature in self._each(query, wide_keys(s.values)):
                    if agreeing(np.frombuffer(signature, dtype=np.uint32), s.values) >= LIKELY:
                        found.add(document)
        return found

    def _traits(self, texts: set[int]) -> dict[int, tuple[Hashes, Hashes, np.uint64]]:
        """Hashes, band keys and kinds of stored texts, worked out anew: they would take more room than the texts."""
        folded = self._folded(texts)
        hashes, signatures, kinds = traits_of(list(folded.values()))
        return dict(zip(folded, zip(hashes, kernels.band_keys(signatures, PARAMETERS.rows), kinds)))

    def _folded(self, texts: Iterable[int]) -> dict[int, str]:
        rows = self._each("SELECT t.id, t.folded FROM {} JOIN text t ON t.id = value", texts)
        return {text: loaded(folded) for text, folded in rows}

    def _each(self, query: str, values: Iterable[int] | Iterable[str]) -> Iterator[Any]:
        return each(self.connection, query, values)


class _Distinct(NamedTuple):
    """The paragraphs of sketches, equal ones once: uint64[n, 2], uint64[n, bands], uint64[n]."""

    hashes: Hashes
    keys: Hashes
    kinds: Hashes

    @classmethod
    def of(cls, sketches: Sequence[Sketch | Kept]) -> _Distinct:
        if not sketches:
            return cls(np.empty((0, 2), np.uint64), np.empty((0, PARAMETERS.bands), np.uint64), np.empty(0, np.uint64))
        hashes = np.concatenate([s.hashes for s in sketches])
        which = np.flatnonzero(kernels.first_equal_rows(hashes) == np.arange(len(hashes)))
        return cls(hashes[which], np.concatenate([s.keys for s in sketches])[which], np.concatenate([s.kinds for s in sketches])[which])


class _Row(NamedTuple):
    id: int
    path: str
    row: int | None
    size: int
    title: str
    date: int
    whole: str
    signature: bytes
    spans: bytes
    texts: bytes


_DOCUMENTS = f"SELECT {', '.join(f'd.{name}' for name in _Row._fields)} FROM {{}} JOIN document d ON d.id = value"


def _sketch(order: int, row: _Row, numbers: Sequence[int], known: Sequence[tuple[Hashes, Hashes, np.uint64]]) -> Sketch:
    """A stored document, with some of its paragraphs."""
    return Sketch(
        order,
        row.path,
        row.row,
        row.size,
        row.title,
        row.date,
        bytes.fromhex(row.whole),
        np.frombuffer(row.signature, dtype=np.uint32),
        np.frombuffer(row.spans, dtype=np.int32).reshape(-1, 3)[list(numbers)],
        np.array([hashes for hashes, _, _ in known], dtype=np.uint64).reshape(-1, 2),
        np.array([keys for _, keys, _ in known], dtype=np.uint64).reshape(-1, PARAMETERS.bands),
        np.array([kind for _, _, kind in known], dtype=np.uint64),
    )


class Known(NamedTuple):
    """How much of a document is stored already: of its paragraphs of LEAST Chinese characters and more, how many are word for
    word, and nearly. same: the stored document that it is as a whole. common: (path, row, paragraphs) of the stored documents
    that it has most in common with, most first."""

    path: str
    row: int | None
    paragraphs: int
    word_for_word: int
    nearly: int
    same: str | None
    common: tuple[tuple[str, int | None, int], ...]

    @property
    def new(self) -> int:
        """Paragraphs that are not stored."""
        return self.paragraphs - self.word_for_word - self.nearly

    def as_data(self) -> dict[str, object]:
        """For json."""
        common = [{"path": path, "row": row, "paragraphs": count} for path, row, count in self.common]
        return {**self._asdict(), "new": self.new, "common": common}


def percent(part: int, of: int) -> int:
    """How much it is, in percent; 0 and 100 only where it is none and all."""
    return 0 if not part else 100 if part == of else min(99, max(1, round(100 * part / of)))


def known(corpus: Corpus) -> list[Known]:
    """How much of each document of a run is stored already, in their order."""
    sketches = corpus.sketches
    holding: dict[bytes, set[int]] = {}
    for n, stored in enumerate(sketches):
        for hashes in stored.hashes if stored.order < 0 else ():
            holding.setdefault(hashes.tobytes(), set()).add(n)
    near = {kin.this: kin.twin.document for kin in corpus.kin if kin.similarity < 1 and sketches[kin.twin.document].order < 0}
    found = []
    for n, this in sorted(enumerate(sketches), key=lambda numbered: numbered[1].order):
        if this.order < 0:
            continue
        twin = corpus.duplicates.get(n, n)
        common: Counter[int] = Counter()
        word_for_word = nearly = 0
        for i, hashes in enumerate(this.hashes):
            equal = holding.get(hashes.tobytes(), ())
            alike = near.get(Place(twin, i)) if not equal else None
            word_for_word += bool(equal)
            nearly += alike is not None
            common.update(equal if alike is None else [alike])
        most = sorted(common.items(), key=lambda pair: (-pair[1], -sketches[pair[0]].order))[:MOST]
        same = sketches[twin].path if twin != n and sketches[twin].order < 0 else None
        rows = tuple((sketches[other].path, sketches[other].row, count) for other, count in most)
        found.append(Known(this.path, this.row, len(this.hashes), word_for_word, nearly, same, rows))
    return found


MOST = 10  # documents that are named
