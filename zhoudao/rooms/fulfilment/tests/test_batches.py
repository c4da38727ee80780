"""Batches while packing: read off the label or asked for, never waited for; a stopped batch does not leave."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.fulfilment.commands.packing import hand_over_tote, pack_again, weigh
from zhoudao.rooms.fulfilment.models import Scan, Tote, ToteBatch
from zhoudao.rooms.fulfilment.tests.depot import EAN, SONG, Depot
from zhoudao.rooms.fulfilment.tests.test_packing import LABEL, does, picked, scans
from zhoudao.rooms.orders.commands.stopping import lift_stop, stop_sale, stopped_skus
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import bought, seen
from zhoudao.rooms.parcels.models import Parcel, ParcelBatch
from zhoudao.rooms.parcels.refusals import BatchStopped, BatchUnsaid
from zhoudao.rooms.stock.commands.naming import ask_batch
from zhoudao.rooms.stock.refusals import BatchUnsound

LAMP = "(01)06901234567892"


@pytest.fixture
def lamps(depot: Depot) -> Depot:
    """Lamps say their batch, chairs do not."""
    ask_batch(sku="LP-7", is_asked=True)
    return depot


def stop(depot: Depot, batch: str, **more: Any) -> None:
    stop_sale(sku="LP-7", batch=batch, reference="Q1", by=SONG, at=depot.now)


def known(tote: Tote) -> dict[str, int]:
    return dict(ToteBatch.objects.filter(line__tote=tote).values_list("batch", "quantity"))


def left(depot: Depot, tote: Tote) -> Parcel:
    does(weigh, depot, tote, box="small", grams=900)
    parcel: Parcel = does(hand_over_tote, depot, tote, label=LABEL)
    return parcel


def kept(parcel: Parcel) -> list[tuple[str, str, int]]:
    rows = ParcelBatch.objects.filter(line__parcel=parcel).order_by("line__order_line__position", "batch")
    return list(rows.values_list("line__order_line__sku", "batch", "quantity"))


def test_a_label_says_it_with_the_item_and_it_leaves_with_the_parcel(lamps: Depot) -> None:
    _order, tote = picked(lamps, LP_7=3, CH_1=1)
    assert scans(lamps, tote, f"{LAMP}(10)l-1", 2).outcome == "right"
    assert scans(lamps, tote, "01069012345678921726113010L-2").batch == "L-2"
    assert scans(lamps, tote, EAN["CH-1"]).outcome == "right"
    assert known(tote) == {"L-1": 2, "L-2": 1}
    assert kept(left(lamps, tote)) == [("LP-7", "L-1", 2), ("LP-7", "L-2", 1)]


def test_asked_for_it_is_scanned_behind_the_item_for_all_that_were_packed_since(lamps: Depot) -> None:
    _order, tote = picked(lamps, LP_7=3, CH_1=1)
    assert [scans(lamps, tote, "LP-7").outcome for _ in range(2)] == ["batch_asked"] * 2
    found = scans(lamps, tote, " l 7 ")
    assert (found.outcome, found.batch, known(tote)) == ("batch", "L7", {"L7": 2})
    assert scans(lamps, tote, "L8").outcome == "unknown", "nothing asks for it any more"
    assert scans(lamps, tote, "LP-7").outcome == "batch_asked"
    assert scans(lamps, tote, EAN["RG-3"]).outcome == "wrong_item", "an item is never taken for a batch"
    assert scans(lamps, tote, "4006381333931").outcome == "unknown", "nor is one that nobody knows"
    with pytest.raises(BatchUnsound):
        scans(lamps, tote, "L;7")
    assert scans(lamps, tote, EAN["CH-1"]).outcome == "right"
    assert scans(lamps, tote, "L9").outcome == "unknown", "who goes on is asked no more"
    assert kept(left(lamps, tote)) == [("LP-7", "L7", 2)]


def test_what_asks_for_nothing_costs_nothing_more(lamps: Depot) -> None:
    _order, tote = picked(lamps, LP_7=1, CH_1=2)
    counts = []
    for text in (EAN["CH-1"], "CH-1"):
        with CaptureQueriesContext(connection) as asked:
            assert scans(lamps, tote, text).outcome == "right"
        counts.append(len([one for one in asked if "SAVEPOINT" not in one["sql"]]))
    assert counts == [9, 9], "as before there were batches"


def test_packed_again_everything_is_said_anew(lamps: Depot) -> None:
    _order, tote = picked(lamps, LP_7=1)
    scans(lamps, tote, f"{LAMP}(10)A")
    does(pack_again, lamps, tote)
    assert known(tote) == {}
    scans(lamps, tote, "LP-7")
    does(pack_again, lamps, tote)
    assert scans(lamps, tote, "A").outcome == "unknown"


def test_a_stopped_batch_cannot_be_packed_and_another_can(lamps: Depot) -> None:
    _order, tote = picked(lamps, LP_7=2)
    stop(lamps, "BAD")
    assert scans(lamps, tote, f"{LAMP}(10)bad").outcome == "batch_stopped"
    assert scans(lamps, tote, "LP-7").outcome == "batch_asked"
    found = scans(lamps, tote, "bad")
    assert (found.outcome, found.sku, found.batch) == ("batch_stopped", "LP-7", "BAD")
    assert (lamps.lines(_order), known(tote)) == ([("LP-7", 2, 0, 0)], {}), "it is out of the parcel again"
    assert scans(lamps, tote, f"{LAMP}(10)GOOD").outcome == "right"
    assert scans(lamps, tote, "LP-7").outcome == "batch_asked"
    with pytest.raises(BatchUnsaid):
        does(weigh, lamps, tote, box="small", grams=900)
    assert scans(lamps, tote, "good").outcome == "batch"
    assert kept(left(lamps, tote)) == [("LP-7", "GOOD", 2)]
    assert Scan.objects.filter(outcome="batch_stopped").count() == 2
    assert stopped_skus() == {}, "orders with it go on"


def test_stopped_after_it_was_packed_it_does_not_leave_until_it_is_packed_anew(lamps: Depot) -> None:
    _order, tote = picked(lamps, LP_7=1)
    scans(lamps, tote, f"{LAMP}(10)BAD")
    does(weigh, lamps, tote, box="small", grams=900)
    stop(lamps, "BAD")
    with pytest.raises(BatchStopped):
        does(hand_over_tote, lamps, tote, label=LABEL)
    assert not Parcel.objects.exists()
    does(pack_again, lamps, tote)
    scans(lamps, tote, f"{LAMP}(10)GOOD")
    assert kept(left(lamps, tote)) == [("LP-7", "GOOD", 1)]


def test_lifted_it_leaves_and_others_are_never_asked(lamps: Depot) -> None:
    _order, tote = picked(lamps, LP_7=1, CH_1=1)
    stop(lamps, "BAD")
    lift_stop(sku="LP-7", batch="BAD", reference="Q1", by=SONG, at=lamps.now)
    for text in ("LP-7", "CH-1"):
        scans(lamps, tote, text)
    assert kept(left(lamps, tote)) == []


def test_of_two_lines_of_an_item_the_first_gets_the_first_batch(lamps: Depot) -> None:
    items = [Item("LP-7", 2, 5_000, "台灯"), Item("LP-7", 1, 4_000, "台灯（特价）")]
    seen(bought("two", *items, at=lamps.now), at=lamps.now)
    wave = lamps.wave(size=1)
    lamps.pick_all(wave)
    tote = Tote.objects.get(wave=wave)
    scans(lamps, tote, f"{LAMP}(10)A")
    scans(lamps, tote, f"{LAMP}(10)B", 2)
    parcel = left(lamps, tote)
    rows = ParcelBatch.objects.filter(line__parcel=parcel).order_by("line__order_line__position", "batch")
    places = rows.values_list("line__order_line__position", "batch", "quantity")
    assert list(places) == [(1, "A", 1), (1, "B", 1), (2, "B", 1)]
