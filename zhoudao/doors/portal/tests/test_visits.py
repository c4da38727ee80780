"""A customer looks at the visit of an engineer, moves it to what is offered, or cancels it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.installation import clock as company_clock
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fieldwork.links import visit_path
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.tests.network import Network, clock, moment, open_network

THURSDAY = date(2026, 3, 12)


@pytest.fixture
def network(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Network:
    monkeypatch.setattr(company_clock, "shown", lambda real: shop.now)
    return open_network(shop)


def phone(language: str = "en") -> Client:
    return Client(headers={"Accept-Language": language})


def test_they_see_who_comes_when_in_three_languages_and_no_street(network: Network) -> None:
    visit = network.asks(skill="fridge")
    for language, words in (("en", "Who comes"), ("zh-hans", "上门人员"), ("zh-hant", "上門人員")):
        page = phone().get(f"{visit_path(visit)}?language={language}").content.decode()
        assert words in page
        assert all(one in page for one in (visit.number, "高远", "08:15"))
        assert "漕溪北路" not in page
        assert "13812348000" not in page


def test_they_move_it_once_to_what_is_offered(network: Network) -> None:
    visit = network.asks(skill="fridge")
    page = phone().get(f"{visit_path(visit)}move/", {"day": f"{THURSDAY}"}).content.decode()
    start = moment("10:00", THURSDAY).isoformat()
    assert start in page
    for _ in range(2):
        moved = phone().post(f"{visit_path(visit)}move/", {"start": start, "was": visit.time[0].isoformat()})
        assert moved.status_code == 302
    now = Visit.objects.get(id=visit.id)
    assert (clock(now.starts_at), now.moves) == ("03-12 10:00", 1)
    stale = {"start": moment("14:00").isoformat(), "was": visit.time[0].isoformat()}
    refused = phone().post(f"{visit_path(visit)}move/", stale)
    assert refused.status_code == 422
    assert "changed a moment ago" in refused.content.decode()


def test_a_time_that_was_taken_meanwhile_is_said(network: Network) -> None:
    visit = network.asks(skill="fridge")
    network.asks(skill="fridge", starts_at=moment("10:00", THURSDAY))
    wanted = {"start": moment("10:00", THURSDAY).isoformat(), "was": visit.time[0].isoformat()}
    refused = phone().post(f"{visit_path(visit)}move/", wanted)
    assert refused.status_code == 422
    assert "Somebody was faster" in refused.content.decode()


def test_they_cancel_it_until_two_hours_before(network: Network) -> None:
    visit = network.asks(skill="fridge")
    network.shop.now = visit.time[0] - timedelta(minutes=119)
    late = phone().post(visit_path(visit), {"do": "cancel"})
    assert late.status_code == 422
    assert Visit.objects.get(id=visit.id).state == "planned"
    assert phone().get(f"{visit_path(visit)}move/").status_code == 302
    network.shop.now = visit.time[0] - timedelta(minutes=121)
    for _ in range(2):
        assert phone().post(visit_path(visit), {"do": "cancel"}).status_code == 302
    assert Visit.objects.get(id=visit.id).state == "cancelled"


def test_one_that_cannot_be_kept_says_so_and_is_given_a_time_by_them(network: Network) -> None:
    visit = network.asks(skill="fridge")
    Visit.objects.filter(id=visit.id).update(state="unplanned", starts_at=None, ends_at=None, lacking="time")
    page = phone().get(visit_path(visit)).content.decode()
    assert "cannot be kept" in page
    phone().post(f"{visit_path(visit)}move/", {"start": moment("10:00", THURSDAY).isoformat(), "was": ""})
    assert clock(Visit.objects.get(id=visit.id).starts_at) == "03-12 10:00"


def test_links_that_are_not_theirs_open_nothing(network: Network) -> None:
    visit = network.asks(skill="fridge")
    for token in ("short", "x" * 27, visit.number):
        assert phone().get(f"/v/{token}/").status_code == 404
        assert phone().post(f"/v/{token}/move/").status_code == 404
    answer = phone().get(visit_path(visit))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_pages_take_few_statements(network: Network) -> None:
    visit = network.asks(skill="fridge")
    for address in (visit_path(visit), f"{visit_path(visit)}move/"):
        phone().get(address)
        with CaptureQueriesContext(connection) as seen:
            assert phone().get(address).status_code == 200
        assert len(seen) <= 12
