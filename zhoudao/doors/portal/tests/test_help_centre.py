"""The help centre: found, read, judged; and nothing of what is not for customers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.portal.help_centre.page import FILLED, MISSES, SEARCHES
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.knowledge.models import Miss, Opinion, Version
from zhoudao.rooms.knowledge.tests.library import RETURN_EN, draft, published


def browser(language: str = "en") -> Client:
    return Client(headers={"Accept-Language": language})


def article(shop: Shop, code: str = "return", **more: Any) -> Version:
    who: dict[str, Any] = {"by": shop.viewer("wang"), "approver": shop.viewer("admin")}
    wanted = draft(en=RETURN_EN, topics=("returns",), **more)
    return published(code, wanted, at=shop.now, **who)


def test_it_is_read_in_the_visitors_language_without_signing_in(shop: Shop) -> None:
    article(shop)
    english = browser().get("/answers/return/").content.decode()
    assert "Returns within seven days" in english
    assert "<strong>complete</strong>" in english
    traditional = browser().get("/answers/return/", {"language": "zh-hant"}).content.decode()
    assert "七天無理由退貨" in traditional
    assert "由簡體" in traditional, "that it was made by rules is said"
    assert "Returns within seven days" in browser().get("/answers/").content.decode()
    assert "Returns within seven days" in browser().get("/answers/", {"topic": "returns"}).content.decode()
    assert browser().get("/answers/", {"topic": "cooking"}).status_code == 404


@pytest.mark.parametrize("question", ["how do I return it", "怎么退货", "怎麼退貨", "RETURNS"])
def test_a_question_finds_it_and_is_offered_while_one_types(shop: Shop, question: str) -> None:
    article(shop)
    found = browser().get("/answers/", {"q": question})
    assert "/answers/return/" in found.content.decode()
    offered = browser().get("/answers/", {"q": question, "offer": "1"}).content.decode()
    assert "/answers/return/" in offered
    assert "<html" not in offered
    assert not Miss.objects.exists()


def test_what_is_not_for_customers_answers_like_what_does_not_exist(shop: Shop) -> None:
    day = shop.now.date()
    article(shop, "inside", audience="staff")
    article(shop, "over", valid_until=day - timedelta(days=1))
    article(shop, "later", valid_from=day + timedelta(days=1))
    who: dict[str, Any] = {"by": shop.viewer("wang"), "approver": shop.viewer("admin")}
    published("news", draft(audience="staff"), at=shop.now, is_release=True, **who)
    nothing = browser().get("/answers/nothing/")
    assert nothing.status_code == 404
    for code in ("inside", "over", "later", "news"):
        assert browser().get(f"/answers/{code}/").content == nothing.content.replace(b"nothing", code.encode())
        assert browser().post(f"/answers/{code}/helpful/", {"helpful": "yes"}).status_code == 404
    for query in ({}, {"q": "退货"}, {"q": "退货", "offer": "1"}):
        page = browser().get("/answers/", query).content.decode()
        assert not [code for code in ("inside", "over", "later", "news") if f"/answers/{code}/" in page]


def test_what_is_not_found_is_noted_once_a_search_and_never_while_typing(shop: Shop) -> None:
    article(shop)
    browser().get("/answers/", {"q": "会员日 13812348000", "offer": "1"})
    assert not Miss.objects.exists()
    for _ in range(MISSES.count + 5):
        assert browser().get("/answers/", {"q": "会员日 13812348000"}).status_code == 200
    (miss,) = Miss.objects.all()
    assert miss.count == MISSES.count, "nobody fills the list alone"
    assert "1381" not in miss.words


def test_whether_it_helped_is_said_without_a_script_and_words_may_follow(shop: Shop) -> None:
    article(shop)
    client = browser()
    page = client.post("/answers/return/helpful/", {"helpful": "no"}, follow=True).content.decode()
    assert "<textarea" in page
    client.post("/answers/return/helpful/", {"helpful": "no", "words": "No word on costs"})
    (opinion,) = Opinion.objects.all()
    assert (opinion.is_helpful, opinion.words, opinion.language) == (False, "No word on costs", "en")
    assert bytes(opinion.visitor) != b"127.0.0.1"


def test_a_machine_that_searches_without_end_waits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhoudao.doors.portal.help_centre.page.SEARCHES", type(SEARCHES)("few", 2, 600))
    answers = [browser().get("/answers/", {"q": "退货"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.parametrize("question", ["\0", "<script>alert(1)</script>", "'; --", "😀", "%", "退" * 5_000, "[(*"])
def test_whatever_is_typed_is_answered_harmlessly(shop: Shop, question: str) -> None:
    article(shop)
    answer = browser().get("/answers/", {"q": question})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_page_costs_as_much_for_forty_articles_as_for_two(shop: Shop) -> None:
    article(shop)
    article(shop, "second")

    def asked() -> list[int]:
        counts = []
        for address in ("/answers/", "/answers/return/", "/answers/?q=return"):
            with CaptureQueriesContext(connection) as statements:
                browser().get(address)
            counts.append(len(statements))
        return counts

    asked()
    few = asked()
    for n in range(38):
        article(shop, f"more-{n}")
    assert asked() == few
    assert max(few) <= 8


def test_the_help_page_leads_to_it_once_there_is_something(shop: Shop) -> None:
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    assert "/answers/" not in browser().get("/help/").content.decode()
    article(shop)
    FILLED.forget()
    assert "/answers/" in browser().get("/help/").content.decode()
    assert "/answers/" in browser().get("/portal/").content.decode()
