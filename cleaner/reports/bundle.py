"""The page's script and style: modules of their own under web/, made one script each time a page is written.

There is no build step: a module says `import { a } from "./b.js";` and `export`, a line each, and names are not used twice.
Without those lines the modules, one behind the other, are one plain script, which file:// may run, too.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from cleaner.patterns import lazily

MODULES = ("text", "marks", "data", "words", "difference", "store", "facets", "list", "draw", "detail", "app")
"""In an order in which each stands behind what it uses."""

_IMPORT = lazily(r'^import .*? from "\./[a-z]+\.js";\n', re.MULTILINE)
_EXPORT = lazily(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


@cache
def script() -> str:
    """The modules as one script. Raises ValueError where one of them cannot be put before the others."""
    parts = []
    for name in MODULES:
        part = _EXPORT.sub("", _IMPORT.sub("", source(f"{name}.js")))
        if re.search(r"^\s*(import|export)\b", part, re.MULTILINE) or "</" in part or "<!--" in part:
            raise ValueError(f"{name}.js: an import or export that is not a line of its own, or something that ends a script")
        parts.append(part)
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


@cache
def style() -> str:
    """The style sheet."""
    return source("page.css")


@cache
def early() -> str:
    """What must run before the first paint: it says that there is a script, and how the reader likes the page."""
    return source("early.js")


def source(name: str) -> str:
    """A file of the page."""
    return files("cleaner").joinpath("reports/web", name).read_text("utf-8")
