"""SARIF 2.1.0, as code scanning of GitHub and the viewers of editors read it.

One result a fault; one result a cluster of repeats, its members as related locations. What GitHub would refuse is left out
here, the least first, and the run says how much that was."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cleaner import __version__
from cleaner.messages import tell, title
from cleaner.model import Edit, Finding, Grade, Outcome, named
from cleaner.patterns import lazily
from cleaner.reports.data import dumped, in_file, rows
from cleaner.reports.output import Sink
from cleaner.reports.spots import Spot, Spots, place, top
from cleaner.reports.told import shortened
from cleaner.rules import RULES
from cleaner.rules.rule import Rule

RESULTS = 25_000  # of a run; GitHub refuses a file with more
PACKED = 9_500_000  # bytes of the file, gzipped; GitHub takes 10 MB
RELATED = 100  # locations of a result that GitHub keeps
SNIPPET = 300  # characters of a region up to which its text is given
SAID = 1_000  # characters of a rule's description; GitHub takes 1,024
ROOT = "%SRCROOT%"


def part(outcome: Outcome, lang: str) -> str:
    """A line of json a result, and one for the file that they are in."""
    document = outcome.document
    if not outcome.findings and not outcome.known:
        return ""
    there = in_file(outcome)
    spots, uri = Spots(there.document.text), _artifact(named(document.path, document.row))
    artifact: dict[str, Any] = {"location": uri, "encoding": document.source.encoding}
    if whole := bool(document.source.sha256):  # else it stands in a table, or in a Word file: the bytes there are not those of the text
        artifact |= {"length": document.source.size, "hashes": {"sha-256": document.source.sha256}}
    lines: list[dict[str, Any]] = [{"artifact": artifact}]
    for known, findings, of in ((False, there.findings, outcome.findings), (True, there.known, outcome.known)):
        for finding, row, read in zip(findings, rows(replace(there, findings=findings), lang), of, strict=True):
            quoted = document.text[read.start : read.end]
            result = _result(there.document.text, finding, row, quoted, spots, uri, lang)
            if not whole or document.origin:  # on a page the text goes on behind tags, which must stay paired
                result.pop("fixes", None)
            result["suppressions"] = [{"kind": "external", "status": "accepted"}] if known else []
            lines.append(
                {
                    "rank": [known, -finding.level, finding.grade == Grade.NONE],
                    "cluster": finding.cluster and f"{finding.code} {finding.cluster} {known}",
                    "result": result,
                }
            )
    return "".join(dumped(line) + "\n" for line in lines)


def _result(
    text: str, finding: Finding, row: Mapping[str, Any], quoted: str, spots: Spots, uri: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """A finding. Its message quotes the text: viewers count columns in different units."""
    twin = row["twin"]
    said = f"{_literal(row['message'])} ({_literal(row['why'])}): 「{_literal(shortened(quoted))}」"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": RULE_INDEX[finding.code],
        "level": row["level"],
        "message": {"text": said},
        "locations": [_location(uri, spots.shown(finding.start, finding.end), row["text"])],
        "partialFingerprints": {"cleanerFinding/v1": row["fingerprint"]},
    }
    if twin:
        elsewhere = finding.twin is not None and finding.twin.path is not None
        spot = None if elsewhere else spots.shown(twin["start"], twin["end"])
        where = f"{place(named(twin['path'], twin['row'])).path}" + (f":{spot.line}" if spot else "")
        result["message"]["text"] += f" → [{_literal(where)}](1)"
        related = _location(
            _artifact(named(twin["path"], twin["row"])) if elsewhere else uri, spot, text[twin["start"] : twin["end"]] if spot else ""
        )
        result["relatedLocations"] = [{"id": 1, **related, "message": {"text": tell("this one stays", lang)}}]
    if finding.cluster:
        result["partialFingerprints"]["cleanerCluster/v1"] = f"{finding.code}/{finding.cluster}"
    if finding.edits:
        changes = [_change(uri, finding.edits, spots)]
        how = {"safe": "safe fix", "unsafe": "unsafe fix"}[row["fix"]]
        result["fixes"] = [{"description": {"text": f"{finding.code}: {tell(how, lang)}"}, "artifactChanges": changes}]
    return result


def _artifact(path: str) -> dict[str, Any]:
    stands = place(path)
    return {"uri": stands.uri, "uriBaseId": ROOT} if stands.inside else {"uri": stands.uri}


def _location(uri: Mapping[str, Any], spot: Spot | None, text: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": dict(uri)}
    if spot:
        physical["region"] = _region(spot)
        if text and len(text) <= SNIPPET and "\ufeff" not in text:
            physical["region"]["snippet"] = {"text": text.rstrip() or text}
    return {"physicalLocation": physical}


def _region(spot: Spot) -> dict[str, Any]:
    return {"startLine": spot.line, "startColumn": spot.column, "endLine": spot.end_line, "endColumn": spot.end_column}


def _change(uri: Mapping[str, Any], edits: Iterable[Edit], spots: Spots) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(spots.exact(edit.start, edit.end)), "insertedContent": {"text": edit.new}}  # even where it is empty
        for edit in edits
    ]
    return {"artifactLocation": dict(uri), "replacements": replacements}


def _literal(text: str) -> str:
    """A text in a message: what would be a link or a place to fill is written so that it is none (3.11.5, 3.11.6)."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("{", "{{").replace("}", "}}")


_SPECIAL = lazily(r"[\\\[\]]")
RULE_INDEX = {rule.code: n for n, rule in enumerate(RULES)}


class SarifSink(Sink):
    """One log of one run. Results wait until all are there: the gravest come first."""

    def __init__(self, path: Path | None, lang: str) -> None:
        super().__init__(path, lang)
        self.results: list[tuple[tuple[Any, ...], str]] = []  # rank, json
        self.clusters: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        self.artifacts: dict[str, dict[str, Any]] = {}
        self.count = 0

    def add(self, part: str) -> None:
        """The next document's results."""
        for line in filter(None, part.split("\n")):
            item = json.loads(line)
            if "artifact" in item:
                self.artifacts[item["artifact"]["location"]["uri"]] = item["artifact"]
                continue
            self.count += 1
            rank = (*item["rank"], self.count)
            if item["cluster"] is None:
                self.results.append((rank, dumped(item["result"])))
            elif item["cluster"] in self.clusters:
                _join(self.clusters[item["cluster"]][1], item["result"], self.lang)
            else:
                self.clusters[item["cluster"]] = rank, item["result"]

    def last(self, summary: Mapping[str, Any]) -> None:
        """All is known: write what GitHub takes."""
        ranked = sorted([*self.results, *((rank, dumped(result)) for rank, result in self.clusters.values())], key=lambda r: r[0])
        states = {False: '{"baselineState":"new",', True: '{"baselineState":"unchanged",'} if any(rank[0] for rank, _ in ranked) else {}
        shown = list(_packed(states.get(rank[0], "{") + result[1:] for rank, result in ranked[:RESULTS]))
        run = self._run(summary, len(ranked) - len(shown), shown)
        frame = dumped({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})
        head, foot = frame.split('"<results>"')
        self.write(head)
        for n, result in enumerate(shown):
            self.write((",\n" if n else "\n") + result)
        self.write(foot + "\n")

    def _run(self, summary: Mapping[str, Any], left_out: int, shown: Iterable[str]) -> dict[str, Any]:
        notes = [_note("error", item["reason"]) for item in summary.get("skipped", ())]
        if left_out:
            notes.append(_note("warning", tell("{} results were left out: GitHub takes no more", self.lang).format(left_out)))
        invocation: dict[str, Any] = {"executionSuccessful": not summary.get("skipped")}
        if notes:
            invocation["toolExecutionNotifications"] = notes
        used = {uri for result in shown for uri in _URI.findall(result)}
        return {
            "tool": {"driver": _driver(self.lang)},
            "automationDetails": {"id": "cleaner/"},
            "invocations": [invocation],
            "originalUriBaseIds": {ROOT: {"uri": Path(top()).as_uri().rstrip("/") + "/"}},
            "language": _LANGUAGES[self.lang],
            "columnKind": "utf16CodeUnits",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "defaultEncoding": "utf-8",
            "artifacts": [artifact for uri, artifact in self.artifacts.items() if uri in used],
            "results": ["<results>"],
            "properties": {"leftOut": left_out},
        }


_LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
_URI = lazily(r'"uri":"([^"]*)"')


def _join(result: dict[str, Any], other: Mapping[str, Any], lang: str) -> None:
    """One more member of a cluster."""
    related = result.setdefault("relatedLocations", [])
    if len(related) < RELATED:
        (location,) = other["locations"]
        related.append({"id": len(related) + 1, **location, "message": {"text": tell("stands here, too", lang)}})
    for fix, more in zip(result.get("fixes", ()), other.get("fixes", ())):
        (change,) = more["artifactChanges"]
        same = next((c for c in fix["artifactChanges"] if c["artifactLocation"] == change["artifactLocation"]), None)
        if same:
            same["replacements"] += change["replacements"]
        else:
            fix["artifactChanges"].append(change)


def _packed(results: Iterable[str]) -> Iterator[str]:
    """As many as fit into the file, gzipped. Packed lightly for the count, so that the file is smaller rather than bigger."""
    packer, size = zlib.compressobj(1), 200_000  # the frame
    for result in results:
        size += len(packer.compress(result.encode("utf-8", "backslashreplace")))
        if size > PACKED:
            return
        yield result


def _driver(lang: str) -> dict[str, Any]:
    return {
        "name": "cleaner",
        "semanticVersion": __version__,
        "language": _LANGUAGES[lang],
        "rules": [_rule(rule, lang) for rule in RULES],
    }


def _rule(rule: Rule, lang: str) -> dict[str, Any]:
    said = title(rule.code, lang)
    explained = rule.explanation or rule.title
    level = rule.level.name.lower()
    examples = "".join(f"- `{_code(text)}`" + (f" → `{_code(new)}`" if new is not None else "") + "\n" for text, new in rule.bad[:3])
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": said[:SAID]},
        "fullDescription": {"text": f"{said} {explained}"[:SAID]},
        "help": {"text": f"{said}\n\n{explained}", "markdown": f"**{said}**\n\n{explained}\n\n{examples}"},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": [rule.code.rstrip("0123456789")],
            "precision": "high" if rule.grade == Grade.SAFE else "medium",
            "problem.severity": "recommendation" if level == "note" else level,
        },
    }


def _code(text: str) -> str:
    return text.replace("`", "'").replace("\r", "␍").replace("\n", "⏎").replace("\f", " ‖ ")[:SNIPPET]


def _note(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _literal(text)}}
