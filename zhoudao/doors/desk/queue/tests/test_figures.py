"""The queue's figures at the desk: per need and day, and each opens the numbers behind it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.visits.commands.taking import leave_queue
from zhoudao.rooms.visits.tests.store import Counter, open_counter

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/counter/queue/figures/"


@pytest.fixture
def counter(shop: Shop) -> Counter:
    counter = open_counter(shop)
    for letter, minutes in (("A", 10), ("A", 14), ("C", 2)):
        counter.takes(letter)
        counter.shop.later(minutes=3)
        counter.serves(minutes)
    leave_queue(token=counter.takes("B").token, at=counter.shop.later(minutes=1))
    return counter


def test_every_figure_opens_exactly_what_is_behind_it(counter: Counter, sign_in: Callable[[str], Client]) -> None:
    luo = sign_in("luo")
    page = luo.get(PATH, {"store": "nanjing", "period": "day"}).content.decode()
    assert "3 分钟" in page
    assert "10 分钟" in page
    links = [unescape(link) for link in re.findall(r'href="(/desk/counter/queue/behind/[^"]+)"', page)]
    assert len(links) == 5 * 5, "the whole, three needs and a day"
    sizes = {}
    for link in links:
        behind = luo.get(link)
        assert behind.status_code == 200
        sizes[link] = behind.content.decode().count('data-label="等候"') or len(behind.context["rows"])
    whole = [size for link, size in sizes.items() if "need=" not in link][:5]
    assert whole == [4, 3, 3, 0, 1]
    assert "没有号码" in luo.get(next(link for link in links if "no_show" in link)).content.decode()


def test_who_has_no_store_sees_none_and_another_stores_are_not_shown(
    counter: Counter, sign_in: Callable[[str], Client]
) -> None:
    assert "您不属于任何门店" in sign_in("wang").get(PATH).content.decode()
    hu = sign_in("hu")
    page = hu.get(PATH, {"store": "nanjing"}).content.decode()
    assert "南京" not in page
    assert "没有人取号" in page
    day = counter.shop.now.date().isoformat()
    asked = {"store": "nanjing", "first": day, "last": day, "figure": "visits.taken"}
    assert "A001" not in hu.get("/desk/counter/queue/behind/", asked).content.decode()


@pytest.mark.parametrize("wrong", [{"figure": "x"}, {"first": "yesterday"}, {"last": ""}])
def test_a_figure_that_does_not_exist_is_not_found(
    counter: Counter, sign_in: Callable[[str], Client], wrong: dict[str, str]
) -> None:
    asked = {"store": "nanjing", "first": "2026-03-10", "last": "2026-03-10", "figure": "visits.taken"}
    luo = sign_in("luo")
    assert luo.get("/desk/counter/queue/behind/", asked).status_code == 200
    assert luo.get("/desk/counter/queue/behind/", asked | wrong).status_code == 404


def test_long_lists_go_on_and_cost_the_same(
    counter: Counter, sign_in: Callable[[str], Client], django_assert_max_num_queries: Any
) -> None:
    for _ in range(40):
        counter.takes("B")
    luo, day = sign_in("luo"), "2026-03-10"
    asked = {"store": "nanjing", "first": day, "last": day, "figure": "visits.taken"}
    with django_assert_max_num_queries(12):
        first = luo.get("/desk/counter/queue/behind/", asked)
    assert len(first.context["rows"]) == 25
    second = luo.get(f"/desk/counter/queue/behind/?{first.context['next']}")
    assert (len(second.context["rows"]), second.context["next"]) == (19, "")
    with django_assert_max_num_queries(12):
        assert luo.get(PATH, {"store": "nanjing"}).status_code == 200
