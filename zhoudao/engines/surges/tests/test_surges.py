"""Chance is kept to, a surge is found in its first hour, and what it is about is named."""

import random
from collections.abc import Iterator
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.surges import FEWEST, Seen, chance_of, find, is_ordinary, judge
from zhoudao.kit.grams import grams


def poisson(rng: random.Random, rate: float) -> int:
    """Knuth's: products of uniform numbers until they fall below e^-rate."""
    limit, product, k = exp(-rate), rng.random(), 0
    while product > limit:
        product *= rng.random()
        k += 1
    return k


@pytest.mark.parametrize("chance", [1e-2, 1e-3])
def test_where_nothing_changed_alarms_are_no_more_frequent_than_said(chance: float) -> None:
    rng, looks, alarms = random.Random(20260310), 0, 0
    for _ in range(40_000):
        rate = rng.choice([0.2, 1.0, 3.0, 8.0, 20.0])
        earlier = [poisson(rng, rate) for _ in range(8)]
        looks += 1
        alarms += chance_of(poisson(rng, rate), earlier) <= chance
    assert alarms / looks <= 1.3 * chance  # the half count of noise in 40,000 looks
    assert alarms > 0


def test_as_it_is_set_forty_thousand_quiet_hours_raise_no_alarm_at_all() -> None:
    rng = random.Random(7)
    for _ in range(40_000):
        rate = rng.choice([0.2, 1.0, 3.0, 8.0, 20.0])
        earlier = [poisson(rng, rate) for _ in range(rng.choice([3, 5, 8]))]
        assert not judge(poisson(rng, rate), earlier).is_surge


@pytest.mark.parametrize(("rate", "more", "share"), [(0.1, 8, 0.7), (1.0, 14, 0.85), (5.0, 25, 0.9), (20.0, 60, 0.95)])
def test_a_surge_is_mostly_found_in_its_first_hour(rate: float, more: int, share: float) -> None:
    rng, found = random.Random(11), 0
    for _ in range(400):
        earlier = [poisson(rng, rate) for _ in range(8)]
        found += judge(poisson(rng, rate) + poisson(rng, more), earlier).is_surge
    assert found >= 400 * share, found


def test_chance_is_poissons_when_the_rate_is_known_for_sure() -> None:
    weeks = [4] * 20_000
    tail = 1 - sum(exp(-4) * 4**k / factorial(k) for k in range(10))
    assert chance_of(10, weeks) == pytest.approx(tail, rel=2e-3)
    assert chance_of(0, weeks) == pytest.approx(1.0)


@given(st.lists(st.integers(0, 40), min_size=3, max_size=12), st.integers(0, 80))
def test_more_is_never_more_likely(earlier: list[int], count: int) -> None:
    assert 0 <= chance_of(count + 1, earlier) <= chance_of(count, earlier) <= 1


def test_too_little_history_few_people_or_a_burst_is_no_surge() -> None:
    assert judge(50, [0, 0]).expected is None
    assert not judge(FEWEST - 1, [0] * 8).is_surge
    assert not judge(25, [10] * 8).is_surge  # less than three times what is normal


def test_an_incident_of_last_month_hides_none_of_today() -> None:
    assert judge(30, [1, 2, 60, 1, 0, 1, 2, 1]).is_surge


def matter(n: int, text: str, *, who: str = "", kind: str = "inquiry", store: str = "web") -> Seen:
    return Seen(f"m{n}", who or f"p{n}", kind, store, frozenset(gram for gram in grams(text) if len(gram) > 1))


QUIET = ["什么时候发货", "请问有红色的吗", "想改收货地址", "发票什么时候开", "椅子几天到"]


def week(rng: random.Random, many: int = 30) -> list[Seen]:
    return [matter(1000 + n, rng.choice(QUIET)) for n in range(many)]


def test_what_they_have_in_common_is_named_and_the_others_are_left_out() -> None:
    rng = random.Random(3)
    earlier = [week(rng) for _ in range(8)]
    told = [
        "付款页面打不开",
        "点付款页面就白屏",
        "付款页面一直转",
        "為什麼付款頁面打不開",
        "付款页面报错，急",
        "付款页面进不去",
    ]
    now = [*week(rng), *(matter(n, told[n % 6], store="web") for n in range(9))]
    [found] = find(now, earlier, weeks=len(earlier))
    assert set(found.ids) == {f"m{n}" for n in range(9)}
    assert {"付款", "款页", "页面"} <= set(found.pieces)
    assert (found.verdict.count, found.verdict.expected, found.store) == (9, 0.0, "web")


def test_one_who_writes_ten_times_is_one() -> None:
    rng = random.Random(4)
    now = [*week(rng), *(matter(n, "付款页面打不开", who="same") for n in range(10))]
    assert find(now, [week(rng) for _ in range(8)], weeks=8) == []


def test_two_things_at_once_are_two() -> None:
    rng = random.Random(5)
    payment = [matter(n, "付款页面打不开") for n in range(8)]
    leak = [matter(100 + n, "热水器漏水了", kind="complaint", store="nanjing") for n in range(7)]
    found = find([*week(rng), *payment, *leak], [week(rng) for _ in range(8)], weeks=8)
    assert {frozenset(one.ids) for one in found} == {
        frozenset(seen.id for seen in payment),
        frozenset(seen.id for seen in leak),
    }
    assert {(one.kind, one.store) for one in found} == {("inquiry", "web"), ("complaint", "nanjing")}


def test_many_of_one_kind_in_one_store_are_found_without_common_words() -> None:
    rng = random.Random(6)
    letters = [chr(0x4E00 + 37 * n) + chr(0x5E00 + 41 * n) for n in range(12)]
    now = [*week(rng), *(matter(n, letters[n], kind="complaint", store="nanjing") for n in range(12))]
    [found] = find(now, [week(rng) for _ in range(8)], weeks=8)
    assert (found.kind, found.store, found.pieces, len(found.ids)) == ("complaint", "nanjing", (), 12)


def test_a_busy_day_is_no_incident_and_a_quiet_month_raises_none() -> None:
    rng = random.Random(8)
    earlier = [week(rng, poisson(rng, 30)) for _ in range(8)]
    for _ in range(200):
        assert find(week(rng, poisson(rng, 30)), earlier, weeks=len(earlier)) == []


@given(st.integers(0, 40), st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(0, 8))
def test_what_some_weeks_show_to_be_ordinary_all_weeks_do(count: int, weeks: list[int], known: int) -> None:
    if is_ordinary(count, weeks[:known], len(weeks)):
        assert not judge(count, weeks).is_surge


def test_of_a_day_like_any_other_two_weeks_are_read_and_of_a_surge_all() -> None:
    def weeks(read: list[int]) -> Iterator[list[Seen]]:
        for n in range(8):
            read.append(n)
            yield [matter(m, "什么时候发货", who=f"{n}-{m}") for m in range(10)]

    usual: list[int] = []
    assert find([matter(n, "什么时候发货") for n in range(10)], weeks(usual), weeks=8) == []
    assert usual == [0, 1]
    few: list[int] = []
    assert find([matter(n, "什么时候发货") for n in range(FEWEST - 1)], weeks(few), weeks=8) == []
    assert few == []
    many: list[int] = []
    assert len(find([matter(n, "什么时候发货") for n in range(60)], weeks(many), weeks=8)) == 1
    assert many == list(range(8))
