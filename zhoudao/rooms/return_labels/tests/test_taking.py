"""A prepaid label: one return each, for good; and what it costs, kept once, only of what came with it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.aftersales.commands.deciding import expire_return, note_sent, reopen_return, withdraw_return
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.receiving import receive_return
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import expected_of
from zhoudao.rooms.aftersales.queries.station import returns_scanned
from zhoudao.rooms.aftersales.refusals import AftersalesRefused, AlreadyOver
from zhoudao.rooms.aftersales.tests.returns import (
    A_DAY,
    CLERK,
    LINK,
    PNG,
    TEN,
    WORKER,
    asked,
    delivered,
    found,
    here,
    place,
    policy_with,
)
from zhoudao.rooms.aftersales.tests.test_refunding import at_once
from zhoudao.rooms.fulfilment.commands.sheets import finish_sheet, forget_sheets
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.pickups.answers import COLLECTED, Said
from zhoudao.rooms.pickups.commands.answering import note_said
from zhoudao.rooms.pickups.commands.changing import call_off_pickup
from zhoudao.rooms.pickups.tests.fetching import NEXT_DAY, ordered, to_fetch
from zhoudao.rooms.return_labels.commands.pools import change_pool, look_at_pool
from zhoudao.rooms.return_labels.commands.taking import print_return_label, put_back_label
from zhoudao.rooms.return_labels.models import Pool, PrepaidNumber
from zhoudao.rooms.return_labels.privacy import KEEPER
from zhoudao.rooms.return_labels.queries.offering import offered_to
from zhoudao.rooms.return_labels.queries.pools import pools
from zhoudao.rooms.return_labels.queries.printing import label_printed, made
from zhoudao.rooms.return_labels.refusals import (
    CourierComes,
    LabelBeingMade,
    LabelFeeChanged,
    LabelNotFound,
    LabelNotMade,
    LabelNotOffered,
)
from zhoudao.rooms.return_labels.tests.pool import brought, labelled
from zhoudao.rooms.stock.models import Warehouse

pytestmark = pytest.mark.django_db(transaction=True)
NICE = Finding("CH-1", 1, "as_new", "restock")


def arrives(request: ReturnRequest, parcel: str = "", **counts: int) -> ReturnRequest:
    """It is taken in, out of a parcel with this number."""
    wanted = {sku.replace("_", "-"): count for sku, count in (counts or {"CH_1": 1}).items()}
    how: dict[str, Any] = {"warehouse_id": place(), "key": uuid4(), "by": WORKER, "at": TEN + 3 * A_DAY}
    return receive_return(request_id=request.id, counts=wanted, parcel=parcel, **how)


def of(own: PrepaidNumber) -> ReturnRequest:
    rows = ReturnRequest.objects.select_related("order__store", "order__customer", "store", "warehouse")
    assert own.request_id is not None
    return rows.get(id=own.request_id)


def back(request: ReturnRequest) -> int:
    return expected_of(request, list(request.pieces.select_related("order_line"))).back_minor


def counts() -> tuple[int, int, int]:
    [one] = pools(TEN.date())
    return one.unused, one.used, one.expired


def test_the_number_is_the_parcels_from_then_on_and_goods_in_finds_the_return_by_it() -> None:
    numbers = brought()
    own = labelled()
    request = of(own)
    assert own.number == request.tracking_number == numbers[0]
    assert (request.state, request.carrier, request.label_minor) == ("approved", "sf", 800)
    assert [one.id for one in returns_scanned(own.number.lower())] == [request.id]
    assert counts() == (2, 1, 0)
    assert labelled(request).number == own.number, "asked again it is the same"
    assert counts() == (2, 1, 0)
    fact = Event.objects.get(type="return_labels.LabelTaken")
    assert (fact.primary_id, fact.attributes["fee_minor"]) == (request.id, 800)
    assert own.number not in str(fact.attributes)


def test_what_was_agreed_is_kept_once_of_what_came_with_it_and_the_page_says_so_before() -> None:
    brought()
    request = to_fetch(counts={0: 2})
    before = back(request)
    own = labelled(request)
    assert back(of(own)) == before - 800
    arrives(request, own.number.lower(), CH_1=1)
    found(request, NICE)
    arrives(request, own.number, CH_1=1)
    found(request, NICE)
    refunds = list(Refund.objects.order_by("id"))
    assert [one.pickup_minor for one in refunds] == [800, 0]
    assert sum(one.amount_minor for one in refunds) == before - 800


def test_what_comes_otherwise_costs_nothing_though_the_number_is_used() -> None:
    brought()
    brought_in, told, fetched = (labelled() for _ in range(3))
    here(of(brought_in))
    found(of(brought_in), NICE)
    note_sent(request_id=of(told).id, label=Label("yto", "YT1234567890"), by=LINK, at=NEXT_DAY)
    arrives(of(told), told.number)
    found(of(told), NICE)
    pickup = ordered(of(fetched))
    said = Said(COLLECTED, task="T", reference="1", tracking_number="JD0000000000001")
    note_said(pickup_id=pickup.id, said=said, at=NEXT_DAY, real_now=datetime.now(UTC))
    arrives(of(fetched), fetched.number)
    found(of(fetched), NICE)
    assert list(Refund.objects.order_by("id").values_list("pickup_minor", flat=True)) == [0, 0, 1_200]
    assert of(fetched).label_minor is None, "what is kept is the courier's"
    assert counts() == (0, 3, 0)


def test_what_is_our_fault_is_sent_for_nothing_and_no_postage_is_paid_besides() -> None:
    brought()
    own = labelled(to_fetch("quality", photos=[PNG]), fee=0)
    arrives(of(own), own.number)
    assert of(own).fetched_minor == 0
    with pytest.raises(AftersalesRefused):
        found(of(own), NICE, postage_minor=800)
    found(of(own), NICE)
    refund = Refund.objects.get()
    assert (refund.pickup_minor, refund.postage_minor) == (0, 0)


def test_what_the_policy_does_not_say_or_was_shown_otherwise_gets_none() -> None:
    brought()
    request = to_fetch()
    policy_with("r7", label_fee="")
    silent = to_fetch()
    with pytest.raises(LabelNotOffered):
        labelled(silent)
    with pytest.raises(LabelFeeChanged):
        labelled(request, fee=0)
    assert counts() == (3, 0, 0)
    assert labelled(request).fee_minor == 800, "on the terms it was asked for"


def test_the_last_number_is_given_and_then_the_choice_is_gone_and_other_ways_stay() -> None:
    brought(1)
    first, second = to_fetch(), to_fetch()
    labelled(first)
    with pytest.raises(LabelNotOffered):
        labelled(second)
    second.refresh_from_db()
    assert (second.state, second.tracking_number) == ("approved", "")
    assert ordered(second).state == "asked"


def test_chosen_by_many_at_once_no_number_is_given_twice_and_none_is_lost() -> None:
    brought(10)
    returns = [to_fetch() for _ in range(16)]
    outcomes = at_once(lambda n: labelled(returns[n % 16]), times=48, refused=LabelNotOffered)
    numbers = list(ReturnRequest.objects.exclude(tracking_number="").values_list("tracking_number", flat=True))
    assert len(numbers) == len(set(numbers)) == 10
    assert counts() == (0, 10, 0)
    assert set(outcomes) == {"done", "LabelNotOffered"}


def test_numbers_end_where_they_lead_and_how_long_they_last_are_kept_to() -> None:
    brought(1, more=f",{TEN + 2 * A_DAY:%Y-%m-%d}")  # over before the return may be sent last
    brought(1, first=2, more=f",{TEN + 60 * A_DAY:%Y/%m/%d}")
    Warehouse.objects.create(code="far", names={"en": "Far"}, kind="warehouse")
    brought(1, first=3, more=",,far")
    Warehouse.objects.filter(code="far").update(closed_at=TEN)
    endless = brought(1, first=4)
    lasting, last = labelled(), labelled()
    assert lasting.number.endswith("00002"), "what ends sooner goes first"
    assert last.number == endless[0]
    with pytest.raises(LabelNotOffered):
        labelled()
    assert [one.expired for one in pools((TEN + 3 * A_DAY).date())] == [1]


def test_given_up_a_number_stays_used_until_a_colleague_says_it_was_never_printed() -> None:
    brought(1)
    own = labelled()
    request = of(own)
    withdraw_return(request_id=request.id, by=LINK, at=NEXT_DAY)
    assert counts() == (0, 1, 0)
    put_back_label(request_id=request.id, by=CLERK, at=NEXT_DAY)
    assert counts() == (1, 0, 0)
    request.refresh_from_db()
    assert (request.tracking_number, request.label_minor) == ("", None)
    assert not LabelSheet.objects.exists()
    assert label_printed(own.id) is None
    assert Event.objects.get(type="return_labels.LabelPutBack").actor == CLERK.actor
    assert labelled().number == own.number


def test_what_is_under_way_or_came_with_it_is_not_put_back() -> None:
    brought()
    sent, came, none = labelled(), labelled(), to_fetch()
    note_sent(request_id=of(sent).id, label=Label("sf", sent.number), by=LINK, at=NEXT_DAY)
    assert (of(sent).state, of(sent).is_labelled) == ("sent", True)
    arrives(of(came), came.number)
    found(of(came), NICE)
    for own in (sent, came):
        with pytest.raises(AlreadyOver):
            put_back_label(request_id=of(own).id, by=CLERK, at=NEXT_DAY)
    with pytest.raises(LabelNotFound):
        put_back_label(request_id=none.id, by=CLERK, at=NEXT_DAY)


def test_a_part_that_came_otherwise_leaves_the_rest_to_be_sent() -> None:
    brought()
    own = labelled(to_fetch(counts={0: 2}))
    here(of(own), CH_1=1)
    found(of(own), NICE)
    assert of(own).state == "approved"
    assert of(own).tracking_number == own.number


def test_one_that_ended_and_came_all_the_same_keeps_its_label() -> None:
    brought()
    own = labelled()
    expire_return(request_id=of(own).id, by=CLERK, at=TEN + 60 * A_DAY)
    assert of(own).state == "expired"
    reopen_return(request_id=of(own).id, by=CLERK, at=TEN + 61 * A_DAY)
    arrives(of(own), own.number)
    assert of(own).fetched_minor == 800


def test_while_a_courier_comes_there_is_no_label_and_afterwards_there_is() -> None:
    brought()
    pickup = ordered()
    with pytest.raises(CourierComes):
        labelled(pickup.request)
    call_off_pickup(pickup_id=pickup.id, reason="customer", by=LINK, at=NEXT_DAY, real_now=datetime.now(UTC))
    assert labelled(pickup.request).taken_by == LINK.actor


def test_its_file_is_made_kept_for_a_day_and_made_again() -> None:
    brought()
    own = labelled()
    with pytest.raises(LabelBeingMade):
        made(own)
    sheet = own.sheet
    assert sheet is not None
    finish_sheet(sheet, b"%PDF-")
    how: dict[str, Any] = {"request_id": of(own).id, "language": "zh-hans", "by": LINK, "at": NEXT_DAY}
    assert print_return_label(**how).id == sheet.id
    own = PrepaidNumber.objects.select_related("sheet__file").get(id=own.id)
    assert made(own) == b"%PDF-"
    forget_sheets(at=NEXT_DAY + 2 * A_DAY)
    own.refresh_from_db()
    with pytest.raises(LabelNotMade):
        made(own)
    assert print_return_label(**how).id != sheet.id


def test_what_stands_on_it_names_nobody() -> None:
    brought()
    one = label_printed(labelled().id)
    assert one is not None
    assert (one.goal.street, one.carrier) == ("雨花台区软件大道 1 号", "sf")
    assert all(secret not in str(one) for secret in ("王小姐", "中山北路", "13812348000"))


def test_few_left_are_heard_of_once_until_there_are_enough_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr("zhoudao.rooms.return_labels.commands.pools.tell_low", lambda _p, left, at: told.append(left))
    brought(3)
    pool = Pool.objects.get()

    def looks() -> None:
        look_at_pool(pool.id, at=NEXT_DAY, zone="Asia/Shanghai")

    change_pool(carrier="sf", is_offered=True, warn_at=2, by=CLERK, at=TEN)
    looks()
    assert told == []
    labelled()
    looks()
    looks()
    assert told == [2]
    brought(3, first=10)
    looks()
    for _ in range(3):
        labelled()
    looks()
    assert told == [2, 2]
    assert Event.objects.filter(type="return_labels.PoolRanLow").count() == 2


def test_switched_off_it_is_offered_to_nobody_and_what_was_taken_stays() -> None:
    brought()
    own = labelled()
    change_pool(carrier="sf", is_offered=False, warn_at=20, by=CLERK, at=TEN)
    with pytest.raises(LabelNotOffered):
        labelled()
    assert labelled(of(own)).number == own.number


def test_who_is_forgotten_leaves_a_used_number_of_nobody() -> None:
    brought()
    own = labelled()
    customer = of(own).customer_id
    assert KEEPER.held([customer]) == [{"return": of(own).number, "carrier": "sf", "tracking_number": own.number}]
    KEEPER.forget([customer], timezone.now())
    own.refresh_from_db()
    assert (own.request_id, own.taken_by, own.taken_at is None) == (None, "", False)
    assert not LabelSheet.objects.exists()
    assert KEEPER.held([customer]) == []


def test_an_exchange_is_not_sent_at_the_customers_cost() -> None:
    brought()
    request = asked(delivered(), kind="exchange", reason="unsuitable")
    assert offered_to(request, None, NEXT_DAY) == []
    with pytest.raises(LabelNotOffered):
        labelled(request)
