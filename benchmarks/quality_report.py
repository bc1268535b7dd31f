"""The report of quality.py: what was wanted and seen, tables, and a plot."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime
from math import isnan
from pathlib import Path
from typing import NamedTuple

from benchmarks.quality_measures import Clean, Known, Labelled, Planted, Point
from benchmarks.quality_peers import KINDS, Scored
from benchmarks.report import machine, row
from cleaner.model import Grade
from cleaner.rules import RULES

DOUBLING = ("TYP701", "TYP702")
CORPORA = ("policy", "laws")

HOW = """Documents are told apart into five folds, those that nearly equal one another together (half of the smaller one's strings of 16
characters stand in the other); each fold is looked at with a language learnt from the other four. Planted faults and labelled
sentences are looked at with a language learnt without the documents that faults are planted in, without those that hold one of the
sentences (of 16 characters and more), and without what nearly equals either. What every language shares, though, was made with
all documents in view: which characters are taken for one another, the weights of the evidence (twenty for each kind of change,
fitted on faults made at random in a fifth of the documents), word lists, exemptions and thresholds.

- *Alarms*: findings in clean text for every 100,000 Chinese characters. The text is as it was published, and some findings are true: the
  misprints listed in quality_true.py, which were read, are taken off in the table of what was wanted, and said apart below.
- *Planted*: reported, if a finding of the right family touches the fault and is not much wider; put right, if the text around it then
  stands as it did before.
- *Labelled misprints*: precision is the share of findings that point at a wrong character, recall the share of wrong characters that
  are pointed at. Each sentence is a text of its own; all faults are of one character for another."""


class Results(NamedTuple):
    """Everything that is reported. labelled: by setting. missing: of peers, why."""

    clean: Clean
    planted: Planted
    seeds: tuple[int, ...]
    labelled: dict[str, Labelled]
    points: list[Point]
    known: list[Known]
    peers: list[Scored]
    missing: dict[str, str]


def report(results: Results, now: datetime, picture: Path | None, state: str) -> str:
    """As markdown. state: the revision that was measured."""
    clean = results.clean
    sizes = ", ".join(f"{clean.size.get(corpus, 0) / 1e6:.1f} million in {corpus}" for corpus in CORPORA)
    drawn = (
        f"![Precision against recall, alarms against recall]({picture.name})\n" if picture else "No plot: matplotlib is not installed.\n"
    )
    return f"""# Faults inside a paragraph, {now:%Y-%m-%d}

`python benchmarks/quality.py --data DIR --planting PLANT.py`, revision {state}, {machine()}.
Chinese characters of clean text: {sizes}. {clean.pace / 1e6:.2f} million characters a second (TYP and LOOP, one process).

{_wanted(results)}
## How it is measured

{HOW}

## Alarms on clean text

For every 100,000 Chinese characters, by default, and what `sensitive` adds as notes.

{_alarms(clean)}
## Planted faults

{_planted(results)}
## Labelled misprints

{_labelled(results)}
{drawn}
By threshold of the score, one for all kinds of change (the rules have one for each kind); the rings are the rules as they are.

{_thresholds(results)}
## Misprints of printed documents

{_known(results.known)}
## Others on the same text

{_peers(results)}"""


# --- what was wanted -------------------------------------------------------------------------------


def _wanted(results: Results) -> str:
    planted, sets = results.planted.figures, results.labelled
    table = row("wanted", "seen", "") + row("---", "---", "---")

    def least(text: str, wanted: float, seen: float) -> str:
        return row(f"{text} at least {wanted:g}", "–" if isnan(seen) else f"{seen:.3f}", _mark(seen >= wanted, seen))

    def of(kind: str, what: str) -> float:
        return planted.get(kind, {}).get(what, float("nan"))

    for kind, reported, fixed, fixes in (
        ("loop_exact", 0.98, 0.95, "safe"),
        ("loop_short", 0.98, 0.88, "safe"),
        ("loop_drift", 0.90, 0.80, "all"),
        ("typ_char", 0.90, None, ""),
        ("typ_word", 0.97, None, ""),
        ("typ_phrase", 0.92, 0.85, "all"),
    ):
        table += least(f"{kind} reported", reported, of(kind, "reported"))
        if fixed:
            table += least(f"{kind} put right by {fixes} fixes", fixed, of(kind, fixes))
    kept = [planted[kind]["reported"] for kind in planted if kind.startswith("keep_")]
    table += least("every keep_* kept:", 1, min(kept, default=float("nan")))
    for text, wanted, chosen in _LIMITS:
        seen = [_rate(results.clean, corpus, chosen) for corpus in CORPORA]
        told = ", ".join(f"{value:.2f} in {corpus}" for value, corpus in zip(seen, CORPORA, strict=True))
        table += row(f"{text}, alarms at most {wanted:g}", told, _mark(max(seen) <= wanted, max(seen)))
    for name, precision, recall in (("default", 0.97, 0.25), ("sensitive", 0.93, 0.42)):
        table += least(f"labelled, {name}: precision", precision, sets[name].precision)
        table += least(f"labelled, {name}: recall", recall, sets[name].recall)
    reported = sum(known.told > 0 for known in results.known)
    seen_of = f"{reported} of {len(results.known)}"
    table += row("misprints of printed documents reported, at least 10 of 14", seen_of, _mark(reported >= 10, reported))
    lost = planted.get("lost", {}).get("raw_safe", float("nan"))
    table += row("sentences lost by safe fixes, for every 100,000 characters, at most 0.5", f"{lost:.2f}", _mark(lost <= 0.5, lost))
    return table


def _mark(held: bool, seen: float) -> str:
    return "not measured" if isnan(seen) else "" if held else "missed"


Chosen = Callable[[str, Grade], bool]
_LIMITS: tuple[tuple[str, float, Chosen], ...] = (
    ("LOOP", 0.1, lambda code, grade: code.startswith("LOOP")),
    ("doubling", 1.5, lambda code, grade: code in DOUBLING),
    ("other TYP", 1.5, lambda code, grade: code.startswith("TYP") and code not in DOUBLING),
    ("safe fixes in TYP and LOOP", 0.3, lambda code, grade: grade is Grade.SAFE),
)


def _rate(clean: Clean, corpus: str, chosen: Chosen) -> float:
    false = clean.found - clean.true
    count = sum(n for (of, code, grade), n in false.items() if of == corpus and chosen(code, grade))
    return count * 1e5 / clean.size[corpus] if clean.size.get(corpus) else float("nan")


# --- tables ----------------------------------------------------------------------------------------

_GRADES = ((Grade.SAFE, "safe"), (Grade.UNSAFE, "unsafe"), (Grade.NONE, "only told"))


def _alarms(clean: Clean) -> str:
    heads = [f"{corpus}, {title}" for corpus in CORPORA for title in (*(title for _, title in _GRADES), "of them true", "sensitive adds")]
    table = row("", *heads) + row(*["---"] * (1 + len(heads)))
    for rule in RULES:
        if rule.code.startswith(("TYP", "LOOP")):
            cells = []
            for corpus in CORPORA:
                counts = [clean.found[corpus, rule.code, grade] for grade, _ in _GRADES]
                counts += [sum(clean.true[corpus, rule.code, grade] for grade, _ in _GRADES), clean.notes[corpus, rule.code]]
                cells += [f"{n * 1e5 / max(1, clean.size.get(corpus, 0)):.2f} ({n})" if n else "0" for n in counts]
            table += row(f"{rule.code} {rule.name}", *cells)
    return table


def _planted(results: Results) -> str:
    planted, failed = results.planted
    if not planted and not failed:
        return "None were planted.\n"
    table = row("", "planted", "reported", "put right, safe fixes", "all fixes") + row(*["---"] * 5)
    for kind, figures in sorted(planted.items()):
        if kind.startswith(("loop_", "typ_", "keep_")):
            table += row(kind, int(figures["planted"]), *(f"{figures[what]:.3f}" for what in ("reported", "safe", "all")))
    lost = ", ".join(f"{name} {value:.2f}" for name, value in planted.get("lost", {}).items() if name != "planted")
    seeds = ", ".join(str(seed) for seed in results.seeds if seed not in failed)
    note = f"Seeds {seeds}. Of keep_*, which is no fault, the share that stays. Sentences lost for every 100,000 characters: {lost}."
    note += "".join(f"\nSeed {seed} is left out: {why}" for seed, why in failed.items())
    return f"{note}\n\n{table}"


def _labelled(results: Results) -> str:
    table = row("", "findings", "precision", "recall", "put right, of those found") + row(*["---"] * 5)
    for name, seen in results.labelled.items():
        table += row(name, seen.told, f"{seen.precision:.3f}", f"{seen.recall:.3f}", f"{seen.mended / max(1, seen.found):.3f}")
    return f"{table}\nA note has no fix: what only `sensitive` finds is not put right.\n"


def _thresholds(results: Results) -> str:
    table = row("score from", "precision", "recall", *(f"findings, {corpus}" for corpus in CORPORA)) + row(*["---"] * 5)
    rates = {corpus: _rates(results.clean, corpus) for corpus in CORPORA}
    for threshold in (8, 6, 5, 4, 3, 2, 1, 0, -1, -2):
        above = [point for point in results.points if point.threshold >= threshold]
        if above:
            alarms = (f"{rates[corpus](threshold):.2f}" for corpus in CORPORA)
            table += row(threshold, f"{above[-1].precision:.3f}", f"{above[-1].recall:.3f}", *alarms)
    return table


def _rates(clean: Clean, corpus: str) -> Callable[[float], float]:
    """Alarms for every 100,000 characters from a threshold on."""
    scores, size = sorted(clean.scores.get(corpus, ())), clean.size.get(corpus, 0)
    return lambda threshold: (len(scores) - bisect_left(scores, threshold)) * 1e5 / max(1, size)


def _known(known: list[Known]) -> str:
    table = row("stands there", "should be", "copies of the document", "reported in", "with sensitive", "by") + row(*["---"] * 6)
    for one in known:
        table += row(one.wrong.replace("\n", "⏎"), one.right, one.copies, one.told, one.noted, ", ".join(one.codes))
    told, noted = sum(one.told > 0 for one in known), sum(one.noted > 0 for one in known)
    return f"{told} of {len(known)} reported by any rule, {noted} with `sensitive`, with languages learnt without the documents.\n\n{table}"


def _peers(results: Results) -> str:
    heads = ("changes", "that touch a Chinese character", "labelled: precision", "recall", *KINDS)
    table = row("", *heads) + row(*["---"] * (1 + len(heads)))
    ours, planted = results.labelled["default"], results.planted.figures
    count = sum(n for (corpus, _, _), n in results.clean.found.items() if corpus == "policy")
    rate = f"{count * 1e5 / max(1, results.clean.size.get('policy', 0)):.2f}"  # true ones among them, as among theirs
    found = [f"{planted[kind]['reported']:.3f}" if kind in planted else "–" for kind in KINDS]
    table += row("ours, TYP and LOOP", rate, rate, f"{ours.precision:.3f}", f"{ours.recall:.3f}", *found)
    for seen in results.peers:
        found = [f"{seen.planted[kind]:.3f}" if kind in seen.planted else "–" for kind in KINDS]
        precision = "–" if isnan(seen.odw.precision) else f"{seen.odw.precision:.3f}"
        title = f"{seen.peer.title} {seen.peer.version}"
        table += row(title, f"{seen.rate:.2f}", f"{seen.han:.2f}", precision, f"{seen.odw.recall:.3f}", *found)
    by_design = "".join(f"\n- {seen.peer.title}: {seen.peer.design}." for seen in results.peers)
    missing = "".join(f"\n- {name} was not measured: {why}" for name, why in results.missing.items())
    return f"{_OTHERS}\n\n{table}{by_design}{missing}\n"


_OTHERS = """For every 100,000 Chinese characters of clean text (policy; theirs on its first 500,000 characters); share of planted faults
that a change touches. Only changes that touch a Chinese character count for misprints."""


# --- the plot --------------------------------------------------------------------------------------


def plot(results: Results, target: Path) -> bool:
    """Precision against recall, and alarms against recall. False where there is nothing to draw with."""
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        return False
    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
    recalls = [point.recall for point in results.points]
    left.plot(recalls, [point.precision for point in results.points], color="black", label="ours, by threshold")
    for corpus, style in zip(CORPORA, ("-", "--"), strict=True):
        rates = _rates(results.clean, corpus)
        right.plot(recalls, [rates(point.threshold) for point in results.points], style, color="black", label=f"ours, {corpus}")
    for name, color in (("default", "tab:blue"), ("sensitive", "tab:orange")):
        seen = results.labelled[name]
        left.plot(seen.recall, seen.precision, "o", color=color, markersize=9, fillstyle="none", markeredgewidth=2, label=f"ours, {name}")
        right.plot(seen.recall, _misprint_alarms(results.clean, name), "o", color=color, markersize=9, fillstyle="none", markeredgewidth=2)
    for peer, marker in zip(results.peers, "s^Dv", strict=False):
        odw = peer.odw
        if not isnan(odw.precision):  # it says something of misprints at all
            left.plot(odw.recall, odw.precision, marker, label=peer.peer.title, clip_on=False)
        right.plot(odw.recall, peer.han, marker, label=peer.peer.title, clip_on=False)
    left.set(xlabel="recall of labelled misprints", ylabel="precision", xlim=(0, 0.5))
    left.set_ylim(None, 1.005)
    right.set(xlabel="recall of labelled misprints", ylabel="findings in 100,000 characters of clean text", xlim=(0, 0.5))
    right.set_yscale("symlog", linthresh=0.1)
    right.set_ylim(0, None)
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.legend(fontsize="small")
    figure.savefig(target, dpi=110)
    return True


def _misprint_alarms(clean: Clean, name: str) -> float:
    """Findings in policy of the rules that have a sensitive setting, true ones among them, as on the lines."""
    asking = {rule.code for rule in RULES if "sensitive" in rule.options}
    told = sum(n for (corpus, code, _), n in clean.found.items() if corpus == "policy" and code in asking)
    notes = sum(n for (corpus, _), n in clean.notes.items() if corpus == "policy") if name == "sensitive" else 0
    return (told + notes) * 1e5 / max(1, clean.size.get("policy", 0))
