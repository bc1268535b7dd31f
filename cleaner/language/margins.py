"""The margins of a page: short lines at its head and foot, which may return on other pages of the same site."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.language.furniture import LINE_END, page_of
from cleaner.language.lines import squeezed
from cleaner.language.origin import origins
from cleaner.patterns import lazily

_DEEP = 12  # lines at either end
_REACH = 1_200  # characters in which they are sought
_LONGEST = 40  # characters of such a line
_TEXT = lazily(
    r"[（(]?[一二三四五六七八九十]{1,3}[、）)]|第[一二三四五六七八九十百\d]{1,5}[条章节编]|\d{1,2}[.．、]|[-—#*>|]"  # an item
    r"|.*(?:\d{4}|[〇○零一二三四五六七八九]{4})年|各位|同志们"  # a date, an address
    # a paper's title, and the parts of a paper
    r"|.*(?:报告|通知|通告|公告|公报|意见|办法|规[定则划程章]|条例|决[定议]|纲要|方案|讲话|细则|批复|目\s*录|总\s*则|附\s*则|前\s*言|附\s*件"
    r"|法|函|令|标准|指南|要点|计划|名单|说明|解读|建议|报表|表)[）)》]*$"
    # who signs it
    r"|.*(?:政府|办公[厅室]|委员会|常委会|党委|[局厅院部委署会处司室]|省长|市长|主席|主任|主任委员|总理|书记|会议|公司|中心|协会)$"
    r"|\D{2,12}[\s　]+[\u4e00-\u9fff][\s　]?[\u4e00-\u9fff]{1,2}$"  # 省长　王某某
)


class Margins(NamedTuple):
    """Lines that may be margins. spans: int32[n, 3], where each starts, ends, and where the next one starts. hashes: uint64[n], of
    what it says and at which end it stands. beside: bool[n], does it stand beside furniture?"""

    spans: npt.NDArray[np.int32]
    hashes: npt.NDArray[np.uint64]
    beside: npt.NDArray[np.bool_]


NONE = Margins(np.zeros((0, 3), dtype=np.int32), np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.bool_))


def margins(text: str) -> Margins:
    """The lines at the head and the foot of a text that are no text by their look: no sentences, items, dates, titles or
    signatures; less those that are furniture by themselves, or tell where the text comes from."""
    head_ends = text.rfind("\n", 0, _REACH) + 1 if len(text) > 2 * _REACH else len(text)
    foot_starts = text.find("\n", len(text) - _REACH) + 1 if len(text) > 2 * _REACH else 0
    found = [(*line, 0) for line in _at_the_end(text[:head_ends], 0, first=True)]
    found += [(*line, 1) for line in _at_the_end(text[foot_starts:], foot_starts, first=False)]
    rows: dict[tuple[int, int, int], tuple[int, bool]] = {}
    for start, end, stop, said, beside, side in found:
        digest = blake2b(f"{side}{said}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
        rows.setdefault((start, end, stop), (int.from_bytes(digest, "little"), beside))
    if not rows:
        return NONE
    return Margins(
        np.array(list(rows), dtype=np.int32).reshape(-1, 3),
        np.array([number for number, _ in rows.values()], dtype=np.uint64),
        np.array([beside for _, beside in rows.values()], dtype=np.bool_),
    )


def _at_the_end(text: str, offset: int, *, first: bool) -> list[tuple[int, int, int, str, bool]]:
    """The lines of one end of a text: where each stands, what it says, and whether it stands beside furniture."""
    lines = [line for line in LINE_END.split(text) if line.strip()]
    if not any(_may_return(line) for line in (lines[:_DEEP] if first else lines[-_DEEP:])):
        return []
    page = page_of(text)
    told = {i for origin in origins(page, _DEEP) for i in range(origin.first, origin.last + 1)}
    found = []
    for i in range(len(page.lines))[:_DEEP] if first else range(len(page.lines))[-_DEEP:]:
        start, end, _ = page.lines[i]
        if i not in page.reasons and i not in told and _may_return(text[start:end]):
            beside = any(k in page.reasons for k in (i - 1, i + 1))
            found.append((start + offset, end + offset, page.next_start(i) + offset, squeezed(text[start:end]), beside))
    return found


def _may_return(line: str) -> bool:
    """Is it no text by its look?"""
    said = line.strip()
    return (
        2 <= len(said) <= _LONGEST
        and said[-1] not in "。；！？，、：:…”\"'"
        and any("\u4e00" <= char <= "\u9fff" for char in said)
        and not _TEXT.match(said)
    )
