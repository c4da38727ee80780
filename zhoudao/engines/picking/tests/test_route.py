"""The walk: every place once, not much longer than the shortest, and measured as one would pace it."""

from itertools import permutations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.picking import floor_of
from zhoudao.engines.picking.route import AISLE_METRES, SHELF_METRES, spot

ALL = [f"{zone}-{aisle}-{shelf}" for zone in "AB" for aisle in (1, 2, 10) for shelf in range(1, 13)]
FLOOR = floor_of(ALL)
places = st.lists(st.sampled_from(ALL), min_size=1, max_size=12)


@given(places)
@settings(max_examples=150, deadline=None)
def test_every_place_is_passed_once_and_an_aisle_is_entered_once(codes: list[str]) -> None:
    walked = FLOOR.ordered(codes)
    assert sorted(walked) == sorted(set(codes))
    aisles = [spot(code).aisle for code in walked]
    assert len(set(aisles)) == sum(1 for n, one in enumerate(aisles) if n == 0 or aisles[n - 1] != one)
    assert aisles == sorted(aisles)


@given(places, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_distance_is_one(codes: list[str], rng: Random) -> None:
    shuffled = list(codes)
    rng.shuffle(shuffled)
    assert FLOOR.metres(shuffled) >= FLOOR.metres(shuffled[:1])
    assert FLOOR.metres(shuffled) == FLOOR.metres(shuffled[::-1])
    assert FLOOR.metres([*shuffled, shuffled[-1]]) == FLOOR.metres(shuffled)


@given(st.lists(st.sampled_from(ALL), min_size=2, max_size=6, unique=True))
@settings(max_examples=60, deadline=None)
def test_it_is_never_half_as_long_again_as_the_shortest_there_is_plus_one_aisle(codes: list[str]) -> None:
    best = min(FLOOR.metres(list(one)) for one in permutations(codes))
    aisle = (FLOOR.length + 1) * SHELF_METRES
    assert FLOOR.metres(FLOOR.ordered(codes)) <= 1.5 * best + 2 * aisle


def test_it_is_measured_as_one_would_pace_it() -> None:
    assert FLOOR.metres(["A-1-3"]) == round(6 * SHELF_METRES, 1)
    assert FLOOR.metres(["A-1-3", "A-2-3"]) == round(12 * SHELF_METRES + 2 * AISLE_METRES, 1), "round by the front"
    through = [f"A-1-{FLOOR.length}", f"A-2-{FLOOR.length}"]  # in by one aisle, out by the next
    assert FLOOR.metres(through) == round((2 * FLOOR.length + 2) * SHELF_METRES + 2 * AISLE_METRES, 1)
    assert FLOOR.metres([]) == FLOOR.metres([""]) == 0.0


def test_names_are_read_as_people_write_them() -> None:
    assert FLOOR.ordered(["A-10-1", "A-2-1", "", "A-1-1"]) == ["A-1-1", "A-2-1", "A-10-1", ""]
    assert spot("a 01/7") == spot("A-1-7")
    assert spot("kasse").shelf == 0
    assert floor_of([]).ordered([""]) == [""]
    assert floor_of(["x", "²-1"]).metres(["x", "elsewhere"]) >= 0.0
