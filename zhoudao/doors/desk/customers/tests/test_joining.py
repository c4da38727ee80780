"""Suggested pairs, the comparison, joining and separating at the desk."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.decisions.queries import Table
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.routing import Ruling, ruled
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands.suggesting import suggest_by_orders
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.commands import Claim, erase_customer, find_or_create_customer
from zhoudao.rooms.customers.commands.suggesting import suggest_by_identities
from zhoudao.rooms.customers.models import Customer, MergeSuggestion
from zhoudao.rooms.customers.queries import root_of

SignIn = Callable[[str], Client]
QUEUE = "/desk/customers/suggestions/"


@pytest.fixture
def pair(shop: Shop) -> tuple[Case, Case]:
    """One person wrote from two browsers, gave the same number, and calls themselves by two names."""
    cases = []
    for who, name, value in (("v-1", "王小明", "standard"), ("v-2", "王晓明", "gold")):
        case = shop.hears("洗衣机不转了", who=who)
        claims = [Claim("visitor", who, scope="webchat"), Claim("phone", "13812348000", verified=who == "v-1")]
        find_or_create_customer(claims=claims, name=name, at=shop.now, by=By("system:test"))
        Customer.objects.filter(id=case.customer_id).update(value_class=value)
        cases.append(case)
        shop.later(minutes=1)
    suggest_by_identities(at=shop.now, real_now=datetime.now(UTC) + timedelta(minutes=1))
    return cases[0], cases[1]


def join(case: Case) -> str:
    return f"/desk/customers/{case.customer_id}/join/"


def test_the_queue_shows_the_pair_with_its_evidence_masked(
    shop: Shop, pair: tuple[Case, Case], sign_in: SignIn
) -> None:
    client = sign_in("zhao")
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as statements:
        page = client.get(QUEUE).content.decode()
    assert "王小明" in page
    assert "王晓明" in page
    assert "138****8000" in page
    assert "13812348000" not in page
    assert len(statements) <= 12, "\n".join(one["sql"][:140] for one in statements)


def test_an_empty_queue_says_what_would_come(shop: Shop, sign_in: SignIn) -> None:
    assert "没有等待决定的客户" in sign_in("zhao").get(QUEUE).content.decode()


def test_the_customers_own_page_says_that_there_may_be_another(
    shop: Shop, pair: tuple[Case, Case], sign_in: SignIn
) -> None:
    page = sign_in("zhao").get(f"/desk/customers/{pair[0].customer_id}/").content.decode()
    assert f"{join(pair[0])}?with={pair[1].customer_id}" in page


def test_the_same_name_with_the_same_order_is_evidence_but_either_alone_is_not(shop: Shop, sign_in: SignIn) -> None:
    for who, name, order in (
        ("a", "李雷", "O2026-1"),
        ("b", "李雷", "O2026-1"),
        ("c", "韩梅", "O2026-1"),
        ("d", "李雷", ""),
    ):
        case = shop.hears("到哪了", who=who)
        find_or_create_customer(
            claims=[Claim("visitor", who, scope="webchat")], name=name, at=shop.now, by=By("system:test")
        )
        Conversation.objects.filter(case=case).update(order_number=order)
    suggest_by_orders(at=shop.now)
    suggest_by_orders(at=shop.now)
    (found,) = MergeSuggestion.objects.all()
    assert found.evidence == {"order": "O2026-1"}
    assert "O2026-1" in sign_in("zhao").get(QUEUE).content.decode()


def test_two_people_leave_the_queue(shop: Shop, pair: tuple[Case, Case], sign_in: SignIn) -> None:
    client, found = sign_in("zhao"), MergeSuggestion.objects.get()
    assert client.post(f"{QUEUE}{found.id}/dismiss/").status_code == 302
    assert "没有等待决定的客户" in client.get(QUEUE).content.decode()
    assert client.post(f"{QUEUE}{found.id}/dismiss/").status_code == 404


def test_the_comparison_shows_what_differs_and_what_would_be_joined(
    shop: Shop, pair: tuple[Case, Case], sign_in: SignIn
) -> None:
    page = sign_in("zhao").get(f"{join(pair[0])}?with={pair[1].customer_id}").content.decode()
    for expected in ("field-name", "field-value_class", pair[0].number, pair[1].number, "两位都有处理中的工单"):
        assert expected in page
    assert "field-language" not in page, "both say the same"
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_joining_two_with_open_cases_and_conflicting_data_keeps_all_and_shows_what_was_chosen(
    shop: Shop, pair: tuple[Case, Case], sign_in: SignIn
) -> None:
    keep, lose = pair
    client = sign_in("zhao")
    said = {"with": str(lose.customer_id), "survivor": str(keep.customer_id)}
    said |= {"field-name": str(keep.customer_id), "field-value_class": str(lose.customer_id)}
    assert client.post(join(keep), said)["Location"] == f"/desk/customers/{keep.customer_id}/"
    page = client.get(f"/desk/customers/{keep.customer_id}/").content.decode()
    assert "<h1>王小明</h1>" in page
    assert "金卡" in page
    assert page.count("/desk/cases/") >= 2
    assert {case.status for case in Case.objects.filter(id__in=[keep.id, lose.id])} == {"open"}
    assert Customer.objects.get(id=lose.customer_id).value_class == "gold"
    again = shop.hears("有人吗", who="v-2")
    assert again.id == lose.id, "a message goes on in its own case"
    assert "有人吗" in client.get(f"/desk/customers/{keep.customer_id}/").content.decode()


def test_a_new_case_of_the_joined_person_is_ruled_by_the_class_chosen(
    shop: Shop, pair: tuple[Case, Case], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, lose = pair
    client, seen = sign_in("zhao"), list[object]()
    said = {
        "with": str(lose.customer_id),
        "survivor": str(keep.customer_id),
        "field-value_class": str(lose.customer_id),
    }
    client.post(join(keep), said)
    Conversation.objects.update(ended_at=shop.now)

    def noted(tables: Mapping[str, Table], inputs: Mapping[str, object]) -> Ruling:
        seen.append(inputs["value_class"])
        return ruled(tables, inputs)

    monkeypatch.setattr("zhoudao.rooms.cases.commands.opening.ruled", noted)
    shop.hears("又坏了", who="v-1")
    shop.hears("又坏了", who="v-2")
    assert seen == ["gold", "gold"]


def test_the_other_direction(shop: Shop, pair: tuple[Case, Case], sign_in: SignIn) -> None:
    one, other = pair
    sign_in("zhao").post(join(one), {"with": str(other.customer_id), "survivor": str(other.customer_id)})
    assert root_of(one.customer_id) == other.customer_id


def test_separating_gives_each_back_what_it_had_and_what_came_since(
    shop: Shop, pair: tuple[Case, Case], sign_in: SignIn
) -> None:
    keep, lose = pair
    client = sign_in("zhao")
    client.post(join(keep), {"with": str(lose.customer_id), "survivor": str(keep.customer_id)})
    shop.hears("后来的话", who="v-2")
    separate = f"/desk/customers/{keep.customer_id}/separate/{lose.customer_id}/"
    assert separate in client.get(f"/desk/customers/{keep.customer_id}/").content.decode()
    assert client.get(separate).status_code == 200
    assert client.post(separate).status_code == 204
    assert client.post(separate).status_code == 404, "it was separated already"
    assert "后来的话" in client.get(f"/desk/customers/{lose.customer_id}/").content.decode()
    assert "后来的话" not in client.get(f"/desk/customers/{keep.customer_id}/").content.decode()


def test_joining_with_itself_or_a_ring_changes_nothing(shop: Shop, pair: tuple[Case, Case], sign_in: SignIn) -> None:
    one, other = pair
    client = sign_in("zhao")
    assert client.get(f"{join(one)}?with={one.customer_id}").status_code == 302
    assert client.post(join(one), {"with": str(one.customer_id)}).status_code == 422
    client.post(join(one), {"with": str(other.customer_id), "survivor": str(one.customer_id)})
    assert client.post(join(one), {"with": str(other.customer_id)}).status_code == 422
    assert client.post(join(one), {"with": "nonsense"}).status_code == 404


def test_an_erased_customer_is_not_joined(shop: Shop, pair: tuple[Case, Case], sign_in: SignIn) -> None:
    one, other = pair
    Case.objects.filter(id=other.id).update(status="closed", outcome="answered", cause="other")
    erase_customer(customer_id=other.customer_id, at=shop.now, by=By("user:x"))
    assert sign_in("zhao").post(join(one), {"with": str(other.customer_id)}).status_code == 422
    assert root_of(one.customer_id) == one.customer_id


def test_nobody_joins_or_sees_suggested_whom_they_may_not_see(
    shop: Shop, pair: tuple[Case, Case], sign_in: SignIn
) -> None:
    one, other = pair
    Case.objects.filter(id=other.id).update(team=shop.cast.teams["after_sales"], owner=None)
    wang, found = sign_in("wang"), MergeSuggestion.objects.get()
    assert "王晓明" not in wang.get(QUEUE).content.decode()
    assert str(other.customer_id) not in wang.get(f"/desk/customers/{one.customer_id}/").content.decode()
    assert "王晓明" not in wang.get(f"{join(one)}?q=13812348000").content.decode()
    hidden = wang.post(join(one), {"with": str(other.customer_id)})
    assert hidden.status_code == wang.post(join(one), {"with": str(uuid4())}).status_code == 404
    assert wang.post(f"{QUEUE}{found.id}/dismiss/").status_code == 404


def test_the_other_one_is_found_by_hand(shop: Shop, pair: tuple[Case, Case], sign_in: SignIn) -> None:
    third = shop.hears("你好", who="v-3")
    find_or_create_customer(
        claims=[Claim("visitor", "v-3", scope="webchat"), Claim("email", "w@example.com")],
        at=shop.now,
        by=By("system:test"),
    )
    client = sign_in("zhao")
    assert f"?with={third.customer_id}" in client.get(f"{join(pair[0])}?q=w@example.com").content.decode()
    assert f"?with={pair[1].customer_id}" in client.get(join(pair[0])).content.decode()
    compared = client.get(f"{join(pair[0])}?with={third.customer_id}").content.decode()
    assert "没有相同之处" in compared
