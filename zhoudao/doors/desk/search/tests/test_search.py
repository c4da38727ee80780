"""The page of the search: what is found, by whom, at what cost, and what it says when nothing is."""

from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message

SignIn = Callable[[str], Client]


def numbers(client: Client, words: str, **more: str) -> list[str]:
    """The cases on a page of results: those named exactly, then those with the words."""
    results = client.get("/desk/search/", {"q": words} | more).context["results"]
    return [one.row.number for one in [*results.exact, *results.found]]


def writes(shop: Shop, text: str, *claims: Claim, name: str = "", order: str = "") -> Case:
    """Somebody who can be known by more than their browser."""
    who = [Claim("visitor", f"v-{next(shop.numbers)}", scope="webchat"), *claims]
    number = f"n-{next(shop.numbers)}"
    inbound = Inbound("webchat", number, who, name=name, text=text, order_number=order)
    received = receive_message(inbound=inbound, at=shop.now)
    shop.hears("另一个人", who="somebody-else")  # everybody has heard
    return Case.objects.get(conversation_id=received.conversation_id)


def test_one_box_finds_by_number_words_order_phone_mail_and_name(shop: Shop, sign_in: SignIn) -> None:
    known = [Claim("phone", "13812348000", verified=True), Claim("email", "wang@example.com", verified=True)]
    wanted = writes(shop, "我的電飯煲壞了", *known, name="王小姐", order="O2026-000777")
    client = sign_in("zhao")

    for words in (wanted.number, wanted.number.lower(), wanted.number[-6:].lstrip("0"), "o2026-000777"):
        assert numbers(client, words)[0] == wanted.number, words
    for words in ("电饭煲", "電飯煲 坏", "饭", '"電飯煲壞了"', "电饭"):
        assert numbers(client, words) == [wanted.number], words
    for words in ("13812348000", "+86 138 1234 8000", "WANG@example.com", "王小姐"):
        results = client.get("/desk/search/", {"q": words}).context["results"]
        assert [one.row.number for one in results.exact] == [wanted.number], words
        assert [person.cases for person in results.people] == [1], words
    assert numbers(client, "没有人说过的话") == []


def test_a_masked_number_is_not_found_in_words_but_as_whose_it_is(shop: Shop, sign_in: SignIn) -> None:
    wanted = writes(shop, "打我 13812348000 电话", Claim("phone", "13812348000", verified=True))
    client = sign_in("zhao")

    page = client.get("/desk/search/", {"q": "13812348000"})
    assert page.context["results"].found == []
    assert [one.row.number for one in page.context["results"].exact] == [wanted.number]
    assert "13812348000" not in client.get("/desk/search/more/", {"q": "打我"}).content.decode()
    assert numbers(client, "1381234") == []
    assert numbers(client, "138****8000") == [wanted.number]


def test_another_team_finds_neither_words_nor_number_nor_customer_nor_count(shop: Shop, sign_in: SignIn) -> None:
    case = writes(shop, "退款吧", Claim("phone", "13812348000", verified=True), name="王小姐", order="O2026-000777")
    stranger = sign_in("sun")

    for words in ("退款", case.number, case.number[-6:], "13812348000", "王小姐", "O2026-000777"):
        page = stranger.get("/desk/search/", {"q": words})
        assert page.context["results"].is_empty, words
        assert case.number not in stranger.get("/desk/search/more/", {"q": words}).content.decode()
        tabs = stranger.get("/desk/search/counts/", {"q": words}).context["tabs"]
        assert all(tab["count"] in ("", "0") for tab in tabs), words
    assert numbers(sign_in("zhao"), "退款") == [case.number]


def test_who_may_not_read_messages_finds_cases_alone(shop: Shop, sign_in: SignIn) -> None:
    case = writes(shop, "退款吧", Claim("phone", "13812348000", verified=True))
    client = sign_in("zhou")  # an analyst: sees every case, but neither messages nor customers

    assert numbers(client, case.number) == [case.number]
    results = client.get("/desk/search/", {"q": "13812348000"}).context["results"]
    assert results.people == []
    tabs = client.get("/desk/search/", {"q": "退款"}).context["tabs"]
    assert [tab["code"] for tab in tabs] == ["", "case"]
    assert numbers(client, "退款", kind="note") == []


def test_counts_come_a_moment_later_and_tell_the_kinds_apart(shop: Shop, sign_in: SignIn) -> None:
    for number in range(3):
        shop.hears("退款吧", who=f"v-{number}")
    shop.hears("还要退款", who="v-0")
    client = sign_in("zhao")

    tabs = client.get("/desk/search/counts/", {"q": "退款", "kind": "note"}).context["tabs"]
    assert {tab["code"]: tab["count"] for tab in tabs} == {
        "": "4",
        "case": "3",
        "message": "1",
        "note": "0",
        "customer": "",
    }
    assert len(numbers(client, "退款", kind="case")) == 3
    assert len(numbers(client, "退款", kind="message")) == 1


def test_what_was_found_is_marked_and_never_markup(shop: Shop, sign_in: SignIn) -> None:
    shop.hears("<script>alert(1)</script> 洗衣機 & <b>退款</b>")
    body = sign_in("zhao").get("/desk/search/", {"q": "洗衣机 <b>"}).content.decode()

    assert "<mark>洗衣機</mark>" in body
    assert "<mark>&lt;b&gt;</mark>" in body
    assert "<script>alert" not in body
    assert "<script>alert(1)" in unescape(body)


@pytest.mark.parametrize(
    "words", ["'", '"', "\\", "%", "_", "a' OR 1=1 --", "\0", "\0退\0款", "*:&|!()<->", "\u3000", "😡"]
)
def test_strange_characters_are_searched_for_as_they_are(shop: Shop, sign_in: SignIn, words: str) -> None:
    shop.hears("退款")
    shop.hears("退 款", who="v-2")
    page = sign_in("zhao").get("/desk/search/", {"q": words})

    assert page.status_code == 200
    assert len(page.context["results"].found) == (2 if "退" in words else 0)


def test_ten_thousand_characters_are_kindly_refused(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in("zhao")
    for address in ("/desk/search/", "/desk/search/more/", "/desk/search/counts/"):
        assert client.get(address, {"q": "退" * 10_000}).status_code == 200
    assert client.get("/desk/search/", {"q": "退" * 10_000}).context["is_too_long"]
    assert not client.get("/desk/search/", {"q": "退" * 200}).context["is_too_long"]


@pytest.mark.parametrize("cursor", ["x", "2026-01-01|x", "2026-01-01T00:00:00|00000000-0000-0000-0000-000000000000"])
def test_a_cursor_that_is_none_is_refused(shop: Shop, sign_in: SignIn, cursor: str) -> None:
    assert sign_in("zhao").get("/desk/search/more/", {"q": "退", "cursor": cursor}).status_code == 400


def test_more_goes_on_where_the_page_ended(shop: Shop, sign_in: SignIn) -> None:
    said = [shop.hears("退款", who=f"v-{number}").number for number in range(23) if shop.later(minutes=1)]
    client = sign_in("zhao")

    first = client.get("/desk/search/", {"q": "退款"})
    rest = client.get("/desk/search/more/", {"q": "退款", "cursor": first.context["next"]})

    shown = [one.row.number for page in (first, rest) for one in page.context["results"].found]
    assert shown == said[::-1]
    assert rest.context["next"] == ""


@pytest.mark.parametrize("many", [3, 40])
def test_a_page_costs_twelve_statements_at_most_however_much_is_found(shop: Shop, sign_in: SignIn, many: int) -> None:
    for number in range(many):
        writes(shop, "王小姐要退款", Claim("phone", "13812348000", verified=True), name=f"王小姐{number % 2 or ''}")
    client = sign_in("zhao")

    for words in ("退款", "王小姐", "13812348000", "1", "没有"):
        client.get("/desk/search/", {"q": words})
        with CaptureQueriesContext(connection) as statements:
            client.get("/desk/search/", {"q": words})
        assert len(statements) <= 12, [statement["sql"][:90] for statement in statements]


def test_filters_stand_in_the_address_and_the_empty_page_offers_to_drop_them(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("退款")
    client = sign_in("zhao")
    team = str(shop.cast.teams["reception"].id)

    assert numbers(client, "退款", team=team, status=case.status, channel="webchat", period="week") == [case.number]
    page = client.get("/desk/search/", {"q": "退款", "tier": "value_added", "team": "nonsense"})
    assert page.context["results"].is_empty
    assert "/desk/search/?q=%E9%80%80%E6%AC%BE" in page.content.decode()


def test_words_typed_in_the_list_lead_to_the_search(shop: Shop, sign_in: SignIn) -> None:
    answer = sign_in("zhao").get("/desk/?q=退款")
    assert answer.status_code == 302
    assert answer["Location"] == "/desk/search/?q=%E9%80%80%E6%AC%BE"
