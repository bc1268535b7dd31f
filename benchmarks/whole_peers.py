"""Others on whole documents, run as their users run them: python -m benchmarks.whole_peers NAME FILE.jsonl"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Peer(NamedTuple):
    """title: as it is reported. does: what of the work it does. run: on a table of documents."""

    title: str
    does: str
    run: Callable[[Path], object]


def _texts(path: Path) -> list[str]:
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def text_dedup(path: Path) -> object:
    """Its command."""
    from benchmarks.pipelines import text_dedup_kept_short

    return text_dedup_kept_short(_texts(path), 2)


def datatrove(path: Path) -> object:
    """Its four stages."""
    from benchmarks.pipelines import datatrove_characters

    return datatrove_characters(_texts(path), 1)


_PROCESS = """
project_name: bench
dataset_path: {path}
export_path: {folder}/out.jsonl
np: 2
process:
  - fix_unicode_mapper:
  - punctuation_normalization_mapper:
  - whitespace_normalization_mapper:
  - clean_links_mapper:
  - remove_repeat_sentences_mapper:
      lowercase: false
      ignore_special_character: true
      min_repeat_sentence_length: 25
  - character_repetition_filter:
      rep_len: 10
      max_ratio: 0.9
  - document_minhash_deduplicator:
      tokenization: character
      window_size: 3
      num_permutations: 80
      jaccard_threshold: 0.8
      num_bands: 16
      num_rows_per_band: 5
"""


def data_juicer(path: Path) -> object:
    """Its command, with the operators that come nearest."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder, "recipe.yaml")
        recipe.write_text(_PROCESS.format(path=path, folder=folder), "utf-8")
        return subprocess.run([str(Path(sys.executable).parent / "dj-process"), "--config", str(recipe)], check=True)


PEERS = {
    "text-dedup": Peer("text-dedup, 16 bands of 5", "near-duplicate documents; candidates are not verified", text_dedup),
    "datatrove": Peer("datatrove, 3-grams of characters", "near-duplicate documents; candidates are not verified", datatrove),
    "data-juicer": Peer(
        "data-juicer, seven operators",
        "unicode, marks, spaces, links, repeated sentences, repetition ratio, near-duplicate documents",
        data_juicer,
    ),
}


if __name__ == "__main__":
    PEERS[sys.argv[1]].run(Path(sys.argv[2]))
