"""Choosing again: the same rules choose the same, and what these rules took elsewhere before is there to be taken."""

from datetime import date

from zhoudao.engines.allocation import Site, read_rules
from zhoudao.engines.allocation.replaying import Chosen, Replay

MONDAY = date(2026, 3, 9)


def chosen(near: int, far: int, plan: str) -> Chosen:
    sites = [Site("near", {"x": near}, km=10, cost=5), Site("far", {"x": far}, km=900, cost=40)]
    return Chosen(MONDAY, sites, {plan: {"x": 1}})


def test_goods_are_where_these_rules_would_have_left_them() -> None:
    """Three took far, far, near. By distance the first two take what is near, and the third finds nothing there."""
    replay = Replay({})
    for one in (chosen(2, 9, "far"), chosen(2, 8, "far"), chosen(2, 7, "near")):
        replay.take(one, read_rules("distance"))
    assert replay.would.of_place == {"near": 2, "far": 1}
    assert (replay.then.of_place, replay.moved) == ({"far": 2, "near": 1}, 3)
    assert (replay.then.km, replay.would.km, replay.then.cost, replay.would.cost) == (1810, 920, 85, 50)


def test_days_are_counted_anew_within_what_places_can_do() -> None:
    replay = Replay({"near": 1})
    for _ in range(3):
        replay.take(chosen(9, 9, "near"), read_rules("distance"))
    assert (replay.would.of_place, replay.would.busiest, replay.then.busiest) == ({"near": 1, "far": 2}, 2, 3)


def test_what_these_rules_could_not_send_counts_on_neither_side() -> None:
    replay = Replay({"near": 1, "far": 1})
    for _ in range(4):
        replay.take(chosen(9, 9, "far"), read_rules("distance"))
    assert (replay.orders, replay.unsent, replay.then.parcels, replay.would.parcels) == (2, 2, 2, 2)
