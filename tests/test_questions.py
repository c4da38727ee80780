"""Queries whose SQL is written once, and rows of several tables stored by one statement: as Django's own."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Value

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.questions import Question
from zhoudao.ground.rows import store_new
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def _with_owner(case_id: UUID) -> Any:
    return Case.objects.select_related("owner", "conversation__channel").filter(id=case_id)


def test_a_question_finds_what_the_same_query_finds_every_time_for_its_own_value(shop: Shop) -> None:
    question = Question(_with_owner, UUID)
    for case in [shop.hears(f"第 {n} 件事", who=f"visitor-{n}") for n in range(3)]:
        found, plain = question.first(case.id), _with_owner(case.id).get()
        assert (found, found.__dict__.keys()) == (plain, plain.__dict__.keys())
        assert found.subject == plain.subject
        assert found.owner == plain.owner
        assert found.conversation.channel == plain.conversation.channel
    assert question.first(uuid7()) is None


def test_the_joined_rows_of_a_question_cost_no_further_statement(shop: Shop, django_assert_num_queries: Any) -> None:
    question = Question(_with_owner, UUID)
    case = shop.hears("你好")
    with django_assert_num_queries(1):
        found = question.first(case.id)
        assert found.owner.name
        assert found.conversation.channel.code == "webchat"


def test_a_question_reads_json_times_and_arrays_as_django_does(shop: Shop) -> None:
    case = shop.hears("你好")
    rows = ("object_ids", "attributes", "occurred_at")
    question: Question[Any] = Question(
        lambda ids, at: Event.objects.filter(
            object_ids__overlap=Value(ids, output_field=Event._meta.get_field("object_ids")), occurred_at__lte=at
        ).values_list(*rows),
        list,
        type(shop.now),
    )
    plain = Event.objects.filter(object_ids__overlap=[case.id, case.customer_id], occurred_at__lte=shop.now)
    found = question.all([case.id, case.customer_id], shop.now)
    assert sorted(found, key=str) == sorted(plain.values_list(*rows), key=str)
    assert question.all([case.id], shop.now.replace(year=2000)) == []


def test_a_question_that_forgets_a_value_is_refused(shop: Shop) -> None:
    question = Question(lambda case_id, number: Case.objects.filter(id=case_id), UUID, str)
    with pytest.raises(ValueError, match="never asks for its value"):
        question.all(uuid7(), "C2026-000001")


def test_rows_of_two_tables_are_stored_by_one_statement(shop: Shop, django_assert_num_queries: Any) -> None:
    pattern = shop.hears("你好")
    case, promises = _copies(pattern)
    with django_assert_num_queries(1):
        store_new(case, *promises)
    stored = Case.objects.get(id=case.id)
    for field in Case._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(case, field.attname), field.name
    assert [p.pauses for p in stored.promises.order_by("id")] == [p.pauses for p in promises]
    case.subject = "changed"
    case.save()  # it counts as stored: this is an update
    assert Case.objects.filter(id=case.id).count() == 1


def test_when_one_row_does_not_fit_none_is_stored(shop: Shop) -> None:
    pattern = shop.hears("你好")
    case, promises = _copies(pattern)
    promises[1].id = promises[0].id
    with pytest.raises(IntegrityError), transaction.atomic():
        store_new(case, *promises)
    assert not Case.objects.filter(id=case.id).exists()
    store_new()  # nothing to store is no statement


def _copies(pattern: Case) -> tuple[Case, list[Promise]]:
    promises = list(pattern.promises.all())
    case = Case.objects.get(id=pattern.id)
    case.id, case.number, case.conversation, case.progress_token = uuid7(), "C2026-999999", None, "another"
    for promise in promises:
        promise.id, promise.case_id = uuid7(), case.id
    return case, sorted(promises, key=lambda promise: promise.id)
