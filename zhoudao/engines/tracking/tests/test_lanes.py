"""Lanes: quantiles against plain counting, and flags neither before they are deserved nor after."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.tracking.lanes import (
    LIKELY,
    SHARES,
    USUAL,
    Lane,
    chance_late,
    expected_hours,
    judge,
    likely_late_from,
    nearest,
    still_under_way,
)

T = datetime(2026, 3, 1, tzinfo=UTC)


def lane_of(hours: list[float], gap: float = 72.0) -> Lane:
    """As PostgreSQL's percentile_cont counts."""
    known, kept = sorted(hours), []
    for share in SHARES:
        place = share * (len(known) - 1)
        low = int(place)
        high = min(low + 1, len(known) - 1)
        kept.append(known[low] + (known[high] - known[low]) * (place - low))
    return Lane(kept, len(known), gap)


def test_shares_agree_with_plain_counting() -> None:
    chance = random.Random(3)  # a test's chance
    hours = [chance.lognormvariate(5, 0.5) for _ in range(4000)]
    lane = lane_of(hours)
    for age in (60.0, 150.0, 300.0, 600.0):
        plain = sum(one > age for one in hours) / len(hours)
        assert abs(still_under_way(lane, age) - plain) < 0.02
    late = sum(one > 250 for one in hours) / sum(one > 150 for one in hours)
    assert abs(chance_late(lane, age_hours=150, left_hours=100) - late) < 0.04
    assert abs(expected_hours(lane) - sorted(hours)[3200]) < 3


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw reads much
@given(st.lists(st.floats(1, 1000), min_size=30, max_size=60), st.floats(1, 1500))
def test_the_age_it_is_likely_late_from_is_where_the_chance_crosses(hours: list[float], promise: float) -> None:
    lane = lane_of(hours)
    age = likely_late_from(lane, promise)
    assert 0 <= age <= promise
    before, after = max(0.0, age - 1), age + 1e-6
    if age > 1:
        assert chance_late(lane, age_hours=before, left_hours=promise - before) <= LIKELY + 1e-3
    if after < promise and still_under_way(lane, promise) > 0:
        assert chance_late(lane, age_hours=after, left_hours=promise - after) >= LIKELY - 0.02


def test_it_is_found_at_the_very_moment_and_not_before() -> None:
    lane = Lane([float(n) for n in range(41)], 100, 10.0)
    promise = T + timedelta(hours=30)
    known: dict[str, Any] = {"handed_over_at": T, "promised_at": promise, "has_news": True}
    first = judge(lane, heard_at=None, now=T, **known)
    assert (first.is_late, first.is_stuck, first.look_at) == (False, False, T + timedelta(hours=10))
    still = judge(lane, heard_at=None, now=T + timedelta(hours=10), **known)
    assert (still.is_late, still.is_stuck, still.look_at) == (False, True, T + timedelta(hours=20))
    late = judge(lane, heard_at=T + timedelta(hours=19), now=T + timedelta(hours=20), **known)
    assert (late.is_late, late.is_stuck, late.look_at) == (True, False, T + timedelta(hours=29))
    quiet = judge(lane, handed_over_at=T, heard_at=None, promised_at=None, has_news=False, now=T)
    assert quiet.look_at is None


def test_the_best_known_lane_speaks_and_few_parcels_do_not() -> None:
    few, many = Lane(USUAL.hours, 29, 1.0), Lane(USUAL.hours, 30, 2.0)
    lanes = {("sf", "江苏省", "上海市"): few, ("", "江苏省", "上海市"): many}
    assert nearest(lanes, "sf", "江苏省", "上海市") == many
    assert nearest(lanes, "sf", "浙江省", "上海市") == USUAL
