"""An automaton in which each step leads to one state alone, and the way back from it.

Where one step may lead to several states (a loop that is left or gone round again, which is not seen until later) a
search tries them all. Here states are the sets of states that could have been come to, so nothing is tried in vain.
Costs are the same, for they depend on labels alone.

Source: subset construction, Rabin and Scott, Finite Automata and Their Decision Problems, 1959.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.searching import LOG, Ints, Longs, Moves
from zhoudao.kit.compiled import compiled

MOST_STATES, MOST_SETS = 5_000, 3_000
START = -2


class Determined(NamedTuple):
    """`moves` between sets; `holds` marks the states of each set, (sets, states)."""

    moves: Moves
    holds: NDArray[np.bool_]


class Backward(NamedTuple):
    """The moves that come to a state s, from `first[s]` to `first[s + 1]`."""

    first: Longs
    move: Ints
    source: Ints
    target: Ints
    label: Ints


def determined(model: Moves) -> Determined | None:
    """None where there is nothing to win, or there are too many sets of states."""
    states = len(model.first) - 1
    if states > MOST_STATES or _is_determined(model):
        return None
    following = [_by_label(model, state) for state in range(states)]
    begin = _closed({0}, following)
    number, todo, here = {begin: 0}, [begin], 0
    first, target, label = [0], list[int](), list[int]()
    while here < len(todo):
        found = _seen_from(todo[here], following)
        for seen in sorted(found):
            reached = _closed(found[seen], following)
            if reached not in number:
                number[reached] = len(todo)
                todo.append(reached)
            target.append(number[reached])
            label.append(seen)
        first.append(len(target))
        here += 1
        if len(todo) > MOST_SETS:
            return None
    return _with_end(todo, states, model.final, (first, target, label))


def _seen_from(states: frozenset[int], following: list[dict[int, set[int]]]) -> dict[int, set[int]]:
    """By label, all that it leads to from any of them."""
    found: dict[int, set[int]] = {}
    for state in states:
        for label, there in following[state].items():
            if label >= 0:
                found.setdefault(label, set()).update(there)
    return found


def _with_end(sets: list[frozenset[int]], states: int, final: int, columns: tuple[list[int], ...]) -> Determined:
    """A last set, the end alone, to which every set that holds the end leads with nothing seen."""
    first, target, label = columns
    ends = [final in each for each in sets]
    begins = np.array(first, np.int64) + np.concatenate([[0], np.cumsum(ends)])
    places = np.array(first[1:], np.int64)[ends]
    holds = np.zeros((len(sets) + 1, states), np.bool_)
    for place, each in enumerate(sets):
        holds[place, list(each)] = True
    holds[-1, final] = True
    moves = Moves(
        np.append(begins, begins[-1]), np.insert(np.array(target, np.int32), places, len(sets)).astype(np.int32),
        np.insert(np.array(label, np.int32), places, -1).astype(np.int32), len(sets),
    )  # fmt: skip
    return Determined(moves, holds)


def _is_determined(model: Moves) -> bool:
    """Whether no state has two moves of one label; one that nobody sees leads from the first state alone."""
    source = np.repeat(np.arange(len(model.first) - 1), np.diff(model.first))
    if (model.label[source > 0] < 0).any():
        return False
    pairs = np.stack([source, model.label], axis=1)
    return len(np.unique(pairs, axis=0)) == len(pairs)


def _by_label(model: Moves, state: int) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for move in range(int(model.first[state]), int(model.first[state + 1])):
        found.setdefault(int(model.label[move]), set()).add(int(model.target[move]))
    return found


def _closed(states: set[int], following: list[dict[int, set[int]]]) -> frozenset[int]:
    """With all that is come to from them with nothing seen."""
    found, todo = set(states), list(states)
    while todo:
        for there in following[todo.pop()].get(-1, ()):
            if there not in found:
                found.add(there)
                todo.append(there)
    return frozenset(found)


def backward(model: Moves) -> Backward:
    """The moves by where they lead."""
    states = len(model.first) - 1
    source = np.repeat(np.arange(states, dtype=np.int32), np.diff(model.first))
    order = np.argsort(model.target, kind="stable").astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(model.target, minlength=states))]).astype(np.int64)
    return Backward(first, order, source[order], model.target[order], model.label[order])


@compiled
def undone(made: Determined, back: Backward, moves: Ints, final: int) -> Ints:
    """The moves of the automaton itself for those of an alignment with its sets, from the first."""
    sets = _gone_through(made, moves)
    found, length, state = np.empty(2 * len(moves) + 16, np.int32), 0, final
    for place in range(len(moves) - 1, -1, -1):
        code = moves[place]
        if code == LOG:
            found, length = _kept(found, length, LOG)
            continue
        label = made.moves.label[code // 2]
        if label < 0:
            continue
        chain, state = _way_back(made, back, (sets[place + 1], sets[place]), (state, label))
        for each in range(len(chain)):
            is_both = each == len(chain) - 1 and code % 2
            found, length = _kept(found, length, 2 * chain[each] + is_both)
    chain, state = _way_back(made, back, (0, 0), (state, START))
    for move in chain:
        found, length = _kept(found, length, 2 * move)
    return found[:length][::-1].copy()


@compiled
def _kept(found: Ints, length: int, move: int) -> tuple[Ints, int]:
    if length == len(found):
        found = np.concatenate((found, np.empty(length, np.int32)))
    found[length] = move
    return found, length + 1


@compiled
def _gone_through(made: Determined, moves: Ints) -> Ints:
    """The set before each move, and the last one; going to the end alone changes nothing."""
    found = np.zeros(len(moves) + 1, np.int32)
    for place in range(len(moves)):
        code = moves[place]
        is_seen = code != LOG and made.moves.label[code // 2] >= 0
        found[place + 1] = made.moves.target[code // 2] if is_seen else found[place]
    return found


@compiled
def _way_back(made: Determined, back: Backward, sets: tuple[int, int], at: tuple[int, int]) -> tuple[Ints, int]:
    """From a state back through silence to the nearest move of this label (or to the first state): its moves, the last
    first, and where they come from. `sets` are those in which the state and that move's source are.
    """
    within, before = sets
    state, label = at
    came = np.full(len(back.first) - 1, -1, np.int64)
    todo, here = [state], 0
    while True:
        there = todo[here]
        here += 1
        if label == START and there == 0:
            return _chain(back, came, (there, state), -1), 0
        for place in range(back.first[there], back.first[there + 1]):
            source = back.source[place]
            if label != START and back.label[place] == label and made.holds[before, source]:
                return _chain(back, came, (there, state), place), source
            if back.label[place] < 0 and came[source] < 0 and source != state and made.holds[within, source]:
                came[source] = place
                todo.append(source)


@compiled
def _chain(back: Backward, came: Longs, ends: tuple[int, int], seen: int) -> Ints:
    here, state = ends
    length = 0
    while here != state:
        here = back.target[came[here]]
        length += 1
    found = np.empty(length + (seen >= 0), np.int32)
    if seen >= 0:
        found[length] = back.move[seen]
    here = ends[0]
    for place in range(length - 1, -1, -1):
        found[place] = back.move[came[here]]
        here = back.target[came[here]]
    return found
