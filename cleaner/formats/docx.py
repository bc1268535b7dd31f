"""Word files (docx): their paragraphs are the lines of the text; what is changed is changed in the runs that hold it, and
nothing else is.

A rewritten file is read again before it is given out: where it does not read as it should, it is refused.
"""

from __future__ import annotations

import io
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from cleaner.edits import apply
from cleaner.formats.plain import Unreadable, Unwritable
from cleaner.formats.streams import needed
from cleaner.model import Script

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_AS_TEXT = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}


class _Bit(NamedTuple):
    """text[start:start+len(text)] stands in a node; a paragraph's end stands in the paragraph itself."""

    start: int
    text: str
    node: Any


def text(content: bytes, name: str) -> str:
    """The text of a Word file: a line a paragraph, those of tables too, in the order in which they stand.

    Raises Unreadable."""
    return "".join(bit.text for bit in _bits(_root(content, name)))


def _root(content: bytes, name: str) -> Any:
    try:
        from lxml import etree
    except ImportError:
        raise needed("lxml", f"{name}: a Word file", "docx") from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # no entities, no network: a document is data
            return etree.fromstring(archive.read(_BODY), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, OSError, RuntimeError) as error:
        raise Unreadable(f"{name}: no Word file (docx): {error}") from None


def _bits(root: Any) -> Iterator[_Bit]:
    at = 0
    for paragraph in root.iter(f"{_W}p"):
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue  # a text box once more, for programs of before 2010
        for node in paragraph.iter():
            string = (node.text or "") if node.tag == f"{_W}t" else _AS_TEXT.get(node.tag, "")
            if node.tag in (f"{_W}tab",) and node.getparent().tag != f"{_W}r":
                continue  # a tab stop of the paragraph's form
            if string and next(node.iterancestors(f"{_W}p")) is paragraph:
                yield _Bit(at, string, node)
                at += len(string)
        yield _Bit(at, "\n", paragraph)
        at += 1


def rewritten(content: bytes, script: Script, name: str) -> bytes:
    """The file with its text changed.

    Raises Unwritable where its form does not allow that."""
    from lxml import etree

    root = _root(content, name)
    bits = list(_bits(root))
    old = "".join(bit.text for bit in bits)
    starts = [bit.start for bit in bits]
    strings = {n: bit.text for n, bit in enumerate(bits) if bit.node.tag == f"{_W}t"}
    gone: list[_Bit] = []
    for edit in reversed(script):
        put = edit.new
        for n in range(bisect_right(starts, max(edit.start, edit.end - 1)) - 1, -1, -1):
            bit = bits[n]
            if bit.start + len(bit.text) < edit.start or (bit.start + len(bit.text) == edit.start and not put):
                break
            lo, hi = max(edit.start, bit.start) - bit.start, min(edit.end, bit.start + len(bit.text)) - bit.start
            if n in strings:
                here = put if bit.start <= edit.start <= bit.start + len(bit.text) else ""
                put = "" if here else put
                strings[n] = strings[n][:lo] + here + strings[n][max(lo, hi) :]
            elif hi > lo:
                gone.append(bit)
        if put:
            raise Unwritable(f"{name}: no run of the Word file holds the place of {put!r}")
    for n, string in strings.items():
        if string != bits[n].text:
            bits[n].node.text = string
            bits[n].node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for bit in sorted(gone, reverse=True, key=lambda bit: bit.start):
        _remove(bit.node)
    changed = _with_body(content, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
    if text(changed, name) != apply(old, script):
        raise Unwritable(f"{name}: the form of the Word file does not allow these changes; it is left as it is")
    return changed


def _remove(node: Any) -> None:
    """A line end goes: the paragraph, where nothing is left of it, else it is joined with the next one."""
    parent = node.getparent()
    if node.tag != f"{_W}p":
        parent.remove(node)
        return
    if not any(bit.text for bit in _bits(node) if bit.node is not node) and not _holds_more(node):
        parent.remove(node)
        return
    after = node.getnext()
    if after is None or after.tag != f"{_W}p" or node.find(f"{_W}pPr/{_W}sectPr") is not None:
        return  # seen when it is read again
    for child in list(after):
        if child.tag != f"{_W}pPr":
            node.append(child)
    parent.remove(after)


def _holds_more(paragraph: Any) -> bool:
    kinds = ("drawing", "pict", "object", "sectPr")
    return any(paragraph.find(f".//{_W}{kind}") is not None for kind in kinds) or (
        paragraph.getparent().tag == f"{_W}tc" and len(paragraph.getparent().findall(f"{_W}p")) == 1
    )


def _with_body(content: bytes, body: bytes) -> bytes:
    """The archive with another body, all else as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, body if info.filename == _BODY else old.read(info), compress_type=info.compress_type)
    return out.getvalue()
