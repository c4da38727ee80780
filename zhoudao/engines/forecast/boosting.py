"""Gradient boosting with symmetric trees: every level of a tree asks one question of all rows.

Source: Friedman, "Greedy function approximation: a gradient boosting machine" (2001); symmetric (oblivious) trees as in
Prokhorenkova et al., "CatBoost" (2018); the leaves of a quantile's trees are quantiles of what is left (Friedman 4.4).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.forecast.facts import Numbers

Bins = NDArray[np.uint8]
_BINS = 32
_RIDGE = 5.0


class Forest(NamedTuple):
    """`feature` and `edge` have shape (trees, depth): a row goes right where its feature lies above the edge; `leaf`
    has (trees, 2 ** depth) values. The answer is `start` and the leaf of each tree together.
    """

    start: float
    feature: NDArray[np.int32]
    edge: Numbers
    leaf: Numbers


@dataclass(frozen=True)
class Loss:
    """What is fitted: a quantile (0 < `quantile` < 1), or, without one, the logit of a yes (target 0 or 1)."""

    quantile: float | None = None

    def start(self, target: Numbers, weight: Numbers) -> float:
        """The best single answer."""
        if self.quantile is not None:
            return weighted_quantile(target, weight, self.quantile)
        share = float(np.clip(np.average(target, weights=weight), 1e-4, 1 - 1e-4))
        return float(np.log(share / (1 - share)))

    def slopes(self, target: Numbers, weight: Numbers, score: Numbers) -> tuple[Numbers, Numbers]:
        """Downhill direction of each row, and its curvature."""
        if self.quantile is not None:
            return weight * np.where(target > score, self.quantile, self.quantile - 1.0), weight
        share = likelihood(score)
        return weight * (target - share), weight * share * (1 - share)

    def cost(self, target: Numbers, weight: Numbers, score: Numbers) -> float:
        """How wrong these answers are on average."""
        if self.quantile is not None:
            gap = target - score
            return float(np.average(np.maximum(self.quantile * gap, (self.quantile - 1) * gap), weights=weight))
        return float(np.average(np.logaddexp(0, score) - target * score, weights=weight))


@dataclass(frozen=True)
class Effort:
    """How much is tried: `trees` at most, `depth` questions each, each learning `rate` of what is left from a share of
    the rows.
    """

    trees: int = 200
    depth: int = 3
    rate: float = 0.1
    share: float = 0.7


class Rows(NamedTuple):
    """What is learned from: facts, shape (rows, facts), what came, and what each row counts."""

    facts: Numbers
    target: Numbers
    weight: Numbers


def boost(rows: Rows, loss: Loss, *, held_out: Rows, rng: np.random.Generator, effort: Effort | None = None) -> Forest:
    """The forest whose number of trees is best on rows held out, none of which is learned from."""
    effort = effort or Effort()
    edges = [_edges(rows.facts[:, at]) for at in range(rows.facts.shape[1])]
    bins = np.stack([np.searchsorted(edge, rows.facts[:, at]) for at, edge in enumerate(edges)]).astype(np.uint8)
    start = loss.start(rows.target, rows.weight)
    score, checked = np.full(len(rows.target), start), np.full(len(held_out.target), start)
    features, cuts, leaves, costs = [], [], [], [loss.cost(held_out.target, held_out.weight, checked)]
    for _ in range(effort.trees):
        picked = np.nonzero(rng.random(len(score)) < effort.share)[0]
        slope, curve = loss.slopes(rows.target[picked], rows.weight[picked], score[picked])
        feature, cut = _questions(bins[:, picked], slope, curve, effort.depth)
        at = _leaf(bins, feature, cut)
        leaf = effort.rate * _values(loss, Rows(rows.facts, rows.target - score, rows.weight), score, at, effort.depth)
        edge = np.array([_edge(edges[f], c) for f, c in zip(feature.tolist(), cut.tolist(), strict=True)])
        score += leaf[at]
        checked += leaf[_leaf(held_out.facts.T, feature, edge)]
        features.append(feature)
        cuts.append(edge)
        leaves.append(leaf)
        costs.append(loss.cost(held_out.target, held_out.weight, checked))
    best = int(np.argmin(costs))
    depth = effort.depth
    return Forest(
        start, np.array(features[:best], np.int32).reshape(best, depth),
        np.array(cuts[:best], np.float64).reshape(best, depth), np.array(leaves[:best]).reshape(best, 2**depth),
    )  # fmt: skip


def answer(forest: Forest, facts: Numbers) -> Numbers:
    """The forest's answer to each row: a quantile, or a logit."""
    columns = np.ascontiguousarray(facts.T)
    found = np.full(len(facts), forest.start)
    for feature, edge, leaf in zip(forest.feature, forest.edge, forest.leaf, strict=True):
        found += leaf[_leaf(columns, feature, edge)]
    return found


def shares(forest: Forest, facts: Numbers) -> Numbers:
    """How much each fact moves each row's answer away from what is usual: shape (rows, facts). A tree's answer is
    taken apart along its questions, each for how it moves the mean of the leaves still open; with `start` and the means
    of the trees they add up to the answer. Source: Saabas (2014), "Interpreting random forests".
    """
    columns = np.ascontiguousarray(facts.T)
    found = np.zeros(facts.shape)
    rows = np.arange(len(facts))
    for feature, edge, leaf in zip(forest.feature, forest.edge, forest.leaf, strict=True):
        open_, mean = np.broadcast_to(leaf, (len(facts), len(leaf))), np.full(len(facts), leaf.mean())
        for level in range(len(feature) - 1, -1, -1):  # the last question is the highest bit of a leaf's place
            halves = open_.reshape(len(facts), 2, -1)
            open_ = halves[rows, (columns[feature[level]] > edge[level]).astype(np.int64)]
            fresh = open_.mean(axis=1)
            found[:, feature[level]] += fresh - mean
            mean = fresh
    return found


def likelihood(score: Numbers) -> Numbers:
    """A logit as a probability."""
    found: Numbers = 1 / (1 + np.exp(-np.clip(score, -40, 40)))
    return found


def weighted_quantile(values: Numbers, weight: Numbers, share: float) -> float:
    """The smallest value up to which this share of the weight lies."""
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weight[order])
    return float(values[order][min(np.searchsorted(mass, share * mass[-1]), len(values) - 1)])


def _edges(values: Numbers) -> Numbers:
    """Where a column may be cut: between its quantiles, each once."""
    cuts: Numbers = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1], method="lower"))
    found: Numbers = cuts[cuts < values.max(initial=-np.inf)]
    return found


def _edge(edges: Numbers, cut: float) -> float:
    return float(edges[int(cut)]) if cut < len(edges) else np.inf


def _leaf(columns: Numbers | Bins, feature: NDArray[np.int32], edge: Numbers) -> NDArray[np.int64]:
    """In which leaf each row ends."""
    found = np.zeros(columns.shape[1], np.int64)
    for level, (at, above) in enumerate(zip(feature.tolist(), edge.tolist(), strict=True)):
        found |= (columns[at] > above).astype(np.int64) << level
    return found


def _questions(bins: Bins, slope: Numbers, curve: Numbers, depth: int) -> tuple[NDArray[np.int32], Numbers]:
    """The fact and the cut of each level that explain most of the slopes."""
    feature, cut = np.zeros(depth, np.int32), np.zeros(depth)
    at = np.zeros(bins.shape[1], np.int64)
    for level in range(depth):
        place, leaves = at * _BINS, 1 << level
        best = -1.0
        for column, codes in enumerate(bins):
            keys = place + codes
            up = np.bincount(keys, slope, leaves * _BINS).reshape(leaves, _BINS).cumsum(axis=1)
            mass = np.bincount(keys, curve, leaves * _BINS).reshape(leaves, _BINS).cumsum(axis=1)
            gain = _gain(up, mass)
            where = int(np.argmax(gain))
            if gain[where] > best:
                best, feature[level], cut[level] = float(gain[where]), column, where
        at |= (bins[feature[level]] > cut[level]).astype(np.int64) << level
    return feature, cut


def _gain(up: Numbers, mass: Numbers) -> Numbers:
    """What a cut after each bin explains, all leaves together."""
    right, rest = up[:, -1:] - up, mass[:, -1:] - mass
    found: Numbers = (up**2 / (mass + _RIDGE) + right**2 / (rest + _RIDGE)).sum(axis=0)
    return found


def _values(loss: Loss, left: Rows, score: Numbers, at: NDArray[np.int64], depth: int) -> Numbers:
    """What each leaf adds; `left.target` is what the answers so far leave."""
    leaves = 2**depth
    if loss.quantile is None:
        slope, curve = loss.slopes(left.target + score, left.weight, score)
        found: Numbers = np.bincount(at, slope, leaves) / (np.bincount(at, curve, leaves) + _RIDGE)
        return found
    order = np.lexsort((left.target, at))
    ends = np.cumsum(np.bincount(at, minlength=leaves))
    found = np.zeros(leaves)
    for leaf, (begin, end) in enumerate(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)):
        if end > begin:
            rows = order[begin:end]
            value = weighted_quantile(left.target[rows], left.weight[rows], loss.quantile)
            found[leaf] = value * (end - begin) / (end - begin + _RIDGE)
    return found
