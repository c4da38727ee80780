"""Joining and separating: whose word counts, what is refused, and two who do it at once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connections

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers import queries
from zhoudao.rooms.customers.commands import (
    AlreadyMerged,
    Claim,
    CustomerNotFound,
    FieldUnknown,
    SameCustomer,
    erase_customer,
    find_or_create_customer,
    merge_customers,
    unmerge_customer,
)
from zhoudao.rooms.customers.models import Customer

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
BY = By("user:li")


def met(number: int, name: str = "") -> Customer:
    return find_or_create_customer(claims=[Claim("visitor", f"v-{number}", scope="web")], name=name, at=NOON, by=BY)


def join(loser: Customer, survivor: Customer, *kept: str) -> None:
    merge_customers(loser_id=loser.id, survivor_id=survivor.id, kept_fields=kept, at=NOON, by=BY)


@pytest.mark.django_db
def test_customers_without_phone_or_mail_are_joined_in_the_direction_chosen() -> None:
    chat, counter = met(1, "王小明"), met(2, "王晓明")
    join(chat, counter)
    assert queries.root_of(chat.id) == counter.id
    unmerge_customer(customer_id=chat.id, at=NOON, by=BY)
    join(counter, chat)
    assert queries.root_of(counter.id) == chat.id


@pytest.mark.django_db
def test_separating_the_middle_of_a_chain_takes_along_what_had_been_joined_with_it() -> None:
    first, second, third = met(1), met(2), met(3)
    join(first, second)
    join(second, third)
    unmerge_customer(customer_id=second.id, at=NOON, by=BY)
    assert set(queries.group_ids(second.id)) == {first.id, second.id}
    assert queries.group_ids(third.id) == [third.id]
    flags = dict(Customer.objects.values_list("id", "has_joined"))
    assert flags == {first.id: False, second.id: True, third.id: False}


@pytest.mark.django_db
def test_separating_forgets_what_was_chosen_for_the_time_together() -> None:
    one, other = met(1), met(2)
    join(one, other, "value_class")
    unmerge_customer(customer_id=one.id, at=NOON, by=BY)
    one.refresh_from_db()
    assert (one.kept_fields, one.merged_at, one.merged_into_id) == ([], None, None)


@pytest.mark.django_db
def test_rings_unknown_fields_and_erased_customers_are_refused() -> None:
    one, other, gone = met(1), met(2), met(3)
    with pytest.raises(FieldUnknown):
        join(one, other, "password")
    join(one, other)
    with pytest.raises(SameCustomer):
        join(other, one)
    with pytest.raises(SameCustomer):
        join(other, other)
    erase_customer(customer_id=gone.id, at=NOON, by=BY)
    for pair in ((gone, other), (other, gone)):
        with pytest.raises(CustomerNotFound):
            join(*pair)
    assert queries.root_of(one.id) == other.id


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_join_crosswise_make_no_ring() -> None:
    one, other = met(1), met(2)
    refused = at_once(lambda: join(one, other), lambda: join(other, one))
    assert [type(refusal) for refusal in refused] == [SameCustomer]
    assert len(queries.group_ids(one.id)) == 2
    assert Customer.objects.filter(merged_into=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_record_joined_with_two_at_once_belongs_to_one() -> None:
    one, left, right = met(1), met(2), met(3)
    refused = at_once(lambda: join(one, left), lambda: join(one, right))
    assert [type(refusal) for refusal in refused] == [AlreadyMerged]
    assert queries.root_of(one.id) in {left.id, right.id}


@pytest.mark.django_db(transaction=True)
def test_whoever_is_joined_while_being_erased_is_either_erased_too_or_refused() -> None:
    one, other = met(1), met(2)
    refused = at_once(lambda: join(one, other), lambda: erased(other.id))
    gone = set(Customer.objects.exclude(erased_at=None).values_list("id", flat=True))
    assert (gone, [type(refusal) for refusal in refused]) in (
        ({one.id, other.id}, []),
        ({other.id}, [CustomerNotFound]),
    )


def erased(customer_id: UUID) -> None:
    erase_customer(customer_id=customer_id, at=NOON, by=BY)


def at_once(*works: Callable[[], None]) -> list[Exception]:
    """This will do all of it at the same time; returns the refusals."""
    refused: list[Exception] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
