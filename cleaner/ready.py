"""Made ready before there is much to read: compiled code, models and word lists are loaded once, and processes that are forked
have them. Each would load them for itself otherwise, after a good while of the slower ways that need none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from cleaner.formats.files import Item
from cleaner.formats.plain import decode
from cleaner.model import Document
from cleaner.pipeline import look
from cleaner.settings import BadSettings, Settings
from cleaner.sketches import sketch
from cleaner.views import MANY, Reader, paragraphs

MUCH = 3 * MANY  # bytes, in UTF-8

# One of everything that takes code of its own: a loop, a drifting one, doubled and wrong characters, marks, lines that are broken.
_TEXT = """各位代表：我们加快建建设步伐,大力培育发展大数局产业，促进高量质发展。加强项目项目建设，落实各项任务。
健全养老服务体系，完善医疗保障制度，健全养老服务体系，完善医疗保障制度，健全养老服务体系，完善医疗保障制度。
我们要大力推进科技创新，加快建设创新型城市，不断提高人民群众的获得感、幸福感、安全感，扎实推进各项重点工作任务落实到位，
"""


def make_ready(settings: Settings) -> None:
    """Load what looking at texts by these settings takes. What is wrong with them is told when a text is looked at."""
    Reader.much = True
    text = _TEXT * 2
    with suppress(BadSettings):
        look("", text, settings)
    sketch(Document(0, "", None, text, paragraphs(text), decode(text.encode())[1]))


def size_up_to(items: Iterable[Item], enough: int) -> int:
    """Bytes in the files, counted until it is enough."""
    size = 0
    for item in items:
        try:
            size += os.stat(item.path).st_size
        except OSError:
            continue  # told when it is read
        if size >= enough:
            break
    return size
