"""Organisations: saved, spoken for, suggested by proven addresses, and unharmed by joining and separating."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.commands import Claim, erase_customer, find_or_create_customer, merge_customers
from zhoudao.rooms.customers.commands import unmerge_customer as separate
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.commands.organisations import (
    AlreadyContact,
    DomainShared,
    DomainTaken,
    DomainUnsound,
    NotContact,
    OrganisationNotFound,
    OrganisationSaid,
    OrganisationUnnamed,
    OrganisationUnsound,
    add_contact,
    end_contact,
    refuse_contact,
    save_organisation,
)
from zhoudao.rooms.customers.members import adviser_of, organisation_of, seen_by_contact, suggest_contacts
from zhoudao.rooms.customers.models import ContactSuggestion, Customer, Membership, Organisation

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
LATER = datetime.now(UTC) + timedelta(days=1)  # keys are made by the real clock
BY = By("user:li")
pytestmark = pytest.mark.django_db


def firm(name: str = "海星贸易", **said: Any) -> Organisation:
    return save_organisation(said=OrganisationSaid(name, **said), at=NOON, by=BY)


def person(number: int, *more: Claim) -> Customer:
    claims = [Claim("phone", f"1381234{number:04d}", verified=True), *more]
    return find_or_create_customer(claims=claims, name="王", at=NOON, by=BY)


def speaks(organisation: Organisation, customer: Customer, **more: Any) -> Membership:
    return add_contact(organisation_id=organisation.id, customer_id=customer.id, at=NOON, by=BY, **more)


def fresh(customer: Customer) -> Customer:
    return Customer.objects.get(id=customer.id)


def test_a_contact_speaks_for_one_organisation_at_a_time() -> None:
    one, other, wang = firm(), firm("南洋"), person(1)
    speaks(one, wang)
    assert organisation_of(fresh(wang)) == one
    with pytest.raises(AlreadyContact):
        speaks(other, wang)
    end_contact(organisation_id=one.id, customer_id=wang.id, at=NOON, by=BY)
    assert organisation_of(fresh(wang)) is None
    speaks(other, wang)
    assert organisation_of(fresh(wang)) == other
    kinds = Event.objects.filter(primary_id=one.id).order_by("seq").values_list("type", flat=True)
    assert list(kinds) == ["customers.OrganisationSaved", "customers.ContactJoined", "customers.ContactLeft"]


def test_a_stranger_to_organisations_costs_no_statement(django_assert_num_queries: Any) -> None:
    nobody = fresh(person(1))
    with django_assert_num_queries(0):
        assert organisation_of(nobody) is None


def test_joining_keeps_the_membership_and_separating_gives_it_back() -> None:
    one, wang, twin = firm(), person(1), person(2)
    speaks(one, wang)
    merge_customers(loser_id=wang.id, survivor_id=twin.id, at=NOON, by=BY)
    assert organisation_of(fresh(twin)) == organisation_of(fresh(wang)) == one
    with pytest.raises(AlreadyContact):
        speaks(firm("南洋"), twin)
    separate(customer_id=wang.id, at=NOON, by=BY)
    assert organisation_of(fresh(twin)) is None
    assert organisation_of(fresh(wang)) == one


def test_two_contacts_found_to_be_one_person_leave_together_and_separate_whole() -> None:
    one, wang, twin = firm(), person(1), person(2)
    speaks(one, wang)
    speaks(one, twin, sees_all=True)
    merge_customers(loser_id=wang.id, survivor_id=twin.id, at=NOON, by=BY)
    assert seen_by_contact(wang.id)[1] == [one.id]
    separate(customer_id=wang.id, at=NOON, by=BY)
    assert seen_by_contact(wang.id) == ([wang.id], [])
    assert seen_by_contact(twin.id) == ([twin.id], [one.id])


def test_the_adviser_is_ones_own_else_the_organisations() -> None:
    li = User.objects.create_user(email="li@example.com", name="李强")
    sun = User.objects.create_user(email="sun@example.com", name="孙丽")
    wang = person(1)
    assert adviser_of(wang.id) is None
    speaks(firm(adviser_id=li.pk), wang)
    assert adviser_of(wang.id) == li.pk
    Customer.objects.filter(id=wang.id).update(adviser=sun)
    assert adviser_of(wang.id) == sun.pk


def test_only_a_proven_address_suggests_and_a_person_decides() -> None:
    one = firm(domains=["Haixing.example"])
    proven = person(1, Claim("email", "a@haixing.example", verified=True))
    person(2, Claim("email", "b@haixing.example"))
    person(3, Claim("email", "c@elsewhere.example", verified=True))
    refused = person(4, Claim("email", "d@haixing.example", verified=True))
    assert suggest_contacts(at=NOON, real_now=LATER) == 8
    assert suggest_contacts(at=NOON, real_now=LATER) == 0
    waiting = ContactSuggestion.objects.filter(status="open").order_by("customer_id")
    assert [row.customer_id for row in waiting] == [proven.id, refused.id]
    assert not Membership.objects.exists()
    speaks(one, proven)
    assert refuse_contact(organisation_id=one.id, customer_id=refused.id, at=NOON, by=BY)
    assert not refuse_contact(organisation_id=one.id, customer_id=refused.id, at=NOON, by=BY)
    save_organisation(
        organisation_id=one.id, said=OrganisationSaid("海星", domains=["haixing.example", "hx.example"]), at=NOON, by=BY
    )
    assert suggest_contacts(at=NOON, real_now=LATER) == 8, "a new domain looks at all addresses again"
    assert not waiting.filter(status="open").exists(), "what was decided is not asked again"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (OrganisationSaid("  "), OrganisationUnnamed),
        (OrganisationSaid("甲", tier="best"), OrganisationUnsound),
        (OrganisationSaid("甲", promises={"answer": (0, "business")}), OrganisationUnsound),
        (OrganisationSaid("甲", promises={"answer": (60, "dream")}), OrganisationUnsound),
        (OrganisationSaid("甲", adviser_id=uuid4()), OrganisationUnsound),
        (OrganisationSaid("甲", domains=["qq.com"]), DomainShared),
        (OrganisationSaid("甲", domains=["no domain"]), DomainUnsound),
        (OrganisationSaid("甲", domains=["taken.example"]), DomainTaken),
        (OrganisationSaid("甲", domains=[f"d{n}.example" for n in range(21)]), DomainUnsound),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(said: OrganisationSaid, refusal: type[Exception]) -> None:
    firm("乙", domains=["taken.example"])
    with pytest.raises(refusal):
        save_organisation(said=said, at=NOON, by=BY)
    assert Organisation.objects.count() == 1


def test_who_or_what_is_not_there_is_refused() -> None:
    one, wang = firm(), person(1)
    for call, refusal in (
        (lambda: speaks(one, Customer(id=uuid4())), CustomerNotFound),
        (lambda: speaks(Organisation(id=uuid4()), wang), OrganisationNotFound),
        (lambda: end_contact(organisation_id=one.id, customer_id=wang.id, at=NOON, by=BY), NotContact),
    ):
        with pytest.raises(refusal):
            call()


def test_an_erased_contact_is_nobodys() -> None:
    one, wang = firm(), person(1)
    speaks(one, wang)
    erase_customer(customer_id=wang.id, at=NOON, by=BY)
    assert not Membership.objects.exists()
    with pytest.raises(CustomerNotFound):
        speaks(one, wang)
