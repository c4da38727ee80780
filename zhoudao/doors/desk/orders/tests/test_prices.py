"""List prices: set one by one or pasted, told, and refused where they are none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.orders.tests.test_holds import as_, shop  # noqa: F401  # fixtures of theirs
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.models import ListPrice

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/orders/prices/"
Signs = Callable[[str], Client]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def prices() -> dict[str, int]:
    return dict(ListPrice.objects.values_list("sku", "price_minor"))


def test_pasted_lines_are_set_changed_and_taken_off(shop: Shop, as_: Signs) -> None:  # noqa: F811  # a fixture
    client = as_("admin")
    assert "No list price yet" in text(client.get(PATH))
    said = text(client.post(PATH, {"lines": "LP-7, 199.00\nCH-1\t329\n\nX；1；5;12.5\n"}, follow=True))
    assert "3 prices changed." in said
    assert prices() == {"LP-7": 19_900, "CH-1": 32_900, "X；1；5": 1_250}
    said = text(client.post(PATH, {"lines": "LP-7, 189.00\nCH-1, 329.00\nX；1；5, 0"}, follow=True))
    assert "2 prices changed." in said
    assert prices() == {"LP-7": 18_900, "CH-1": 32_900}
    facts = Event.objects.filter(type="orders.ListPriceSet").order_by("id").values_list("attributes", flat=True)
    assert [fact["price_minor"] for fact in facts].count(0) == 1
    assert [row.sku for row, _price in client.get(f"{PATH}?q=LP").context["rows"]] == ["LP-7"]
    assert "begins so" in text(client.get(f"{PATH}?q=ZZ"))


@pytest.mark.parametrize(
    "lines", ["LP-7", "LP-7, x", ", 5", "LP-7, 1.005", "LP-7, -1", "LP-7, 1e30", "", "A" * 90 + ", 5"]
)
def test_what_is_no_price_is_named_and_nothing_is_set(shop: Shop, as_: Signs, lines: str) -> None:  # noqa: F811  # a fixture
    answer = as_("admin").post(PATH, {"lines": f"GOOD, 5\n{lines}" if lines else ""})
    assert answer.status_code == 422
    assert prices() == {}


def test_only_who_sets_the_rules_sets_prices(shop: Shop, as_: Signs) -> None:  # noqa: F811  # a fixture
    assert as_("wang").get(PATH).status_code == 200
    assert as_("wang").post(PATH, {"lines": "A, 1"}).status_code == 403


def test_a_page_costs_few_statements_and_goes_on(shop: Shop, as_: Signs) -> None:  # noqa: F811  # a fixture
    client = as_("admin")
    client.post(PATH, {"lines": "\n".join(f"S-{n:03d}, {n + 1}" for n in range(40))})
    with CaptureQueriesContext(connection) as asked:
        first = client.get(PATH)
    assert len(asked) <= 12
    assert len(client.get(PATH, {"after": first.context["next"]}).context["rows"]) == 15
