"""Exact alignments: of everything a model allows, what comes nearest to what happened, and where the two differ.

For a sequence of activities and an automaton the cheapest way through their product is found: a step of both together
costs nothing, a step that happened and the model does not have here (a log move) costs 1, so does a step of the model
that did not happen (a model move), and what nobody sees costs nothing. Costs may be given, in whole numbers.

Source: Adriansyah, Aligning Observed and Modeled Behavior, 2014; the search is Dijkstra's with buckets (Dial, 1969)
over the automaton, which is made once, so that no linear program is solved anywhere.

What is not exact and says so: a sequence whose product with the model has more cells than `Limits.cells` is aligned
window by window, each from where the last one ended. That is an alignment, so its cost is never below the optimum;
`bounding` gives a number that the optimum is never below.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.bounding import lower_bound
from zhoudao.engines.mining.determining import Backward, Determined, backward, determined, undone
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.outlook import hints, least_ahead
from zhoudao.engines.mining.searching import (
    FAR,
    LOG,
    Cells,
    Ints,
    Longs,
    Machine,
    Moves,
    Terms,
    cells,
    clear,
    prepared,
    search,
    way_to,
)
from zhoudao.engines.mining.variants import Variants
from zhoudao.kit.compiled import compiled

DEAREST = 1_000


class CostRefused(ValueError):
    """A cost is a whole number from 0 to 1,000."""


class Limits(NamedTuple):
    """`cells`: positions × states held at once, 16 bytes each. `looked`: cells looked at for one variant, after which
    the rest of it is taken to be log moves."""

    cells: int = 16_000_000
    looked: int = 200_000_000


@dataclass(frozen=True, eq=False)
class Model:
    """An automaton in columns (see `searching.Moves`); 0 is its first state. `label` counts from 0, below is silent."""

    moves: Moves
    labels: int
    number: Ints
    """Of each move, which it was in the automaton this was made of."""

    @classmethod
    def of(cls, first: Longs, target: Ints, label: Ints, *, final: int, labels: int) -> "Model":
        """Without the moves from which there is no way to the final state; that can be reached from the first."""
        moves = Moves(first, target, label, final)
        is_live = least_ahead(moves, np.zeros(labels + 1, np.int32)) != FAR
        kept = np.flatnonzero(is_live[target]).astype(np.int32)
        return cls(Moves(np.searchsorted(kept, first), target[kept], label[kept], final), labels, kept)

    @property
    def states(self) -> int:
        return len(self.moves.first) - 1


@dataclass(frozen=True, eq=False)
class Costs:
    """What a step costs that stands alone: of each label, and of each activity."""

    model: Ints
    log: Ints

    @classmethod
    def even(cls, labels: int, activities: int) -> "Costs":
        """1 each."""
        return cls(np.ones(labels, np.int32), np.ones(activities, np.int32))


@dataclass(frozen=True, eq=False)
class Alignments:
    """Of each variant: its cost, and the moves from `offsets[v]` to `offsets[v + 1]` (codes of `searching`, with the
    numbers of the automaton the model was made of). `least` is what the optimum is not below: equal to `cost` where
    `is_exact`. `worst` is the cost of leaving all steps alone and going through the model without them.
    """

    cost: Longs
    least: Longs
    worst: Longs
    moves: Ints
    offsets: Longs

    @property
    def is_exact(self) -> NDArray[np.bool_]:
        return np.equal(self.least, self.cost)

    @property
    def fitness(self) -> NDArray[np.float64]:
        """1 − cost / (all steps + the cheapest way through the model); 1 where there is nothing on either side."""
        return 1 - self.cost / np.maximum(self.worst, 1)

    def of(self, variant: int) -> Ints:
        return self.moves[self.offsets[variant] : self.offsets[variant + 1]]


_LIMITS = Limits()


def align(
    model: Model, log: Log, found: Variants, means: Mapping[int, Collection[int]], *,
    costs: Costs | None = None, limits: Limits = _LIMITS,
) -> Alignments:  # fmt: skip
    """The alignment of every variant. `means` gives for the code of an activity the labels it may be; one that is not
    in it is a log move wherever it stands. The same always comes out the same.

    Raises: CostRefused.
    """
    costs = costs or Costs.even(model.labels, len(log.activities))
    for each in (costs.model, costs.log):
        if len(each) and not (each.min() >= 0 and each.max() <= DEAREST):
            raise CostRefused(CostRefused.__doc__)
    kinds, allows = _kinds(model.labels, len(log.activities), means)
    terms = Terms(allows, np.append(costs.model, np.int32(0)).astype(np.int32))
    made = determined(model.moves)
    searched = model.moves if made is None else made.moves
    machine = Machine(searched, terms, hints(searched, terms, limits.cells))
    lengths = (log.offsets[found.example + 1] - log.offsets[found.example]).astype(np.int64)
    every = _Sequences(
        kinds[log.activity], costs.log.astype(np.int32)[log.activity], log.offsets[found.example], lengths
    )
    windows, room = _room(machine, every, limits)
    cost, is_exact, moves, offsets = _every(machine, every, room, (windows, limits.looked))
    least = cost.copy()
    for variant in np.flatnonzero(~is_exact).tolist():
        least[variant] = min(cost[variant], lower_bound(model.moves, terms, *every.of(variant)))
    worst = every.alone() + int(machine.hints.ahead[0])
    if made is not None:
        moves, offsets = _undone(made, backward(model.moves), moves, offsets, model.moves.final)
    return Alignments(cost, least, worst, _renumbered(moves, model.number), offsets)


def _room(machine: Machine, every: "_Sequences", limits: Limits) -> tuple[int, Cells]:
    """How many steps are aligned at once, and room for them."""
    dearest = max(1, int(every.cost.max(initial=0)))
    states = len(machine.moves.first) - 1
    ahead = machine.hints.ahead
    farthest = int(ahead[ahead != FAR].max(initial=0))
    wide = max(states, sum(machine.terms.allows.shape))
    windows = max(1, min(limits.cells // wide - 1, limits.cells // dearest))
    longest = min(windows, int(every.length.max(initial=0)))
    return windows, cells((longest + 1) * states, longest * dearest + farthest)


def _kinds(labels: int, activities: int, means: Mapping[int, Collection[int]]) -> tuple[Ints, NDArray[np.bool_]]:
    """Activities that may be the same labels are one kind."""
    known: dict[frozenset[int], int] = {}
    kinds = np.full(max(1, activities), -1, np.int32)
    for activity, meant in means.items():
        if meant:
            kinds[activity] = known.setdefault(frozenset(meant), len(known))
    allows = np.zeros((max(1, labels), max(1, len(known))), np.bool_)
    for meant, kind in known.items():
        allows[list(meant), kind] = True
    return kinds, allows


def _renumbered(moves: Ints, number: Ints) -> Ints:
    known = moves >= 0
    found = moves.copy()
    found[known] = 2 * number[moves[known] // 2] + moves[known] % 2
    return found


@compiled
def _undone(made: Determined, back: Backward, moves: Ints, offsets: Longs, final: int) -> tuple[Ints, Longs]:
    """All alignments with moves of the automaton itself in place of those between sets."""
    begins, found = np.zeros(len(offsets), np.int64), np.empty(64 + 2 * len(moves), np.int32)
    for variant in range(len(offsets) - 1):
        one = undone(made, back, moves[offsets[variant] : offsets[variant + 1]], final)
        begins[variant + 1] = begins[variant] + len(one)
        found = _widened(found, begins[variant], begins[variant + 1])
        found[begins[variant] : begins[variant + 1]] = one
    return found[: begins[-1]].copy(), begins


@compiled
def _widened(found: Ints, used: int, needed: int) -> Ints:
    if needed <= len(found):
        return found
    wider = np.empty(2 * needed, np.int32)
    wider[:used] = found[:used]
    return wider


class _Sequences(NamedTuple):
    kind: Ints
    cost: Ints
    first: Longs
    length: Longs

    def of(self, variant: int) -> tuple[Ints, Ints]:
        rows = slice(int(self.first[variant]), int(self.first[variant] + self.length[variant]))
        return self.kind[rows], self.cost[rows]

    def alone(self) -> Longs:
        """What it costs to leave all steps of each alone."""
        sums = np.concatenate([[0], np.cumsum(self.cost, dtype=np.int64)])
        return np.asarray(sums[self.first + self.length] - sums[self.first], np.int64)


@compiled
def _every(
    machine: Machine, every: _Sequences, room: Cells, limits: tuple[int, int]
) -> tuple[Longs, NDArray[np.bool_], Ints, Longs]:
    variants = len(every.first)
    cost, is_exact = np.zeros(variants, np.int64), np.ones(variants, np.bool_)
    offsets = np.zeros(variants + 1, np.int64)
    moves = np.empty(64 + 2 * every.length.sum(), np.int32)
    for variant in range(variants):
        begin, length = every.first[variant], every.length[variant]
        steps = (every.kind[begin : begin + length], every.cost[begin : begin + length])
        found, price, exact = _one(machine, steps, room, limits)
        offsets[variant + 1] = offsets[variant] + len(found)
        moves = _widened(moves, offsets[variant], offsets[variant + 1])
        moves[offsets[variant] : offsets[variant + 1]] = found
        cost[variant], is_exact[variant] = price, exact
    return cost, is_exact, moves[: offsets[variants]].copy(), offsets


@compiled
def _one(machine: Machine, steps: tuple[Ints, Ints], room: Cells, limits: tuple[int, int]) -> tuple[Ints, int, bool]:
    """One sequence, in as many windows as it needs."""
    window, left = limits
    states, length = len(machine.moves.first) - 1, len(steps[0])
    found = np.empty(0, np.int32)
    at, state, price = 0, 0, 0
    while True:
        until = min(length, at + window)
        part = prepared(machine, steps[0][at:until], steps[1][at:until], state, until == length)
        goal = machine.moves.final if until == length else -1
        cell, looked = search(machine, part, room, (state, goal, max(left, states)))
        found = np.concatenate((found, way_to(machine.moves, room, cell)))
        price += room.cost[cell]
        clear(room, part.worst)
        left -= looked
        if until == length and cell == (until - at) * states + machine.moves.final:
            return found, price, until - at == length
        at, state = at + cell // states, cell % states
        if left <= 0 and at < length:
            found = np.concatenate((found, np.full(length - at, LOG, np.int32)))
            price += steps[1][at:].sum()
            at = length
