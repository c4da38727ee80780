"""The guide over a shop's own goods: what fits, why, where the nearest is, and what is honestly missing."""

from collections.abc import Mapping

import pytest
from django.utils import translation

from zhoudao.conduct.offering.guiding import Advice, AnswerUnsound, advise, store_places
from zhoudao.conduct.offering.offers import offers
from zhoudao.conduct.offering.words import reasons
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.catalogue.models import Product
from zhoudao.rooms.catalogue.queries.finding import category_named
from zhoudao.rooms.catalogue.tests.range import NOW, ZHAO, purifier, purifiers
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.commands.stopping import stop_sale
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.tests.shelf import Shelf, open_shelf

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def shelf() -> Shelf:
    """Three that differ, with prices; the quiet one lies in the store."""
    purifiers()
    purifier("quiet", "静音", {"Q1": "white"}, noise=32, room=20, night="yes")
    purifier("middle", "均衡", {"M1": "white", "M2": "black"}, noise=38, room=35, night="no")
    purifier("strong", "强力", {"S1": ""}, noise=55, room=60)
    prices = {"Q1": 99_900, "M1": 129_900, "M2": 139_900, "S1": 199_900}
    set_list_prices(prices=prices, currency="CNY", by=ZHAO, at=NOW)
    shelf = open_shelf(Store.objects.create(code="nanjing", names={"zh-Hans": "南京店"}, city="南京"))
    shelf.receives("Q1", 2, "shop")
    return shelf


def asked(given: Mapping[str, str], near: Warehouse | None = None) -> Advice:
    category = category_named("air-purifiers")
    assert category is not None
    return advise(category, given, day=DAY, near=near)


def said(found: Advice, place: int = 0) -> list[str]:
    category = category_named("air-purifiers")
    assert category is not None
    picks = found.picks or found.misses
    with translation.override("en"):
        known = {one.code: one for one in category.attributes.all()}
        return [one.words for one in reasons(picks[place].chosen, known, found.fitting)]


def test_answers_narrow_to_what_fits_and_say_why_and_what_is_lacking(shelf: Shelf) -> None:
    found = asked({"budget": "1,300", "room": "35", "noise": "0", "night": "yes"}, shelf.places["shop"])
    assert [(one.product.code, one.variant.sku) for one in found.picks] == [("middle", "M1"), ("quiet", "Q1")]
    assert (found.fitting, found.looked_at) == (3, 4)
    assert said(found) == [
        "Within your budget: CN¥1,299.00 of CN¥1,300.00",
        "Room 35 m²: at least 35 m², as you asked",
        "Noise 38 dB: at most 40 dB, as you asked",
        "It lacks: Night mode",
    ]
    assert "Noise 32 dB: quieter than 100 % of the others that fit" in said(found, 1)
    assert "Room 20 m²: 15 m² less than you asked for" in said(found, 1)
    assert found.picks[0].near is None
    assert found.picks[1].near is not None
    assert (found.picks[1].near.available, found.picks[1].kilometres) == (2, 0)


def test_nothing_fits_says_the_nearest_miss_and_by_how_much(shelf: Shelf) -> None:
    Product.objects.filter(code__in=["quiet", "middle"]).update(sold_until_date="2026-03-09")
    found = asked({"noise": "0"})
    assert (found.picks, found.fitting, found.looked_at) == ((), 0, 1)
    assert [one.product.code for one in found.misses] == ["strong"]
    assert said(found) == ["Noise 55 dB: 15 dB more than you asked for"]


def test_what_may_not_be_sold_is_not_advised(shelf: Shelf) -> None:
    stop_sale(sku="Q1", reference="Q2026-000001", by=ZHAO, at=NOW)
    found = asked({"noise": "0"})
    assert "quiet" not in [one.product.code for one in found.picks]


@pytest.mark.parametrize(
    "given", [{"budget": "a lot"}, {"budget": "-1"}, {"room": "big"}, {"noise": "9"}, {"noise": "²"}]
)
def test_an_answer_that_is_none_is_refused_by_its_question(shelf: Shelf, given: dict[str, str]) -> None:
    with pytest.raises(AnswerUnsound) as refused:
        asked(given)
    assert refused.value.code in given


def test_no_answer_wants_nothing_and_a_guide_takes_as_many_statements_for_few_as_for_many(
    shelf: Shelf, django_assert_num_queries: object
) -> None:
    assert len(asked({"noise": "1", "night": "no", "budget": " "}).picks) == 3
    for number in range(20):
        purifier(f"more-{number}", "更多", {f"N{number}": ""}, noise=20 + number)
    with django_assert_num_queries(9):  # type: ignore[operator]  # pytest-django's fixture
        found = asked({"noise": "0"}, shelf.places["shop"])
    assert found.fitting == 23


def test_a_store_is_where_it_is_and_a_level_says_no_figure(shelf: Shelf) -> None:
    assert [one.code for one in store_places()] == ["shop"]
    [shelf_] = offers(["Q1"])["Q1"].shelves
    assert (shelf_.level, offers(["Q1"])["Q1"].available) == ("few", 2)
