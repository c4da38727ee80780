"""Who is who, joined, separated, shown and forgotten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files import store as files
from zhoudao.ground.vault.models import DataKey, Unmasking
from zhoudao.rooms.customers import queries
from zhoudao.rooms.customers.commands import (
    AlreadyMerged,
    Claim,
    CustomerNotFound,
    MayNotUnmask,
    NothingToShow,
    NotMerged,
    SameCustomer,
    erase_customer,
    find_or_create_customer,
    merge_customers,
    unmask,
    unmerge_customer,
)
from zhoudao.rooms.customers.models import Customer, Identity

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
BY = By("user:li")
LI = Viewer(actor="user:li", permissions=frozenset(["customers:unmask"]))
PHONE = Claim("phone", "138-1234-8000", verified=True)
pytestmark = pytest.mark.django_db


def met(*claims: Claim, name: str = "") -> Customer:
    return find_or_create_customer(claims=claims, name=name, at=NOON, by=BY)


def test_a_proven_number_is_one_person_however_it_is_written() -> None:
    first = met(PHONE, name="王小明")
    assert met(Claim("phone", "+86 138 1234 8000", verified=True)) == first
    assert met(Claim("phone", "13812348000")) != first
    assert first.name == "王小明"
    assert Event.objects.filter(type="customers.CustomerMet").count() == 2


def test_a_name_learned_later_is_kept_and_a_known_one_is_not_overwritten() -> None:
    met(PHONE)
    met(PHONE, name="王小明")
    assert met(PHONE, name="李四").name == "王小明"


def test_a_suggestion_becomes_an_identity_once_it_is_proven() -> None:
    visitor = Claim("visitor", "v1", scope="web")
    customer = met(visitor, Claim("phone", "13812348000"))
    assert Identity.objects.get(kind="phone").suggested
    assert met(visitor, PHONE) == customer
    proven = Identity.objects.get(kind="phone")
    assert (proven.suggested, proven.verified_at, proven.value) == (False, NOON, "+8613812348000")


def test_two_people_on_one_browser_stay_two() -> None:
    browser = Claim("visitor", "v1", scope="web")
    hers = met(browser, PHONE)
    his = met(browser, Claim("phone", "13900001111", verified=True))
    assert his == hers, "the browser was hers, and the new number is nobody's yet"
    other = met(Claim("email", "chen@example.com", verified=True))
    assert met(browser, Claim("email", "chen@example.com", verified=True)) == other


def test_an_id_of_one_channel_means_nothing_on_another() -> None:
    assert met(Claim("external", "7", scope="a")) != met(Claim("external", "7", scope="b"))


def test_what_is_no_number_is_kept_as_a_suggestion() -> None:
    customer = met(Claim("phone", "call me maybe"), Claim("email", "  "))
    assert [identity.value for identity in customer.identities.all()] == ["call me maybe"]


def test_a_sender_cannot_fill_our_tables_with_suggestions() -> None:
    visitor = Claim("visitor", "v1", scope="web")
    met(visitor, *[Claim("phone", f"1380000{n:04}") for n in range(60)])
    met(visitor, Claim("phone", "13999999999"))
    assert Identity.objects.count() == 61


def test_joined_records_read_as_one_and_separate_without_loss() -> None:
    kept, lost, older = met(PHONE, name="王"), met(Claim("email", "w@example.com", verified=True)), met()
    merge_customers(loser_id=older.id, survivor_id=lost.id, at=NOON, by=BY)
    merge_customers(loser_id=lost.id, survivor_id=kept.id, at=NOON, by=BY)
    card = queries.card(lost.id, LI)
    assert card
    assert (card.id, card.phones_masked, card.emails_masked) == (kept.id, ["138****8000"], ["*@example.com"])
    assert set(queries.find_by_email("W@example.com")) == {kept.id, lost.id, older.id}
    with pytest.raises(SameCustomer):
        merge_customers(loser_id=kept.id, survivor_id=older.id, at=NOON, by=BY)
    with pytest.raises(AlreadyMerged):
        merge_customers(loser_id=lost.id, survivor_id=kept.id, at=NOON, by=BY)
    unmerge_customer(customer_id=lost.id, at=NOON, by=BY)
    assert set(queries.group_ids(older.id)) == {lost.id, older.id}
    assert queries.group_ids(kept.id) == [kept.id]
    with pytest.raises(NotMerged):
        unmerge_customer(customer_id=lost.id, at=NOON, by=BY)
    with pytest.raises(SameCustomer):
        merge_customers(loser_id=kept.id, survivor_id=kept.id, at=NOON, by=BY)
    with pytest.raises(CustomerNotFound):
        merge_customers(loser_id=kept.id, survivor_id=uuid4(), at=NOON, by=BY)


def test_a_card_costs_the_same_for_many_identities() -> None:
    customer = met(PHONE, *[Claim("email", f"w{n}@example.com", verified=True) for n in range(20)], name="王")
    with CaptureQueriesContext(connection) as statements:
        card = queries.card(customer.id, LI)
    assert card
    assert len(card.emails) == 20
    assert len(statements) <= 4
    assert queries.card(uuid4(), LI) is None


def test_lookalikes_are_shown_to_people_who_decide() -> None:
    customer = met(PHONE)
    other = met(Claim("visitor", "v", scope="web"), Claim("phone", "13812348000"))
    assert queries.lookalikes(customer.id) == [other.id]
    assert queries.find_by_phone("13812348000") == [customer.id]
    assert set(queries.find_by_phone("13812348000", proven=False)) == {customer.id, other.id}


def test_personal_data_is_shown_to_who_may_and_every_look_is_recorded() -> None:
    customer = met(PHONE, name="王小明")
    identity = customer.identities.get()
    with pytest.raises(MayNotUnmask):
        unmask(customer_id=customer.id, field="name", viewer=Viewer("user:x", frozenset()), at=NOON)
    assert unmask(customer_id=customer.id, field="name", viewer=LI, reason="核对", at=NOON) == "王小明"
    assert unmask(customer_id=customer.id, field="phone", viewer=LI, at=NOON) == "+8613812348000"
    assert unmask(customer_id=customer.id, field=str(identity.id), viewer=LI, at=NOON) == "+8613812348000"
    assert list(Unmasking.objects.order_by("id").values_list("field", "reason")) == [
        ("name", "核对"), ("phone", ""), ("phone", ""),
    ]  # fmt: skip
    assert Event.objects.filter(type="customers.CustomerUnmasked").count() == 3
    with pytest.raises(NothingToShow):
        unmask(customer_id=customer.id, field="email", viewer=LI, at=NOON)
    with pytest.raises(CustomerNotFound):
        unmask(customer_id=uuid4(), field="name", viewer=LI, at=NOON)


def stored() -> set[Path]:
    return {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


def test_a_forgotten_customer_leaves_no_key_no_row_and_no_file(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    customer, joined = met(PHONE, name="王小明"), met(Claim("email", "w@example.com", verified=True))
    merge_customers(loser_id=joined.id, survivor_id=customer.id, at=NOON, by=BY)
    before = stored()
    files.keep(b"a photo", subject_id=joined.id, key_id=joined.key_id)
    assert stored() != before
    with django_capture_on_commit_callbacks(execute=True):
        assert set(erase_customer(customer_id=joined.id, at=NOON, by=BY)) == {customer.id, joined.id}
        assert stored() != before, "the bytes go once the rest is committed"
    assert not Identity.objects.exists()
    assert not DataKey.objects.filter(subject_id__in=[customer.id, joined.id]).exists()
    assert stored() == before
    assert set(Customer.objects.values_list("name_sealed", "name_index", "erased_at")) == {(None, None, NOON)}
    assert Event.objects.get(type="customers.CustomerErased").attributes == {"customers": 2, "reason": "request"}
    with pytest.raises(CustomerNotFound):
        erase_customer(customer_id=customer.id, at=NOON + timedelta(days=1), by=BY)
    assert met(PHONE) != customer
