"""Paragraphs that are broken, or run into one; and where text is missing, nothing is joined."""

from __future__ import annotations

import pytest
from mending import mended

from cleaner.model import Grade
from cleaner.pipeline import findings_of
from cleaner.rules import paragraphs
from cleaner.rules.rule import Sees, declared

LOOPED = "支持孵化器建设，招引科技型企业和产业变革，支持孵化器建设，招引科技型企业和产业变革，支持孵化器建设，招引"
BROKEN = "市容环境焕然一新。创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，有效盘活全市公共停"


def hits(sees: Sees, text: str, **options: bool) -> list[tuple[str, Grade]]:
    return [(text[f.start : f.end], f.grade) for f in findings_of(declared(sees), text, options)]


def test_nothing_is_joined_where_a_loop_has_lost_its_text() -> None:
    second = "的企业落地生根，推动产业转型升级，取得明显成效。"
    assert (
        hits(paragraphs.broken_paragraph, f"支持孵化器建设，招引科技型企业和产业变革，支持更多的企业参与，招引\n{second}")[0][1]
        is Grade.UNSAFE
    )
    assert [grade for _, grade in hits(paragraphs.broken_paragraph, f"{LOOPED}\n{second}")] in ([], [Grade.NONE])
    assert mended(paragraphs.broken_paragraph, f"{LOOPED}\r\n{second}", Grade.UNSAFE) == f"{LOOPED}\r\n{second}"


@pytest.mark.parametrize("safe", [True, False])
def test_joins_are_as_safe_as_is_asked(safe: bool) -> None:
    ((_, grade),) = hits(paragraphs.broken_paragraph, f"{BROKEN}\n\n车资源，群众更加方便。", safe=safe)
    assert grade is (Grade.SAFE if safe else Grade.UNSAFE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("切实维护社会公平正义维护社会公平正义，是政法工作的核心价值追求。", ["维护社会公平正义维护社会公平正义"]),
        ("坚持稳中求进工作总基调坚持稳中求进工作总基调，是治国理政的重要原则。", ["坚持稳中求进工作总基调坚持稳中求进工作总基调"]),
        ("维护社会公平正义，维护社会公平正义，是政法工作的核心价值追求。", []),
        ("本规定规定的期限，是指自然日。", []),
        ("一个项目一个项目抓落实，是我们的方法。", []),
        ("国有土地使用权国有土地使用权登记表", []),
        ("", []),
    ],
)
def test_two_paragraphs_run_into_one_are_told(text: str, told: list[str]) -> None:
    assert hits(paragraphs.run_together, text) == [(stretch, Grade.NONE) for stretch in told]


def test_the_lines_of_one_paragraph_are_one_finding() -> None:
    ((lines, whole),) = declared(paragraphs.wrapped_lines).bad
    found = list(findings_of(declared(paragraphs.wrapped_lines), lines, {}))
    assert len(found) == whole.count("\n")
    assert {len(f.edits) for f in found} == {3}
    assert all(lines[f.start : f.end].count("\n") == 3 for f in found)
