"""What was done to documents, done otherwise: some findings taken back, others added, and the rest left as it is.

A script is not made anew from findings: what several passes did to one place cannot be told from the findings alone. So
edits are taken out of the script that was applied, and others put into it. What several findings made together is taken
apart where each of them did its own part; else it goes as a whole, and those that go with it are named.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from cleaner.edits import Carriers, Covering, Mismatch, apart, apply
from cleaner.model import Edit, Finding, Script, Why

Key = tuple[str, int | None]
"""A document: its path and its row."""


class Standing(NamedTuple):
    """A document as a run left it: its original text, the script that was applied, and its findings by their ids."""

    text: str
    script: Script
    findings: Mapping[str, Finding]


@dataclass
class Revision:
    """scripts: by document, from its original text. refused: why something was not added. along: what was taken back because
    it was made together with something that was; what was taken back because its twin would be gone."""

    scripts: dict[Key, Script] = field(default_factory=dict)
    refused: dict[str, Why] = field(default_factory=dict)
    along: dict[str, Why] = field(default_factory=dict)


LAST = Why("it would be the last copy of its text")
TOUCHES = Why("another change stands there")
GOES = Why("it stands in what another change removes")
TOGETHER = "it was made together with {}"


def revised(documents: Mapping[Key, Standing], back: Collection[str], add: Collection[str]) -> Revision:
    """The scripts of documents without the findings `back` and with the findings `add`.

    The last copy always stays: nothing is added that would remove the twin of what is gone."""
    back, add = set(back), set(add)
    revision = Revision()
    while True:
        left = add - revision.refused.keys()
        revision.scripts = {}
        moot: dict[str, Why] = {}
        along: dict[str, Why] = {}
        for key, standing in documents.items():
            script, together = _without(standing, back)
            script, kept_out = _with(standing, script, left)
            revision.scripts[key] = script
            moot |= kept_out
            along |= together
        widow = next(_widows(documents, revision.scripts, left), None)
        if widow is None:
            revision.along |= along
            revision.refused |= moot
            return revision
        if widow in add:
            revision.refused[widow] = LAST
        else:
            back.add(widow)
            revision.along[widow] = LAST


def _without(standing: Standing, back: Collection[str]) -> tuple[Script, dict[str, Why]]:
    """A script without what findings did; what went along with them, and why."""
    wanted = [name for name in standing.findings if name in back]
    if not wanted:
        return standing.script, {}
    carriers = Carriers(standing.script)
    makers: dict[int, list[str]] = {}
    for name, finding in standing.findings.items():
        for place in carriers.of(finding):
            makers.setdefault(place, []).append(name)
    script: list[Edit] = []
    along: dict[str, Why] = {}
    for place, carrier in enumerate(standing.script):
        gone = [name for name in makers.get(place, ()) if name in back]
        if not gone:
            script.append(carrier)
            continue
        parts = _parts(standing, carrier, makers[place])
        others = [name for name in makers[place] if name not in back]
        if parts is None:
            along |= {name: Why.of(TOGETHER, ", ".join(gone)) for name in others}
        else:
            script += sorted({edit for name in others for edit in parts[name]})
    return tuple(script), along


def _parts(standing: Standing, carrier: Edit, makers: Collection[str]) -> dict[str, list[Edit]] | None:
    """What each finding did of an edit, if together they did just that; else None: one built on the other."""
    parts = {name: [e for e in standing.findings[name].edits if carrier.start <= e.start and e.end <= carrier.end] for name in makers}
    inside = sorted({edit for edits in parts.values() for edit in edits})
    moved = tuple(edit._replace(start=edit.start - carrier.start) for edit in inside)
    if any(not apart(left, right) for left, right in pairwise(moved)):
        return None
    try:
        return parts if apply(carrier.old, moved) == carrier.new else None
    except Mismatch:
        return None


def _with(standing: Standing, script: Script, add: Collection[str]) -> tuple[Script, dict[str, Why]]:
    """A script with what findings would do, as far as edits keep clear of one another: of those that do not, the widest.

    Also the findings of which nothing could be added, and why."""
    wanted = {name: finding.edits for name, finding in standing.findings.items() if name in add}
    taken = list(script)
    for edit in sorted({edit for edits in wanted.values() for edit in edits}, key=lambda e: (-len(e.old), e)):
        i = bisect_left(taken, edit)
        if (i == 0 or apart(taken[i - 1], edit)) and (i == len(taken) or apart(edit, taken[i])):
            taken.insert(i, edit)
    made, goes = set(taken), Covering(tuple(taken))
    refused = {}
    for name, edits in wanted.items():
        if edits and made.isdisjoint(edits):
            refused[name] = GOES if all(goes.all(edit.start, edit.end) for edit in edits) else TOUCHES
    return tuple(taken), refused


def _widows(documents: Mapping[Key, Standing], scripts: Mapping[Key, Script], add: Collection[str]) -> Iterator[str]:
    """Findings whose text is gone while their twin is gone, too: of those, one that may be refused, if there is one."""
    goes = {key: Covering(script) for key, script in scripts.items()}
    for key, standing in documents.items():
        carriers = Carriers(scripts[key])
        for name, finding in standing.findings.items():
            twin = finding.twin
            if twin is None or not finding.edits or any(edit.new for edit in finding.edits) or not carriers.of(finding):
                continue
            where = key if twin.path is None else (twin.path, twin.row)
            if where not in goes or not goes[where].all(twin.start, twin.end):
                continue
            yield next(_removers(documents[where], twin.start, twin.end, set(add) - {name}), name)


def _removers(standing: Standing, start: int, end: int, among: Collection[str]) -> Iterator[str]:
    """Findings that would remove a stretch."""
    for name, finding in standing.findings.items():
        if name in among and Covering(finding.edits).all(start, end):
            yield name
