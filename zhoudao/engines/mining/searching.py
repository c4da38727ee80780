"""The cheapest way through the product of a sequence of steps and an automaton: the loops of `aligning`.

A cell is a position in the sequence and a state, `position * states + state`. Cells wait in buckets by what a way
through them costs at least: what it took to come there, and what is surely still to come (A*, Hart, Nilsson, Raphael,
1968): every step ahead that cannot be done from this state on is left alone, and every label that lies on all ways from
it to the end and that no step ahead can be is done alone. Both never tell too much, nor does going on ever lower them.
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
Words = NDArray[np.uint64]


class Moves(NamedTuple):
    """An automaton: the moves of state s are `first[s]` to `first[s + 1]`; a `label` below zero is seen by nobody."""

    first: Longs
    target: Ints
    label: Ints
    final: int


class Terms(NamedTuple):
    """Which label may be which kind of activity, (labels, kinds), and what a label costs that no step answers."""

    allows: NDArray[np.bool_]
    cost: Ints


class Hints(NamedTuple):
    """Of each state: the kinds that may no more be done, the labels that lie on every way to the end, 64 to a word; and
    its least cost.
    """

    cannot: Words
    must: Words
    ahead: Ints


class Machine(NamedTuple):
    """All that is the same for every sequence."""

    moves: Moves
    terms: Terms
    hints: Hints


class Steps(NamedTuple):
    """A sequence: the kind of each step, below zero for one the model does not know, and its cost if left alone; and
    of each position the cost of all steps ahead by kind, and of each label its cost if no step ahead can be it, with
    the kinds and labels for which that is not nothing as words. No way that costs more than `worst` is looked at.
    """

    kind: Ints
    cost: Ints
    rest: NDArray[np.int32]
    lacks: NDArray[np.int32]
    seen: Words
    lacking: Words
    worst: int


class Cells(NamedTuple):
    cost: Ints
    least: Ints
    """What a way through this cell costs at least: its bucket."""
    move: Ints
    after: Ints
    before: Ints
    heads: Ints
    """The first cell of each bucket; the last entry but one is the first of those looked at on this level, the last the
    first of those done with."""


def cells(count: int, dearest: int) -> Cells:
    """Room for so many cells and ways that cost no more than this."""
    after, before, move, least = (np.full(count, -1, np.int32) for _ in range(4))
    return Cells(np.full(count, FAR, np.int32), least, move, after, before, np.full(dearest + 3, -1, np.int32))


@compiled
def _lower(steps: Steps, hints: Hints, room: Cells, to: tuple[int, int, int], by: tuple[int, int]) -> None:
    """A cell (its number, position and state) can be come to at this cost by this move."""
    cell, position, state = to
    cost, move = by
    known = room.cost[cell]
    if cost >= known:
        return
    least = cost + _still(steps, hints, position, state)
    if least > steps.worst:
        return
    if known != FAR:
        _unlink(room, cell)
    head = room.heads[least]
    room.after[cell] = head
    room.before[cell] = -1
    if head >= 0:
        room.before[head] = cell
    room.heads[least] = cell
    room.cost[cell] = cost
    room.least[cell] = least
    room.move[cell] = move


@compiled
def _still(steps: Steps, hints: Hints, position: int, state: int) -> int:
    """What is surely still to come; most often nothing, which a look at a few words tells."""
    found = 0
    for word in range(hints.cannot.shape[1]):
        in_vain = steps.seen[position, word] & hints.cannot[state, word]
        if in_vain:
            found += _sum(in_vain, steps.rest[position], 64 * word)
    for word in range(hints.must.shape[1]):
        alone = steps.lacking[position, word] & hints.must[state, word]
        if alone:
            found += _sum(alone, steps.lacks[position], 64 * word)
    return found


@compiled
def _sum(word: int, costs: NDArray[np.int32], first: int) -> int:
    found = 0
    for place in range(first, min(first + 64, len(costs))):
        if word & (np.uint64(1) << np.uint64(place - first)):
            found += costs[place]
    return found


@compiled
def packed(marks: NDArray[np.bool_]) -> Words:
    """Rows of marks as words of 64."""
    found = np.zeros((marks.shape[0], (marks.shape[1] + 63) // 64), np.uint64)
    for row in range(marks.shape[0]):
        for place in range(marks.shape[1]):
            if marks[row, place]:
                found[row, place // 64] |= np.uint64(1) << np.uint64(place % 64)
    return found


@compiled
def _unlink(room: Cells, cell: int) -> None:
    before, after = room.before[cell], room.after[cell]
    if before >= 0:
        room.after[before] = after
    else:
        room.heads[room.least[cell]] = after
    if after >= 0:
        room.before[after] = before


@compiled
def _take(room: Cells, bucket: int) -> int:
    """The first cell of a bucket, which goes to those looked at on this level; below zero when it is empty."""
    cell = room.heads[bucket]
    if cell >= 0:
        after = room.after[cell]
        room.heads[bucket] = after
        if after >= 0:
            room.before[after] = -1
        _chain(room, cell, -2)
    return int(cell)


@compiled
def _chain(room: Cells, cell: int, chain: int) -> None:
    room.after[cell] = room.heads[chain]
    room.heads[chain] = cell


@compiled
def _free(machine: Machine, steps: Steps, room: Cells, cell: int) -> None:
    """The moves from a cell that cost nothing."""
    model, terms, hints = machine
    states = len(model.first) - 1
    position, state = cell // states, cell % states
    here, cost, kind = cell - state, room.cost[cell], -1
    if position < len(steps.kind):
        kind = steps.kind[position]
    for move in range(model.first[state], model.first[state + 1]):
        label, target = model.label[move], model.target[move]
        if label < 0:
            _lower(steps, hints, room, (here + target, position, target), (cost, 2 * move))
        elif kind >= 0 and terms.allows[label, kind]:
            _lower(steps, hints, room, (here + target + states, position + 1, target), (cost, 2 * move + 1))


@compiled
def _dear(machine: Machine, steps: Steps, room: Cells, cell: int) -> None:
    """The moves from a cell that cost something."""
    model, terms, hints = machine
    states = len(model.first) - 1
    position, state = cell // states, cell % states
    here, cost = cell - state, room.cost[cell]
    if position < len(steps.kind):
        _lower(steps, hints, room, (cell + states, position + 1, state), (cost + steps.cost[position], LOG))
    for move in range(model.first[state], model.first[state + 1]):
        label, target = model.label[move], model.target[move]
        if label >= 0:
            _lower(steps, hints, room, (here + target, position, target), (cost + terms.cost[label], 2 * move))


@compiled
def search(machine: Machine, steps: Steps, room: Cells, begin: tuple[int, int, int]) -> tuple[int, int]:
    """The cell come to and how many were looked at. `begin` is the state, the state to end in (below zero: any) and
    the most cells to look at, after which the cell farthest along the sequence is given instead.

    From every state the final one can be reached, so there is always a cell waiting. What costs something is only
    looked at once all is done that costs no more without it: often it never comes to that.
    """
    state, goal, most = begin
    states = len(machine.moves.first) - 1
    last = len(steps.kind) * states
    farthest, looked, bucket = state, 0, 0
    _lower(steps, machine.hints, room, (state, 0, state), (0, ORIGIN))
    while True:
        cell = _take(room, bucket)
        if cell < 0:
            waiting = room.heads[-2]
            bucket += waiting < 0
            room.heads[-2] = -1
            while waiting >= 0:
                after = room.after[waiting]
                _dear(machine, steps, room, waiting)
                _chain(room, waiting, -1)
                waiting = after
            continue
        if cell >= last and (goal < 0 or cell - last == goal):
            return cell, looked
        looked += 1
        if looked > most:
            return farthest, looked
        if cell // states > farthest // states:
            farthest = cell
        _free(machine, steps, room, cell)


@compiled
def prepared(machine: Machine, kind: Ints, cost: Ints, state: int, is_last: bool) -> Steps:
    """A sequence with what is ahead at each position, to be begun in this state. Where it is not the last part of one,
    it need not come to the end of the model, so no label is surely to come.
    """
    terms = machine.terms
    labels, kinds = terms.allows.shape
    length = len(kind)
    rest, lacks = np.zeros((length + 1, kinds), np.int32), np.zeros((length + 1, labels), np.int32)
    if is_last:
        lacks[length] = terms.cost[:labels]
    for position in range(length - 1, -1, -1):
        rest[position] = rest[position + 1]
        lacks[position] = lacks[position + 1]
        here = kind[position]
        if here >= 0:
            rest[position, here] += cost[position]
            for label in range(labels):
                if terms.allows[label, here]:
                    lacks[position, label] = 0
    worst = cost.sum() + machine.hints.ahead[state]
    return Steps(kind, cost, rest, lacks, packed(rest > 0), packed(lacks > 0), worst)


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
def clear(room: Cells, dearest: int) -> None:
    """Makes the room as it was, touching only what was looked at: ways that cost no more than this."""
    for place in range(-2, min(dearest + 1, len(room.heads) - 2)):
        cell = room.heads[place]
        while cell >= 0:
            room.cost[cell] = FAR
            cell = room.after[cell]
        room.heads[place] = -1
