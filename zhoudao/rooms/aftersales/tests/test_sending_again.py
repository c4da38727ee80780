"""What was missing, broke or got lost on the way goes out once more, and its money is used up."""

import pytest

from zhoudao.rooms.aftersales.commands.deciding import approve_return
from zhoudao.rooms.aftersales.refusals import MoreThanDelivered, NotEligible
from zhoudao.rooms.aftersales.tables import ensure_default_tables
from zhoudao.rooms.aftersales.tests.returns import A_DAY, BY, LEAD, PNG, TEN, asked, delivered, purse, shelf
from zhoudao.rooms.aftersales.tests.test_exchanging import paid_for, replacement
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.orders.tests.reviewing import open_review
from zhoudao.rooms.parcels.commands.tracking import note_by_hand
from zhoudao.rooms.parcels.tests.depot import sent

pytestmark = pytest.mark.django_db
AT = TEN + 4 * A_DAY


def test_what_broke_on_the_way_is_sent_again_once_and_its_money_is_used_up() -> None:
    order = delivered()
    shelf("LP-7", 1)
    request = asked(order, {1: 1}, kind="reship", reason="damaged", photos=[PNG])
    new = replacement(request)
    assert (request.state, request.fault, new.fulfilment) == ("replaced", "carrier", "reserved")
    worth = order.lines.get(position=2).paid_minor
    assert (purse(order), purse(new)) == ((31_000, worth, worth), (worth, 0, 0))
    for kind in ("refund_only", "return_refund", "reship", "exchange"):
        with pytest.raises(MoreThanDelivered):
            asked(order, {1: 1}, kind=kind, reason="damaged", photos=[PNG])


def test_what_never_arrived_is_sent_again_when_a_colleague_agrees() -> None:
    order = delivered()
    more = delivered(external_number="T-3")
    assert order.id != more.id
    shelf("CH-1", 1)
    request = asked(order, {0: 1}, kind="reship", reason="lost")
    assert (request.state, request.replacement_id) == ("requested", None)
    approve_return(request_id=request.id, by=LEAD, at=AT)
    assert replacement(request).total_minor == paid_for(order)
    with pytest.raises(NotEligible) as refusal:
        asked(order, {0: 1}, kind="return_refund", reason="lost")
    assert refusal.value.why == "not_here"


def test_lost_parcels_are_known_before_anything_was_delivered() -> None:
    open_review()
    ensure_default_tables(TEN)
    order = placed(payment="captured")
    Order.objects.filter(id=order.id).update(commercial="approved", approved_at=TEN, reviewed_at=TEN)
    order.refresh_from_db()
    parcel = sent(order, at=TEN)
    shelf("CH-1", 2)
    with pytest.raises(MoreThanDelivered):
        asked(order, {0: 2}, kind="reship", reason="lost", at=AT)
    note_by_hand(parcel_id=parcel.id, state="exception", by=BY, at=TEN + A_DAY)
    request = asked(order, {0: 2}, kind="reship", reason="lost", at=AT)
    approve_return(request_id=request.id, by=LEAD, at=AT)
    assert replacement(request).lines.get().quantity == 2
