"""Sudden demand is seen early, ends by itself, and hardly ever is an alarm for nothing."""

from math import sin
from random import Random

import pytest

from zhoudao.engines.surges.demand import spread_of, usual_of, watch

DAY, WEEKS = 96, 6


def profile(slot: int) -> float:
    """Calls in a quarter of an hour: none at night, most at noon."""
    return max(0.0, 3.0 * sin((slot % DAY - 32) / 64 * 3.14159)) if 32 <= slot % DAY < 96 else 0.05


def poisson(rate: float, rng: Random) -> int:
    total, count = rng.expovariate(1.0), 0
    while total < rate:
        total += rng.expovariate(1.0)
        count += 1
    return count


def thrown(rng: Random, *, times: float = 1.0, since: int = DAY, shape: float = 0.0) -> list[int]:
    """A day; from a slot on so many times as much. With `shape` each hour's rate is thrown, too (negative binomial)."""
    hours = [rng.gammavariate(shape, 1 / shape) if shape else 1.0 for _ in range(DAY // 4)]
    return [
        poisson(profile(slot) * hours[slot // 4] * (times if slot >= since else 1.0), rng) for slot in range(DAY)
    ]  # fmt: skip


@pytest.mark.parametrize("shape", [0.0, 4.0])
def test_where_nothing_changes_there_is_no_more_than_one_false_alarm_in_ten_weeks(shape: float) -> None:
    rng = Random(11)
    alarms = 0
    for _ in range(280):  # days, each with six weeks of its own
        earlier = [thrown(rng, shape=shape) for _ in range(WEEKS)]
        counts = thrown(rng, shape=shape)
        alarms += any(watch(counts[:upto], [week[:upto] for week in earlier]).is_high for upto in range(8, DAY, 4))
    assert alarms <= 4


@pytest.mark.parametrize(("times", "within_hours"), [(2.0, 5.0), (3.0, 2.0), (5.0, 1.0)])
def test_a_rush_is_seen_within_hours(times: float, within_hours: float) -> None:
    rng = Random(12)
    since, delays = 56, []  # two in the afternoon
    for _ in range(40):
        earlier = [thrown(rng) for _ in range(WEEKS)]
        counts = thrown(rng, times=times, since=since)
        seen = next(
            (at for at in range(since + 1, DAY) if watch(counts[:at], [week[:at] for week in earlier]).is_high), None
        )
        assert seen is not None
        delays.append((seen - since) / 4)
    assert sorted(delays)[len(delays) * 9 // 10] <= within_hours


def test_it_says_since_when_and_how_much_more() -> None:
    rng = Random(13)
    earlier = [thrown(rng) for _ in range(WEEKS)]
    found = watch(thrown(rng, times=4.0, since=60)[:72], [week[:72] for week in earlier])
    assert found.is_high
    assert found.since is not None
    assert 56 <= found.since <= 62
    assert 2.5 < found.count / found.expected < 6


def test_when_the_rush_is_over_so_is_the_alarm() -> None:
    rng = Random(14)
    earlier = [thrown(rng) for _ in range(WEEKS)]
    counts = thrown(rng, times=5.0, since=44)[:56] + thrown(rng)[56:]
    assert watch(counts[:56], [week[:56] for week in earlier]).is_high
    assert not watch(counts[:72], [week[:72] for week in earlier]).is_high


def test_a_rush_at_closing_time_is_over_two_hours_later_though_nothing_is_usual_then() -> None:
    usual, rush = [[2] * 16 + [0] * 16] * 6, [2] * 8 + [12] * 8
    assert watch(rush, [week[:16] for week in usual]).is_high
    assert watch([*rush, *[0] * 4], [week[:20] for week in usual]).is_high
    assert not watch([*rush, *[0] * 9], [week[:25] for week in usual]).is_high


def test_with_two_weeks_nothing_is_said() -> None:
    found = watch([50] * 8, [[1] * 8] * 2)
    assert not found.is_high
    assert not found.is_known


def test_four_of_what_never_came_are_no_rush() -> None:
    assert not watch([0, 0, 0, 4], [[0] * 4] * 6).is_high


def test_a_rush_of_last_month_does_not_hide_one_of_today() -> None:
    usual = [[2] * 16] * 5
    assert usual_of([*usual, [40] * 16]) == pytest.approx(usual_of([*usual, [2] * 16]))


def test_counts_that_vary_more_need_more_to_be_a_rush() -> None:
    rng = Random(15)
    calm = [[poisson(4, rng) for _ in range(DAY)] for _ in range(8)]
    wild = [[poisson(4 * rng.choice([0.2, 1.8]), rng) for _ in range(DAY)] for _ in range(8)]
    assert spread_of(calm, usual_of(calm)) < 1.4 < spread_of(wild, usual_of(wild))
