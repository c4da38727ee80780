"""What an alignment costs at least, without aligning: for sequences that are too long to be aligned at once."""

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.searching import Moves, Terms
from zhoudao.kit.compiled import compiled


def lower_bound(model: Moves, terms: Terms, kind: NDArray[np.int32], cost: NDArray[np.int32]) -> int:
    """No alignment of these steps costs less.

    Every step the model knows nowhere is a log move. Of the others, two that follow each other are either a pair that
    can follow each other in the model with nothing seen between them, or one of the two is a log move, or the model has
    a step between them that did not happen. Pairs of which none shares a step with another each cost one such move.
    """
    unknown = kind < 0
    surely = int(cost[unknown].sum())
    known = kind[~unknown]
    if not len(known):
        return surely
    dear = [*terms.cost[np.unique(model.label[model.label >= 0])], *cost[~unknown]]
    follows = _follows(model, terms.allows.shape[0])
    allows = terms.allows.astype(np.int64)
    kinds = allows.T @ follows[:-1, :-1].astype(np.int64) @ allows > 0
    begins, ends = follows[-1, :-1] @ allows > 0, follows[:-1, -1] @ allows > 0
    return surely + int(min(dear)) * _apart(known, kinds, begins, ends)


@compiled
def _follows(model: Moves, labels: int) -> NDArray[np.int64]:
    """Whether a label may follow another with nothing seen between; the last row is the start, the last column the
    end.
    """
    found = np.zeros((labels + 1, labels + 1), np.int64)
    for label in range(labels + 1):
        behind = np.zeros(len(model.first) - 1, np.bool_)
        for move in range(len(model.target)):
            if model.label[move] == label:
                behind[model.target[move]] = True
        behind[0] = behind[0] or label == labels
        _through_silence(model, behind)
        found[label, labels] = behind[model.final]
        for state in np.flatnonzero(behind):
            for move in range(model.first[state], model.first[state + 1]):
                if model.label[move] >= 0:
                    found[label, model.label[move]] = 1
    return found


@compiled
def _through_silence(model: Moves, states: NDArray[np.bool_]) -> None:
    """Marks every state that can be reached from a marked one with nothing seen."""
    todo, known = np.empty(len(states), np.int64), 0
    for state in np.flatnonzero(states):
        todo[known] = state
        known += 1
    here = 0
    while here < known:
        for move in range(model.first[todo[here]], model.first[todo[here] + 1]):
            if model.label[move] < 0 and not states[model.target[move]]:
                states[model.target[move]] = True
                todo[known] = model.target[move]
                known += 1
        here += 1


@compiled
def _apart(
    kind: NDArray[np.int32], follows: NDArray[np.bool_], begins: NDArray[np.bool_], ends: NDArray[np.bool_]
) -> int:
    """How many pairs, none sharing a step, cannot follow each other; the start and the end are steps of nobody."""
    count, last = 0, len(kind)
    step = 0
    if not begins[kind[0]]:
        count, step = 1, 1
    while step < last:
        if step + 1 < last and not follows[kind[step], kind[step + 1]]:
            count += 1
            step += 2
            continue
        if step + 1 == last and not ends[kind[step]]:
            count += 1
        step += 1
    return count
