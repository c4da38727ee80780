"""Every order follows its flow from the moment it is placed: through real commands, whatever becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.conduct.flows.commands import deploy_flow, ensure_shipped_flows
from zhoudao.conduct.flows.commands.deploying import SHIPPED
from zhoudao.conduct.flows.followed import TYPES, gather
from zhoudao.conduct.flows.heard import ORDER_FLOW
from zhoudao.conduct.flows.models import FlowVersion, Followed
from zhoudao.conduct.flows.queries.followed import order_way
from zhoudao.conduct.flows.queries.measured import Cost, Measured, measured_with_cost
from zhoudao.conduct.flows.refusals import FlowNotSound
from zhoudao.conduct.flows.tests.bench import ONE_TASK
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.tests.cast import company
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.fulfilment.commands.packing import hand_over_tote, scan_pack, weigh
from zhoudao.rooms.fulfilment.commands.scanning import Read
from zhoudao.rooms.fulfilment.commands.waves import cancel_wave
from zhoudao.rooms.fulfilment.models import Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.refusals import FulfilmentRefused
from zhoudao.rooms.fulfilment.tests.depot import SONG, Depot, key, open_depot
from zhoudao.rooms.orders.commands.ending import cancel_order, complete_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.remembering import remember_past
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.refusals import OrderRefused
from zhoudao.rooms.orders.tests.bazaar import LAMP, TEN, placed
from zhoudao.rooms.orders.tests.reviewing import bought
from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.tracking import note_by_hand
from zhoudao.rooms.parcels.commands.watching import look_at_parcel
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.refusals import ParcelRefused
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.voice.following_up import ask_after_order
from zhoudao.rooms.voice.following_up import on_event as on_delivery

pytestmark = pytest.mark.django_db
MANAGER = By("user:manager")
REFUSED = (OrderRefused, ParcelRefused, FulfilmentRefused)


@pytest.fixture
def depot() -> Depot:
    company()
    ensure_default_tables(TEN)
    ensure_shipped_flows(TEN)
    return open_depot(each=30)


@dataclass
class Ears:
    """Who hears each event once, in batches, as the log has them."""

    heard: set[UUID] = field(default_factory=set)

    def hear(self, rng: Random | None = None) -> None:
        """This will tell of everything that happened meanwhile."""
        rows = Event.objects.filter(type__in=TYPES).exclude(id__in=self.heard).order_by("xid", "id")
        told = list(rows)
        cuts = sorted(rng.choices(range(len(told) + 1), k=4)) if rng else []
        for begins, ends in pairwise([0, *cuts, len(told)]):
            self.heard |= gather(told[begins:ends])


def stands(order: Order) -> str:
    row = Followed.objects.get(order=order)
    return version_of(row.version_id).graph.nodes[row.node].id


def figures(at: datetime) -> tuple[dict[str, Measured], Cost]:
    return measured_with_cost(version_of(FlowVersion.objects.get(key=ORDER_FLOW, is_live=True).id), at)


def sends(depot: Depot, wave: Wave) -> None:
    """This will pack and hand over what was picked."""
    for tote in Tote.objects.filter(wave=wave, state="picked"):
        for line in ToteLine.objects.filter(tote=tote, sorted__gt=0):
            read = Read(line.item_id, line.sorted - line.packed, key())
            scan_pack(tote_id=tote.id, read=read, by=SONG, at=depot.later(minutes=2))
        weigh(tote_id=tote.id, box="small", grams=900, by=SONG, at=depot.later(minutes=1))
        label = Label("sf", f"SF{tote.id.int % 10**10:010d}")
        hand_over_tote(tote_id=tote.id, label=label, by=SONG, at=depot.later(minutes=30))


def follow_up(order: Order, at: datetime) -> None:
    """This will plan the question after a delivery, and find that nobody can be asked."""
    on_delivery(Event.objects.get(type="orders.OrderDelivered", primary_id=order.id))
    ask_after_order(order.id, at=at, real_now=at)


def holds(order: Order, depot: Depot, reason: str = "remark") -> Hold:
    asked: dict[str, Any] = {"due_at": depot.now + timedelta(hours=1), "by": SONG, "at": depot.now}
    return open_hold(order_id=order.id, reason=reason, **asked)


def test_an_order_walks_all_of_it_and_each_step_has_its_time(depot: Depot) -> None:
    order = depot.order(LP_7=1)
    depot.later(hours=1)
    wave = depot.wave()
    depot.later(minutes=20)
    depot.pick_all(wave)
    sends(depot, wave)
    parcel = Parcel.objects.get(order=order)
    look_at_parcel(parcel.id, at=depot.later(days=9))
    note_by_hand(parcel_id=parcel.id, state="in_transit", by=SONG, at=depot.later(hours=2))
    note_by_hand(parcel_id=parcel.id, state="delivered", by=SONG, at=depot.later(hours=5))
    ears = Ears()
    ears.hear()
    assert stands(order) == "follow_up"
    follow_up(order, depot.later(days=3))
    ears.hear()
    told, cost = figures(depot.now)
    once = {"review", "approve", "release", "pick", "pack", "hand_over", "chase", "transit", "follow_up", "done"}
    assert {element: one.done for element, one in told.items()} == dict.fromkeys(once, 1)
    assert all(one.waiting == 0 for one in told.values())
    means = {element: told[element].mean for element in ("release", "pick", "hand_over", "chase")}
    assert means == {
        "release": timedelta(hours=1),
        "pick": timedelta(minutes=20),
        "hand_over": timedelta(minutes=30),
        "chase": timedelta(hours=2),
    }
    assert told["done"].mean == depot.now - TEN
    assert (cost.runs, str(cost.total)) == (1, "13.00"), "picked, packed, handed over, chased"
    way = order_way(Order.objects.get(id=order.id), "zh-Hans")
    assert way is not None
    assert way.is_over
    assert [name for name, _state in way.steps][-2:] == ["送达后回访", "订单完成"]
    assert {state for _name, state in way.steps} == {"done"}


def test_a_held_order_stands_with_its_exception_until_the_last_hold_is_gone(depot: Depot) -> None:
    order, ears = depot.order(CH_1=1), Ears()
    first, other = holds(order, depot), holds(order, depot, "other")
    release_hold(hold_id=first.id, outcome="wrong", by=SONG, at=depot.later(minutes=5))
    ears.hear()
    assert stands(order) == "exception"
    release_hold(hold_id=other.id, outcome="wrong", by=SONG, at=depot.later(minutes=5))
    ears.hear()
    assert stands(order) == "release"
    way = order_way(Order.objects.get(id=order.id), "zh-Hans")
    assert way is not None
    assert ("等待排波次", "current") in way.steps
    assert way.steps[-1] == ("订单完成", "next")
    before = Followed.objects.values().get()
    Followed.objects.all().delete()
    Ears().hear()
    assert Followed.objects.values().get() == before, "taken up from the log it stands where it stood, since then"


def test_what_waits_for_goods_what_was_collected_and_what_was_cancelled_stand_apart(depot: Depot) -> None:
    short = depot.order(RG_3=999)
    for hold in short.holds.all():
        release_hold(hold_id=hold.id, outcome="right", by=SONG, at=depot.now)
    collected = depot.order(CH_1=1)
    complete_order(order_id=collected.id, by=SONG, at=depot.later(hours=1))
    gone, held_and_gone = depot.order(CH_1=1), depot.order(CH_1=1)
    holds(held_and_gone, depot)
    for order in (gone, held_and_gone):
        cancel_order(order_id=order.id, reason="customer", by=SONG, at=depot.now)
    ears = Ears()
    ears.hear()
    assert [stands(order) for order in (short, collected, gone, held_and_gone)] == [
        "backorder", "done", "cancelled", "cancelled",
    ]  # fmt: skip
    told, cost = figures(depot.now)
    assert (told["backorder"].waiting, told["done"].done, told["cancelled"].done, cost.runs) == (1, 1, 2, 0)
    receive_stock(goods=[Goods(depot.place.id, "RG-3", 999)], by=SONG, at=depot.later(days=1))
    ears.hear()
    assert stands(short) == "release"


def test_history_comes_with_its_own_times_and_is_nobodys_cost(depot: Depot) -> None:
    order = placed(at=TEN - timedelta(days=31))
    past = Past(TEN - timedelta(days=30), TEN - timedelta(days=29), TEN - timedelta(days=26))
    remember_past(order_id=order.id, past=past, by=MANAGER)
    follow_up(order, TEN)
    Ears().hear()
    row = Followed.objects.get(order=order)
    assert (stands(order), row.ended_at) == ("done", past.delivered_at)
    told, cost = figures(TEN)
    assert told["transit"].mean == timedelta(days=3)
    assert (told["hand_over"].done, told["hand_over"].mean, cost.runs) == (1, None, 0), "nobody saw how it was packed"


def test_a_store_on_trial_follows_the_other_version_and_an_order_keeps_its_own(depot: Depot) -> None:
    order, ears = depot.order(LP_7=1), Ears()
    ears.hear()
    source = (SHIPPED / f"{ORDER_FLOW}.bpmn").read_bytes().replace("客户下单".encode(), "下单".encode())
    web = Store.objects.get(code="web")
    tried = deploy_flow(source=source, by=MANAGER, at=depot.now, stores=[web.id])
    other = depot.order(LP_7=1)
    ears.hear()
    assert Followed.objects.get(order=order).version_id != tried.id
    assert Followed.objects.get(order=other).version_id == tried.id


def test_only_what_happens_to_orders_moves_them(depot: Depot) -> None:
    source = (SHIPPED / f"{ORDER_FLOW}.bpmn").read_bytes()
    wrong = source.replace(b'zd:done-on="fulfilment.TotePicked"', b'zd:done-on="cases.CaseResolved"')
    with pytest.raises(FlowNotSound) as refusal:
        deploy_flow(source=wrong, by=MANAGER, at=depot.now)
    assert [(one.element, one.code) for one in refusal.value.problems] == [("pick", "unknown-event")]


def test_a_batch_costs_a_few_statements_whatever_is_in_it(depot: Depot) -> None:
    depot.order(LP_7=1)
    ears = Ears()
    ears.hear()
    for _ in range(6):
        depot.order(LP_7=1)
    told = list(Event.objects.filter(type__in=TYPES).exclude(id__in=ears.heard).order_by("xid", "id"))
    assert len(told) > 20
    with CaptureQueriesContext(connection) as asked:
        gather(told)
    assert len(asked) == 5, [query["sql"][:90] for query in asked]
    assert Followed.objects.count() == 7


def test_a_flow_that_binds_nothing_loses_no_order(depot: Depot) -> None:
    lines = "start s\nuser wait target=PT1H text=等 team=order_processing\nend e\ns -> wait -> e"
    source = bpmn(lines).replace(b'<process id="p"', f'<process id="{ORDER_FLOW}"'.encode())
    deploy_flow(source=source, by=MANAGER, at=depot.now)
    kept, gone = depot.order(LP_7=1), depot.order(LP_7=1)
    cancel_order(order_id=gone.id, reason="mistake", by=SONG, at=depot.now)
    Ears().hear()
    assert {stands(kept), stands(gone)} == {"wait"}
    assert Followed.objects.get(order=gone).ended_at == depot.now, "over is over, whatever is drawn"
    assert figures(depot.now)[0]["wait"].waiting == 1


def test_the_flow_it_replaces_is_live_no_more_unless_somebody_calls_or_changed_it(depot: Depot) -> None:
    old = bpmn(ONE_TASK.replace("reception", "order_processing"))
    old = old.replace(b'<process id="p"', b'<process id="fulfilment_after"')
    row = deploy_flow(source=old, by=By("system:setup"), at=TEN)
    caller = deploy_flow(source=bpmn("start s\ncall c calls=fulfilment_after\nend e\ns -> c -> e"), by=MANAGER, at=TEN)
    ensure_shipped_flows(TEN)
    row.refresh_from_db()
    assert row.is_live
    caller.delete()
    ensure_shipped_flows(TEN)
    row.refresh_from_db()
    assert not row.is_live


def first(work: Callable[[Wave], None], waves: QuerySet[Wave]) -> None:
    for wave in waves.order_by("id")[:1]:
        work(wave)


STAND_AT: dict[str, Callable[[Order], bool]] = {
    "exception": lambda order: order.open_holds > 0,
    "review": lambda order: order.commercial == "placed" and order.reviewed_at is None,
    "transit": lambda order: order.fulfilment == "shipped",
    "chase": lambda order: order.fulfilment == "shipped",
    "follow_up": lambda order: order.fulfilment == "delivered",
    "pick": lambda order: order.fulfilment not in ("none", "shipped", "delivered"),
    "backorder": lambda order: order.commercial == "approved",
}
ACTS: dict[str, Callable[[Depot, Order, Random], object]] = {
    "hold": lambda depot, order, rng: holds(order, depot, rng.choice(["remark", "other", "velocity"])),
    "release": lambda depot, order, rng: [
        release_hold(hold_id=hold.id, outcome="wrong", by=SONG, at=depot.now)
        for hold in order.holds.exclude(stage="done")[: rng.randint(1, 2)]
    ],
    "cancel": lambda depot, order, rng: cancel_order(order_id=order.id, reason="customer", by=SONG, at=depot.now),
    "complete": lambda depot, order, rng: complete_order(order_id=order.id, by=SONG, at=depot.now),
    "hand_over": lambda depot, order, rng: hand_over_parcel(
        order_id=order.id,
        label=Label("sf", f"SF{rng.randint(10**9, 10**10 - 1)}"),
        lines={order.lines.latest("position").id: 1} if rng.random() < 0.5 else None,
        by=SONG,
        at=depot.now,
    ),
    "wave": lambda depot, order, rng: depot.wave(size=rng.randint(1, 3)),
    "pick": lambda depot, order, rng: first(depot.pick_all, Wave.objects.filter(state="released")),
    "send": lambda depot, order, rng: first(lambda wave: sends(depot, wave), Wave.objects.filter(state="picked")),
    "drop": lambda depot, order, rng: [
        cancel_wave(wave_id=one.id, by=SONG, at=depot.now) for one in Wave.objects.exclude(ended_at__isnull=False)[:1]
    ],
    "late": lambda depot, order, rng: [
        look_at_parcel(one.id, at=depot.later(days=4)) for one in Parcel.objects.filter(order=order)
    ],
    "arrive": lambda depot, order, rng: [
        note_by_hand(parcel_id=one.id, state=rng.choice(["in_transit", "delivered"]), by=SONG, at=depot.now)
        for one in Parcel.objects.filter(order=order, delivered_at=None)
    ],
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 4)), max_size=25), seed=st.integers(0, 99))
def test_whatever_happens_every_order_stands_somewhere_once(
    depot: Depot, acts: list[tuple[str, int]], seed: int
) -> None:
    with transaction.atomic():
        rng, ears = Random(seed), Ears()
        orders = [depot.order(LP_7=1, CH_1=2), depot.order(LP_7=2), depot.order(RG_3=40), depot.order(RG_3=1)]
        orders.append(bought("unseen", LAMP, at=depot.now))
        for name, which in acts:
            depot.later(minutes=7)
            try:
                with transaction.atomic():
                    ACTS[name](depot, Order.objects.get(id=orders[which].id), rng)
            except REFUSED:
                continue
            if rng.random() < 0.4:
                ears.hear(rng)
        ears.hear(rng)
        told = figures(depot.now)[0]
        ended = sum(told[end].done for end in ("done", "cancelled") if end in told)
        assert sum(one.waiting for one in told.values()) + ended == len(orders) == Followed.objects.count()
        for order in Order.objects.all():
            at, is_over = stands(order), Followed.objects.get(order=order).ended_at is not None
            is_done = order.commercial in ("completed", "cancelled") and at != "follow_up"
            assert is_over == is_done, (order.commercial, at)
            assert (order.open_holds > 0) == (at == "exception" and not is_over), at
            assert is_over or at not in STAND_AT or STAND_AT[at](order), (at, order.commercial, order.fulfilment)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_orders_up_from_the_beginning_of_the_log() -> None:
    company()
    ensure_default_tables(TEN)
    depot = open_depot()
    orders = [depot.order(LP_7=1) for _ in range(3)]
    dispatch.drain()
    assert not Followed.objects.exists(), "there is nothing to follow yet"
    ensure_shipped_flows(TEN)
    cancel_order(order_id=orders[0].id, reason="mistake", by=SONG, at=depot.later(hours=1))
    later = depot.order(LP_7=1)
    dispatch.drain()
    assert (stands(orders[0]), stands(later)) == ("cancelled", "release")
