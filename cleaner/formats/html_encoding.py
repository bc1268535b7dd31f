"""What a page of HTML says that it is written in."""

from __future__ import annotations

import codecs
import re

from cleaner.patterns import lazily

_LOOKED_AT = 4096  # bytes; a browser looks at 1,024, and again when it has more
_META = lazily(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_XML = lazily(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_COMMENT = lazily(rb"<!--.*?-->", re.DOTALL)


def said(data: bytes) -> str | None:
    """The codec that a page names in its head; None where it names none that is known.

    Names mean what browsers take them for: gb2312 is GB18030, big5 is Windows' own, Latin-1 is Windows-1252."""
    head = _COMMENT.sub(b"", data[:_LOOKED_AT])
    found = _META.search(head) or _XML.search(head)
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    if name in _MEANT:
        return _MEANT[name]
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return codec if codec.startswith(_OF_PAGES) else None


_OF_PAGES = ("utf-8", "iso8859", "cp", "koi8", "shift_jis", "euc_")  # not UTF-16: who has read the name did not read it in that
_MEANT = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "chinese", "csgb2312", "iso-ir-58", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "cn-big5", "x-x-big5", "csbig5", "cp950"), "cp950"),
    "big5-hkscs": "big5hkscs",
    **dict.fromkeys(("iso-8859-1", "latin1", "ascii", "us-ascii", "windows-1252"), "cp1252"),
}
