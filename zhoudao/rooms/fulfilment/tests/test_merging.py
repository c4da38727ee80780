"""Orders made one while waves are made and picked: an old tote fetches nobody, the goods go out once."""

from contextlib import suppress
from typing import Any

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.fulfilment.commands.waves import cancel_wave, make_wave, release_wave
from zhoudao.rooms.fulfilment.models import Tote, ToteLine
from zhoudao.rooms.fulfilment.queries.building import waiting_in
from zhoudao.rooms.fulfilment.refusals import FulfilmentRefused
from zhoudao.rooms.fulfilment.tests.depot import SONG, Depot
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, NotReadyTogether, OrderRefused
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.pairs import approved, kept
from zhoudao.rooms.stock.tests.shelf import differences
from zhoudao.rooms.stock.tests.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
GOODS = {"LP-7": 2, "CH-1": 1}


def two(depot: Depot) -> tuple[Order, Order]:
    """Two lamps and a chair of one buyer."""
    first = approved("王小姐", Item("LP-7", 2, 5_000), at=depot.now)
    second = approved("王小姐", Item("CH-1", 1, 12_900), at=depot.now)
    return first, second


def one(first: Order, second: Order, depot: Depot) -> Order:
    return merge_orders(order_id=first.id, others=[second.id], by=SONG, at=depot.now)


def fetched(depot: Depot) -> list[tuple[str, dict[str, int]]]:
    """What waits to be picked, by order."""
    rows = waiting_in(depot.place.id, until=depot.later(minutes=1), size=50)
    return [(row.number, dict(row.goods)) for row in rows]


def test_it_is_picked_and_leaves_as_one(depot: Depot) -> None:
    first, second = two(depot)
    one(first, second, depot)
    assert fetched(depot) == [(first.number, GOODS)]
    wave = depot.wave()
    depot.pick_all(wave)
    assert depot.totes(wave) == {first.number: "picked"}
    with pytest.raises(AlreadyOnItsWay):
        separate_orders(order_id=first.id, by=SONG, at=depot.now)


def test_of_a_wave_that_is_only_made_both_totes_are_taken_out(depot: Depot) -> None:
    first, second = two(depot)
    wave = depot.wave(is_released=False)
    one(first, second, depot)
    dispatch.drain()
    assert set(depot.totes(wave).values()) == {"out"}
    assert fetched(depot) == [(first.number, GOODS)]


def test_a_wave_made_from_what_was_read_before_leaves_them_out_when_it_is_released(depot: Depot) -> None:
    first, second = two(depot)
    wave = depot.wave(is_released=False)
    one(first, second, depot)
    release_wave(wave_id=wave.id, by=SONG, at=depot.now)
    assert set(depot.totes(wave).values()) == {"out"}
    assert Order.objects.get(id=first.id).fulfilment == "reserved"
    assert fetched(depot) == [(first.number, GOODS)]


def test_released_to_be_picked_they_stay_two_until_the_wave_is_given_up(depot: Depot) -> None:
    first, second = two(depot)
    wave = depot.wave()
    with pytest.raises(NotReadyTogether):
        one(first, second, depot)
    cancel_wave(wave_id=wave.id, by=SONG, at=depot.now)
    one(first, second, depot)
    assert fetched(depot) == [(first.number, GOODS)]


def test_separated_each_waits_for_itself_and_the_old_tote_fetches_neither(depot: Depot) -> None:
    first, second = two(depot)
    one(first, second, depot)
    depot.later(minutes=1)
    wave = depot.wave(is_released=False)
    separate_orders(order_id=first.id, by=SONG, at=depot.now)
    dispatch.drain()
    assert set(depot.totes(wave).values()) == {"out"}
    assert sorted(fetched(depot)) == sorted([(first.number, {"LP-7": 2}), (second.number, {"CH-1": 1})])


@pytest.mark.parametrize("turn", range(3))
def test_made_a_wave_released_and_merged_at_once_everything_is_fetched_exactly_once(depot: Depot, turn: int) -> None:
    first, second = two(depot)
    asked: dict[str, Any] = {"by": SONG, "at": depot.now}

    def wave() -> None:
        with suppress(FulfilmentRefused):
            made = make_wave(warehouse_id=depot.place.id, method="single", until=depot.now, size=10, **asked)
            release_wave(wave_id=made.id, **asked)

    def joins() -> None:
        with suppress(OrderRefused):
            one(first, second, depot)

    def parts() -> None:
        with suppress(OrderRefused):
            separate_orders(order_id=first.id, **asked)

    at_once(wave, joins, parts, joins)
    dispatch.drain()
    for number in range(3):
        with suppress(FulfilmentRefused):
            made = make_wave(
                warehouse_id=depot.place.id, method="single", until=depot.later(minutes=number + 1), size=10, **asked
            )
            release_wave(wave_id=made.id, **asked)
    lines = ToteLine.objects.filter(tote__in=Tote.objects.filter(state="to_pick"))
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.item_id] = wanted.get(line.item_id, 0) + line.wanted
    assert wanted == GOODS
    held = [kept(order) for order in (first, second)]
    assert sum(counts[0] for each in held for counts in each.values()) == 3
    assert differences() == []
