"""Pages of HTML, by their names: which files they are, and where their texts go."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaner.formats.files import Item

PAGES = (".html", ".htm", ".xhtml", ".shtml")


def is_page(name: str) -> bool:
    """Is it a page, by its name?"""
    return name.lower().endswith(PAGES)


def as_text(name: str, taken: Container[str]) -> str:
    """What the text of a page is called.

    >>> as_text("a/page.html", set()), as_text("a/page.html", {"a/page.txt"})
    ('a/page.txt', 'a/page.html.txt')
    """
    short = name[: name.rindex(".")] + ".txt"
    return f"{name}.txt" if short in taken else short


def with_texts(items: Sequence[Item]) -> Iterator[Item]:
    """Items, the pages among them with the places of their texts: none where another item goes, if that can be."""
    taken = {item.below for item in items}
    for item in items:
        if is_page(item.below):
            item = item._replace(cleaned=as_text(item.below, taken))
            taken.add(item.placed)
        yield item
