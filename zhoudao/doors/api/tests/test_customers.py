"""Customers over the API: found, read, made, changed, handed out, erased; only one's own stores'."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import ensure_defaults
from zhoudao.rooms.customers.commands.organisations import OrganisationSaid, save_organisation
from zhoudao.rooms.customers.models import Customer, MergeSuggestion

pytestmark = pytest.mark.django_db(transaction=True)
Made = Callable[..., dict[str, Any]]
WANG = {"name": "王小明", "phones": ["138 1234 8000"], "emails": ["wang@example.com"], "member": "M-0008812"}


@pytest.fixture
def till(shop: Shop) -> Program:
    """A trusted till of the whole company."""
    ensure_defaults()
    return Program([*EVERYTHING, "identity:assert"])


def of_store(shop: Shop, code: str) -> Program:
    return Program([*EVERYTHING, "identity:assert"], store=shop.cast.stores[code])


def test_a_customer_is_made_once_and_found_by_each_of_their_keys(till: Program) -> None:
    made = till.post("/customers", WANG)
    assert made.status_code == 201
    assert till.post("/customers", {"phones": ["+8613812348000"]}).status_code == 200
    for query in ({"phone": "13812348000"}, {"email": "WANG@example.com"}, {"member": "M-0008812"}, {"name": "王小明"}):
        [item] = till.get("/customers", **query).data["items"]
        assert item["id"] == made.data["id"], query
        assert (item["name"], item["phones"]) == ("王**", ["138****8000"])
    one = till.get(f"/customers/{made.data['id']}").data
    assert one["members"] == ["M-*****12"]
    assert "13812348000" not in json.dumps(one)


def test_a_name_given_later_counts_and_is_recorded(till: Program) -> None:
    made = till.post("/customers", WANG).data["id"]
    till.post("/customers", {"name": "王晓明", "phones": ["13812348000"]})
    assert Customer.objects.get(id=made).name == "王晓明"
    assert Event.objects.filter(type="customers.ProfileChanged", attributes={"fields": ["name"]}).count() == 1


def test_a_token_of_one_store_sees_only_its_own_customers(shop: Shop, message: Made) -> None:
    ensure_defaults()
    web, nanjing = of_store(shop, "web"), of_store(shop, "nanjing")
    theirs = nanjing.post("/customers", WANG).data["id"]
    assert nanjing.get(f"/customers/{theirs}").status_code == 200
    for call in (
        web.get(f"/customers/{theirs}"),
        web.get(f"/customers/{theirs}/data"),
        web.post(f"/customers/{theirs}", {"value_class": "vip"}),
        web.post(f"/customers/{theirs}/erasure", {"confirm": theirs}),
        web.get(f"/customers/{uuid4()}"),
    ):
        assert code_of(call) == (404, "not_found")
    assert code_of(nanjing.get(f"/customers/{theirs}/data")) == (403, "whole_company_only")
    assert code_of(nanjing.post(f"/customers/{theirs}/erasure", {"confirm": theirs})) == (403, "whole_company_only")
    assert web.get("/customers", phone="13812348000").data["items"] == []
    assert web.get("/customers", name="王小明").data["items"] == []
    asked = web.post("/messages", message(sender={"phone": "13812348000"}, store="web"))
    assert asked.status_code == 202
    dispatch.drain()
    assert [one["id"] for one in web.get("/customers", phone="13812348000").data["items"]] == [theirs]


def test_two_persons_keys_make_no_third_but_a_suggestion(till: Program) -> None:
    one = till.post("/customers", {"phones": ["13812348000"]}).data["id"]
    other = till.post("/customers", {"emails": ["wang@example.com"]}).data["id"]
    assert code_of(till.post("/customers", WANG)) == (409, "identities_disagree")
    assert code_of(till.post(f"/customers/{one}", {"emails": ["wang@example.com"]})) == (409, "identities_disagree")
    found = MergeSuggestion.objects.get()
    assert {str(found.first_id), str(found.second_id)} == {one, other}
    assert Customer.objects.count() == 2


def test_a_change_writes_what_is_given_and_leaves_the_rest(till: Program, shop: Shop) -> None:
    made = till.post("/customers", WANG).data["id"]
    till.post(f"/customers/{made}", {"value_class": "vip", "consents": ["care"], "adviser": "wang@example.com"})
    after = till.post(f"/customers/{made}", {"contact_hours": "evening", "phones": ["13900001111"]}).data
    assert (after["value_class"], after["consents"], after["contact_hours"]) == ("vip", ["care"], "evening")
    assert after["adviser"] == str(shop.cast.people["wang"].pk)
    assert after["phones"] == ["138****8000", "139****1111"]
    assert till.post(f"/customers/{made}", {"adviser": ""}).data["adviser"] is None


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (422, "nothing_asserted")),
        ({"phones": [" "]}, (422, "nothing_asserted")),
        ({"phones": ["1"] * 11}, (422, "invalid")),
        ({"phones": ["13812348000"], "language": "fr"}, (422, "invalid")),
        ({"phones": ["13812348000"], "admin": True}, (422, "invalid")),
    ],
)
def test_what_names_nobody_is_refused(till: Program, body: dict[str, Any], refusal: tuple[int, str]) -> None:
    assert code_of(till.post("/customers", body)) == refusal
    assert not Customer.objects.exists()


def test_who_may_not_vouch_changes_no_name(till: Program) -> None:
    made = till.post("/customers", WANG).data["id"]
    plain = Program(EVERYTHING)
    assert code_of(plain.post("/customers", WANG)) == (403, "scope_missing")
    assert code_of(plain.post(f"/customers/{made}", {"name": "别人"})) == (403, "scope_missing")
    assert plain.post(f"/customers/{made}", {"value_class": "gold"}).status_code == 200
    assert code_of(plain.post(f"/customers/{made}", {"adviser": "nobody@example.com"})) == (422, "member_unknown")
    assert Customer.objects.get(id=made).name == "王小明"


def test_all_data_is_handed_out_in_clear_and_erased_for_good(till: Program, message: Made) -> None:
    made = till.post("/customers", WANG).data["id"]
    till.post("/messages", message(sender={"phone": "13812348000"}))
    dispatch.drain()
    everything = till.get(f"/customers/{made}/data").data
    assert everything["records"][0]["name"] == "王小明"
    assert everything["conversations"][0]["messages"][0]["text"] == "漏水"
    assert code_of(till.post(f"/customers/{made}/erasure", {"confirm": str(uuid4())})) == (422, "not_confirmed")
    assert code_of(till.post(f"/customers/{made}/erasure", {"confirm": made})) == (409, "cases_still_open")
    Case.objects.update(status=Status.CLOSED, outcome="answered", cause="other")
    assert till.post(f"/customers/{made}/erasure", {"confirm": made}).data == {"records": 1}
    assert code_of(till.get(f"/customers/{made}")) == (404, "not_found")
    assert code_of(till.post(f"/customers/{made}/erasure", {"confirm": made})) == (404, "not_found")
    assert till.get("/customers", phone="13812348000").data["items"] == []
    assert Store.objects.exists()


def test_an_organisation_is_read_with_its_contacts_and_only_by_its_stores(shop: Shop, till: Program) -> None:
    one = save_organisation(said=OrganisationSaid("海星贸易", domains=["hx.example"]), at=shop.now, by=By("user:x"))
    nanjing, web = of_store(shop, "nanjing"), of_store(shop, "web")
    wang = nanjing.post("/customers", WANG).data["id"]
    where = f"/organisations/{one.id}"
    assert code_of(nanjing.post(f"{where}/contacts", {"customer": wang})) == (404, "not_found")
    added = till.post(f"{where}/contacts", {"customer": wang, "sees_all": True})
    assert (added.status_code, [one["id"] for one in added.data["contacts"]]) == (201, [wang])
    assert code_of(till.post(f"{where}/contacts", {"customer": wang})) == (409, "already_contact")
    assert code_of(till.post(f"{where}/contacts", {"customer": str(uuid4())})) == (404, "not_found")
    assert nanjing.get(where).data["domains"] == ["hx.example"]
    assert [each["name"] for each in nanjing.get("/organisations").data["items"]] == ["海星贸易"]
    assert code_of(web.get(where)) == (404, "not_found")
    assert web.get("/organisations").data["items"] == []
    assert code_of(till.get("/organisations", cursor="eA")) == (422, "cursor_invalid")
