"""What lies ahead of each state of an automaton: the loops that prepare a search."""

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.searching import FAR, Hints, Ints, Moves, Terms, packed
from zhoudao.kit.compiled import compiled


def hints(model: Moves, terms: Terms, most: int) -> Hints:
    """Of each state what can and what must still be done, where that takes no more than so many entries."""
    states, (labels, kinds) = len(model.first) - 1, terms.allows.shape
    ahead = least_ahead(model, terms.cost)
    if states * (labels + kinds) > most:
        return Hints(np.zeros((states, 0), np.uint64), np.zeros((states, 0), np.uint64), ahead)
    cannot = (_can(model, labels).astype(np.int32) @ terms.allows.astype(np.int32)) == 0
    return Hints(packed(cannot), packed(_must(model, labels)), ahead)


@compiled
def least_ahead(model: Moves, cost: Ints) -> Ints:
    """The cost of the cheapest way from each state to the final one; `FAR` where there is none."""
    found = np.full(len(model.first) - 1, FAR, np.int32)
    found[model.final] = 0
    is_changed = True
    while is_changed:
        is_changed = False
        for state in range(len(found) - 1, -1, -1):
            for move in range(model.first[state], model.first[state + 1]):
                ahead = found[model.target[move]]
                if ahead != FAR:
                    price = ahead + (cost[model.label[move]] if model.label[move] >= 0 else 0)
                    if price < found[state]:
                        found[state] = price
                        is_changed = True
    return found


@compiled
def _can(model: Moves, labels: int) -> NDArray[np.bool_]:
    """Which labels may still be done."""
    found = np.zeros((len(model.first) - 1, labels), np.bool_)
    is_changed = True
    while is_changed:
        is_changed = False
        for state in range(len(found) - 1, -1, -1):
            for move in range(model.first[state], model.first[state + 1]):
                for label in range(labels):
                    if not found[state, label] and (model.label[move] == label or found[model.target[move], label]):
                        found[state, label] = True
                        is_changed = True
    return found


@compiled
def _must(model: Moves, labels: int) -> NDArray[np.bool_]:
    """Which labels lie on every way to the end."""
    found = np.ones((len(model.first) - 1, labels), np.bool_)
    found[model.final] = False
    is_changed = True
    while is_changed:
        is_changed = False
        for state in range(len(found) - 1, -1, -1):
            for move in range(model.first[state], model.first[state + 1]):
                for label in range(labels):
                    if found[state, label] and model.label[move] != label and not found[model.target[move], label]:
                        found[state, label] = False
                        is_changed = True
    return found
