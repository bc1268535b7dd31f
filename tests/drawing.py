"""What a browser makes of HTML, and texts that would like it to make more of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

HOSTILE = [
    "</script><script>alert(1)</script>",
    '<img src="//x.example/a" onerror=alert(1)>',
    "]]>",
    "<!--",
    "</div></article>",
    "&lt;b&gt;&#x3c;",
    "\" onmouseover='x'",
    "\u202e反\u202c",
    "\u2066甲\u2069",
    "\u2028",
    "\u2029",
    "\x00",
    "\x1b[31m",
    "\x0b\x0c\x85",
    "\udc80\udcff",
    "\ufeff",
    "\u200b\u200d",
    "\ue004",
    "\ufffe",
    "\U000e0041",
    "𠮷",
    "e\u0301\ufe0f",
]


class Drawing(HTMLParser):
    """What a browser makes of it: elements, the texts shown, the text of each drawing before and after."""

    VOID = ("br", "meta", "link", "rect", "line")

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.seen = ""  # all text, folded or not
        self.before: list[str] = []
        self.after: list[str] = []
        self.shown: list[str] = []  # without what is folded
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names)
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))
        if dict(attrs).get("class") == "text":
            self.before.append("")
            self.after.append("")
            self.shown.append("")

    def handle_endtag(self, tag: str) -> None:
        assert tag in self.VOID or self.open.pop()[0] == tag, (tag, self.elements[-4:])

    def handle_data(self, text: str) -> None:
        self.seen += text
        tags = [tag for tag, _ in self.open]
        classes = [attrs.get("class") for _, attrs in self.open]
        if "text" not in classes or "summary" in tags:
            return
        if "seen" in classes:
            text = chr(int(re.match(r"U\+([0-9A-F]+)", str(self.open[-1][1]["title"]))[1], 16))  # type: ignore[index]
            if "times" in classes:
                text *= int(str(self.open[-2][1]["data-times"]))
        elif "times" in classes:
            return  # ×17 after the token
        if "ins" not in tags:
            self.before[-1] += text
        if "del" not in tags:
            self.after[-1] += text
        if "details" not in tags:
            self.shown[-1] += text

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)
