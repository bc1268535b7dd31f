"""The command line. Results go to stdout, everything else to stderr; exit 0 fine, 1 findings, 2 something not done."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from cleaner import __version__, messages
from cleaner.kept import baseline, index
from cleaner.options import check_options, reading_options, work_options
from cleaner.performing import to_its_reader, without_rules
from cleaner.pipeline import NotDone
from cleaner.rules import RULES
from cleaner.settings import BadSettings, codes, find


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point: runs a command and exits with its code. SIGTERM ends it as an interrupt does: workers stop, no file
    is left half written."""
    signal.signal(signal.SIGTERM, _terminated)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console of GBK has not every character that is shown
    sys.exit(run(arguments))


class Terminated(KeyboardInterrupt):
    """SIGTERM."""


def _terminated(*_: object) -> NoReturn:
    raise Terminated


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; its exit code. Click's own exits are mapped: 2 for usage and internal errors, 130 for an interrupt, 143 for
    SIGTERM."""
    try:
        return int(command.main(arguments, prog_name="cleaner", standalone_mode=False) or 0)
    except click.exceptions.Abort as error:
        return _interrupted(error.__cause__)
    except click.ClickException as error:
        error.show()
        return 2
    except BadSettings as error:
        _tell(f"error: {error}")
        return 2
    except KeyboardInterrupt as error:
        return _interrupted(error)
    except NotDone as error:
        _tell(f"error: {error}")
        return 2
    except OSError as error:
        _tell(f"error: {error.filename or 'output'}: {error.strerror}")
        return 2
    except Exception:
        import traceback

        traceback.print_exc()
        _tell(f"error: this is a fault of cleaner {__version__} itself; please report it with the lines above")
        return 2


def _interrupted(error: BaseException | None) -> int:
    _tell("interrupted")
    return 143 if isinstance(error, Terminated) else 130


def _tell(line: str) -> None:
    click.echo(line, err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="cleaner")
def command() -> None:
    """Find and mend what is wrong in scraped, scanned and transcribed Chinese policy text.

    \b
    cleaner check corpus/                     what is wrong, nothing is written
    cleaner clean corpus/ -o cleaned/         cleaned copies, and a report in cleaned.report/
    cleaner undo cleaned.report/ -o restored/ the original bytes
    """


@command.command()
@click.argument("paths", nargs=-1, required=True)
@check_options
@work_options
def check(**options: Any) -> int:
    """Report what is wrong in PATHS (files, folders, globs, - for standard input); nothing is written without --fix.

    \b
    cleaner check report.txt
    cleaner check drop/ --format jsonl --output findings.jsonl
    cat page.txt | cleaner check - --select TYP,LOOP
    """
    from cleaner.checking import check as perform

    return to_its_reader(perform, options | {"cached": not options["no_cache"]})


@command.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--out", "-o", type=click.Path(path_type=Path), help="Folder for the cleaned copies. Left out: standard input to stdout.")
@click.option("--unsafe-fixes", is_flag=True, help="Make the fixes that may change what is meant, too.")
@click.option("--report", type=click.Path(path_type=Path), help="Folder for the report.  [default: OUT.report]")
@click.option("--metadata", type=click.Path(path_type=Path), help="Move lines that say where a text comes from to this file (jsonl).")
@click.option("--baseline", type=click.Path(path_type=Path), help="Findings that are known (`cleaner baseline`): left as they are.")
@click.option("--encoding", type=click.Choice(["utf-8"]), help="Write in this encoding; else each file keeps its own.")
@click.option("--engine", type=click.Choice(["here", "processes", "spark"]), help="Where the work is done; else processes when that pays.")
@click.option("--master", metavar="URL", help="With --engine spark: the cluster.  [default: local[*]]")
@work_options
def clean(**options: Any) -> int:
    """Write cleaned copies of PATHS into OUT, with a report of every change and the way back.

    \b
    cleaner clean corpus/ -o cleaned/
    cleaner clean corpus/ -o cleaned/ --unsafe-fixes --report review/
    """
    from cleaner.commands import clean as perform

    return to_its_reader(perform, options)


@command.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--out", "-o", required=True, type=click.Path(path_type=Path), help="Folder for the restored files.")
@click.option("--rule", "rules", default="", metavar="CODES", help="Take back only what these rules did: codes or their letters.")
@click.option("--path", "paths", multiple=True, metavar="GLOB", help="Take back only what was done in these files; may be given again.")
@click.option(
    "--id", "ids", multiple=True, metavar="ID", help="Take back only these findings (`id` in findings.jsonl); may be given again."
)
@click.option("--cleaned", type=click.Path(path_type=Path), help="Where the cleaned files are, if they have moved.")
@click.option("--lang", type=click.Choice(messages.LANGUAGES), help="Language of messages; else from LC_ALL or LANG.")
def undo(report: Path, out: Path, rules: str, paths: tuple[str, ...], ids: tuple[str, ...], cleaned: Path | None, lang: str | None) -> int:
    """Give back the original bytes of every file of a REPORT, checked by hash; or take back only some of what was done.

    With --rule, --path or --id all files go to OUT, with what these name taken back and all else as it is. Where OUT is the
    folder of the cleaned files themselves, they are changed in place, and the undo file follows.

    \b
    cleaner undo cleaned.report/ -o restored/
    cleaner undo cleaned.report/ -o restored/ --rule LOOP601 --path a.txt
    cleaner undo cleaned.report/ -o cleaned/ --id 1.7 --id 3.2
    """
    lang = lang or messages.preferred()
    if rules or paths or ids:
        from cleaner.deciding import undo_some

        return undo_some(report, out, cleaned, codes(rules), paths, ids, lang)
    from cleaner.commands import undo as perform

    return perform(report, out, cleaned, lang)


@command.command("apply")
@click.argument("decisions", type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path), help="Folder of the report, if it is not where the page says it is.")
@click.option("--cleaned", type=click.Path(path_type=Path), help="Where the cleaned files are, if they have moved.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Where rejected findings go.  [default: .cleaner_baseline.jsonl]")
@click.option("--lang", type=click.Choice(messages.LANGUAGES), help="Language of messages; else from LC_ALL or LANG.")
def apply_(decisions: Path, report: Path | None, cleaned: Path | None, baseline: Path | None, lang: str | None) -> int:
    """Make it as DECISIONS say, a file exported from a report's page or written by `cleaner review`.

    Of a report of `clean`, accepted findings are made and rejected ones taken back in the cleaned files, and its undo file
    follows. Of a page from `check`, accepted edits are made in the files themselves; what was changed is kept under
    .cleaner_cache/undo. Each file is checked by its hash first. What was rejected goes into the baseline as a false alarm, with
    the reason that was given, so that `check` does not tell it again (see `cleaner baseline`).

    \b
    cleaner apply decisions.json
    cleaner apply ~/Downloads/decisions.json --report cleaned.report/
    """
    from cleaner.baseline import NAME
    from cleaner.deciding import apply as perform

    return perform(decisions, report, cleaned, baseline or Path(find(Path.cwd()).baseline or NAME), lang or messages.preferred())


@command.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--terminal", is_flag=True, help="Here in the terminal, with the keys of the page.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of 127.0.0.1; 0: any that is free.")
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@click.option("--lang", type=click.Choice(messages.LANGUAGES), help="Language of messages; else from LC_ALL or LANG.")
def review(report: Path, terminal: bool, port: int, show: bool, lang: str | None) -> int:
    """Look through a REPORT and decide: its folder, or a page from `check --format html`.

    The page is served on 127.0.0.1, to whoever has the address that is printed; each decision is written to decisions.json
    beside it at once. What is decided is made so by `cleaner apply`.

    \b
    cleaner review cleaned.report/
    cleaner review cleaned.report/ --terminal
    """
    from cleaner.reviewing import review as perform

    return perform(report, terminal, port, show, lang or messages.preferred())


@command.command()
@click.option("--out", "-o", required=True, type=click.Path(path_type=Path), help="The model.")
@reading_options
def learn(**options: Any) -> int:
    """Learn a language model of one's own corpus: PATHS (files, folders, globs), each file one document.

    \b
    cleaner learn corpus/ -o my.model
    cleaner check drop/ --model policy --model my.model     on top of the shipped model
    cleaner check drop/ --model my.model                    alone
    cleaner check drop/ --model policy --model here         with what the drop itself teaches
    """
    from cleaner.learning import learn as perform

    return without_rules(perform, options)


command.add_command(index)
command.add_command(baseline)


@command.command()
@click.argument("code", required=False)
@click.option("--lang", type=click.Choice(messages.LANGUAGES), help="Language of messages; else from LC_ALL or LANG.")
def rules(code: str | None, lang: str | None) -> int:
    """What each rule finds, or with its CODE one rule with its examples.

    \b
    cleaner rules
    cleaner rules TYP701
    """
    from cleaner.reports.rules import explained, listed

    lang = lang or messages.preferred()
    if code is None:
        click.echo(listed(lang), nl=False)
        return 0
    found = [rule for rule in RULES if rule.code in codes(code) or rule.code.rstrip("0123456789") in codes(code)]
    click.echo("\n".join(explained(rule, lang) for rule in found), nl=False)
    return 0
