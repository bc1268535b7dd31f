"""The words at the two sides of a seam: whether it cuts one in two."""

from __future__ import annotations

from cleaner.language import lexicon
from cleaner.patterns import lazily

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_HAN_TAIL = lazily(rf"{_HAN}*$")
_HAN_HEAD = lazily(rf"{_HAN}*")
_REACH = 10  # characters on either side of a seam that are cut into words


def han_tail(text: str) -> str:
    """The Chinese characters that a text ends in, as many as are cut into words."""
    found = _HAN_TAIL.search(text[-_REACH:])
    return found[0] if found else ""


def han_head(text: str) -> str:
    """The Chinese characters that a text begins with, as many as are cut into words."""
    found = _HAN_HEAD.match(text[:_REACH])
    return found[0] if found else ""


def word_across(first: str, second: str) -> str | None:
    """The word that the seam between two texts cuts in two."""
    left, right = han_tail(first), han_head(second)
    if not left or not right:  # a mark stands at the seam; to load the segmenter takes longer than most texts
        return None
    words = lexicon.words(left + right)
    return next((word for word, start, end in words if start < len(left) < end), None)
