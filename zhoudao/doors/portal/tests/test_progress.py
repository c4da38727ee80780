"""The customer looks how their case stands."""

import re

import pytest
from django.db import transaction
from django.test import Client

from zhoudao.doors.portal.tests.conftest import answer, solve
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.merging import merge_cases
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop


@pytest.fixture
def anybody(shop: Shop) -> Client:
    return Client(headers={"Accept-Language": "en"})


def shown(client: Client, case: Case, at: Shop | None = None) -> str:
    if at is not None:
        clock.set_clock(shown_start=at.now, rate=1)
    page = client.get(f"/p/{case.progress_token}/?language=en")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_a_new_case_says_what_comes_and_until_when(shop: Shop, anybody: Client) -> None:
    case = shop.hears("请问桌子什么时候到？")
    page = shown(anybody, case)
    assert case.number in page
    assert "请问桌子什么时候到？" in page
    assert "It is our turn. You need do nothing." in page
    assert "A colleague reads it and answers you" in page
    assert "by Tue 10 Mar 2026, 14:00 (UTC+8)" in page  # four office hours after ten, in the shop's zone
    assert "Reception" in page


def test_an_answered_case_names_who_and_whose_turn(shop: Shop, anybody: Client) -> None:
    case = shop.hears("请问桌子什么时候到？")
    shop.later(minutes=20)
    case = answer(shop, case)
    page = shown(anybody, case, shop)
    assert "It is your turn: please answer our last message." in page
    assert "A colleague answered you Tue 10 Mar 2026, 10:20 (UTC+8)" in page
    assert "1 from you, 1 from us" in page
    assert "waits for your answer" in page


def test_a_missed_promise_is_admitted_with_its_reason(shop: Shop, anybody: Client) -> None:
    case = shop.hears("洗衣机漏水，冒烟了！")
    Case.objects.filter(id=case.id).update(owner=None)
    shop.later(minutes=31)
    unseen = shown(anybody, case, shop)  # the clock has not looked yet; the page knows all the same
    promise = case.promises.get(kind="first_contact")
    with transaction.atomic():
        check_promise(promise.id, at=shop.now)
    page = shown(anybody, case)
    for text in (unseen, page):
        assert "We are late. We are sorry." in text
        assert "missed by Tue 10 Mar 2026, 10:30 (UTC+8) No colleague was free in time." in text


def test_a_stated_reason_is_the_one_shown(shop: Shop, anybody: Client) -> None:
    case = shop.hears("洗衣机漏水，冒烟了！")
    case.promises.filter(kind="plan").update(broken_reason="needs_supplier")
    shop.later(hours=3)
    assert "We are still waiting for our supplier or carrier." in shown(anybody, case, shop)


def test_a_late_answer_is_not_called_in_time(shop: Shop, anybody: Client) -> None:
    case = shop.hears("洗衣机漏水，冒烟了！")
    shop.later(minutes=45)
    page = shown(anybody, answer(shop, case, who="admin"), shop)
    assert "A colleague answers you done, but late" in page


def test_a_solved_case_offers_the_rating(shop: Shop, anybody: Client) -> None:
    case = solve(shop, answer(shop, shop.hears("请问桌子什么时候到？")))
    page = shown(anybody, case)
    assert "Your case was solved" in page
    assert "Rate with one click" in page
    assert "We are late" not in page


def test_personal_data_and_words_stay_off_the_page(shop: Shop, anybody: Client) -> None:
    case = shop.hears("我的电话是13812348000，请回电")
    answer(shop, case, "密码是 swordfish")
    raw = anybody.get(f"/p/{case.progress_token}/").content.decode()
    assert "13812348000" not in raw
    assert "138****8000" in raw
    assert "swordfish" not in raw
    assert str(case.id) not in raw


def test_the_page_speaks_the_customers_language_until_they_choose(shop: Shop, anybody: Client) -> None:
    case = shop.hears("When does my table arrive?")
    page = anybody.get(f"/p/{case.progress_token}/", headers={"Accept-Language": "zh-Hans"})
    assert '<html lang="en">' in page.content.decode()
    chosen = anybody.get(f"/p/{case.progress_token}/?language=zh-hant")
    assert '<html lang="zh-Hant">' in chosen.content.decode()


def test_the_refresh_brings_only_the_body(shop: Shop, anybody: Client) -> None:
    case = shop.hears("请问桌子什么时候到？")
    part = anybody.get(f"/p/{case.progress_token}/", headers={"X-Part": "body"})
    assert "<html" not in part.content.decode()
    assert case.number in part.content.decode()


def test_the_link_stays_with_its_holder(shop: Shop, anybody: Client) -> None:
    page = anybody.get(f"/p/{shop.hears('hello').progress_token}/")
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    assert "'unsafe" not in page["Content-Security-Policy"]
    assert not re.search(r" style=|<script(?![^>]+src=)", page.content.decode())


def test_a_merged_case_shows_the_one_it_went_into(shop: Shop, anybody: Client) -> None:
    first = shop.hears("请问桌子什么时候到？", who="one")
    second = shop.hears("桌子呢？", who="two")
    Case.objects.filter(id=second.id).update(customer=first.customer)
    merge_cases(case_id=second.id, into_id=first.id, viewer=shop.viewer("zhao"), at=shop.now)
    dispatch.drain()
    assert first.number in shown(anybody, second)


def test_a_case_merged_into_somebody_elses_tells_nothing_of_it(shop: Shop, anybody: Client) -> None:
    first = shop.hears("我的秘密", who="one")
    second = shop.hears("桌子呢？", who="two")
    merge_cases(case_id=second.id, into_id=first.id, viewer=shop.viewer("zhao"), at=shop.now)
    page = shown(anybody, second)
    assert "together with another" in page
    assert first.number not in page
    assert "我的秘密" not in page


def test_wrong_links_look_alike_and_end(shop: Shop, anybody: Client) -> None:
    case = shop.hears("请问桌子什么时候到？")
    good = case.progress_token
    wrong = [good[:-1], good + "x", good.swapcase(), "x", "x" * 500, f"{case.number}"]
    answers = [anybody.get(f"/p/{token}/") for token in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    statuses = [anybody.get(f"/{kind}/wrong/").status_code for kind in "prprpr"]
    assert statuses == [404] * 4 + [429] * 2
    assert anybody.get(f"/p/{good}/").status_code == 429
    assert anybody.get(f"/p/{good}/", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_case_without_conversation_has_a_page(shop: Shop, anybody: Client) -> None:
    case = shop.hears("请问桌子什么时候到？")
    Case.objects.filter(id=case.id).update(conversation=None, team=None, owner=None, subject="")
    case.promises.all().delete()
    shop.later(days=8)
    page = shown(anybody, case, shop)
    assert "Our reception" in page
    assert "8 days ago" in page
