"""From findings to one script of edits, and what can be done with a script: apply, reverse, compose, map places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

from cleaner.model import Edit, Finding, Grade, Script


class Mismatch(ValueError):  # noqa: N818
    """An edit did not find what it expects; the text was changed by something else."""


def minimal(start: int, old: str, new: str, code: str) -> Edit | None:
    """The smallest edit that makes `new` of `old` at `start`; None where they are equal.

    >>> minimal(10, "建建设", "建设", "TYP701")
    Edit(start=11, old='建', new='', code='TYP701')
    """
    if old == new:
        return None
    if len(old) == 1 and len(new) <= 1:
        return Edit(start, old, new, code)
    room = min(len(old), len(new))
    head = next((i for i in range(room) if old[i] != new[i]), room)
    room -= head
    tail = next((i for i in range(room) if old[-1 - i] != new[-1 - i]), room)
    return Edit(start + head, old[head : len(old) - tail], new[head : len(new) - tail], code)


def apply(text: str, script: Script) -> str:
    """The text after the script.

    Raises Mismatch where an edit finds something else than it expects."""
    pieces: list[str] = []
    at = 0
    for edit in script:
        if edit.start < at or not text.startswith(edit.old, edit.start):
            raise Mismatch(f"at {edit.start}: expected {edit.old[:40]!r}, found {text[edit.start : edit.end][:40]!r}")
        pieces += text[at : edit.start], edit.new
        at = edit.end
    return "".join((*pieces, text[at:]))


def reverse(script: Script) -> Script:
    """The script that takes it back: apply(apply(text, script), reverse(script)) == text."""
    return tuple(Edit(edit.start + shift, edit.new, edit.old, edit.code) for edit, shift in zip(script, _shifts(script), strict=False))


def _shifts(script: Script) -> list[int]:
    """shifts[i]: how far the text before edit i has moved; shifts[len]: the text after the last."""
    return [0, *accumulate(len(e.new) - len(e.old) for e in script)]


class Trail:
    """The way back from a text to the one it was made of, by a script."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.shifts = _shifts(script)
        self.starts = [e.start + shift for e, shift in zip(script, self.shifts, strict=False)]
        self.ends = [start + len(e.new) for e, start in zip(script, self.starts, strict=True)]

    def start(self, place: int) -> int:
        """Where a stretch that begins at `place` began; inside something new, where that edit began."""
        k = bisect_right(self.ends, place)
        inside = k < len(self.script) and self.starts[k] <= place
        return self.script[k].start if inside else place - self.shifts[k]

    def end(self, place: int) -> int:
        """Where a stretch that ends at `place` ended; inside something new, where that edit ended."""
        k = bisect_left(self.starts, place)
        inside = k > 0 and self.ends[k - 1] > place
        return self.script[k - 1].end if inside else place - self.shifts[k]


def compose(text: str, first: Script, second: Script) -> Script:
    """One script over `text` that does what `first` does, and then `second` to its result.

    Edits that touch one another become one, which names the rules of both."""
    if not (first and second):
        return first or second
    middle = apply(text, first)
    trail = Trail(first)
    marks = [(start, end, 0, i) for i, (start, end) in enumerate(zip(trail.starts, trail.ends, strict=True))]
    marks += [(edit.start, edit.end, 1, i) for i, edit in enumerate(second)]
    groups: list[list[tuple[int, int, int, int]]] = []
    reach = -1
    for mark in sorted(marks):
        alone = not groups or mark[0] > reach or (mark[0] == reach and all(m[2] == mark[2] for m in groups[-1]))
        if alone:
            groups.append([])
        groups[-1].append(mark)
        reach = mark[1] if alone else max(reach, mark[1])
    composed = []
    shift = 0  # of the middle against the text, before the group
    for group in groups:
        firsts = [first[i] for _, _, side, i in group if side == 0]
        seconds = [second[i] for _, _, side, i in group if side == 1]
        lo, hi = min(m[0] for m in group), max(m[1] for m in group)
        grown = sum(len(e.new) - len(e.old) for e in firsts)
        start, end = lo - shift, hi - shift - grown
        new = apply(middle[lo:hi], tuple(e._replace(start=e.start - lo) for e in seconds))
        codes = dict.fromkeys(code for e in (*firsts, *seconds) for code in e.code.split("+"))
        edit = (
            minimal(start, text[start:end], new, "+".join(codes))
            if firsts and seconds
            else Edit(start, text[start:end], new, "+".join(codes))
        )
        if edit:
            composed.append(edit)
        shift += grown
    return tuple(composed)


def choose(
    findings: Sequence[Finding], grade: Grade, holds: Callable[[str], bool] = lambda new: True
) -> tuple[Script, tuple[Finding, ...]]:
    """The script of a run that applies fixes of `grade` and surer, and the findings that are moot beside it.

    First what the run will not apply is dropped. Then edits compete, not findings: the widest first, the surer among
    equals. A deletion whose twin goes entirely is taken back: the last copy is never removed. `holds` tells whether
    the encoding of the document can hold a new text.
    """
    wanted = [f for f in findings if f.edits and f.grade >= grade > Grade.NONE]
    if not holds("".join(e.new for f in wanted for e in f.edits)):
        wanted = [f for f in wanted if all(holds(e.new) for e in f.edits)]
    while True:
        script = _compete(wanted)
        goes = Covering(script)
        widowed = next(
            (
                f
                for f in wanted
                if f.twin and f.twin.path is None and not any(e.new for e in f.edits) and goes.all(f.twin.start, f.twin.end)
            ),
            None,
        )
        if widowed is None:
            break
        wanted.remove(widowed)
    applied = set(script)
    return script, tuple(f for f in findings if _moot(f, goes, applied))


def _compete(findings: Iterable[Finding]) -> Script:
    """As many edits as keep clear of one another: of those that do not, the widest first, the surer among equals."""
    grades = {edit: finding.grade for finding in sorted(findings, key=lambda f: f.grade) for edit in finding.edits}
    taken: list[Edit] = []
    crowd: list[Edit] = []
    reach = -1
    for edit in sorted(grades):
        end = edit.start + len(edit.old)
        if crowd and (edit.start > reach or (edit.start == reach and edit.old and crowd[-1].old)):
            taken += crowd if len(crowd) == 1 else _winners(crowd, grades)
            crowd = []
        crowd.append(edit)
        reach = max(reach, end)
    taken += _winners(crowd, grades)
    return tuple(taken)


def _winners(crowd: list[Edit], grades: Mapping[Edit, Grade]) -> list[Edit]:
    """Of edits that stand in one another's way, those that are made, in order."""
    taken: list[Edit] = []
    for edit in sorted(crowd, key=lambda e: (-len(e.old), -grades[e], e)):
        i = bisect_left(taken, edit)
        if (i == 0 or apart(taken[i - 1], edit)) and (i == len(taken) or apart(edit, taken[i])):
            taken.insert(i, edit)
    return taken


def apart(left: Edit, right: Edit) -> bool:
    """Two edits may both be made. An insertion must not touch the other: which comes first would be a guess."""
    return left.end < right.start or (left.end == right.start and bool(left.old) and bool(right.old))


class Covering:
    """Which stretches of a text a script deletes."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.starts = [e.start for e in script]

    def all(self, start: int, end: int) -> bool:
        """Is the whole stretch inside one edit that shortens the text there?"""
        i = bisect_right(self.starts, start) - 1
        return i >= 0 and end <= self.script[i].end and len(self.script[i].new) < len(self.script[i].old)


def _moot(finding: Finding, goes: Covering, applied: set[Edit]) -> bool:
    """Nothing of it is applied, and what it speaks of goes anyway."""
    if not applied or not applied.isdisjoint(finding.edits):
        return False
    spans = [(e.start, e.end) for e in finding.edits] or [(finding.start, finding.end)]
    return all(goes.all(start, end) for start, end in spans)


class Carriers:
    """Which edits of a script carry out a finding. Several passes may have made one edit of many."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.starts = [edit.start for edit in script]

    def of(self, finding: Finding) -> list[int]:
        """Places in the script, ascending."""
        found = set()
        for edit in finding.edits:
            after = bisect_right(self.starts, edit.start)
            for i in range(max(after - 1, 0), min(after + 1, len(self.script))):
                carrier = self.script[i]
                if edit == carrier or (edit.code in carrier.code.split("+") and _meets(edit, carrier)):
                    found.add(i)
                    break
        return sorted(found)


def _meets(edit: Edit, carrier: Edit) -> bool:
    """They share a character; or they touch, where the carrier was made of several and is only what was left of them."""
    touch = "+" in carrier.code
    return carrier.start < edit.end + touch and edit.start < carrier.end + touch
