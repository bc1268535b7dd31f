"""Groups of alike texts: the first independent set in reading order, however it is worked out."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import naive
import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from cleaner import compiled, groups, kernels
from cleaner.groups import NOT_ALIKE, Parameters, from_datasketch, group, signatures, to_datasketch

PLAN = "全面加强金融监管，有效治理恶性拖欠账款和逃废债等行为，牢牢守住不发生系统性金融风险的底线，促进金融业平稳健康发展。"
AREA = "做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目，新增高新技术企业和专精特新企业。"


def noisy(text: str, *places: int) -> str:
    return "".join("某" if i in places else char for i, char in enumerate(text))


def same(text: str) -> str:
    """Another way to write it: full-width, with spaces."""
    return text.replace("，", ", ").replace("1", "１")


TEXTS = st.lists(
    st.one_of(
        st.builds(noisy, st.sampled_from([PLAN, AREA]), st.integers(0, 50), st.integers(0, 50), st.integers(0, 9)),
        st.builds(same, st.sampled_from([PLAN, AREA])),
        st.text("甲乙丙丁", min_size=0, max_size=40),
    ),
    max_size=14,
)


@pytest.fixture(params=[kernels, compiled], ids=["numpy", "compiled"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], ModuleType]:
    monkeypatch.setattr(groups, "ways_for", lambda characters: request.param)
    return groups.ways_for


@pytest.mark.usefixtures("ways")
@given(texts=TEXTS, threads=st.sampled_from([1, 2]))
def test_keepers_are_the_first_independent_set(texts: list[str], threads: int) -> None:
    # 60 bands of 1 row find all pairs at 0.5: no candidate is missed by chance
    parameters = Parameters(bands=60, rows=1, threshold=0.5)
    folded = ["".join(char for char in text if char not in "，。、, ") for text in texts]
    found = group(texts, parameters, threads=threads)
    assert found.keeper.tolist() == naive.keepers(folded, 3, 0.5, parameters.short)
    for i, k in enumerate(found.keeper.tolist()):
        if i != k and folded[i] != folded[k] and found.similarity[i] >= 0.5:
            assert found.similarity[i] in (naive.jaccard(folded[i], folded[k], 3), 1 - 1 / max(len(folded[i]), len(folded[k])))
        assert i == k or found.keeper[k] == k


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize(
    ("texts", "keeper"),
    [
        ([], []),
        ([""], [0]),
        (["", "", "甲"], [0, 0, 2]),
        ([PLAN, AREA, PLAN], [0, 1, 0]),
        ([PLAN, same(PLAN), noisy(PLAN, 20)], [0, 0, 0]),
        # nothing is merged for being short: what has no shingle has no bucket
        (["同意", "不同", "是", "否", "同意"], [0, 1, 2, 3, 0]),
        (["关于印发方案的通知", "关于印发方法的通知"], [0, 1]),
        (["关于印发年度实施方案的通知", "关于印发年度实施方案的通告", "关于印发年度实施方案通知"], [0, 0, 0]),
        (["关于印发年度实施方案的通知", "关于开展年度实施方案的通告"], [0, 1]),
        (["𠮷" + PLAN, PLAN, "𠮷𠮷𠮷" + AREA], [0, 0, 2]),
    ],
)
def test_what_is_grouped_and_what_is_not(texts: list[str], keeper: list[int]) -> None:
    assert group(texts).keeper.tolist() == keeper


def test_no_chain_leads_from_one_text_to_another() -> None:
    steps = [noisy(PLAN, *range(0, 3 * n, 3)) for n in range(8)]
    found = group(steps)
    assert found.keeper.tolist() == naive.keepers([step.replace("，", "").replace("。", "") for step in steps], 3, 0.8, (12, 32))
    assert len(set(found.keeper.tolist())) > 1


@pytest.mark.usefixtures("ways")
def test_an_objection_keeps_two_texts_apart_and_is_counted() -> None:
    texts = [f"截至{year}年末，" + PLAN for year in (2021, 2022, 2021)]
    found = group(texts, objection=lambda i, k: "another year" if texts[i][:6] != texts[k][:6] else None)
    assert found.keeper.tolist() == [0, 1, 0]
    assert found.rejected["another year"] == 1
    kinds = np.array([2021, 2022, 2021], dtype=np.uint64)
    assert group(texts, kinds=kinds).keeper.tolist() == [0, 1, 0]
    assert sum(group(texts, kinds=kinds).rejected.values()) == 0  # texts of two kinds do not meet at all


@pytest.mark.usefixtures("ways")
def test_a_bucket_of_thousands_stays_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "HOT", 4)
    rng = np.random.default_rng(1)
    texts = [PLAN + "".join(map(chr, rng.integers(0x4E00, 0x9F00, 30))) for _ in range(40)]  # alike enough for a bucket, not for a group
    found = group(texts, Parameters(bands=30, rows=1))
    assert found.keeper.tolist() == list(range(40))
    assert found.rejected[groups.TOO_MANY] > 0
    assert found.rejected[NOT_ALIKE] <= 40 * 30 * 4


def test_all_ways_agree_on_many_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    bases = ["".join(map(chr, rng.integers(0x4E00, 0x9F00, size))) for size in rng.integers(8, 120, 60)]
    texts = [noisy(bases[i], *rng.integers(0, 120, rng.integers(0, 4)).tolist()) for i in rng.integers(0, 60, 600)]
    found = []
    for module in (kernels, compiled):
        monkeypatch.setattr(groups, "ways_for", lambda characters, module=module: module)
        found += [group(texts, threads=threads) for threads in (1, 2, 7)]
        found.append(group(texts, objection=lambda i, k: None))
    for other in found[1:]:
        assert (other.keeper == found[0].keeper).all()
        assert (other.similarity == found[0].similarity).all()
    assert (found[0].keeper != np.arange(600)).sum() > 300


def test_signatures_go_to_datasketch_and_back() -> None:
    values = signatures([PLAN, noisy(PLAN, 20), AREA])
    minhashes = to_datasketch(values)
    assert (from_datasketch(minhashes) == values).all()
    assert minhashes[0].jaccard(minhashes[1]) > 0.7 > 0.2 > minhashes[0].jaccard(minhashes[2])

    lsh = MinHashLSH(params=(16, 5), num_perm=80)
    lsh.insert("plan", minhashes[0])
    lsh.insert("area", minhashes[2])
    assert lsh.query(minhashes[1]) == ["plan"]
    with pytest.raises(ValueError, match="affine64"):
        from_datasketch([MinHash(80, scheme="affine64")])
