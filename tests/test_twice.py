"""A second cleaning changes nothing more: on the seed, and on pages of the kinds that are scraped. `make test-twice DATA=DIR` asks it
of every text of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from twice import Text, texts, unsteady

from cleaner.profiles import PROFILES

BODY = "支持企业加大研发投入，推动科技成果转化。完善配套政策，优化营商环境，为企业解决用地、用工和"
REST = "融资难题，推动产业升级，让群众有更多获得感。"
PAGES = {
    "web": "您的位置:\n首页\n>\n要闻\n要闻\n工作报告\n来源：某报\n【字体：\n大\n中\n小\n】\n\n\n\n\n"
    f"{BODY}{REST} \n\n打印本页 | 关闭窗口\n责任编辑：\n李红\n",
    "paper": f"（上接第1版）{BODY}\n- 3 -\n{REST}\n\n{BODY}\n\n{REST}（下转第4版）\n",
    "scan": (f"{BODY}{REST}"[:24] + "\n" + f"{BODY}{REST}"[24:48] + "\n" + f"{BODY}{REST}"[48:] + "\n12\n") * 8,
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_clean_after_one_cleaning(name: str, profile: str) -> None:
    assert unsteady(Text(name, PAGES[name]), profile) == []


def test_the_seed_is_clean_after_one_cleaning(seed: Path) -> None:
    (text,) = texts(seed.parent)
    assert unsteady(text) == []
