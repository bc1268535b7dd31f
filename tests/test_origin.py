"""What a page says of where its text comes from, as fields; moved to a sidecar when asked, and back again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Cleaner

from cleaner.language.furniture import page_of
from cleaner.language.origin import fields_of, origins

BODY = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任。\n"


@pytest.mark.parametrize(
    ("stretch", "fields"),
    [
        ("来源：人民日报", {"来源": "人民日报"}),
        ("来源:\r\n四川日报", {"来源": "四川日报"}),
        ("（来源：青海日报）", {"来源": "青海日报"}),
        ("文　号：国办发〔2023〕12号", {"文号": "国办发〔2023〕12号"}),
        ("2026-02-03 09:02:33", {"时间": "2026-02-03 09:02:33"}),
        ("来源：某报 作者：张三 发布时间：2024-01-18 09:30", {"来源": "某报", "作者": "张三", "发布时间": "2024-01-18 09:30"}),
        (
            "某网　www.gov.cn　 2006年02月23日 14时52分　 来源：人民网",
            {"时间": "2006年02月23日 14时52分", "网站": "某网 www.gov.cn", "来源": "人民网"},
        ),
        ("责任编辑：\n李红\n扫一扫在手机打开当前页", {"责任编辑": "李红"}),
        ("打印本页", {}),
        ("", {}),
    ],
)
def test_fields(stretch: str, fields: dict[str, str]) -> None:
    assert fields_of(stretch) == fields


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"来源：\n四川日报\n{BODY}", ["来源：\n四川日报"]),
        (f"来源：\n各位代表：\n{BODY}", ["来源："]),
        (f"来源：\n发布时间：2024-01-18\n{BODY}", ["来源：", "发布时间：2024-01-18"]),
        (f"来源于人民的力量\n{BODY}会议时间：2024年1月18日", []),
        (f"责任编辑：王小明\n{BODY}", []),  # furniture
        ("", []),
    ],
)
def test_lines_that_tell(text: str, told: list[str]) -> None:
    page = page_of(text)
    assert [text[page.lines[o.first].start : page.lines[o.last].end] for o in origins(page, 15)] == told


def test_metadata_goes_to_a_sidecar_and_comes_back(cleaner: Cleaner, tmp_path: Path) -> None:
    raw = f"工作报告\r\n来源：某某日报\r\n发布时间：2024-01-18 09:30\r\n\r\n{BODY}责任编辑：\n李红\n打印本页\n".encode("gb18030")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(raw)
    (tmp_path / "in" / "b.txt").write_text(BODY, "utf-8")
    assert cleaner("clean", "in", "-o", "out", "--metadata", "meta.jsonl").code == 0
    rows = [json.loads(line) for line in (tmp_path / "meta.jsonl").read_text("utf-8").splitlines()]
    assert [(row["path"], row["row"]) for row in rows] == [("in/a.txt", None), ("in/b.txt", None)]
    assert rows[0]["fields"] == {"来源": "某某日报", "发布时间": "2024-01-18 09:30", "责任编辑": "李红"}
    assert rows[0]["lines"][:2] == ["来源：某某日报", "发布时间：2024-01-18 09:30"]
    assert rows[1]["fields"] == {}
    cleaned = (tmp_path / "out" / "a.txt").read_bytes().decode("gb18030")
    assert cleaned.split() == ["工作报告", BODY.strip()]
    assert cleaner("undo", "out.report", "-o", "back").code == 0
    assert (tmp_path / "back" / "a.txt").read_bytes() == raw


def test_the_sidecar_is_never_an_input(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY, "utf-8")
    assert cleaner("clean", "a.txt", "-o", "out", "--metadata", "a.txt").code == 2
    assert cleaner("clean", "-", "--metadata", "meta.jsonl").code == 2
    assert (tmp_path / "a.txt").read_text("utf-8") == BODY


def test_without_a_sidecar_the_lines_stay(cleaner: Cleaner, tmp_path: Path) -> None:
    text = f"来源：某某日报\n{BODY}"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    cleaner("clean", "a.txt", "-o", "out", "--unsafe-fixes")
    assert (tmp_path / "out" / "a.txt").read_text("utf-8") == text
