"""In which language a message is written."""

import pytest

from zhoudao.engines.language.script import side_of, written


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我的快递到哪了", "zh-Hans"),
        ("退貨運費誰出", "zh-Hant"),
        ("where is my parcel", "en"),
        ("refund", "en"),
        ("我的iPhone15屏幕碎了", "zh-Hans"),
        ("WiFi连不上，APP打不开", "zh-Hans"),
        ("請問可以用LINE Pay嗎", "zh-Hant"),
        ("件貨而家去到邊", "zh-Hant"),
        ("刚才的order请cancel掉，size选错了sorry", "mixed"),
        ("想book一个installation，weekend可以吗", "mixed"),
        ("¿Dónde está mi pedido?", "other"),
        ("Où est ma commande ?", "other"),
        ("注文した商品がまだ届きません", "other"),
        ("배송이 언제 오나요", "other"),
        ("Где мой заказ", "other"),
        ("Wo ist meine Bestellung", "other"),
        ("", "other"),
        ("😀😀", "other"),
        ("12345678", "other"),
        ("asdkjhaskjd", "other"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    found = written(text)
    assert found.language == language
    assert 0 < found.confidence <= 1
    assert all(0 <= start < end <= len(text) for start, end in found.evidence)


@pytest.mark.parametrize(("character", "side"), [("们", -1), ("們", 1), ("后", 0), ("里", 0), ("的", 0), ("a", 0)])
def test_only_what_one_side_writes_tells(character: str, side: int) -> None:
    assert side_of(character) == side
