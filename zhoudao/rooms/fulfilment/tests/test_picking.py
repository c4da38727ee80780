"""Picking by scanner: only what is right changes anything, and all that is wrong is kept."""

import pytest

from zhoudao.rooms.fulfilment.commands.shorts import note_short
from zhoudao.rooms.fulfilment.models import Scan, Tote
from zhoudao.rooms.fulfilment.queries.walking import stops_of, unsorted_of
from zhoudao.rooms.fulfilment.refusals import NothingToPick, PickedByAnother, WaveElsewhere
from zhoudao.rooms.fulfilment.tests.depot import EAN, HE, SONG, Depot, key, told
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.stock.models import Line
from zhoudao.rooms.stock.refusals import QuantityUnsound
from zhoudao.rooms.stock.tests.shelf import differences


def test_bin_item_and_how_many_and_the_order_goes_along(depot: Depot) -> None:
    order = depot.order(LP_7=3, CH_1=1)
    wave = depot.wave()
    assert [(stop.bin, stop.left) for stop in stops_of(wave)] == [("A-01-02", 3), ("B-02-07", 1)]
    assert depot.scan(wave, "6901234567892").outcome == "bin_first"
    assert depot.scan(wave, "a-01-02").outcome == "right_bin"
    assert depot.scan(wave, "6901234567892").outcome == "right"
    assert depot.scan(wave, "LP-7", 2).outcome == "right"
    assert Order.objects.get(id=order.id).fulfilment == "picking"
    assert depot.scan(wave, EAN["CH-1"]).outcome == "bin_first"
    depot.pick_all(wave)
    assert depot.lines(order) == [("CH-1", 1, 0, 0), ("LP-7", 3, 0, 0)]
    assert depot.totes(wave) == {order.number: "picked"}
    assert depot.state(wave) == "picked"
    with pytest.raises(WaveElsewhere):
        depot.scan(wave, "LP-7")
    assert told("PickingBegan", "TotePicked") == ["PickingBegan", "TotePicked"]


@pytest.mark.parametrize(
    ("text", "quantity", "outcome"),
    [
        ("6909876543214", 1, "wrong_item"),
        ("4006381333931", 1, "unknown"),
        ("圆通 YT123", 1, "unknown"),
        ("", 1, "unknown"),
        ("B-02-07", 1, "wrong_bin"),
        ("6901234567892", 3, "surplus"),
    ],
)
def test_what_is_wrong_is_kept_and_changes_nothing(depot: Depot, text: str, quantity: int, outcome: str) -> None:
    order = depot.order(LP_7=2, CH_1=1)
    wave = depot.wave()
    depot.scan(wave, "A-01-02")
    before = depot.lines(order)
    found = depot.scan(wave, text, quantity)
    assert (found.outcome, found.is_wrong, found.sku) == (outcome, True, "LP-7")
    assert depot.lines(order) == before
    kept = Scan.objects.latest("id")
    assert (kept.outcome, kept.text, kept.sku, kept.actor) == (outcome, text, "LP-7", SONG.actor)
    assert told("WrongScan") == ["WrongScan"]
    assert depot.scan(wave, "6901234567892", 2).outcome == "right", "and one goes on"


def test_a_quantity_is_a_number(depot: Depot) -> None:
    depot.order(LP_7=2)
    wave = depot.wave()
    for quantity in (0, -1, 2_000_000):
        with pytest.raises(QuantityUnsound):
            depot.scan(wave, "LP-7", quantity)
    assert not Scan.objects.exists()


def test_the_same_scan_sent_again_is_one(depot: Depot) -> None:
    order = depot.order(LP_7=2)
    wave = depot.wave()
    depot.scan(wave, "A-01-02")
    own = key()
    assert [depot.scan(wave, "LP-7", key=own).outcome for _ in range(3)] == ["right"] * 3
    assert depot.lines(order) == [("LP-7", 1, 0, 0)]


def test_one_walk_for_several_and_each_piece_is_sorted_into_its_tote(depot: Depot) -> None:
    first, second = depot.order(LP_7=2), depot.order(LP_7=1, RG_3=1)
    wave = depot.wave("batch")
    assert [(stop.bin, stop.left) for stop in stops_of(wave)] == [("A-01-02", 3), ("A-02-09", 1)]
    depot.scan(wave, "A-01-02")
    depot.scan(wave, "LP-7", 3)
    depot.scan(wave, "A-02-09")
    depot.scan(wave, "RG-3")
    assert stops_of(wave) == []
    assert len(unsorted_of(wave)) == 3
    codes = {tote.order_id: tote.code for tote in Tote.objects.filter(wave=wave)}
    assert depot.scan(wave, "CH-1").outcome == "wrong_item"
    assert depot.scan(wave, "4006381333931").outcome == "unknown"
    assert depot.scan(wave, "LP-7", 3).outcome == "surplus"
    assert [depot.scan(wave, "LP-7").tote for _ in range(3)] == [codes[first.id]] * 2 + [codes[second.id]]
    assert depot.totes(wave) == {first.number: "picked", second.number: "to_pick"}
    assert depot.scan(wave, "RG-3").tote == codes[second.id]
    assert depot.state(wave) == "picked"


def test_with_totes_the_tote_is_scanned_and_another_is_wrong(depot: Depot) -> None:
    first, second = depot.order(LP_7=2), depot.order(LP_7=1)
    wave = depot.wave("cluster")
    codes = [tote.code for tote in Tote.objects.filter(wave=wave).order_by("rank")]
    depot.scan(wave, "A-01-02")
    assert depot.scan(wave, "LP-7", 2).outcome == "in_hand"
    assert depot.lines(first) == [("LP-7", 0, 0, 0)]
    assert depot.scan(wave, codes[1]).outcome == "wrong_tote"
    assert depot.scan(wave, "LP-7").outcome == "wrong_tote"
    assert depot.scan(wave, codes[0].lower()).outcome == "right"
    assert depot.lines(first) == [("LP-7", 2, 0, 0)]
    assert depot.scan(wave, "LP-7").outcome == "in_hand"
    assert depot.scan(wave, codes[1]).outcome == "right"
    assert depot.totes(wave) == {first.number: "picked", second.number: "picked"}


def book(sku: str) -> tuple[int, int, int]:
    """On hand, held and waited for."""
    lines = list(Line.objects.filter(balance__item=sku).select_related("balance"))
    held, waits = sum(line.held for line in lines), sum(line.waiting for line in lines)
    return lines[0].balance.on_hand, held, waits


def test_fewer_in_the_bin_the_rest_goes_on_and_is_waited_for(depot: Depot) -> None:
    order, other = depot.order(LP_7=3, CH_1=1), depot.order(LP_7=4)
    wave = depot.wave(size=1)
    depot.scan(wave, "A-01-02")
    depot.scan(wave, "LP-7")
    with pytest.raises(NothingToPick):
        note_short(wave_id=wave.id, sku="CH-1", is_empty=True, by=SONG, at=depot.now)
    with pytest.raises(PickedByAnother):
        note_short(wave_id=wave.id, sku="LP-7", is_empty=True, by=HE, at=depot.now)
    assert note_short(wave_id=wave.id, sku="LP-7", is_empty=True, by=SONG, at=depot.now) == 2
    with pytest.raises(NothingToPick):
        note_short(wave_id=wave.id, sku="LP-7", is_empty=True, by=SONG, at=depot.now)
    assert book("LP-7") == (5, 5, 2), "one in the tote and the other order's four stay; nobody else lost anything"
    depot.pick_all(wave)
    assert depot.lines(order) == [("CH-1", 1, 0, 0), ("LP-7", 1, 2, 0)]
    assert depot.totes(wave) == {order.number: "picked"}
    assert Order.objects.get(id=order.id).fulfilment == "picking"
    assert depot.totes(depot.wave()) == {other.number: "to_pick"}
    assert differences() == []


def test_more_of_it_lies_elsewhere_and_only_what_was_missing_is_booked_out(depot: Depot) -> None:
    order = depot.order(LP_7=3)
    wave = depot.wave()
    depot.scan(wave, "A-01-02")
    note_short(wave_id=wave.id, sku="LP-7", is_empty=False, by=SONG, at=depot.now)
    assert book("LP-7") == (17, 3, 0), "the book knows more of them: kept again at once"
    assert depot.totes(wave) == {order.number: "out"}
    assert Order.objects.get(id=order.id).fulfilment == "reserved"
    assert depot.state(wave) == "cancelled"
    assert differences() == []


def test_short_for_several_at_once(depot: Depot) -> None:
    orders = [depot.order(LP_7=2) for _ in range(3)]
    wave = depot.wave("batch")
    depot.scan(wave, "A-01-02")
    depot.scan(wave, "LP-7", 3)
    assert note_short(wave_id=wave.id, sku="LP-7", is_empty=True, by=SONG, at=depot.now) == 3
    assert [depot.lines(order)[0][1:3] for order in orders] == [(2, 0), (1, 1), (0, 2)]
    depot.pick_all(wave)
    assert list(depot.totes(wave).values()) == ["picked", "picked", "out"]
    assert book("LP-7") == (3, 3, 3)
    assert Order.objects.get(id=orders[2].id).fulfilment == "backordered"
    assert differences() == []
