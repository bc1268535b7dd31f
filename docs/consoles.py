"""What the commands of ```console blocks give: they are run, and their answers written under them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

HOUSE = Path(__file__).parent.parent
AT_HAND = ("docs/page.txt", "seeds")  # what the commands find in the folder they are run in
LOCALES = {"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}

_CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)


def answered(page: str, lang: str) -> str:
    """The page with every answer in its ```console blocks as it is now. The blocks of a page are run in one folder."""
    if not _CONSOLE.search(page):
        return page
    with _folder() as folder:
        return _CONSOLE.sub(lambda block: "".join(_answers(block[0], folder, lang)), page)


def commands(page: str) -> list[str]:
    """The commands in the ```console blocks of a page."""
    return [line[2:] for block in _CONSOLE.findall(page) for line in block.split("\n") if line.startswith("$ ")]


def _answers(block: str, folder: Path, lang: str) -> Iterator[str]:
    for line in block.split("\n"):
        if line.startswith("$ "):
            yield f"{line}\n{_answer(line[2:], folder, lang)}"


def _answer(command: str, folder: Path, lang: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "CLEANER_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = kept | {"PATH": path, "LANG": LOCALES[lang], "PYTHONUTF8": "1"}
    ran = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    return ran.stdout if ran.stdout.endswith("\n") or not ran.stdout else ran.stdout + "\n"


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cleaner.toml").write_text("", "utf-8")  # no settings from further up
        for thing in AT_HAND:
            (folder / thing).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (HOUSE / thing).is_dir() else shutil.copy
            copy(HOUSE / thing, folder / thing)
        yield folder
