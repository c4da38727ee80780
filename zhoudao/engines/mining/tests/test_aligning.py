"""Alignments cost what the cheapest of all alignments costs, found here by other, slower means."""

import heapq
import tracemalloc
from collections.abc import Sequence
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.aligning import Alignments, CostRefused, Costs, Limits, Model, align
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.searching import LOG
from zhoudao.engines.mining.variants import Variants, variants

Moves = list[tuple[int, int, int]]
"""(source, target, label) of an automaton from state 0; a label below zero is silent."""


def log_of(*cases: str) -> Log:
    """Each case one letter an event."""
    rows = [(str(number), letter) for number, word in enumerate(cases) for letter in word]
    return interned(
        case=[case for case, _ in rows], activity=[letter for _, letter in rows],
        end=np.arange(len(rows), dtype=np.int64),
    )  # fmt: skip


def model_of(moves: Moves, final: int, labels: int = 3) -> Model:
    ordered = sorted(moves, key=lambda move: move[0])
    states = max([final, *(max(move[:2]) for move in moves)]) + 1
    counts = np.bincount([move[0] for move in ordered], minlength=states)
    return Model.of(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.array([move[1] for move in ordered], np.int32), np.array([move[2] for move in ordered], np.int32),
        final=final, labels=labels,
    )  # fmt: skip


def means(log: Log, **said: Sequence[int]) -> dict[int, Sequence[int]]:
    known = said or {"a": [0], "b": [1], "c": [2]}
    return {log.activities.index(name): labels for name, labels in known.items() if name in log.activities}


def cheapest(moves: Moves, final: int, word: str, model_cost: Sequence[int], log_cost: dict[str, int]) -> int:
    """Dijkstra over (position, state), written out plainly."""
    known, todo = {(0, 0): 0}, [(0, 0, 0)]
    while todo:
        cost, position, state = heapq.heappop(todo)
        if (position, state) == (len(word), final):
            return cost
        ahead = word[position : position + 1]
        ways = [(log_cost[ahead], position + 1, state)] if ahead else []
        for _, target, label in (move for move in moves if move[0] == state):
            ways.append((model_cost[label] if label >= 0 else 0, position, target))
            ways += [(0, position + 1, target)] if ahead and ahead == "abc?"[label] else []
        for further, *there in ways:
            if cost + further < known.get((there[0], there[1]), 10**9):
                known[there[0], there[1]] = cost + further
                heapq.heappush(todo, (cost + further, there[0], there[1]))
    raise AssertionError("the final state cannot be reached")


def is_a_way(aligned: Alignments, found: Variants, log: Log, moves: Moves, final: int) -> None:
    """Every alignment is one: a way through the model, beside the steps as they happened, at the cost it says."""
    ordered = sorted(moves, key=lambda move: move[0])
    for variant in range(len(found)):
        state, position, cost = 0, 0, 0
        word = [log.activities[code] for code in found.steps(log, variant)]
        for move in aligned.of(variant):
            if move == LOG:
                position, cost = position + 1, cost + 1
                continue
            source, target, label = ordered[move // 2]
            assert source == state
            state = target
            if move % 2:
                assert "abc"[label] == word[position]
                position += 1
            cost += label >= 0 and not move % 2
        assert (state, position, cost) == (final, len(word), aligned.cost[variant])


def machines() -> st.SearchStrategy[Moves]:
    """Up to six states; a silent way leads from each to the next, so that the last can be reached."""
    move = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(-1, 2))
    chain = st.lists(st.integers(-1, 2), min_size=5, max_size=5)
    joined = st.tuples(chain, st.lists(move, max_size=12))
    return joined.map(lambda made: [(state, state + 1, label) for state, label in enumerate(made[0])] + made[1])


WORDS = st.lists(st.text("abcx", min_size=1, max_size=7), min_size=1, max_size=6)


@settings(deadline=None, max_examples=150)  # the first call compiles
@given(machines(), WORDS, st.lists(st.integers(0, 5), min_size=7, max_size=7))
def test_every_cost_is_the_cheapest_and_every_alignment_costs_it(
    moves: Moves, words: list[str], costs: list[int]
) -> None:
    log = log_of(*words)
    found = variants(log)
    aligned = align(model_of(moves, 5), log, found, means(log))
    each = ["".join(log.activities[code] for code in found.steps(log, number)) for number in range(len(found))]
    assert aligned.cost.tolist() == [cheapest(moves, 5, word, [1] * 3, dict.fromkeys("abcx", 1)) for word in each]
    assert aligned.is_exact.all()
    is_a_way(aligned, found, log, moves, 5)
    dear = dict(zip("abcx", costs[3:], strict=True))
    given_costs = Costs(np.array(costs[:3], np.int32), np.array([dear[name] for name in log.activities], np.int32))
    aligned = align(model_of(moves, 5), log, found, means(log), costs=given_costs)
    assert aligned.cost.tolist() == [cheapest(moves, 5, word, costs[:3], dear) for word in each]


@settings(deadline=None, max_examples=150)
@given(machines(), WORDS, st.integers(12, 30))
def test_in_windows_the_cost_is_never_below_the_optimum_and_the_bound_never_above(
    moves: Moves, words: list[str], room: int
) -> None:
    log = log_of(*words)
    found = variants(log)
    best = align(model_of(moves, 5), log, found, means(log))
    for limits in (Limits(cells=room), Limits(cells=room, looked=7)):
        aligned = align(model_of(moves, 5), log, found, means(log), limits=limits)
        assert (aligned.least <= best.cost).all()
        assert (best.cost <= aligned.cost).all()
        assert (aligned.cost[aligned.is_exact] == best.cost[aligned.is_exact]).all()
        is_a_way(aligned, found, log, moves, 5)


def test_many_ways_of_all_lengths_one_after_the_other_disturb_each_other_in_nothing() -> None:
    """Two circles side by side that may each be left out: much may be guessed wrongly on the way."""
    ab = [(0, 1), (1, 1), (1, 2), (0, 2)]
    moves: Moves = []
    for (a_from, a_to), other in product(ab, range(3)):
        moves.append((3 * a_from + other, 3 * a_to + other, -1 if (a_from, a_to) in {(0, 2), (1, 2)} else 0))
    for (b_from, b_to), other in product(ab, range(3)):
        moves.append((3 * other + b_from, 3 * other + b_to, -1 if (b_from, b_to) in {(0, 2), (1, 2)} else 1))
    moves.append((8, 9, 2))
    rng = Random(7)  # an order, not a secret
    words = ["".join(rng.choices("abcx", k=rng.randint(1, 40))) for _ in range(400)]
    log = log_of(*words)
    found = variants(log)
    aligned = align(model_of(moves, 9), log, found, means(log))
    even = dict.fromkeys("abcx", 1)
    assert [aligned.cost[of] for of in found.of] == [cheapest(moves, 9, word, [1] * 3, even) for word in words]
    is_a_way(aligned, found, log, moves, 9)


STRAIGHT: Moves = [(0, 1, 0), (1, 2, 1), (2, 3, 2)]


def test_fitness_is_one_less_the_share_of_the_worst_that_could_be() -> None:
    log = log_of("abc", "ac", "xyz", "aabc")
    aligned = align(model_of(STRAIGHT, 3), log, variants(log), means(log))
    assert aligned.cost.tolist() == [0, 1, 6, 1]
    assert aligned.fitness.tolist() == [1, 1 - 1 / 5, 0, 1 - 1 / 7]


def test_an_activity_may_be_several_steps_and_a_step_several_activities() -> None:
    log = log_of("xxy", "xyx")
    aligned = align(model_of(STRAIGHT, 3), log, variants(log), means(log, x=[0, 1], y=[1, 2]))
    assert aligned.cost.tolist() == [0, 2]


def test_a_way_that_leads_nowhere_is_not_taken() -> None:
    log = log_of("ab")
    aligned = align(model_of([(0, 1, 0), (1, 2, 1), (2, 2, 1), (1, 3, -1)], 3), log, variants(log), means(log))
    assert aligned.cost.tolist() == [1]


def test_a_case_of_two_hundred_thousand_events_is_aligned_in_windows_and_says_how_sure_it_is() -> None:
    """A circle of a and b; every hundredth step is an x nobody knows, and once b comes before a."""
    word = ("ab" * 49 + "ax" + "b" + "a") * 1_900 + "b"
    log = log_of(word)
    circle: Moves = [(0, 1, 0), (1, 2, 1), (2, 0, -1), (2, 3, -1)]
    whole = align(model_of(circle, 3), log, variants(log), means(log))
    assert whole.is_exact.all()
    windows = align(model_of(circle, 3), log, variants(log), means(log), limits=Limits(cells=40_000))
    assert windows.least <= whole.cost <= windows.cost <= whole.cost + len(word) // 9_000
    given_up = align(model_of(circle, 3), log, variants(log), means(log), limits=Limits(cells=40_000, looked=50_000))
    assert whole.cost < given_up.cost < len(word)


def test_a_state_without_a_way_to_the_end_takes_no_room() -> None:
    """Where each step leads to one state alone nothing is made of sets: the dead end stays in the columns."""
    log = log_of("ab", "ac")
    model = model_of([(0, 1, 0), (1, 3, 1), (1, 2, 2)], 3)
    tracemalloc.start()
    aligned = align(model, log, variants(log), means(log))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert aligned.cost.tolist() == [0, 2]
    assert most < 5_000_000


def test_a_cost_that_is_none_is_refused() -> None:
    log = log_of("abc")
    with pytest.raises(CostRefused):
        align(
            model_of(STRAIGHT, 3),
            log,
            variants(log),
            means(log),
            costs=Costs(np.array([1, -1, 1], np.int32), np.ones(3, np.int32)),
        )


def test_no_case_at_all_is_no_alignment() -> None:
    log = log_of()
    aligned = align(model_of(STRAIGHT, 3), log, variants(log), {})
    assert (len(aligned.cost), len(aligned.moves)) == (0, 0)
