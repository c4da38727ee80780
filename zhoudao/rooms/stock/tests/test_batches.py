"""Batches as people and labels write them: one batch is one text, and what cannot be one is said."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.rooms.stock.batches import LONGEST, batch_of, batch_scanned, goods_scanned
from zhoudao.rooms.stock.commands.naming import ask_batch, name_item
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.refusals import BatchUnsound, SkuUnknown

sound = st.from_regex(r"[A-Z0-9][A-Z0-9./_+:#*-]{0,29}", fullmatch=True)
EAN = "6901234567892"


@given(sound, st.sampled_from(["", " ", "\u3000", "\u200b", "批号：", "批次 ", "LOT: ", "Batch No. "]))
def test_however_it_is_written_it_is_one_batch(batch: str, before: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in batch)
    for text in (batch, batch.lower(), wide, " ".join(batch), unicodedata.normalize("NFKC", wide)):
        assert batch_of(f"{before}{text}\t") == batch_of(batch)


@given(st.text(max_size=400))
def test_whatever_is_typed_is_a_short_batch_or_refused(text: str) -> None:
    try:
        found = batch_of(text)
    except BatchUnsound:
        return
    assert len(found) <= LONGEST
    assert batch_of(found) == found


@pytest.mark.parametrize("text", ["A" * 31, "批", "-A", "A\0", "A;B", "<b>", "=1+1", "A" * 5_000])
def test_what_cannot_be_a_batch_is_refused(text: str) -> None:
    with pytest.raises(BatchUnsound):
        batch_of(text)


def test_nothing_said_is_no_batch() -> None:
    assert [batch_of(text) for text in ("", "  ", "\u3000")] == ["", "", ""]


@pytest.mark.django_db
def test_a_label_names_item_and_batch_and_an_items_own_barcode_goes_first() -> None:
    name_item(sku="LP-7", names={"zh-Hans": "台灯"}, barcode=EAN)
    name_item(sku="0106901234567892", names={}, barcode=None)
    found = goods_scanned("]d201069012345678921726113010l-12\x1d21S9")
    assert (str(found.item and found.item.sku), found.batch) == ("LP-7", "L-12")
    assert goods_scanned("0106901234567892").item == Item.objects.get(sku="0106901234567892")
    foreign = goods_scanned("(01)04006381333931(10)A")
    assert (foreign.item, foreign.batch) == (None, "A")
    assert goods_scanned("10L-7").item is None
    assert goods_scanned("x").item is None
    with pytest.raises(BatchUnsound):
        goods_scanned("(01)06901234567892(10)?!")


def test_by_itself_a_foreign_barcode_is_no_batch() -> None:
    for text in ("4006381333931", "(01)04006381333931(10)A", ""):
        assert batch_scanned(text) == ""
    assert (batch_scanned("l 12"), batch_scanned("(10)l-12"), batch_scanned("20260301")) == ("L12", "L-12", "20260301")
    assert batch_scanned("10L7") == "10L7", "that is no label"


@pytest.mark.django_db
def test_an_item_says_whether_its_batch_is_asked_for() -> None:
    name_item(sku="LP-7", names={})
    ask_batch(sku="LP-7", is_asked=True)
    name_item(sku="LP-7", names={"en": "Lamp"})
    assert Item.objects.get().asks_batch
    ask_batch(sku="LP-7", is_asked=False)
    assert not Item.objects.get().asks_batch
    with pytest.raises(SkuUnknown):
        ask_batch(sku="x", is_asked=True)
