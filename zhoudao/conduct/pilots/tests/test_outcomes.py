"""What outcomes are counted on: whose cases, which value, what is open, and how many statements that costs."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.pilots.measured import Frame
from zhoudao.conduct.pilots.outcomes import choosable, outcome
from zhoudao.conduct.pilots.tests.street import Street
from zhoudao.ground.accounts.models import Store, User
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.cases.models import Case, Effort, Promise
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.teamwork.models import Goodwill
from zhoudao.rooms.visits.models import Line, Need, Visit
from zhoudao.rooms.voice.models import Rating

pytestmark = pytest.mark.django_db


def frame(street: Street, **more: Any) -> Frame:
    given: dict[str, Any] = {
        "stores": tuple(street.ids("bund")), "since": street.now - timedelta(days=7), "until": street.now,
        "at": street.now, "kind": "complaint",
    }  # fmt: skip
    return Frame(**(given | more))


def values(street: Street, code: str, **more: Any) -> list[tuple[float, bool]]:
    return sorted((row.value, row.is_open) for row in outcome(code).all_of(frame(street, **more)))


def case(street: Street, days: float, hours: float | None, store: str = "bund", **more: Any) -> Case:
    made = street.case(store, street.now - timedelta(days=days), hours, **more)
    made.save()
    return made


def test_times_leave_no_open_case_out_and_count_what_it_took_so_far(street: Street) -> None:
    case(street, 2, 10.0)
    case(street, 1, None)
    case(street, 2, None, status="merged")
    case(street, 2, 5.0, kind="inquiry")
    case(street, 2, 5.0, store="garden")
    case(street, 8, 5.0)
    assert values(street, "resolution") == [(10.0, False), (24.0, True)]
    assert len(values(street, "resolution", kind="")) == 3


def test_a_case_solved_without_a_person_never_waited_for_one(street: Street) -> None:
    for days, hours in ((2, 10.0), (1, None)):
        case(street, days, hours)
    answered = case(street, 3, 10.0)
    Case.objects.filter(id=answered.id).update(first_human_contact_at=answered.opened_at + timedelta(hours=3))
    assert values(street, "first_reply") == [(3.0, False), (24.0, True)]


def test_promises_are_shared_by_case_and_what_is_not_judged_yet_says_nothing(street: Street) -> None:
    for kept, missed, running in ((1, 1, 1), (2, 0, 0), (0, 0, 1)):
        one = case(street, 2, None)
        states = [{"kept_at": street.now}] * kept + [{"broken_at": street.now}] * missed + [{}] * running
        for place, state in enumerate(states):
            ended = {"ended_at": street.now} if state else {}
            Promise.objects.create(
                case=one,
                kind=f"k{place}",
                target_minutes=60,
                basis="elapsed",
                started_at=one.opened_at,
                **ended,
                **state,
            )
    assert values(street, "kept") == [(0.5, False), (1.0, False)]


def test_stars_contacts_and_openings_again_of_the_cases_that_tell(street: Street) -> None:
    first, second, third = case(street, 2, 5.0), case(street, 2, 5.0, reopened=1), case(street, 1, None, reopened=2)
    case(street, 1, None)
    for one, score in ((first, 5), (second, 3)):
        Rating.objects.create(case=one, score=score, rated_at=street.now)
    costs = {"channels": 1, "people": 1, "told_again": 0, "asked_again": 0, "waited_seconds": 0}
    for one, contacts in ((first, 1), (third, 4)):
        Effort.objects.create(case=one, contacts=contacts, answers=2 * contacts, **costs)
    assert values(street, "satisfaction") == [(0.0, False), (1.0, False)]
    assert values(street, "contacts") == [(1.0, False)], "an open one may still take more"
    assert values(street, "reopened") == [(0.0, False), (1.0, False), (1.0, False)]


def test_a_case_costs_its_answers_and_what_was_given_once(street: Street) -> None:
    one, user = case(street, 2, 5.0), User.objects.get()
    costs = {"channels": 1, "people": 1, "told_again": 0, "asked_again": 0, "waited_seconds": 0}
    Effort.objects.create(case=one, contacts=1, answers=2, **costs)
    given = {"asked_by": user, "asked_at": street.now, "currency": "CNY", "kind": "refund", "reason": "x"}
    Goodwill.objects.create(case=one, amount_minor=5000, state="granted", **given)
    Goodwill.objects.create(case=one, amount_minor=7000, state="asked", **given)
    Answer.objects.create(case=one, way="phone", words="x", answered_at=street.now, cost_cents=6000)
    assert values(street, "cost") == [(2 * 6 * 0.8 + 60.0, False)]


def bought(street: Street, days: float, buyer: Order | None = None, **more: Any) -> Order:
    order = placed(store="bund", at=street.now - timedelta(days=days))
    changed = more | ({"customer": buyer.customer_id} if buyer else {})
    Order.objects.filter(id=order.id).update(**{**changed, "placed_at": street.now - timedelta(days=days)})
    order.refresh_from_db()
    return order


def test_orders_count_once_they_are_old_enough_to_tell(street: Street) -> None:
    early = {"since": street.now - timedelta(days=90)}
    first = bought(street, 60)
    bought(street, 40, first)
    bought(street, 5)
    bought(street, 45, commercial="cancelled", cancelled_at=street.now)
    again = sorted(value for value, _open in values(street, "bought_again", **early))
    assert len(values(street, "basket", **early)) == 3
    assert values(street, "basket", **early)[0][0] == pytest.approx(310.0)
    assert again == [0.0, 1.0]


def test_what_was_paid_back_within_thirty_days_of_the_order(street: Street) -> None:
    order = bought(street, 60)
    request = ReturnRequest.objects.create(
        number="R2026-1", order=order, store=order.store, customer_id=order.customer_id, kind="return_refund",
        reason="quality", policy_version=1, terms=Terms(is_allowed=True).stored(), language="en", key=uuid4(),
        asked_at=street.now, asked_by="x", channel="form",
    )  # fmt: skip
    for place, (days, state) in enumerate(((50, "paid"), (5, "paid"), (50, "asked"))):
        paid = {"paid_at": street.now - timedelta(days=days)} if state == "paid" else {}
        money = {"goods_minor": 1000, "amount_minor": 1000, "currency": "CNY", "state": state, **paid}
        Refund.objects.create(
            number=f"F{place}", request=request, order=order, asked_at=street.now, asked_by="x", **money
        )  # fmt: skip
    assert values(street, "refunded", since=street.now - timedelta(days=90)) == [(10.0, False)]


def test_visits_are_days_with_how_many_numbers_were_given(street: Street) -> None:
    store = Store.objects.get(code="bund")
    Line.objects.create(store=store)
    need = Need.objects.create(store=store, names={}, letter="A", kind="inquiry")
    for day, count in ((1, 3), (2, 1)):
        taken = street.now - timedelta(days=day)
        for serial in range(count):
            Visit.objects.create(
                store=store, need=need, day=taken.date(), serial=serial, number=f"A{serial}", asked_id=uuid4(),
                source="desk", taken_at=taken,
            )  # fmt: skip
    rows = outcome("visits").all_of(frame(street))
    assert [(row.number, row.value) for row in rows] == [("2026-03-09", 3.0), ("2026-03-08", 1.0)]


@pytest.mark.parametrize("code", [one.code for one in choosable()])
def test_an_outcome_is_one_statement_however_many_cases_there_are(street: Street, code: str) -> None:
    counts = []
    for _again in range(2):
        for _ in range(3):
            case(street, 2, 5.0)
        with CaptureQueriesContext(connection) as asked:
            outcome(code).all_of(frame(street))
        counts.append(len(asked))
    assert counts[0] >= counts[1]
    assert counts[1] <= (2 if code == "cost" else 1)
