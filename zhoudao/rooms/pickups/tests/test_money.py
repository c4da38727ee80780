"""What fetching costs: what was agreed, kept once, of the refund alone, and never where it is ours to pay."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.aftersales.commands.deciding import note_sent, withdraw_return
from zhoudao.rooms.aftersales.commands.inspecting import Finding, assess_again, inspect_return
from zhoudao.rooms.aftersales.commands.refunding import refuse_refund
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import expected_of
from zhoudao.rooms.aftersales.refusals import PostageUnsound
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, LINK, PNG, TEN, WORKER, found, here, policy_with
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.pickups.answers import ASSIGNED, BOOKED, COLLECTED, Said
from zhoudao.rooms.pickups.commands.answering import note_said
from zhoudao.rooms.pickups.models import Pickup
from zhoudao.rooms.pickups.queries.offering import fee_of
from zhoudao.rooms.pickups.refusals import FeeChanged, PickupNotOffered, PickupThere
from zhoudao.rooms.pickups.tests.fetching import NEXT_DAY, ordered, ready, to_fetch

pytestmark = pytest.mark.django_db(transaction=True)
NICE = Finding("CH-1", 1, "as_new", "restock")


def said(pickup: Pickup, what: str, **more: Any) -> Pickup:
    how: dict[str, Any] = {"at": NEXT_DAY, "real_now": datetime.now(UTC)}
    return note_said(pickup_id=pickup.id, said=Said(what, task="T1", reference="1", **more), **how)


def fetched(pickup: Pickup) -> ReturnRequest:
    """The courier has it."""
    said(pickup, BOOKED)
    said(pickup, COLLECTED, tracking_number="JD0000000000001")
    return ReturnRequest.objects.select_related("order__store", "order__customer").get(id=pickup.request_id)


def test_what_was_agreed_is_kept_once_to_the_cent_also_of_a_return_that_comes_in_parts() -> None:
    ready()
    request = fetched(ordered(to_fetch(counts={0: 2})))
    whole = sum(one.back_minor for one in [expected_of(request, list(request.pieces.select_related("order_line")))])
    here(request, CH_1=1)
    found(request, NICE)
    here(request, CH_1=1)
    found(request, NICE)
    refunds = list(Refund.objects.order_by("id"))
    assert [one.pickup_minor for one in refunds] == [1_200, 0]
    assert sum(one.goods_minor for one in refunds) - sum(one.amount_minor for one in refunds) == 1_200
    assert sum(one.amount_minor for one in refunds) == whole


def test_refused_and_worked_out_anew_it_is_kept_again_and_not_twice() -> None:
    ready()
    request = fetched(ordered())
    here(request)
    found(request, NICE)
    first = Refund.objects.get()
    refuse_refund(refund_id=first.id, reason="amount", by=CLERK, at=NEXT_DAY)
    assess_again(request_id=request.id, lost={}, by=CLERK, at=NEXT_DAY)
    second = Refund.objects.exclude(id=first.id).get()
    assert (second.pickup_minor, second.amount_minor) == (1_200, first.amount_minor)


def test_of_a_refund_that_is_less_a_cent_is_left_and_nothing_is_asked_for() -> None:
    ready()
    request = fetched(ordered())
    here(request)
    found(request, Finding("CH-1", 1, "used", "restock", lost_percent=95))
    refund = Refund.objects.get()
    assert refund.amount_minor == 1
    assert refund.pickup_minor == refund.goods_minor - refund.lost_minor - 1 < 1_200


def test_rejected_nothing_is_asked_of_the_customer() -> None:
    ready()
    request = fetched(ordered())
    here(request)
    found(request, Finding("CH-1", 1, "damaged", "send_back"))
    assert not Refund.objects.exists()
    assert ReturnRequest.objects.get().state == "rejected"


def test_what_is_our_fault_is_fetched_for_nothing_and_no_postage_is_paid_besides() -> None:
    ready()
    request = fetched(ordered(to_fetch("quality", photos=[PNG]), fee=0))
    assert request.fetched_minor == 0
    here(request)
    given: dict[str, Any] = {"request_id": request.id, "findings": [NICE], "by": WORKER, "at": TEN + 3 * A_DAY}
    with pytest.raises(PostageUnsound):
        inspect_return(**given, key=uuid4(), postage_minor=800)
    inspect_return(**given, key=uuid4())
    refund = Refund.objects.get()
    assert (refund.pickup_minor, refund.postage_minor) == (0, 0)


def test_what_the_policy_does_not_say_is_not_fetched_at_the_customers_cost() -> None:
    ready()
    request = to_fetch()
    policy_with("r7", pickup_fee="")
    silent = to_fetch()
    assert (fee_of(request), fee_of(silent)) == (1_200, None)
    with pytest.raises(PickupNotOffered):
        ordered(silent)
    with pytest.raises(FeeChanged):
        ordered(request, fee=0)


def test_a_fee_that_changes_later_changes_nothing_of_what_was_agreed() -> None:
    ready()
    request = to_fetch()
    policy_with("r7", pickup_fee="50")
    assert fetched(ordered(request)).fetched_minor == 1_200


def test_one_courier_a_return_by_whoever_and_the_database_itself_keeps_it() -> None:
    from django.db import IntegrityError

    ready()
    pickup = ordered()
    with pytest.raises(PickupThere):
        ordered(pickup.request)
    with pytest.raises(IntegrityError):
        Pickup.objects.create(
            number="P1", request=pickup.request, service="kd", starts_at=NEXT_DAY, ends_at=NEXT_DAY + A_DAY,
            fee_minor=0, key=uuid4(), asked_at=NEXT_DAY, asked_by="x",
        )  # fmt: skip


def test_what_comes_otherwise_or_is_over_calls_the_courier_off() -> None:
    ready()
    withdrawn, brought, sent, own = (ordered() for _ in range(4))
    said(own, ASSIGNED, tracking_number="JD0000000000001")
    withdraw_return(request_id=withdrawn.request_id, by=LINK, at=NEXT_DAY)
    here(brought.request)
    for one, label in ((sent, Label("yto", "YT1234567890")), (own, Label("jd", "JD0000000000001"))):
        note_sent(request_id=one.request_id, label=label, by=LINK, at=NEXT_DAY)
    dispatch.drain()
    states = {one.id: (one.state, one.called_off_for) for one in Pickup.objects.all()}
    assert {states[one.id] for one in (withdrawn, brought, sent)} == {("cancelled", "over")}
    assert states[own.id] == ("assigned", "")  # its own parcel: it is asked about


def test_fetched_without_a_number_it_is_on_its_way_and_the_number_follows() -> None:
    ready()
    pickup = ordered()
    said(pickup, COLLECTED)
    request = ReturnRequest.objects.get()
    assert (request.state, request.tracking_number, request.carrier) == ("sent", "", "jd")
    said(pickup, COLLECTED, tracking_number="JD0000000000001")
    request.refresh_from_db()
    assert (request.state, request.tracking_number) == ("sent", "JD0000000000001")
