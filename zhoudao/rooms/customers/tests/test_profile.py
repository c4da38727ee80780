"""Whose word counts when records were joined, and that taking it back loses nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.commands import (
    Claim,
    Description,
    ProfileUnsound,
    describe_customer,
    find_or_create_customer,
)
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.profile import Profile, profile_of
from zhoudao.rooms.customers.queries import group_ids

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
BY = By("user:li")
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return company()


def met(number: int, name: str = "") -> Customer:
    claims = [Claim("phone", f"1381234{number:04d}", verified=True)]
    return find_or_create_customer(claims=claims, name=name, at=NOON, by=BY)


def told(customer: Customer, **said: Any) -> list[str]:
    usual: dict[str, Any] = {"language": "zh-Hans", "value_class": "standard", "adviser_id": None}
    usual |= {"preferred_channel": "", "contact_hours": "", "consents": ()}
    return describe_customer(customer_id=customer.id, said=Description(**usual | said), at=NOON, by=BY)


def joined(loser: Customer, survivor: Customer, *kept: str, minute: int = 0) -> None:
    """As a merge leaves the row."""
    moment = NOON + timedelta(minutes=minute)
    Customer.objects.filter(id=loser.id).update(merged_into=survivor, merged_at=moment, kept_fields=list(kept))


def profile(customer: Customer) -> Profile:
    people = list(Customer.objects.filter(id__in=group_ids(customer.id)))
    return profile_of(next(one for one in people if one.merged_into_id is None), people)


def test_what_is_written_down_is_one_event_without_values(cast: Cast) -> None:
    customer = met(1)
    wang = cast.people["wang"].pk
    changed = told(customer, value_class="vip", adviser_id=wang, consents=("care",), contact_hours="evening")
    assert changed == ["value_class", "adviser", "contact_hours", "consents"]
    assert profile(customer).adviser_name == "王芳"
    event = Event.objects.get(type="customers.ProfileChanged")
    assert event.attributes == {"fields": changed}
    assert told(customer, value_class="vip", adviser_id=wang, consents=("care",), contact_hours="evening") == []


@pytest.mark.parametrize("wrong", [{"contact_hours": "midnight"}, {"consents": ("all",)}, {"language": "xx"}])
def test_unknown_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ProfileUnsound):
        told(met(1), **wrong)


def test_somebody_who_left_advises_nobody(cast: Cast) -> None:
    cast.people["wang"].is_active = False
    cast.people["wang"].save()
    with pytest.raises(ProfileUnsound):
        told(met(1), adviser_id=cast.people["wang"].pk)


def test_the_survivor_speaks_and_where_it_is_silent_the_joined_record_does() -> None:
    keeps, joins = met(1, "王小明"), met(2, "王晓明")
    told(joins, preferred_channel="email", value_class="vip", consents=("marketing",))
    joined(joins, keeps)
    said = profile(keeps)
    assert (said.name, said.preferred_channel) == ("王小明", "email")
    assert (said.value_class, said.consents) == ("standard", ()), "neither class nor consent is taken by silence"


def test_a_chosen_field_is_the_joined_records_also_over_a_chain() -> None:
    first, second, third = met(1, "甲"), met(2, "乙"), met(3, "丙")
    told(first, value_class="gold")
    joined(first, second, "value_class", "name")
    joined(second, third, "value_class", minute=1)
    said = profile(first)
    assert (said.name, said.value_class) == ("丙", "gold")
    joined(second, third, "name", minute=1)
    assert profile(third).name == "甲"


def test_what_is_written_after_a_merge_counts_and_the_joined_record_keeps_its_own() -> None:
    keeps, joins = met(1), met(2)
    told(joins, value_class="gold", preferred_channel="email")
    joined(joins, keeps, "value_class")
    assert told(joins, value_class="vip", preferred_channel="") == ["value_class", "preferred_channel"]
    assert (profile(keeps).value_class, profile(keeps).preferred_channel) == ("vip", "")
    Customer.objects.filter(id=joins.id).update(merged_into=None, merged_at=None)
    assert (profile(joins).value_class, profile(joins).preferred_channel) == ("gold", "email")
    assert profile(keeps).value_class == "vip"
