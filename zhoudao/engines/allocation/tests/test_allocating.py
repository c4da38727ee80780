"""Which places send: against all there is to choose from, and case by case with the reason of every loser."""

from collections.abc import Sequence
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.allocation import (
    CRITERIA,
    Rule,
    RuleUnreadable,
    Site,
    allocate,
    kilometres,
    point_of,
    read_rules,
    write_rules,
)

SKUS = ("x", "y")
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw reads the whole program
Counts = st.integers(0, 3)
sites = st.lists(
    st.builds(
        Site,
        key=st.sampled_from("abcde"),
        free=st.fixed_dictionaries({sku: st.integers(-1, 3) for sku in SKUS}),
        km=st.none() | st.integers(0, 5).map(lambda n: n * 90),
        cost=st.integers(0, 4),
        load=st.sampled_from((0, 20, 90)),
        left=st.none() | st.integers(0, 1),
        priority=st.integers(1, 3),
        is_own=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda site: site.key,
)
orders_of_rules = st.permutations(
    [Rule("own"), Rule("parcels"), Rule("distance", 100), Rule("cost"), Rule("load", 20), Rule("priority")]
)
wishes = st.fixed_dictionaries({}, optional={sku: st.integers(1, 5) for sku in SKUS}).filter(bool)


def figures(some: Sequence[Site], rules: Sequence[Rule]) -> list[int]:
    """The rules' figures of a set, worked out anew."""
    by_name = {
        "own": len([one for one in some if not one.is_own]),
        "parcels": len(some),
        "distance": sum(20_000 if one.km is None else one.km for one in some),
        "cost": sum(one.cost for one in some),
        "load": max(one.load for one in some),
        "priority": max(one.priority for one in some),
    }
    return [by_name[rule.name] // rule.step for rule in rules]


@QUICK
@given(wishes, sites, orders_of_rules)
def test_no_set_of_places_at_all_is_better(wanted: dict[str, int], some: list[Site], rules: list[Rule]) -> None:
    choice = allocate(wanted, some, rules)
    able = [one for one in some if one.left != 0]
    could = [
        each
        for size in range(1, len(able) + 1)
        for each in combinations(able, size)
        if all(sum(max(0, one.free[sku]) for one in each) >= n for sku, n in wanted.items())
    ]
    if not could:
        assert choice.plan is None
        assert all(one.verdict in ("short", "full") for one in choice.looked)
        return
    assert choice.plan is not None
    sending = [one for one in some if one.key in choice.plan]
    assert figures(sending, rules) == min(figures(each, rules) for each in could)
    assert {one.site.key for one in choice.looked if one.verdict == "chosen"} == set(choice.plan)


@QUICK
@given(wishes, sites, orders_of_rules)
def test_never_more_than_is_free_and_always_all_that_is_wanted(
    wanted: dict[str, int], some: list[Site], rules: list[Rule]
) -> None:
    choice = allocate(wanted, some, rules)
    free = {(one.key, sku): n for one in some for sku, n in one.free.items()}
    for sku, count in wanted.items():
        taken = {key: share.get(sku, 0) for key, share in (choice.plan or {}).items()}
        assert all(n <= max(0, free[key, sku]) for key, n in taken.items())
        assert choice.plan is None or sum(taken.values()) == count
    assert all(sum(share.values()) > 0 for share in (choice.plan or {}).values()), "no empty parcel"


@QUICK
@given(wishes, sites, orders_of_rules, st.randoms())
def test_the_order_in_which_places_are_told_changes_nothing(
    wanted: dict[str, int], some: list[Site], rules: list[Rule], rng: object
) -> None:
    other = list(reversed(some))
    one, same = allocate(wanted, some, rules), allocate(wanted, other, rules)
    assert (one.plan, one.decided) == (same.plan, same.decided)


@QUICK
@given(wishes, sites, orders_of_rules)
def test_a_loser_is_worse_by_the_criterion_that_is_named(
    wanted: dict[str, int], some: list[Site], rules: list[Rule]
) -> None:
    """Alone it has all, and is worse there and no better before."""
    choice = allocate(wanted, some, rules)
    sending = [one.site for one in choice.looked if one.verdict == "chosen"]
    names = [rule.name for rule in rules]
    for lost in choice.looked:
        alone = all(lost.site.free[sku] >= n for sku, n in wanted.items())
        if lost.verdict == "lost" and lost.by != "equal" and alone:
            mine, best = figures([lost.site], rules), figures(sending, rules)
            place = names.index(lost.by)
            assert mine[:place] == best[:place]
            assert mine[place] > best[place]


def test_rules_decide_in_their_order_and_small_differences_are_none() -> None:
    near = Site("near", {"x": 9}, km=120, cost=900, load=95)
    calm = Site("calm", {"x": 9}, km=180, cost=1_100, load=10)
    far = Site("far", {"x": 9}, km=900, cost=600, load=0, is_own=True)
    every = [near, calm, far]

    def chosen(rules: str) -> tuple[list[str], str]:
        choice = allocate({"x": 1}, every, read_rules(rules))
        return list(choice.plan or {}), choice.decided

    assert chosen("distance") == (["near"], "distance")
    assert chosen("distance:100, load") == (["calm"], "load")
    assert chosen("cost") == (["far"], "cost")
    assert chosen("parcels, load:50, distance") == (["calm"], "distance")
    assert chosen("own, distance") == (["far"], "own")


def test_full_places_are_passed_over_and_said_to_be() -> None:
    choice = allocate({"x": 1}, [Site("a", {"x": 5}, km=1, left=0), Site("b", {"x": 5}, km=500), Site("c", {"y": 1})])
    assert choice.plan == {"b": {"x": 1}}
    assert [(one.site.key, one.verdict) for one in choice.looked] == [("a", "full"), ("b", "chosen")]
    assert (choice.parcels, choice.km, choice.decided) == (1, 500, "only")


def test_fewest_parcels_or_nearest_split_differently() -> None:
    far = Site("far", {"x": 5, "y": 5}, km=900)
    here, there = Site("here", {"x": 5}, km=10), Site("there", {"y": 5}, km=20)
    assert allocate({"x": 1, "y": 1}, [far, here, there], read_rules("parcels")).plan == {"far": {"x": 1, "y": 1}}
    split = allocate({"x": 1, "y": 1}, [far, here, there], read_rules("distance"))
    assert split.plan == {"here": {"x": 1}, "there": {"y": 1}}
    assert [one.by for one in split.looked] == ["distance", "", ""]


def test_with_too_many_sets_to_compare_all_is_still_sent_and_nothing_twice() -> None:
    many = [Site(f"s{n:02}", {"x": n % 3, "y": n % 2}, km=n) for n in range(45)]
    wanted = {"x": 9, "y": 6}
    choice = allocate(wanted, many, read_rules("parcels, distance"))
    assert choice.plan is not None
    assert {sku: sum(share.get(sku, 0) for share in choice.plan.values()) for sku in wanted} == wanted
    assert choice.parcels <= 8


@QUICK
@given(st.permutations(CRITERIA), st.integers(1, len(CRITERIA)), st.integers(1, 500))
def test_rules_are_read_as_they_are_written(names: list[str], many: int, step: int) -> None:
    rules = tuple(Rule(name, step) for name in names[:many])
    assert read_rules(write_rules(rules)) == rules


@pytest.mark.parametrize("text", ["", "nearest", "distance:0", "distance:x", "parcels, parcels", "cost:-1", "cost:1e9"])
def test_what_is_no_order_of_criteria_is_refused(text: str) -> None:
    with pytest.raises(RuleUnreadable):
        read_rules(text)


def test_every_province_is_found_however_it_is_written() -> None:
    names = ["北京市", "天津", "河北省", "内蒙古自治区", "广西壮族自治区", "新疆维吾尔自治区"]
    names += ["黑龙江省", "香港特别行政区", "臺灣", "江蘇省"]
    assert all(point_of(name, "") for name in names)
    assert point_of("广东省", "深圳市") != point_of("广东省", "广州市")
    assert point_of("火星", "") is None


def test_distances_are_a_metric_on_this_earth() -> None:
    points = [point for name in ("上海", "四川", "新疆", "海南") if (point := point_of(name, ""))]
    for one, two, three in product(points, repeat=3):
        assert kilometres(one, two) == kilometres(two, one)
        assert kilometres(one, three) <= kilometres(one, two) + kilometres(two, three) + 1
    assert kilometres(points[0], points[0]) == 0
