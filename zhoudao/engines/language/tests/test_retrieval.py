"""The entry that answers a question is found, in whatever words and script it is asked."""

import pytest

from zhoudao.engines.language.packing import NoModel
from zhoudao.engines.language.retrieval import Index

ENTRIES = {
    "return": ["七天内可以退货吗", "怎么退货", "how do I return an item"],
    "invoice": ["如何开具发票", "发票抬头可以修改吗", "can I get an invoice"],
    "hours": ["门店几点开门", "营业时间是什么时候", "what are your opening hours"],
    "freight": ["运费是多少", "满多少包邮", "how much is shipping"],
}


@pytest.fixture(scope="module")
def index() -> Index:
    """Four entries."""
    found = Index()
    found.add(ENTRIES)
    return found


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("退货要怎么弄", "return"),
        ("請問門市營業時間", "hours"),
        ("運費多少錢", "freight"),
        ("do you give invoices", "invoice"),
        ("开 发 票", "invoice"),
        ("send it back", "return"),
    ],
)
def test_it_is_found(index: Index, question: str, key: str) -> None:
    found = index.search(question)
    assert found[0].key == key
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_traditional_and_simplified_are_the_same_question(index: Index) -> None:
    assert index.search("發票抬頭可以修改嗎")[0].score == pytest.approx(
        index.search("发票抬头可以修改吗")[0].score, abs=0.02
    )


def test_which_phrasing_fits_is_told(index: Index) -> None:
    best = index.search("满多少包邮呢")[0]
    assert ENTRIES[best.key][best.phrasing] == "满多少包邮"


def test_entries_come_and_go() -> None:
    found = Index()
    found.add(ENTRIES)
    found.remove(["hours", "no such key"])
    assert "hours" not in found
    assert all(one.key != "hours" for one in found.search("门店几点开门"))
    found.add({"hours": ["什么时候关门"], "return": ["想退"], "freight": []})
    assert len(found) == 3
    assert found.search("几点关门")[0].key == "hours"
    anew = Index()
    anew.add({"invoice": ENTRIES["invoice"], "hours": ["什么时候关门"], "return": ["想退"]})
    for question in ("发票", "几点关门", "退货"):
        assert [one.key for one in anew.search(question)] == [one.key for one in found.search(question)]


def test_a_kept_index_finds_the_same(index: Index) -> None:
    kept = Index.from_bytes(index.to_bytes())
    for question in ("退货", "運費", "invoice please"):
        assert [one.key for one in kept.search(question)] == [one.key for one in index.search(question)]


def test_nothing_is_found_in_nothing() -> None:
    assert Index().search("退货") == []
    assert Index.from_bytes(Index().to_bytes()).search("退货") == []
    with pytest.raises(NoModel):
        Index.from_bytes(b"no index")


@pytest.mark.parametrize("question", ["", "   ", "😀", "退" * 100_000])
def test_odd_questions_are_answered_in_time(index: Index, question: str) -> None:
    assert len(index.search(question)) <= 5
