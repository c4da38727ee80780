"""Organisations at the desk and over the API: their promises hold for their cases, their people see only their own."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.customers.tests.test_person import SignIn, case, known
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.contacts import cases_seen, sight_of
from zhoudao.rooms.cases.queries.organisations import open_organisation, organisation_rows
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.commands.organisations import OrganisationSaid, add_contact, save_organisation
from zhoudao.rooms.customers.models import Organisation

__all__ = ["case"]
BY = By("user:x")


@pytest.fixture
def firm(shop: Shop) -> Organisation:
    said = OrganisationSaid("海星贸易", tier="value_added", promises={"answer": (30, "elapsed")})
    return save_organisation(said=said, at=shop.now, by=BY)


def test_a_contacts_case_is_opened_in_its_name_with_its_tier_and_promises(
    shop: Shop, case: Case, firm: Organisation
) -> None:
    add_contact(organisation_id=firm.id, customer_id=case.customer_id, at=shop.now, by=BY)
    shop.later(days=1)
    Case.objects.filter(id=case.id).update(status="closed", outcome="answered", cause="other")
    Conversation.objects.update(ended_at=shop.now)
    opened = shop.hears("我们的机器坏了")
    assert (opened.id != case.id, opened.organisation_id, opened.tier) == (True, firm.id, "value_added")
    answer = opened.promises.get(kind="answer")
    assert (answer.target_minutes, answer.basis, answer.due_at) == (30, "elapsed", shop.now + timedelta(minutes=30))
    assert opened.promises.get(kind="plan").target_minutes == 24 * 60, "of its tier, where it has none of its own"
    assert Case.objects.get(id=case.id).organisation_id is None


def test_a_contact_sees_their_own_cases_and_all_only_when_granted(shop: Shop, case: Case, firm: Organisation) -> None:
    colleague, rival = shop.hears("发票呢", who="v-2"), shop.hears("别家的", who="v-3")
    other = save_organisation(said=OrganisationSaid("南洋"), at=shop.now, by=BY)
    Case.objects.filter(id__in=[case.id, colleague.id]).update(organisation=firm)
    Case.objects.filter(id=rival.id).update(organisation=other)
    add_contact(organisation_id=firm.id, customer_id=case.customer_id, at=shop.now, by=BY)
    add_contact(organisation_id=firm.id, customer_id=colleague.customer_id, sees_all=True, at=shop.now, by=BY)
    add_contact(organisation_id=other.id, customer_id=rival.customer_id, sees_all=True, at=shop.now, by=BY)
    assert set(cases_seen(sight_of(case.customer_id), is_open=True).cases) == {case}
    assert set(cases_seen(sight_of(colleague.customer_id), is_open=True).cases) == {case, colleague}
    assert set(cases_seen(sight_of(rival.customer_id), is_open=True).cases) == {rival}


def test_the_desk_makes_one_adds_a_contact_and_ends_it(shop: Shop, case: Case, sign_in: SignIn) -> None:
    zhao = sign_in("zhao")
    wang = str(shop.cast.people["wang"].pk)
    said = {
        "name": "海星贸易",
        "adviser": wang,
        "domains": "haixing.example",
        "minutes-plan": "90",
        "basis-plan": "elapsed",
    }
    made = zhao.post("/desk/customers/organisations/new/", said)
    one = Organisation.objects.get()
    where = f"/desk/customers/organisations/{one.id}/"
    assert (made.status_code, made["Location"], one.promises) == (302, where, {"plan": [90, "elapsed"]})
    assert zhao.post(f"{where}contacts/", {"q": "13800000000"}).status_code == 422
    assert zhao.post(f"{where}contacts/", {"q": "138 1234 8000"}).status_code == 302
    page = zhao.get(where).content.decode()
    assert all(text in page for text in ("海星贸易", "王小明", "王芳", "haixing.example"))
    assert zhao.post(f"{where}contacts/", {"q": "13812348000"}).status_code == 422, "already one"
    assert "海星贸易" in zhao.get(f"/desk/customers/{case.customer_id}/").content.decode()
    assert zhao.get(f"{where}edit/").status_code == 200
    assert zhao.post(f"{where}edit/", said | {"minutes-plan": "x"}).status_code == 422
    assert zhao.post(f"{where}contacts/{case.customer_id}/end/").status_code == 302
    assert "王小明" not in zhao.get(where).content.decode()
    assert zhao.post(f"{where}contacts/{case.customer_id}/end/").status_code == 422


def test_somebody_elses_organisation_does_not_exist(
    shop: Shop, case: Case, firm: Organisation, sign_in: SignIn
) -> None:
    add_contact(organisation_id=firm.id, customer_id=case.customer_id, at=shop.now, by=BY)
    sun, wang = sign_in("sun"), sign_in("wang")
    for what in ("", "contacts/", f"contacts/{case.customer_id}/end/"):
        call = sun.post if what else sun.get
        mine, missing = (
            call(f"/desk/customers/organisations/{firm.id}/{what}"),
            call(f"/desk/customers/organisations/{uuid4()}/{what}"),
        )
        assert mine.status_code == missing.status_code == 404, what
    assert firm.name not in sun.get("/desk/customers/organisations/").content.decode()
    assert firm.name in wang.get("/desk/customers/organisations/").content.decode()
    assert wang.get(f"/desk/customers/organisations/{firm.id}/edit/").status_code == 403
    assert open_organisation(Viewer("token:1", frozenset(), stores=frozenset([uuid4()])), firm.id) is None


def test_the_list_costs_the_same_however_many_and_goes_on(shop: Shop, sign_in: SignIn) -> None:
    zhao = sign_in("admin")
    for number in range(30):
        save_organisation(said=OrganisationSaid(f"公司{number:02d}"), at=shop.now, by=BY)
    zhao.get("/desk/customers/organisations/")
    with CaptureQueriesContext(connection) as statements:
        first = zhao.get("/desk/customers/organisations/").content.decode()
    assert len(statements) <= 12
    assert "公司24" in first
    assert "公司25" not in first
    rows, _more = organisation_rows(shop.viewer("admin"))
    page = zhao.get(
        "/desk/customers/organisations/", {"cursor": f"{rows[-1].one.id}|{rows[-1].one.name}"}
    ).content.decode()
    assert "公司25" in page
    assert "公司24" not in page
    assert zhao.get("/desk/customers/organisations/?cursor=x").status_code == 400
    assert "公司07" in zhao.get("/desk/customers/organisations/?q=司07").content.decode()


def test_suggested_contacts_are_shown_and_decided(shop: Shop, case: Case, firm: Organisation, sign_in: SignIn) -> None:
    other = known(shop, "v-9", "13700001111", name="陈先生")
    for customer_id in (case.customer_id, other.id):
        firm.suggestions.create(customer_id=customer_id, found_at=shop.now)
    admin, where = sign_in("admin"), f"/desk/customers/organisations/{firm.id}/"
    assert "陈先生" in admin.get(where).content.decode()
    assert admin.post(f"{where}contacts/{other.id}/refuse/").status_code == 302
    assert "陈先生" not in admin.get(where).content.decode()
    assert admin.post(f"{where}contacts/", {"customer": str(case.customer_id)}).status_code == 302
    assert firm.memberships.get().customer_id == case.customer_id
