"""The clock follows stops, looks for faults once a day, and lets nobody wait."""

from datetime import timedelta

import pytest

from zhoudao.doors.clock import quality_knocks
from zhoudao.doors.clock.rounds import ROUNDS
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.orders.commands.stopping import lift_stop, stop_sale
from zhoudao.rooms.orders.models import Hold
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.reviewing import open_review
from zhoudao.rooms.parcels.tests.depot import ready
from zhoudao.rooms.quality.models import Look


@pytest.mark.django_db(transaction=True)
def test_what_is_stopped_is_held_by_the_clock_and_what_is_not_any_more_goes_on() -> None:
    shop = open_shop()
    open_review()
    order = ready(at=shop.now)
    rounds = [one.find for one in ROUNDS if one.find.__module__ == quality_knocks.__name__]
    assert len(rounds) == 4

    def knock() -> None:
        for find in rounds:
            for _what, call in find(shop.now, shop.now):
                call()

    knock()
    assert Look.objects.count() == 1
    stop_sale(sku="CH-1", reference="Q1", by=BY, at=shop.now)
    knock()
    assert [hold.order_id for hold in Hold.objects.exclude(stage="done")] == [order.id]
    lift_stop(sku="CH-1", reference="Q1", by=BY, at=shop.now + timedelta(minutes=1))
    knock()
    assert not Hold.objects.exclude(stage="done").exists()
    assert Look.objects.count() == 1
