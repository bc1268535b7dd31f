"""policy-cleaner: finds and mends what is wrong in scraped, scanned and transcribed Chinese policy text.

>>> from cleaner import clean
>>> clean("推进体系建设,增长3.6%。")
'推进体系建设，增长3.6%。'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaner.api import Cleaner, check, clean
    from cleaner.frames import CleanColumn, check_frame, clean_frame
    from cleaner.groups import from_datasketch, group, signatures, to_datasketch

__version__ = "0.1.0"
__all__ = [
    "CleanColumn",
    "Cleaner",
    "__version__",
    "check",
    "check_frame",
    "clean",
    "clean_frame",
    "from_datasketch",
    "group",
    "signatures",
    "to_datasketch",
]


def __getattr__(name: str) -> object:
    # the command must start fast: what it does not use is not loaded
    if name in ("Cleaner", "check", "clean"):
        from cleaner import api

        return getattr(api, name)
    if name in ("CleanColumn", "check_frame", "clean_frame"):
        from cleaner import frames

        return getattr(frames, name)
    if name in ("from_datasketch", "group", "signatures", "to_datasketch"):
        from cleaner import groups

        return getattr(groups, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
