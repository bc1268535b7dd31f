"""Peers that are whole pipelines, run as their users run them: from files to files. Neither verifies what shares a bucket,
and both take whole records; here each paragraph is one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.contenders import BANDS, GONE, NGRAM, ROWS, Places


def text_dedup(texts: list[str], _: int) -> Places:
    """Its command with what it takes where nothing is said: 5-grams of words, records of less than 5 words left out."""
    return _text_dedup(texts)


def text_dedup_kept_short(texts: list[str], _: int) -> Places:
    """Its command told to leave no record out, with 16 bands of 5."""
    return _text_dedup(texts, "--min_length", "1", "--num_perm", str(BANDS * ROWS), "--b", str(BANDS), "--r", str(ROWS))


def _text_dedup(texts: list[str], *options: str) -> Places:
    from datasets import Dataset, load_from_disk
    from datasets.utils import logging

    logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as folder:
        Dataset.from_dict({"text": texts, "place": range(len(texts))}).save_to_disk(f"{folder}/in")
        command = [sys.executable, "-m", "text_dedup.minhash", "--path", f"{folder}/in", "--local", "--output", f"{folder}/out"]
        command += ["--cache_dir", f"{folder}/cache", "--column", "text", "--batch_size", "10000", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        kept = np.array(load_from_disk(f"{folder}/out")["place"][:], dtype=np.int64)
    keeper = np.full(len(texts), GONE)
    keeper[kept] = kept
    return keeper


def datatrove(texts: list[str], _: int) -> Places:
    """Its four stages for Chinese: words by spaCy and jieba, 5-grams of them, 14 buckets of 8, figures folded to 0."""
    from datatrove.pipeline.dedup.minhash import MinhashConfig

    return _datatrove(texts, MinhashConfig(), "cmn")


def datatrove_characters(texts: list[str], _: int) -> Places:
    """Its four stages with a tokenizer of one's own that takes characters, 3-grams of them, 16 buckets of 5."""
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.utils.word_tokenizers import WordTokenizer

    class Characters(WordTokenizer):  # type: ignore[misc]
        """A word is a character."""

        def word_tokenize(self, text: str) -> list[str]:
            return [character for character in text if not character.isspace()]

        def sent_tokenize(self, text: str) -> list[str]:
            return [text]

        def span_tokenize(self, text: str) -> list[tuple[int, int]]:
            return [(0, len(text))]

    return _datatrove(texts, MinhashConfig(n_grams=NGRAM, num_buckets=BANDS, hashes_per_bucket=ROWS), Characters())


def _datatrove(texts: list[str], config: object, language: object) -> Places:
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup.minhash import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashDedupFilter as Filter
    from loguru import logger

    logger.remove()
    kept: list[int] = []

    def collect(records: object, rank: int = 0, world_size: int = 1) -> object:
        for record in records:  # type: ignore[attr-defined]
            kept.append(int(record.id))
            yield record

    records = [Document(text=text, id=str(i)) for i, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        signatures, buckets, removed = (str(Path(folder, name)) for name in ("signatures", "buckets", "removed"))
        stages: list[tuple[list[object], int]] = [
            ([records, MinhashDedupSignature(output_folder=signatures, config=config, language=language)], 1),
            ([MinhashDedupBuckets(input_folder=signatures, output_folder=buckets, config=config)], config.num_buckets),  # type: ignore[attr-defined]
            ([MinhashDedupCluster(input_folder=buckets, output_folder=removed, config=config)], 1),
            ([records, Filter(input_folder=removed), collect], 1),
        ]
        for number, (pipeline, tasks) in enumerate(stages):
            LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=f"{folder}/log{number}").run()
    keeper = np.full(len(texts), GONE)
    keeper[kept] = kept
    return keeper
