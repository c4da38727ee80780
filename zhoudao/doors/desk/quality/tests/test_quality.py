"""The page of causes: its numbers open the returns behind them, to whoever may see them."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.aftersales.tests.test_returns import shop, somebody, text
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.quality.tests.goods import arrived, back, bazaar, sold

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/quality/"


@pytest.fixture
def lead(shop: Shop) -> Client:
    """Forty orders of the last months, and who leads."""
    bazaar(Random(1), shop.now)
    return somebody("team_lead")


def test_a_product_s_number_opens_its_very_returns(lead: Client) -> None:
    found = lead.get(PATH).context
    line = found["lines"][0]
    opened = lead.get(line.address)
    assert len(opened.context["rows"]) == min(line.product.returns, 25) > 0
    assert text(opened).count("/desk/returns/R2026-") >= len(opened.context["rows"])
    for tile in found["tiles"]:
        assert lead.get(tile.address).status_code == 200
    [faulty] = [tile for tile in found["tiles"] if tile.metric.code == "quality.faults"]
    reasons = {row.reason for row in lead.get(faulty.address).context["rows"]}
    assert reasons <= {"quality", "not_as_described", "damaged"}


def test_bars_carriers_places_and_what_was_found_open_theirs(lead: Client) -> None:
    found = lead.get(PATH).context
    bar = found["bars"][0]
    assert sum(part.count for part in bar.parts) == bar.product.rate.hits
    assert max(part.x + part.width for part in bar.parts) == pytest.approx(100, abs=0.1)
    for part in bar.parts:
        assert {row.reason for row in lead.get(part.address).context["rows"]} == {part.reason}
    for rows in (found["carriers"], found["places"]):
        assert any(share.hits and lead.get(address).context["rows"] for _n, share, _s, _p, address in rows if address)
    label, cells = found["found"][0]
    assert label
    for _name, count, address in cells:
        assert bool(count) == bool(lead.get(address).context["rows"])


def test_it_says_what_is_too_young_to_be_judged_and_leaves_it_out_if_asked(shop: Shop) -> None:
    for days in (3, 50):
        order = sold(shop.now - timedelta(days=days + 2), LP_7=1)
        arrived(order, shop.now - timedelta(days=days), {"LP-7": 1})
        back(order.lines.get(), [0], "quality", shop.now - timedelta(days=1))
    lead = somebody("team_lead")
    page = lead.get(PATH)
    assert (page.context["whole"].delivered, page.context["whole"].young) == (2, 1)
    assert "too lately to be judged" in text(page)
    old = lead.get(PATH, {"age": "ripe"})
    assert (old.context["whole"].delivered, old.context["whole"].young) == (1, 0)
    assert "too lately to be judged" not in text(old)
    assert "Nothing was delivered" in text(lead.get(PATH, {"age": "ripe", "period": "month", "store": "nanjing"}))


def test_a_store_sees_its_own_and_others_do_not_get_in(shop: Shop, lead: Client) -> None:
    nanjing = Store.objects.get(code="nanjing")
    theirs, all_of_it = somebody("team_lead", store=nanjing), lead
    own = all_of_it.get(PATH, {"store": "nanjing"}).context["whole"]
    assert theirs.get(PATH).context["whole"] == own
    assert 0 < own.delivered < all_of_it.get(PATH).context["whole"].delivered
    address = all_of_it.get(PATH).context["tiles"][0].address
    assert {row.store_id for row in theirs.get(address).context["rows"]} == {nanjing.id}
    for role in ("agent", "warehouse_worker", "order_clerk"):
        assert somebody(role).get(PATH).status_code == 403
    for role in ("process_manager", "after_sales_clerk"):
        assert somebody(role).get(PATH).status_code == 200


def test_as_a_file_it_says_the_same_and_that_it_was_taken_is_known(lead: Client) -> None:
    whole = lead.get(PATH).context["whole"]
    answer = lead.get(f"{PATH}products/file/")
    rows = [row.split(",") for row in answer.content.decode("utf-8-sig").strip().splitlines()]
    assert len({len(row) for row in rows}) == 1
    assert sum(int(row[2]) for row in rows[1:]) == whole.delivered
    assert sum(int(row[4]) for row in rows[1:]) == whole.rate.hits
    assert Event.objects.filter(type="targets.FiguresExported", attributes__what="quality").count() == 1
    assert lead.get(f"{PATH}products/file/", {"format": "exe"}).status_code == 400


def test_in_three_languages_within_twelve_statements(shop: Shop, lead: Client) -> None:
    seen = set()
    for language in ("zh-hans", "zh-hant", "en"):
        client = somebody("team_lead")
        client.cookies["django_language"] = language
        client.get(PATH)
        with CaptureQueriesContext(connection) as asked:
            seen.add(text(client.get(PATH, {"period": "x", "age": "x", "store": "x"})))
        assert len(asked) <= 12, [one["sql"][:90] for one in asked]
    with CaptureQueriesContext(connection) as asked:
        assert (
            client.get(f"{PATH}returns/", {"why": "x", "place": "x", "after": "x", "condition": "x"}).status_code == 200
        )
    assert len(asked) <= 12
