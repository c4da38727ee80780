"""How well calls are read: 900 made up by chance, and those written by hand."""

from collections import Counter
from collections.abc import Mapping
from random import Random

from zhoudao.engines.drafting import Draft, read
from zhoudao.engines.drafting.tests.calls import made_up
from zhoudao.engines.drafting.tests.country import ARTICLES, COUNTRY
from zhoudao.engines.drafting.tests.spoken import CALLS

MADE_UP = 900
_NARROW = {code + 0xFEE0: code for code in range(ord("0"), ord("9") + 1)}


def test_of_calls_made_up_nearly_all_is_read_and_nothing_that_was_not_said() -> None:
    rng, right, all_ = Random(20260), Counter[str](), Counter[str]()
    for _ in range(MADE_UP):
        call = made_up(rng)
        draft = read(call.text, ARTICLES, COUNTRY)
        compare(draft, call.goods, right, all_)
        is_right = {
            "phone": draft.phone.value == call.phone,
            "name": draft.name.value == call.name,
            "city": draft.city.value == call.city,
            "street": draft.street.value.translate(_NARROW) == call.house,
        }
        right.update(name for name, is_so in is_right.items() if is_so)
        all_.update(is_right)
    shares = {name: right[name] / all_[name] for name in all_}
    assert min(shares[name] for name in ("article", "quantity", "phone")) >= 0.997, shares
    assert min(shares[name] for name in ("name", "city", "street", "only")) >= 0.99, shares


def test_of_calls_written_by_hand_most_is_read() -> None:
    right, all_ = Counter[str](), Counter[str]()
    for text, goods, phone, name, city, street in CALLS:
        draft = read(text, ARTICLES, COUNTRY)
        compare(draft, goods, right, all_)
        asked = {"phone": phone, "name": name, "city": city, "street": street}
        right.update(field for field, value in asked.items() if value and getattr(draft, field).value == value)
        all_.update(field for field, value in asked.items() if value)
    assert len(CALLS) >= 25
    assert min(right[name] / all_[name] for name in all_) >= 0.95, {name: right[name] / all_[name] for name in all_}


def compare(draft: Draft, goods: Mapping[str, int | None], right: Counter[str], all_: Counter[str]) -> None:
    """This will count articles found, quantities right, and orders with nothing else in them."""
    got = {line.sku: line.quantity for line in draft.lines}
    for sku, quantity in goods.items():
        right["article"] += sku in got
        right["quantity"] += sku in got and got[sku] == quantity
    all_.update(article=len(goods), quantity=len(goods), only=1)
    right["only"] += set(got) <= set(goods)
