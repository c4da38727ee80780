"""On their own page a customer says whether they are written to about every step."""

import pytest
from django.test import Client

from zhoudao.conduct.flows.models import Push
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.voice.models import FollowUpRule


@pytest.fixture
def customer() -> Client:
    return Client(headers={"Accept-Language": "en"})


def test_they_stop_it_and_want_it_again(shop: Shop, customer: Client) -> None:
    case = shop.hears("椅子腿断了")
    page = f"/p/{case.progress_token}/"
    assert "Please do not" in customer.get(page, {"language": "en"}).content.decode()
    answered = customer.post(f"{page}news/?language=en", {"wish": "stop"})
    assert (answered.status_code, answered["Location"]) == (303, f"{page}?language=en#news")
    assert Push.objects.get().is_refused
    assert "Please write to me again" in customer.get(page, {"language": "en"}).content.decode()
    customer.post(f"{page}news/", {"wish": "go_on"})
    assert not Push.objects.get().is_refused


@pytest.mark.parametrize("wish", ["", "x"])
def test_nonsense_and_strangers_change_nothing(shop: Shop, customer: Client, wish: str) -> None:
    case = shop.hears("椅子腿断了")
    assert customer.post(f"/p/{case.progress_token}/news/", {"wish": wish}).status_code == 303
    assert customer.post("/p/nobody-has-this-one/news/", {"wish": "stop"}).status_code == 404
    assert customer.get(f"/p/{case.progress_token}/news/").status_code == 405
    assert not Push.objects.exists()


def test_where_nobody_is_told_nothing_is_offered(shop: Shop, customer: Client) -> None:
    FollowUpRule.objects.create(id=1, tells_progress=False)
    case = shop.hears("椅子腿断了")
    assert 'id="news"' not in customer.get(f"/p/{case.progress_token}/").content.decode()
