"""Tables in memory: frames of pandas, and what `datasets.Dataset.map` is given."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from cleaner import CleanColumn, check_frame, clean, clean_frame
from cleaner.frames import BadFrame
from cleaner.settings import Settings, removing

pd = pytest.importorskip("pandas")

DIRTY, CLEAN = "推进体系建建设,落实各项任务。", "推进体系建设，落实各项任务。"
LONG = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性区域性金融风险的底线，促进金融业平稳健康发展。"


def frame(**more: Any) -> Any:
    columns = {"n": [1, 2, 3], "text": [DIRTY, None, CLEAN], "kind": pd.Categorical(["a", "b", "a"])} | more
    return pd.DataFrame(columns, index=[7, 5, 5])


@pytest.mark.parametrize("kind", ["object", "str", "string", "category"])
def test_only_the_texts_change(kind: str) -> None:
    before = frame()
    before["text"] = before["text"].astype(kind)
    kept = before.copy(deep=True)
    after = clean_frame(before)
    assert after["text"].tolist()[::2] == [CLEAN, CLEAN]
    assert after["text"].isna().tolist() == [False, True, False]
    assert list(after.columns) == list(before.columns)
    assert after.dtypes.drop("text").equals(before.dtypes.drop("text"))
    assert str(after["text"].dtype) == str(before["text"].dtype)
    assert after.index.equals(before.index)
    pd.testing.assert_frame_equal(before, kept)


def test_it_is_what_clean_gives() -> None:
    texts = [DIRTY, f"{LONG}\n{LONG}\n", "好。"]
    assert clean_frame(pd.DataFrame({"body": texts}), "body")["body"].tolist() == [clean(text) for text in texts]


def test_rows_are_held_against_one_another() -> None:
    texts = pd.DataFrame({"text": [f"办法\n{LONG}", f"意见\n{LONG}"]})
    found = check_frame(texts)
    assert found[found["code"] == "REP505"]["row"].tolist() == [1]
    assert clean_frame(texts)["text"].tolist() == texts["text"].tolist()
    assert clean_frame(texts, settings=removing(Settings()))["text"].tolist()[1].strip() == "意见"


@pytest.mark.parametrize(
    ("given", "column", "reason"),
    [
        ({}, "body", "no column 'body'; there are: n, text, kind"),
        ({}, "n", "row 0: 'n' holds a int, not text"),
        ({"text": ["a", "b\ud800", "c"]}, "text", r"row 1: 'text' holds a lone surrogate, \ud800, at character 1"),
    ],
)
def test_errors_name_row_and_column(given: dict[str, Any], column: str, reason: str) -> None:
    table = pd.DataFrame(frame(**({} if "text" in given else given)))
    if "text" in given:
        table["text"] = pd.Series(given["text"], dtype="object", index=table.index)
    with pytest.raises(BadFrame) as error:
        clean_frame(table, column)
    assert str(error.value) == reason


def test_a_function_for_map() -> None:
    function = pickle.loads(pickle.dumps(CleanColumn("body")))
    assert function({"body": DIRTY, "n": 1}) == {"body": CLEAN}
    assert function({"body": [DIRTY, None], "n": [1, 2]}) == {"body": [CLEAN, None]}
    with pytest.raises(BadFrame, match="no column 'body'; there are: text"):
        function({"text": DIRTY})


def test_it_maps_a_dataset() -> None:
    datasets = pytest.importorskip("datasets")
    mapped = datasets.Dataset.from_dict({"text": [DIRTY], "n": [1]}).map(CleanColumn(), batched=True)
    assert mapped[0] == {"text": CLEAN, "n": 1}
