"""The command: `cleaner`, or `python -m cleaner`."""

from __future__ import annotations

import gc
import os
from typing import NoReturn


def main() -> NoReturn:
    """As cli.main. What is imported stays: to look for garbage among it, again and again, takes as long as reading a short text."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start threads for algebra, of which there is none here
    gc.disable()
    from cleaner.cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
