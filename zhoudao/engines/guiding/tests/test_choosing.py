"""The guide keeps what must be, puts the better first, and says honestly when nothing fits."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.guiding.choosing import Candidate, Goal, Guided, Value, Wish, dominates, guide

BETTER = {"price": -1, "noise": -1, "room": 1}
BUDGET = Wish("budget", "price", Goal.MOST, 1000.0, 3.0)
QUIET = Wish("quiet", "noise", Goal.MOST, 40.0, 2.0, is_must=True)
ROOM = Wish("room", "room", Goal.LEAST, 30.0, 2.0)
NIGHT = Wish("night", "night", Goal.IS, True, 1.0)
WISHES = [BUDGET, QUIET, ROOM, NIGHT]


def of(code: str, family: str = "", **values: Value) -> Candidate:
    return Candidate(code, family or code, values)


def named(found: Guided) -> list[str]:
    return [one.code for one in found.best]


def test_what_must_be_is_never_broken_however_well_the_rest_fits() -> None:
    loud = of("loud", price=100.0, noise=41.0, room=60.0, night=True)
    dear = of("dear", price=1500.0, noise=35.0, room=20.0, night=False)
    found = guide([loud, dear], WISHES, BETTER)
    assert named(found) == ["dear"]
    assert (found.fitting, found.looked_at) == (1, 2)


def test_what_must_be_and_is_unknown_is_out_and_counted() -> None:
    found = guide([of("quiet", noise=30.0), of("nobody-knows", price=1.0)], [QUIET], BETTER)
    assert (named(found), found.unknown) == (["quiet"], 1)


def test_when_nothing_fits_the_nearest_says_by_how_much() -> None:
    far, near = of("far", noise=60.0), of("near", noise=43.0)
    found = guide([far, near], [QUIET], BETTER)
    assert (found.best, found.fitting) == ((), 0)
    assert [one.code for one in found.nearest] == ["near", "far"]
    [broken] = found.nearest[0].broken
    assert (broken.short, broken.actual) == (3.0, 43.0)


def test_of_equal_fits_the_one_that_leaves_more_behind_is_first() -> None:
    found = guide([of("a", price=900.0, noise=39.0), of("b", price=500.0, noise=30.0)], [BUDGET, QUIET], BETTER)
    assert named(found) == ["b", "a"]
    assert [one.ahead for one in found.best[0].judged] == [1.0, 1.0]


def test_a_product_in_two_colours_is_named_once() -> None:
    found = guide([of("red", "kettle", price=2.0), of("blue", "kettle", price=1.0), of("pot", price=3.0)], [], BETTER)
    assert named(found) == ["blue", "pot"]


def test_short_of_a_wish_counts_by_how_far() -> None:
    found = guide([of("half", room=15.0), of("most", room=27.0)], [ROOM], {})
    assert [(one.code, round(one.score, 2)) for one in found.best] == [("most", 0.9), ("half", 0.5)]


NUMBERS = st.sampled_from([None, 10.0, 35.0, 40.0, 55.0, 999.5, 1000.0, 1400.0])
VALUES = st.fixed_dictionaries({"price": NUMBERS, "noise": NUMBERS, "room": NUMBERS, "night": st.booleans()})


@given(st.lists(VALUES, min_size=1, max_size=12), st.lists(st.sampled_from(WISHES), unique=True))
@settings(deadline=None)
def test_the_dominated_is_never_above_and_no_must_is_broken(rows: list[dict[str, Any]], wishes: list[Wish]) -> None:
    field = [
        Candidate(str(n), str(n), {name: value for name, value in row.items() if value is not None})
        for n, row in enumerate(rows)
    ]
    found = guide(field, wishes, BETTER, most=len(field))
    order = [int(one.code) for one in found.best]
    for above, upper in enumerate(order):
        for lower in order[above + 1 :]:
            assert not dominates(field[lower], field[upper], wishes, BETTER)
    musts = [wish for wish in wishes if wish.is_must]
    kept = [one for one in field if all(_has(one, wish) for wish in musts)]
    assert sorted(order) == [int(one.code) for one in kept]
    assert bool(found.nearest) == (not kept)


def _has(one: Candidate, wish: Wish) -> bool:
    """By hand: the only must here is a number at most."""
    value = one.values.get(wish.attribute)
    return value is not None and float(value) <= float(wish.value)
