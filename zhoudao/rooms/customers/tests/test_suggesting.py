"""Who may be one person: only what they said of themselves counts, and people decide."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.commands import (
    Claim,
    dismiss_suggestion,
    find_or_create_customer,
    merge_customers,
    suggest,
    unmerge_customer,
)
from zhoudao.rooms.customers.commands.suggesting import suggest_by_identities
from zhoudao.rooms.customers.models import Customer, Identity, MergeSuggestion, Searched

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
BY = By("user:li")
PHONE = Claim("phone", "13812348000")
pytestmark = pytest.mark.django_db


def met(*claims: Claim, name: str = "") -> Customer:
    return find_or_create_customer(claims=claims, name=name, at=NOON, by=BY)


def look() -> list[MergeSuggestion]:
    while suggest_by_identities(at=NOON, real_now=datetime.now(UTC) + timedelta(minutes=1)):
        pass
    return list(MergeSuggestion.objects.filter(status="open").order_by("id"))


def how_far() -> str:
    return str(Searched.objects.get(name="identities").last_id)


def pair(*people: Customer) -> set[object]:
    return {one.id for one in people}


def test_the_same_number_given_and_proven_is_a_suggestion_and_joins_nobody() -> None:
    proven, said = met(Claim("phone", "13812348000", verified=True)), met(PHONE)
    (found,) = look()
    assert {found.first_id, found.second_id} == pair(proven, said)
    assert found.evidence == {"phone": ""}
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_a_shared_browser_or_a_systems_id_is_no_evidence() -> None:
    for channel in ("a", "b"):
        met(Claim("visitor", "v1", scope=channel))
        met(Claim("external", "7", scope=channel))
    assert look() == []


def test_looking_again_finds_nothing_twice_and_only_what_is_new() -> None:
    met(PHONE)
    met(PHONE)
    first = look()
    assert look() == first
    place = how_far()
    met(Claim("email", "w@example.com"))
    look()
    assert how_far() > place


def test_two_pieces_of_evidence_are_one_suggestion() -> None:
    mail = Claim("email", "w@example.com")
    met(PHONE, mail)
    met(PHONE, mail)
    (found,) = look()
    assert found.evidence == {"phone": "", "email": ""}


def test_a_hot_line_that_many_give_tells_nobody_apart() -> None:
    for _ in range(7):
        met(PHONE)
    assert look() == []


def test_what_is_too_young_waits_for_its_commit() -> None:
    met(PHONE)
    met(PHONE)
    assert suggest_by_identities(at=NOON, real_now=datetime.now(UTC)) == 0
    assert len(look()) == 1


def test_two_people_stay_two_until_there_is_new_evidence() -> None:
    one, other = met(PHONE), met(PHONE)
    (found,) = look()
    assert dismiss_suggestion(suggestion_id=found.id, actor="user:li", at=NOON)
    assert not dismiss_suggestion(suggestion_id=found.id, actor="user:li", at=NOON)
    suggest([(one.id, other.id, "phone", "")], at=NOON)
    assert not MergeSuggestion.objects.filter(status="open").exists()
    suggest([(other.id, one.id, "order", "O2026-1")], at=NOON)
    (again,) = MergeSuggestion.objects.filter(status="open")
    assert again.evidence == {"phone": "", "order": "O2026-1"}


def test_joining_settles_the_suggestions_of_both_groups_and_separating_says_two() -> None:
    one, other, third = met(PHONE), met(PHONE), met(PHONE)
    assert len(look()) == 3
    merge_customers(loser_id=other.id, survivor_id=one.id, at=NOON, by=BY)
    assert MergeSuggestion.objects.filter(status="open").count() == 2
    merge_customers(loser_id=one.id, survivor_id=third.id, at=NOON, by=BY)
    assert not MergeSuggestion.objects.filter(status="open").exists()
    unmerge_customer(customer_id=one.id, at=NOON, by=BY)
    assert set(MergeSuggestion.objects.values_list("status", flat=True)) == {"merged", "dismissed"}
    assert MergeSuggestion.objects.filter(status="merged").count() == 1


def test_nothing_is_suggested_with_who_was_erased() -> None:
    one, other = met(PHONE), met(PHONE)
    Customer.objects.filter(id=one.id).update(erased_at=NOON)
    assert look() == []
    assert Identity.objects.filter(customer=other).exists()
