"""However a carrier's marks arrive, the parcel stands where it would if each had come once and in its turn."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.tracking import DELIVERED, PENDING, STATES, Mark, Standing, fold

T = datetime(2026, 3, 1, tzinfo=UTC)
MARKS = st.builds(
    lambda minutes, state, place: Mark(T + timedelta(minutes=minutes), state, place),
    st.integers(0, 500),
    st.sampled_from(STATES),
    st.sampled_from(["", "南京市", "上海市"]),
)


def _in_turn(marks: list[Mark]) -> Standing:
    """The slow way, mark by mark: what a system would hold that hears everything once and in order."""
    rank = {state: n for n, state in enumerate(STATES)}
    now = Standing(PENDING)
    heard: set[Mark] = set()
    for mark in sorted(marks, key=lambda one: (one.at, rank[one.state], one.place, one.key)):
        if mark in heard:
            continue
        heard.add(mark)
        place = mark.place or now.place
        is_paper = mark.state in ("pending", "info_received")
        was_paper = now.last_at is None or now.state in ("pending", "info_received")
        if now.state == DELIVERED or (is_paper and not was_paper):
            now = Standing(now.state, now.since, mark.at, place, now.delivered_at)
        elif now.last_at is not None and now.state == mark.state:
            now = Standing(now.state, now.since, mark.at, place)
        else:
            done = mark.at if mark.state == DELIVERED else None
            now = Standing(mark.state, mark.at, mark.at, place, done)
    return now


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw reads much
@given(st.lists(MARKS, max_size=30), st.randoms(use_true_random=False))
def test_repeated_and_shuffled_it_stands_where_it_would_in_order(marks: list[Mark], chance: random.Random) -> None:
    sent = [mark for mark in marks for _ in range(chance.randint(1, 5))]
    chance.shuffle(sent)
    assert fold(sent) == fold(marks) == _in_turn(marks)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_ten_thousand_marks_of_many_parcels_sent_up_to_five_times_and_shuffled(seed: int) -> None:
    chance = random.Random(seed)
    parcels: dict[int, list[Mark]] = {}
    for _ in range(10_000):
        mark = Mark(T + timedelta(minutes=chance.randint(0, 20_000)), chance.choice(STATES[:-1]))
        parcels.setdefault(chance.randint(0, 700), []).append(mark)
    for marks in parcels.values():
        if chance.random() < 0.8:
            marks.append(Mark(T + timedelta(minutes=chance.randint(0, 20_000)), DELIVERED))
    sent = [(n, mark) for n, marks in parcels.items() for mark in marks for _ in range(chance.randint(1, 5))]
    chance.shuffle(sent)
    arrived: dict[int, list[Mark]] = {}
    for n, mark in sent:
        arrived.setdefault(n, []).append(mark)
    assert {n: fold(marks) for n, marks in arrived.items()} == {n: _in_turn(marks) for n, marks in parcels.items()}


def test_late_scans_and_papers_undo_nothing() -> None:
    def at(hours: int, state: str) -> Mark:
        return Mark(T + timedelta(hours=hours), state)

    assert fold([]) == Standing(PENDING)
    assert fold([at(1, "in_transit"), at(2, "info_received")]).state == "in_transit"
    assert fold([at(1, "delivered"), at(2, "out_for_delivery")]).state == DELIVERED
    assert fold([at(1, "expired"), at(2, "in_transit")]).state == "in_transit"
    twice = fold([at(5, "delivered"), at(3, "delivered")])
    assert (twice.delivered_at, twice.last_at) == (T + timedelta(hours=3), T + timedelta(hours=5))
    moved = fold([at(1, "in_transit"), at(2, "in_transit"), at(3, "exception"), at(4, "in_transit")])
    assert moved.since == T + timedelta(hours=4)
    same = fold([at(1, "out_for_delivery"), at(1, "in_transit")])
    assert same.state == "out_for_delivery"
