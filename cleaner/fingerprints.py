"""Names for findings that outlive moves, renames and new line breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from cleaner.model import Finding
from cleaner.views import fold, folded_text

AROUND = 12  # folded characters on either side that a fingerprint takes in


def fingerprint(text: str, finding: Finding) -> str:
    """A name for a finding, from its rule, its folded content and what surrounds it."""
    if finding.name:
        return finding.name
    view, folded = fold(text), folded_text(text)
    start, end = view.within(finding.start, finding.end)
    parts = [finding.code, folded[max(0, start - AROUND) : start], folded[start:end], folded[end : end + AROUND]]
    if start == end:  # nothing but marks and spaces: those are its content
        parts.append(text[finding.start : finding.end])
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def numbered(text: str, findings: Iterable[Finding]) -> Iterator[str]:
    """The names of the findings of one document, in their order: the second one of a name is name-2."""
    seen: Counter[str] = Counter()
    for finding in findings:
        name = fingerprint(text, finding)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}"
