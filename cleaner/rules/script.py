"""Scripts: traditional characters left over in simplified text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

from cleaner.language import lexicon
from cleaner.model import Grade, Hit, Why
from cleaner.rules.rule import rule
from cleaner.views import code_points, traditional_to_simplified


@rule(
    "SCR301",
    Grade.UNSAFE,
    together=True,
    good=[
        "著作权、显著、慰藉、覆盖、乾隆、乾安县、於潜镇、瞭望、宫商角徵羽、什么",
        "“鲲鹏+昇腾”生态创新中心，赵孟頫、李勣，二噁英排放，大阪",
        "中國共產黨第七次全國代表大會，發展經濟，保障供給。",
        "这个时代为发展经济、保障供给、实现国家现代化创造了条件。\n為人民服務，為國家富強而奮鬥。\n各级党组织要认真贯彻落实会议精神。",
        "發展",
    ],
    bad={
        "学习贯彻会议精神，随着改革開放的深入，为实现现代化创造条件。": "学习贯彻会议精神，随着改革开放的深入，为实现现代化创造条件。",
        "各级党组织要为经济发展创造条件，举办陽羡越野挑战赛。": "各级党组织要为经济发展创造条件，举办阳羡越野挑战赛。",
        "各级党组织要为经济发展创造条件，完成年度计畫，推动现代化。": None,
    },
)
def traditional_character(text: str) -> Iterator[Hit]:
    """A traditional character stands in simplified text.

    The text's script is judged first: it is simplified where at most one in ten of the characters that tell the scripts apart is
    traditional. So is each line: a line in traditional script is a quotation and stays. Characters that are right in simplified
    text (著 乾 於 瞭 覆, those of names and of chemistry) are not counted. One with several simplified forms is only told. The
    fix is unsafe because a name may want its old form. Tables: OpenCC's TSCharacters; GB 2312 and Big5 tell which script a
    character belongs to; exceptions in data/traditional-kept.csv.
    """
    codes = code_points(text)
    kinds = _kinds()[codes]
    traditional = np.flatnonzero(kinds & _TRADITIONAL)
    if not traditional.size or traditional.size * _RESIDUE > np.count_nonzero(kinds & _SIMPLIFIED):
        return
    table = _simplified_forms()
    breaks = np.flatnonzero((codes == 10) | (codes == 13))
    edges = np.concatenate(([0], breaks, [len(text)]))
    lines = np.searchsorted(breaks, traditional)
    for line in np.unique(lines).tolist():
        here = kinds[edges[line] : edges[line + 1]]
        mine = traditional[lines == line]
        if mine.size >= _PASSAGE and mine.size > np.count_nonzero(here & _SIMPLIFIED):
            continue
        for i in mine.tolist():
            yield Hit(i, i + 1, table[text[i]], Why.of("{} is traditional, the text is simplified", text[i]))


_RESIDUE = 9  # simplified characters for each traditional one
_PASSAGE = 4  # traditional characters that make a line a quotation, if simplified ones do not outnumber them
_TRADITIONAL, _SIMPLIFIED = 1, 2


@cache
def _simplified_forms() -> dict[str, str | None]:
    """Traditional characters that are never right in simplified text -> their simplified form; None where there are several."""
    kept = {row["char"] for row in lexicon.rows("traditional-kept.csv")}
    return {
        old: None if old in _SEVERAL else new
        for old, new in traditional_to_simplified().items()
        if old not in kept and not _encodes(old, "gb2312") and _encodes(new, "gb2312")
    }


# Of the characters with several simplified forms in TSCharacters, those whose forms are all in daily use
_SEVERAL = frozenset("畫鍊託諮")


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.zeros(0x110000, dtype=np.uint8)
    kinds[[ord(char) for char in _simplified_forms()]] = _TRADITIONAL
    kinds[[ord(char) for char in set(traditional_to_simplified().values()) if not _encodes(char, "big5")]] = _SIMPLIFIED
    return kinds


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
