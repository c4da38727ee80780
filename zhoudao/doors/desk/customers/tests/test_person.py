"""One customer's page: who, what is open, everything that happened; and who may see it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.replying import note_on_case, reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries import history
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.commands import Claim, find_or_create_customer, merge_customers
from zhoudao.rooms.customers.models import Customer

SignIn = Callable[[str], Client]


@pytest.fixture
def case(shop: Shop) -> Case:
    """王小明 asks in the web chat and has proven a number."""
    case = shop.hears("洗衣机不转了")
    known(shop, "visitor-1", "13812348000", name="王小明")
    return case


def known(shop: Shop, visitor: str, phone: str, name: str = "") -> Customer:
    claims = [Claim("visitor", visitor, scope="webchat"), Claim("phone", phone, verified=True)]
    return find_or_create_customer(claims=claims, name=name, at=shop.now, by=By("system:test"))


def as_just_started() -> None:
    """Neither keys nor the clock are known to the process."""
    box._cache.clear()
    clock.forget()


def address(customer_id: object, what: str = "") -> str:
    return f"/desk/customers/{customer_id}/{what}"


def test_the_page_shows_who_it_is_what_is_open_and_what_happened(shop: Shop, case: Case, sign_in: SignIn) -> None:
    shop.later(minutes=5)
    note_on_case(case_id=case.id, text="老客户，客气些", viewer=shop.viewer("zhao"), at=shop.now)
    page = sign_in("wang").get(address(case.customer_id)).content.decode()
    assert "王小明" in page
    assert "138****8000" in page
    assert "13812348000" not in page
    assert f"/desk/cases/{case.number}/" in page
    assert "洗衣机不转了" in page
    assert "老客户，客气些" in page


def test_it_costs_at_most_twelve_statements_however_much_there_is(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("zhao")
    client.get(address(case.customer_id))
    as_just_started()
    with CaptureQueriesContext(connection) as few:
        client.get(address(case.customer_id))
    for number in range(12):
        other = shop.hears("还有一件事", who=f"v-{number}")
        known(shop, f"v-{number}", f"1390000{number:04d}")
        merge_customers(loser_id=other.customer_id, survivor_id=case.customer_id, at=shop.now, by=By("user:x"))
        reply_to_case(case_id=other.id, text="好的", viewer=shop.viewer("zhao"), at=shop.now, real_now=shop.now)
    as_just_started()
    with CaptureQueriesContext(connection) as many:
        page = client.get(address(case.customer_id))
    assert page.content.decode().count("chip-open") + page.content.decode().count("chip-waiting") >= 12
    assert len(many) == len(few) <= 12, "\n".join(one["sql"][:160] for one in many)


def test_a_scoped_colleague_pays_no_more(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("wang")
    client.get(address(case.customer_id))
    with CaptureQueriesContext(connection) as statements:
        client.get(address(case.customer_id))
    assert len(statements) <= 12, "\n".join(one["sql"][:160] for one in statements)


def test_somebody_elses_customer_is_like_one_that_does_not_exist(shop: Shop, case: Case, sign_in: SignIn) -> None:
    sun = sign_in("sun")  # of another team
    for what in ("", "history/", "edit/", "unmask/phone/"):
        mine, missing = sun.get(address(case.customer_id, what)), sun.get(address(uuid4(), what))
        assert mine.status_code == missing.status_code == 404, what
    assert "王小明" not in sun.get("/desk/customers/").content.decode()
    assert "王小明" not in sun.get("/desk/customers/?q=13812348000").content.decode()
    assert sun.post(address(case.customer_id, "unmask/phone/"), {"reason": "x"}).status_code == 404
    assert not Unmasking.objects.exists()


def test_of_a_shared_customer_each_team_sees_only_its_own_cases(shop: Shop, case: Case, sign_in: SignIn) -> None:
    theirs = shop.hears("这是售后的秘密事情", who="v-2")
    Case.objects.filter(id=theirs.id).update(team=shop.cast.teams["after_sales"], owner=None)
    merge_customers(loser_id=theirs.customer_id, survivor_id=case.customer_id, at=shop.now, by=By("user:x"))
    page = sign_in("wang").get(address(case.customer_id)).content.decode()
    assert "洗衣机不转了" in page
    assert "这是售后的秘密事情" not in page
    assert theirs.number not in page
    theirs_too = sign_in("sun").get(address(case.customer_id)).content.decode()
    assert "这是售后的秘密事情" in theirs_too
    assert "洗衣机不转了" not in theirs_too


def test_a_joined_record_leads_to_the_person(shop: Shop, case: Case, sign_in: SignIn) -> None:
    other = shop.hears("在吗", who="v-2")
    merge_customers(loser_id=other.customer_id, survivor_id=case.customer_id, at=shop.now, by=By("user:x"))
    answer = sign_in("zhao").get(address(other.customer_id))
    assert (answer.status_code, answer["Location"]) == (302, address(case.customer_id))


def test_a_look_in_clear_asks_why_and_is_recorded(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client = sign_in("wang")
    identity = Customer.objects.get(id=case.customer_id).identities.get(kind="phone")
    assert "13812348000" not in client.get(address(case.customer_id, f"unmask/{identity.id}/")).content.decode()
    shown = client.post(address(case.customer_id, f"unmask/{identity.id}/"), {"reason": "回电"})
    assert "+8613812348000" in shown.content.decode()
    assert list(Unmasking.objects.values_list("reason", "field")) == [("回电", "phone")]
    record = client.get(address(case.customer_id) + "?kind=record").content.decode()
    assert "is-record" in record
    assert "王芳" in record
    wrong = client.post(address(case.customer_id, "unmask/member/"), {"reason": "x"})
    assert 'role="alert"' in wrong.content.decode()


def test_the_timeline_is_filtered_and_goes_on(
    shop: Shop, case: Case, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 4)
    for number in range(9):
        shop.later(minutes=1)
        shop.hears(f"第{number}句")
    viewer, seen, after = shop.viewer("wang"), [], None
    while True:
        page = history.history(viewer, [case.customer_id], kind="messages", after=after)
        seen += [entry.words for entry in page.entries]
        after = page.next
        if after is None:
            break
    assert seen == [f"第{number}句" for number in reversed(range(9))] + ["洗衣机不转了"]
    client = sign_in("wang")
    first = client.get(address(case.customer_id) + "?kind=messages").content.decode()
    assert "cursor=" in first
    assert client.get(address(case.customer_id, "history/?cursor=nonsense")).status_code == 400
    assert (
        client.get(
            address(case.customer_id, f"history/?cursor={shop.now.isoformat()[:19]}%2B00:00|{uuid4()}")
        ).status_code
        == 200
    )


def test_ratings_and_closings_are_on_the_timeline(shop: Shop, case: Case, sign_in: SignIn) -> None:
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("wang"), at=shop.later(hours=1))
    dispatch.drain()
    page = sign_in("wang").get(address(case.customer_id) + "?kind=cases").content.decode()
    assert page.count('class="happened is-cases"') == 2
    assert "is-messages" not in page


def test_preferences_are_edited_and_wrong_ones_refused(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client, wang = sign_in("wang"), str(shop.cast.people["wang"].pk)
    said = {"value_class": "vip", "language": "en", "adviser": wang, "consents": ["care", "survey"]}
    assert client.get(address(case.customer_id, "edit/")).status_code == 200
    done = client.post(address(case.customer_id, "edit/"), said | {"preferred_channel": "phone"})
    assert (done.status_code, done["HX-Redirect"]) == (204, address(case.customer_id))
    customer = Customer.objects.get(id=case.customer_id)
    assert (customer.value_class, customer.language, customer.adviser_id) == ("vip", "en", shop.cast.people["wang"].pk)
    assert customer.consents == ["care", "survey"]
    assert client.post(address(case.customer_id, "edit/"), said | {"language": "xx"}).status_code == 422
    assert case.number in client.get(address(case.customer_id)).content.decode()


def test_the_case_leads_to_the_customer(shop: Shop, case: Case, sign_in: SignIn) -> None:
    assert address(case.customer_id) in sign_in("wang").get(f"/desk/cases/{case.number}/side/").content.decode()
