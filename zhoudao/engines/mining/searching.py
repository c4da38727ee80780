"""The cheapest way through the product of a sequence of steps and an automaton: the loops of `aligning`.

A cell is a position in the sequence and a state, `position * states + state`. Cells wait in buckets by their cost, each
cell in one at most; costs are small whole numbers, so there are no more buckets than the dearest move costs, and one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.kit.compiled import compiled

FAR = np.int32(2**31 - 1)
LOG, ORIGIN = -1, -2
"""Codes of moves; the move `m` of the model is 2 m alone and 2 m + 1 together with a step of the sequence."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


class Moves(NamedTuple):
    """An automaton: the moves of state s are `first[s]` to `first[s + 1]`; a `label` below zero is seen by nobody."""

    first: Longs
    target: Ints
    label: Ints
    final: int


class Terms(NamedTuple):
    """Which label may be which class of activities, (labels, classes), and what a label costs that no step answers."""

    allows: NDArray[np.bool_]
    cost: Ints


class Steps(NamedTuple):
    """A sequence: the class of each step, below zero for one the model does not know, and its cost if left alone."""

    kind: Ints
    cost: Ints


class Cells(NamedTuple):
    cost: Ints
    move: Ints
    after: Ints
    before: Ints
    heads: Ints
    """The first cell of each bucket; the last entry is the first of those done with."""


def cells(count: int, dearest: int) -> Cells:
    """Room for so many cells."""
    after, before, move = (np.full(count, -1, np.int32) for _ in range(3))
    return Cells(np.full(count, FAR, np.int32), move, after, before, np.full(dearest + 2, -1, np.int32))


@compiled
def _lower(room: Cells, cell: int, cost: int, move: int) -> None:
    """This cell can be come to for this cost."""
    known = room.cost[cell]
    if cost >= known:
        return
    ring = len(room.heads) - 1
    if known != FAR:
        before, after = room.before[cell], room.after[cell]
        if before >= 0:
            room.after[before] = after
        else:
            room.heads[known % ring] = after
        if after >= 0:
            room.before[after] = before
    head = room.heads[cost % ring]
    room.after[cell] = head
    room.before[cell] = -1
    if head >= 0:
        room.before[head] = cell
    room.heads[cost % ring] = cell
    room.cost[cell] = cost
    room.move[cell] = move


@compiled
def _take(room: Cells, bucket: int) -> int:
    """The first cell of a bucket, which is done with; below zero when it is empty."""
    cell = room.heads[bucket]
    if cell >= 0:
        after = room.after[cell]
        room.heads[bucket] = after
        if after >= 0:
            room.before[after] = -1
        room.after[cell] = room.heads[-1]
        room.heads[-1] = cell
    return int(cell)


@compiled
def _expand(model: Moves, terms: Terms, steps: Steps, room: Cells, cell: int) -> None:
    states = len(model.first) - 1
    position, state = cell // states, cell % states
    here, cost = cell - state, room.cost[cell]
    kind = -1
    if position < len(steps.kind):
        kind = steps.kind[position]
        _lower(room, cell + states, cost + steps.cost[position], LOG)
    for move in range(model.first[state], model.first[state + 1]):
        label, there = model.label[move], here + model.target[move]
        if label < 0:
            _lower(room, there, cost, 2 * move)
            continue
        _lower(room, there, cost + terms.cost[label], 2 * move)
        if kind >= 0 and terms.allows[label, kind]:
            _lower(room, there + states, cost, 2 * move + 1)


@compiled
def search(model: Moves, terms: Terms, steps: Steps, room: Cells, begin: tuple[int, int, int]) -> tuple[int, int]:
    """The cell come to and how many were looked at. `begin` is the state, the state to end in (below zero: any) and
    the most cells to look at, after which the cell farthest along the sequence is given instead.

    From every state the final one can be reached, so there is always a cell waiting.
    """
    state, goal, most = begin
    states, ring = len(model.first) - 1, len(room.heads) - 1
    last = len(steps.kind) * states
    farthest, looked, bucket = state, 0, 0
    _lower(room, state, 0, ORIGIN)
    while True:
        cell = _take(room, bucket)
        if cell < 0:
            bucket = (bucket + 1) % ring
            continue
        if cell >= last and (goal < 0 or cell - last == goal):
            return cell, looked
        looked += 1
        if looked > most:
            return farthest, looked
        if cell // states > farthest // states:
            farthest = cell
        _expand(model, terms, steps, room, cell)


@compiled
def way_to(model: Moves, room: Cells, cell: int) -> Ints:
    """The moves that lead to a cell, from the first."""
    states, length, here = len(model.first) - 1, 0, cell
    while room.move[here] != ORIGIN:
        here = _back(model, room, here, states)
        length += 1
    found = np.empty(length, np.int32)
    here = cell
    for place in range(length - 1, -1, -1):
        found[place] = room.move[here]
        here = _back(model, room, here, states)
    return found


@compiled
def _back(model: Moves, room: Cells, cell: int, states: int) -> int:
    move = room.move[cell]
    if move == LOG:
        return cell - states
    # Which state a move leaves is where its number lies in `first`.
    source = np.searchsorted(model.first, move // 2, side="right") - 1
    position = cell // states - move % 2
    return int(position * states + source)


@compiled
def clear(room: Cells) -> None:
    """Makes the room as it was, touching only what was looked at."""
    for bucket in range(len(room.heads)):
        cell = room.heads[bucket]
        while cell >= 0:
            room.cost[cell] = FAR
            cell = room.after[cell]
        room.heads[bucket] = -1


@compiled
def live(model: Moves) -> NDArray[np.bool_]:
    """From which states the final one can be reached."""
    states = len(model.first) - 1
    count = np.zeros(states + 1, np.int64)
    for target in model.target:
        count[target + 1] += 1
    begin = np.cumsum(count)
    source, place = np.empty(len(model.target), np.int32), begin.copy()
    for state in range(states):
        for move in range(model.first[state], model.first[state + 1]):
            source[place[model.target[move]]] = state
            place[model.target[move]] += 1
    found, todo = np.zeros(states, np.bool_), np.empty(states, np.int32)
    found[model.final] = True
    todo[0] = model.final
    here, known = 0, 1
    while here < known:
        for each in range(begin[todo[here]], begin[todo[here] + 1]):
            if not found[source[each]]:
                found[source[each]] = True
                todo[known] = source[each]
                known += 1
        here += 1
    return found
