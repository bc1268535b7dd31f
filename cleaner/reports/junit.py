"""JUnit's XML: a suite a file, a failure a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from cleaner.model import Outcome, named
from cleaner.patterns import lazily
from cleaner.reports.output import Sink
from cleaner.reports.told import sentence, told


def part(outcome: Outcome, lang: str) -> str:
    """A document's findings as a suite. Columns are as editors count them."""
    cases = []
    for row in told(outcome, lang):
        line, column, _, _ = row["spot"]
        name = f"{row['path']}:{line}:{column}"
        message = f"{row['level']}: {row['message']} ({row['why']})"
        cases.append(
            f"<testcase classname={_attribute('cleaner.' + row['code'])} name={_attribute(name)} file={_attribute(row['path'])}"
            f' line="{line}" column="{column}"><failure type={_attribute(row["code"])} message={_attribute(message)}>'
            f"{escape(_legal(sentence(row)))}</failure></testcase>\n"
        )
    if not cases:
        return ""
    name = _attribute(named(outcome.document.path, outcome.document.row))
    return f'<testsuite name={name} tests="{len(cases)}" failures="{len(cases)}" errors="0">\n{"".join(cases)}</testsuite>\n'


class JunitSink(Sink):
    """The suites; one test that passes where nothing was found, since an empty report counts as a broken one."""

    head, foot = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cleaner">\n', "</testsuites>\n"

    def last(self, summary: Mapping[str, Any]) -> None:
        """Nothing more comes."""
        if self.empty:
            self.write('<testsuite name="cleaner" tests="1" failures="0" errors="0">\n<testcase classname="cleaner" name="check"/>\n')
            self.write("</testsuite>\n")
        super().last(summary)


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    """Less the characters that XML 1.0 cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)


_ILLEGAL = lazily("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
