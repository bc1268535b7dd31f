"""How well faults inside a paragraph are found, on text that the language has not seen, and how often right text is blamed.

    python benchmarks/quality.py --data DIR [--planting PLANT.py] [--models DIR] [--findings DIR] [--zhlint DIR]

DIR holds policy.jsonl.gz, laws.jsonl.gz and plantable.jsonl.gz ({"id", "text"} a line), csc/odw_train.tsv (wrong TAB right) and
csc/misprints.tsv. PLANT.py plants faults; score.py lies beside it. Models are kept, so that a second run takes half the time.
Writes a dated report and a plot to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

if __name__ == "__main__":  # run as a file: its own folder comes first then
    sys.path[0] = str(Path(__file__).parent.parent)

from benchmarks import quality_measures as measures
from benchmarks import quality_models as models
from benchmarks import quality_peers as peers
from benchmarks.quality_report import Results, plot, report
from benchmarks.report import revision
from cleaner.language.fit import FOLDS
from cleaner.language.learn import read

HERE = Path(__file__).parent
SEEDS = (11, 12, 13, 14)
SENTENCE = 16  # characters of a labelled sentence whose documents are left out of what is learnt


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and writes the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the documents and of csc/")
    parser.add_argument("--planting", type=Path, metavar="PLANT.py", help="plants faults; else none are planted")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--models", type=Path, default=Path("build/quality-models"), help="where models are kept")
    parser.add_argument("--findings", type=Path, default=Path("build/quality-findings"), help="where findings in clean text are written")
    parser.add_argument("--zhlint", type=Path, metavar="DIR", help="where `npm install zhlint` was run; else it is not measured")
    parser.add_argument("--most", type=int, help="take one clean document in so many (for a try)")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    args = parser.parse_args(arguments)
    for name in ("data", "planting", "models", "zhlint"):  # commands are run in other folders
        setattr(args, name, getattr(args, name) and getattr(args, name).resolve())
    state = revision()  # now: it may have moved on when all is measured
    results = _results(args)
    now = datetime.now(UTC)
    args.output.mkdir(exist_ok=True, parents=True)
    picture = args.output / f"{now:%Y-%m-%d}-quality.png"
    drawn = plot(results, picture)
    text = report(results, now, picture if drawn else None, state)
    picture.with_suffix(".md").write_text(text, "utf-8")
    print(text)


def _results(args: argparse.Namespace) -> Results:
    say = partial(print, file=sys.stderr, flush=True)
    begun = time.monotonic()
    every = models.pages(args.data)
    sentences = measures.pairs(args.data / "csc" / "odw_train.tsv")
    folds = [models.without_fold(every, n, args.models) for n in range(FOLDS)]
    plantable = args.data / "plantable.jsonl.gz"
    long = {right for _, right in sentences if len(right) >= SENTENCE}
    apart = models.without(every, {row["id"] for row in read(plantable)}, long, args.models)
    say(f"{time.monotonic() - begun:.0f} s: models")
    taken = [*every[:: args.most or 1]]
    clean = measures.clean(taken, lambda page: folds[page.fold], args.findings)
    say(f"{time.monotonic() - begun:.0f} s: clean text")
    labelled = {name: measures.labelled(sentences, apart, name == "sensitive") for name in ("default", "sensitive")}
    points = measures.curve(sentences, apart)
    known = measures.documented(args.data / "csc" / "misprints.tsv", every, lambda page: folds[page.fold])
    say(f"{time.monotonic() - begun:.0f} s: labelled misprints")
    with tempfile.TemporaryDirectory() as folder:
        planted = measures.planted(args.planting, plantable, apart, args.seeds, Path(folder)) if args.planting else measures.Planted({}, {})
        say(f"{time.monotonic() - begun:.0f} s: planted faults")
        places = [Path(folder) / str(seed) for seed in args.seeds if planted.figures]
        others = peers.measured([page for page in every if page.corpus == "policy"], sentences, places, args.zhlint)
    say(f"{time.monotonic() - begun:.0f} s: peers")
    return Results(clean, planted, tuple(args.seeds), labelled, points, known, *others)


if __name__ == "__main__":
    main()
