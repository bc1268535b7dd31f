"""Plots as inline SVG: bars, and one bar of shares. Numbers stand beside them: a plot is looked at, not measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from cleaner.reports.words import both

WIDTH = 460
LINE = 24
NAMES = 132  # room for names
FIGURES = 62  # room for figures


class Bar(NamedTuple):
    """name is HTML for inside an SVG text; done: how much of `size` is drawn as done; facet: what the bar leads to."""

    name: str
    size: int
    done: int = 0
    hint: str = ""


def bars(caption: str, rows: Sequence[Bar], lang: str) -> str:
    """Horizontal bars under a caption (HTML); nothing for no rows."""
    if not rows:
        return ""
    most = max(row.size for row in rows) or 1
    key = f'<p class="key"><span class="done">{both(lang, "applied", tag="i")}</span><span>{both(lang, "not applied", tag="i")}</span></p>'
    key = key if any(row.done for row in rows) else ""
    head = f'<svg viewBox="0 0 {WIDTH} {LINE * len(rows)}" role="img" aria-label="{_told(rows)}">'
    return f"<figure><figcaption>{caption}</figcaption>{head}{''.join(_bars(rows, most))}</svg>{key}</figure>"


def _bars(rows: Sequence[Bar], most: int) -> Iterator[str]:
    room = WIDTH - NAMES - FIGURES
    for n, row in enumerate(rows):
        top = n * LINE
        width, done = (max(round(room * part / most, 1), 1.5 if part else 0) for part in (row.size, row.done))
        yield f'<g><text x="0" y="{top + 16}">{row.name}</text>'
        yield f'<rect class="bar" x="{NAMES}" y="{top + 5}" width="{width}" height="13" rx="2"/>'
        if done:
            yield f'<rect class="bar done" x="{NAMES}" y="{top + 5}" width="{done}" height="13" rx="2"/>'
        yield f'<text class="faint" x="{NAMES + width + 6}" y="{top + 16}">{row.size:,}</text></g>'


def columns(caption: str, counts: Sequence[int], labels: Sequence[str]) -> str:
    """A histogram; labels stand under its columns, as many as there are, evenly."""
    if not any(counts):
        return ""
    most, width, height = max(counts), WIDTH / len(counts), 120
    shapes = [f'<line class="axis" x1="0" x2="{WIDTH}" y1="{height}" y2="{height}"/>']
    for n, count in enumerate(counts):
        tall = round(count / most * (height - 18), 1)
        if count:
            x = n * width + 2
            shapes.append(
                f'<rect class="bar" x="{x:.1f}" y="{height - max(tall, 1.5)}" width="{width - 4:.1f}" height="{max(tall, 1.5)}" rx="2"/>'
            )
            shapes.append(
                f'<text class="faint" x="{x + width / 2 - 2:.1f}" y="{height - tall - 5:.1f}" text-anchor="middle">{count:,}</text>'
            )
    for n, label in enumerate(labels):
        shapes.append(f'<text class="faint" x="{n * width + width / 2:.1f}" y="{height + 16}" text-anchor="middle">{label}</text>')
    told = ", ".join(f"{label}: {count:,}" for label, count in zip(labels, counts, strict=True) if count)
    head = f'<svg viewBox="0 0 {WIDTH} {height + 22}" role="img" aria-label="{told}">'
    return f"<figure><figcaption>{caption}</figcaption>{head}{''.join(shapes)}</svg></figure>"


def shares(lang: str, removed: int, left: int, whole: int) -> str:
    """How much of all text repeats: what was removed, what stands more than once still, the rest."""
    if not whole or not removed + left:
        return ""
    done, still = WIDTH * removed / whole, WIDTH * left / whole
    shapes = (
        f'<rect class="rest" x="0" y="4" width="{WIDTH}" height="20" rx="3"/>'
        f'<rect class="bar" x="0" y="4" width="{max(done + still, 2):.1f}" height="20" rx="3"/>'
        f'<rect class="bar done" x="0" y="4" width="{done:.1f}" height="20" rx="3"/>'
    )
    percent = f"{100 * (removed + left) / whole:.1f}"
    return (
        f"<figure><figcaption>{both(lang, 'repeated text')}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} 28" role="img" aria-label="{percent} %">{shapes}</svg>'
        f"<p>{both(lang, 'of all', percent)}</p><p class=hint>{both(lang, 'share removed', removed, left)}</p></figure>"
    )


def _told(rows: Sequence[Bar]) -> str:
    """The figures of bars, for who does not see them; in an attribute there are no tokens."""
    told = ", ".join(f"{row.hint}: {row.size:,}" for row in rows)
    return escape("".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in told))
