"""Controls: the best of all ways, nobody twice, balance and what could not be had said."""

import itertools

import numpy as np
import pytest

from zhoudao.engines.trials import matching
from zhoudao.engines.trials.matching import Features, MatchingRefused
from zhoudao.engines.trials.tests.shops import drawn


def stores(values: np.ndarray, names: tuple[str, ...] = ("size", "level")) -> Features:
    return Features(tuple(f"S{each}" for each in range(len(values))), names, values.astype(float))


def test_no_other_way_of_pairing_is_nearer_on_the_whole() -> None:
    rng = np.random.default_rng(1)
    for _draw in range(20):
        given = stores(rng.normal(size=(8, 2)))
        found = matching.match(given, ["S0", "S1", "S2"], controls=1)
        far = matching.distances(given.values)
        best = min(
            sum(far[row, other] for row, other in enumerate(way)) for way in itertools.permutations(range(3, 8), 3)
        )
        assert sum(pair.distance for pair in found.pairs) == pytest.approx(best)
        assert len(set(found.controls)) == 3


def test_every_store_has_one_before_any_has_two() -> None:
    values = np.array([[0, 0], [5, 5], [0.1, 0], [0.2, 0], [9, 9]])
    found = matching.match(stores(values), ["S0", "S1"], controls=2)
    assert [(each.found, each.why) for each in found.unmatched] == [(1, "too_few_controls")]
    assert {pair.pilot for pair in found.pairs} == {"S0", "S1"}


def test_nobody_within_the_caliper_is_said_and_nobody_further_is_taken() -> None:
    values = np.array([[0, 0], [9, 9], [0.1, 0], [0.2, 0.1], [0, 0.3]])
    found = matching.match(stores(values), ["S0", "S1"], controls=1, caliper=0.3)
    assert [(each.pilot, each.found, each.why) for each in found.unmatched] == [("S1", 0, "nobody_near")]
    assert all(pair.distance <= 0.3 for pair in found.pairs)


def test_balance_is_shown_before_and_after() -> None:
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.normal(1.5, 0.2, (4, 2)), rng.normal(1.5, 0.2, (8, 2)), rng.normal(-1, 0.5, (20, 2))])
    found = matching.match(stores(values), [f"S{each}" for each in range(4)], controls=2)
    assert set(found.controls) == {f"S{each}" for each in range(4, 12)}
    assert all(each.before > 0.5 and each.is_close for each in found.balance)
    spread = values[:, 0].std()
    assert found.balance[0].before == pytest.approx((values[:4, 0].mean() - values[4:, 0].mean()) / spread)
    assert found.distance == pytest.approx(np.mean([pair.distance for pair in found.pairs]))


def test_correlated_features_do_not_count_twice() -> None:
    rng = np.random.default_rng(3)
    base = rng.normal(size=400)
    twice = matching.distances(np.stack([base, base + rng.normal(0, 1e-3, 400)], axis=1))
    once = matching.distances(base[:, None])
    # along what both say together the distance is that of one (over the root of two features), up to the shrinking
    assert twice[0, 1:50] == pytest.approx(once[0, 1:50] / np.sqrt(2), rel=0.1)


def test_the_covariance_is_shrunk_towards_none_the_more_the_fewer_stores() -> None:
    rng = np.random.default_rng(4)
    mixing = np.linalg.cholesky(np.full((4, 4), 0.8) + 0.2 * np.eye(4))
    kept = []
    for count in (6, 60, 2_000):
        values = rng.normal(size=(count, 4)) @ mixing.T
        values = (values - values.mean(axis=0)) / values.std(axis=0)
        raw, found = values.T @ values / count, matching.shrunk(values)
        off = ~np.eye(4, dtype=bool)
        kept.append(float((found[off] / raw[off]).mean()))
        assert np.linalg.eigvalsh(found).min() > 0
    assert kept[0] < kept[1] < kept[2]
    assert kept[2] > 0.98


def test_features_that_never_differ_count_nothing() -> None:
    values = np.array([[1, 7], [2, 7], [3, 7]], float)
    assert matching.distances(values) == pytest.approx(matching.distances(values[:, :1]))
    assert matching.distances(values[:, 1:]) == pytest.approx(np.zeros((3, 3)))


def test_size_level_trend_and_mix_are_what_was_before() -> None:
    rows = drawn(np.random.default_rng(5), pilots=1, controls=3, before=10, after=5, cases=50, effect=100)
    found = matching.features(rows, {"online": [0.1, 0.2, 0.3, 0.4]})
    assert found.names == ("size", "level", "trend", "spread", "online")
    assert found.stores == rows.names
    early = rows.only(~rows.is_after & (rows.unit == 2))
    assert np.exp(found.values[2, 0]) == pytest.approx(50)
    assert found.values[2, 1] == pytest.approx(early.value.mean())
    assert found.values[2, 2] == pytest.approx(np.polyfit(early.period, early.value, 1)[0])
    assert found.values[2, 4] == 0.3


def test_proposed_stores_are_of_all_sizes_and_have_near_controls() -> None:
    rng = np.random.default_rng(6)
    values = np.stack([np.arange(24.0), rng.normal(0, 1, 24)], axis=1)
    values[[2, 10, 20], 1] = 40  # odd ones, like nobody
    found = matching.propose(stores(values), 3, controls=2, banned=["S5"])
    sizes = sorted(int(name[1:]) for name in found.pilots)
    assert [sizes[0] <= 8, 8 <= sizes[1] <= 16, sizes[2] >= 16] == [True] * 3
    assert not {"S2", "S10", "S20", "S5"} & {*found.pilots}
    assert "S5" not in found.controls
    assert len(found.pairs) == 6


@pytest.mark.parametrize(
    ("pilot", "controls", "banned"), [([], 1, []), (["S0", "S1", "S2"], 1, []), (["S9"], 1, []), (["S0"], 0, [])]
)
def test_nothing_to_match_is_refused(pilot: list[str], controls: int, banned: list[str]) -> None:
    with pytest.raises(MatchingRefused):
        matching.match(stores(np.eye(3)[:, :2]), pilot, controls=controls, banned=banned)


def test_features_that_are_no_numbers_and_too_few_stores_are_refused() -> None:
    with pytest.raises(MatchingRefused):
        matching.match(stores(np.array([[1, np.nan], [2, 3]])), ["S0"])
    for number in (1, 2):
        with pytest.raises(MatchingRefused):
            matching.propose(stores(np.eye(3)[:, :2]), number)
