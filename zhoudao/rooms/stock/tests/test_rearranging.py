"""Kept elsewhere instead, in one go: nothing is lost on the way, and nobody else loses anything."""

import pytest
from django.db import transaction

from zhoudao.rooms.stock.book import Cause
from zhoudao.rooms.stock.commands.rearranging import note_lost, rearrange, take_in_hand
from zhoudao.rooms.stock.commands.reserving import Way
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.goods import Goods, Purpose
from zhoudao.rooms.stock.models import Reservation
from zhoudao.rooms.stock.refusals import NotEnough, NothingHeld
from zhoudao.rooms.stock.tests.shelf import SONG, Shelf, differences, lines, order

pytestmark = pytest.mark.django_db


def moved(
    shelf: Shelf, purpose: Purpose, *goods: Goods, way: Way = Way.ALL, lost: tuple[Goods, ...] = ()
) -> Reservation:
    with transaction.atomic():
        hand, cause = take_in_hand(purpose, ["TB-1", "CH-1"]), Cause(SONG, shelf.now, "lost", "O1", purpose)
        if lost:
            note_lost(hand, lost, cause)
        return rearrange(hand, goods, way, cause)


def test_it_is_kept_elsewhere_and_free_where_it_was(shelf: Shelf) -> None:
    shelf.receives("TB-1", 5)
    shelf.receives("TB-1", 5, "west")
    purpose = order()
    shelf.reserves(shelf.goods("TB-1", 3), purpose=purpose)
    kept = moved(shelf, purpose, shelf.goods("TB-1", 2, "west"), shelf.goods("TB-1", 1))
    assert (shelf.book("TB-1"), shelf.book("TB-1", "west")) == ((5, 1, 4), (5, 2, 3))
    assert lines(kept) == [("TB-1", 1, 0, 0), ("TB-1", 2, 0, 0)]
    assert not differences()


def test_with_too_few_nothing_changes(shelf: Shelf) -> None:
    shelf.receives("TB-1", 5)
    shelf.receives("TB-1", 1, "west")
    purpose = order()
    shelf.reserves(shelf.goods("TB-1", 3), purpose=purpose)
    with pytest.raises(NotEnough, match=r"TB-1 \(1/3\)"):
        moved(shelf, purpose, shelf.goods("TB-1", 3, "west"))
    assert (shelf.book("TB-1"), shelf.book("TB-1", "west")) == ((5, 3, 2), (1, 0, 1))
    kept = moved(shelf, purpose, shelf.goods("TB-1", 3, "west"), way=Way.WAIT)
    assert lines(kept) == [("TB-1", 0, 0, 0), ("TB-1", 1, 2, 0)]
    assert not differences()


def test_what_is_let_go_goes_to_who_waits_for_it(shelf: Shelf) -> None:
    shelf.receives("TB-1", 3)
    shelf.receives("TB-1", 3, "west")
    mine, theirs = order(), order()
    shelf.reserves(shelf.goods("TB-1", 3), purpose=mine)
    waiting = shelf.reserves(shelf.goods("TB-1", 2), way=Way.WAIT, purpose=theirs)
    moved(shelf, mine, shelf.goods("TB-1", 3, "west"))
    assert lines(waiting) == [("TB-1", 2, 0, 0)]
    assert not differences()


def test_what_is_lost_is_lost_to_this_purpose_alone(shelf: Shelf) -> None:
    """A younger order keeps what it has, though a plain correction would take it from there."""
    shelf.receives("TB-1", 4)
    shelf.receives("TB-1", 9, "west")
    mine, younger = order(), order()
    shelf.reserves(shelf.goods("TB-1", 2), purpose=mine)
    other = shelf.reserves(shelf.goods("TB-1", 2), purpose=younger)
    kept = moved(shelf, mine, shelf.goods("TB-1", 1), shelf.goods("TB-1", 1, "west"), lost=(shelf.goods("TB-1", 1),))
    assert (shelf.book("TB-1"), shelf.book("TB-1", "west")) == ((3, 3, 0), (9, 1, 8))
    assert (lines(other), sum(held for _sku, held, _waits, _left in lines(kept))) == ([("TB-1", 2, 0, 0)], 2)
    assert not differences()
    with pytest.raises(NothingHeld):
        moved(shelf, mine, lost=(shelf.goods("TB-1", 2),))


def test_what_has_left_stays_and_asked_for_nothing_all_is_let_go(shelf: Shelf) -> None:
    shelf.receives("TB-1", 4)
    shelf.receives("CH-1", 4)
    purpose = order()
    shelf.reserves(shelf.goods("TB-1", 2), shelf.goods("CH-1", 1), purpose=purpose)
    ship(purpose=purpose, goods=[shelf.goods("TB-1", 1)], by=SONG, at=shelf.now)
    kept = moved(shelf, purpose)
    assert (kept.state, lines(kept)) == ("shipped", [("CH-1", 0, 0, 0), ("TB-1", 0, 0, 1)])
    assert (shelf.book("TB-1"), shelf.book("CH-1")) == ((3, 0, 3), (4, 0, 4))
    assert not differences()
