"""From a log to a process tree: the Inductive Miner – infrequent.

The directly-follows graph is cut into groups that are one choice, one sequence, parallel, or one loop; the log is
divided along, and each part is cut again. Where there is no cut, rare behaviour is left out (`noise`), and where there
is none even then, a step is taken out that stands beside the rest, or it may be done again from the start, or anything
may be done in any order. What comes out is block-structured and so always sound; with a noise of 0 every case of the
log is a way through it, and a tree of which the log shows everything that directly follows is found again.

Source: Leemans, Fahland, van der Aalst, Discovering Block-Structured Process Models from Event Logs: A Constructive
Approach, Petri Nets 2013; the same, … Containing Infrequent Behaviour, BPM Workshops 2013 (published 2014); what is
done where nothing can be cut: Leemans, Robust Process Mining with Guarantees, 2017, §6.1.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from zhoudao.engines.mining import cuts, splitting
from zhoudao.engines.mining.cuts import Follows, Groups, Traces, follows, frequent
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.trees import Is, Tree, activity, block, silent, simplified
from zhoudao.engines.mining.variants import variants

MOST_ACTIVITIES, MOST_STEPS, FEW_ACTIVITIES = 300, 5_000_000, 60


class TooManyActivities(Exception):
    """A log of more than 300 activities gives no model that anybody reads: choose the most frequent ones first."""


class TooManySteps(Exception):
    """All different ways together have more than 5,000,000 steps: choose fewer cases first."""


class NoiseRefused(ValueError):
    """The noise is a share from 0 to 1."""


def discover(log: Log, noise: float = 0.0) -> Tree:
    """The tree of a log. `noise` from 0 to 1: what is rarer than this share of the most frequent beside it may be left
    out; 0 leaves out nothing. The same log always gives the same tree. About 2 µs a step of each different way for each
    level of the tree; where there are more than 60 activities none is looked for that stands beside the rest.

    Raises: TooManyActivities; TooManySteps; NoiseRefused.

    >>> from zhoudao.engines.mining.interning import interned
    >>> import numpy as np
    >>> rows = [(case, step) for case, steps in enumerate(["abcd", "acbd", "ad"]) for step in steps]
    >>> log = interned(case=[str(row[0]) for row in rows], activity=[row[1] for row in rows], end=np.arange(10))
    >>> print(discover(log))
    →(a, ×(∧(b, c), τ), d)
    """
    if not 0 <= noise <= 1:
        raise NoiseRefused(NoiseRefused.__doc__)
    found = variants(log)
    if len(log.activities) > MOST_ACTIVITIES:
        raise TooManyActivities(TooManyActivities.__doc__)
    if int((log.offsets[found.example + 1] - log.offsets[found.example]).sum()) > MOST_STEPS:
        raise TooManySteps(TooManySteps.__doc__)
    traces: Traces = {
        tuple(found.steps(log, variant).tolist()): int(times) for variant, times in enumerate(found.count)
    }
    return simplified(_Miner(log.activities, noise).tree(traces))


@dataclass(frozen=True)
class _Miner:
    names: Sequence[str]
    noise: float

    def tree(self, traces: Traces) -> Tree:
        """Of these sequences, some of which may be empty."""
        times = sum(traces.values())
        empty = traces.get((), 0)
        if empty == times:
            return silent(times)
        if empty:
            seen = {trace: count for trace, count in traces.items() if trace}
            if empty < self.noise * times:
                return self.tree(seen)
            return block(Is.CHOICE, [self.tree(seen), silent(empty)], times)
        graph = follows(traces)
        if len(graph.activities) == 1:
            return self._one(traces, min(graph.activities), times)
        cut = self._cut(graph)
        if cut is not None:
            return self._divided(traces, *cut)
        return self._otherwise(traces, graph)

    def _one(self, traces: Traces, only: int, times: int) -> Tree:
        once = sum(count for trace, count in traces.items() if len(trace) == 1)
        leaf = activity(self.names[only], times)
        if once >= (1 - self.noise) * times:
            return leaf
        again = sum((len(trace) - 1) * count for trace, count in traces.items())
        return block(Is.LOOP, [leaf, silent(again)], times)

    def _cut(self, graph: Follows) -> tuple[Is, Groups] | None:
        """The first cut there is; where there is none, the first without what is rare."""
        found = _first_cut(graph)
        if found is None and self.noise > 0:
            found = _first_cut(frequent(graph, self.noise))
        return found

    def _divided(self, traces: Traces, kind: Is, groups: Groups) -> Tree:
        parts = _SPLITS[kind](traces, groups)
        return block(kind, [self.tree(part) for part in parts], sum(traces.values()))

    def _otherwise(self, traces: Traces, graph: Follows) -> Tree:
        """Where nothing can be cut: the first way that still allows all there is."""
        for way in (
            self._once_in_each,
            self._beside,
            partial(self._again, strict=True),
            partial(self._again, strict=False),
        ):
            found = way(traces, graph)
            if found is not None:
                return found
        return self._anything(traces, graph)

    def _once_in_each(self, traces: Traces, graph: Follows) -> Tree | None:
        """An activity that each sequence has exactly once stands beside the rest."""
        for each in sorted(graph.activities):
            if all(trace.count(each) == 1 for trace in traces):
                return self._taken_out(traces, each)
        return None

    def _beside(self, traces: Traces, graph: Follows) -> Tree | None:
        """An activity without which the rest can be cut stands beside it."""
        if len(graph.activities) > FEW_ACTIVITIES:
            return None
        for each in sorted(graph.activities):
            rest = follows(splitting.without(traces, each))
            if self._cut(rest) is not None:
                return self._taken_out(traces, each)
        return None

    def _taken_out(self, traces: Traces, each: int) -> Tree:
        groups = [frozenset({each}), frozenset(step for trace in traces for step in trace) - {each}]
        return self._divided(traces, Is.PARALLEL, groups)

    def _again(self, traces: Traces, graph: Follows, *, strict: bool) -> Tree | None:
        """It begins anew wherever a first activity follows a last one (strict), or anything."""
        starts, ends = frozenset(graph.starts), frozenset(graph.ends)
        parts = splitting.before(traces, starts, ends if strict else None)
        times = sum(traces.values())
        again = sum(parts.values()) - times
        return block(Is.LOOP, [self.tree(parts), silent(again)], times) if again else None

    def _anything(self, traces: Traces, graph: Follows) -> Tree:
        """Any activity, any number of times, in any order, once at least."""
        counts: Counter[int] = Counter()
        for trace, times in traces.items():
            for each in trace:
                counts[each] += times
        leaves = [activity(self.names[each], counts[each]) for each in sorted(graph.activities)]
        times, steps = sum(traces.values()), sum(counts.values())
        return block(Is.LOOP, [block(Is.CHOICE, leaves, steps), silent(steps - times)], times)


_CUTS: tuple[tuple[Is, Callable[[Follows], Groups]], ...] = (
    (Is.CHOICE, cuts.choice), (Is.SEQUENCE, cuts.sequence), (Is.PARALLEL, cuts.parallel), (Is.LOOP, cuts.loop),
)  # fmt: skip
_SPLITS: dict[Is, Callable[[Traces, Groups], list[Traces]]] = {
    Is.CHOICE: splitting.by_choice,
    Is.SEQUENCE: splitting.by_sequence,
    Is.PARALLEL: splitting.by_parallel,
    Is.LOOP: splitting.by_loop,
}


def _first_cut(graph: Follows) -> tuple[Is, Groups] | None:
    for kind, cut in _CUTS:
        groups = cut(graph)
        if len(groups) > 1:
            return kind, groups
    return None
