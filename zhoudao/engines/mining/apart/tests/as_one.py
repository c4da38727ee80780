"""The map of a log that is one, by the kernels of the whole log: what a map of its parts has to be."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from zhoudao.engines.mining.apart.told import WAYS, Mapped, Pair, Spread, Step, Way
from zhoudao.engines.mining.calendars import calendars, clock_of
from zhoudao.engines.mining.filtering import first_and_last
from zhoudao.engines.mining.following import follow_map, spread
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.rework import again, reopened, returns
from zhoudao.engines.mining.variants import variants
from zhoudao.engines.mining.waiting import waits

NOTHING = Spread(0, 0, 0, 0.0, 0.0)


def middle(values: Any, cases: Any) -> Spread:
    values = np.array(values, np.int64)
    if not len(values):
        return Spread(0, len(set(cases)), 0, 0.0, 0.0)
    total = sum(int(value) for value in values)
    median, p90, _ = spread(values, np.array([0, len(values)]))
    return Spread(len(values), len(set(cases)), total, float(median[0]), float(p90[0]))


def as_one(log: Log, zone: str = "UTC") -> Mapped:
    """The map of a log whose cases stand by name."""
    first, last = first_and_last(log)
    drawn, found, closed = follow_map(log), variants(log), reopened(log)
    edges = drawn.edges
    ways = sorted(
        (-int(count), tuple(found.steps(log, way).tolist()), min(
            log.cases[case] for case in np.nonzero(found.of == way)[0].tolist()
        )) for way, count in enumerate(found.count)
    )  # fmt: skip
    begun = log.end if log.begun is None else log.begun
    hands, back = _people(log)
    return Mapped(
        events=len(log), cases=len(log.cases), left_out=0, first=int(min(begun.min(), log.end.min())),
        last=int(log.end.max()), took=middle(last - first, range(len(first))), steps=tuple(_steps(log, zone)),
        edges=tuple(
            Pair(log.activities[edges.source[at]], log.activities[edges.target[at]], Spread(
                int(edges.count[at]), int(edges.cases[at]), int(edges.total[at]), float(edges.median[at]),
                float(edges.p90[at]),
            )) for at in range(len(edges.count))
        ),
        hands=hands, back=back, different_ways=len(found),
        ways=tuple(Way(tuple(log.activities[step] for step in steps), -count, example)
                   for count, steps, example in ways[:WAYS]),
        closing=tuple(log.activities[step] for step in closed.closing), reopened=len(closed.cases),
        reopened_time=closed.time,
    )  # fmt: skip


def _steps(log: Log, zone: str) -> Iterator[Step]:
    steps, repeats = follow_map(log).steps, again(log)
    split = waits(log, calendars(log, clock_of(zone, log)))
    follows = np.concatenate([[False], log.case[1:] == log.case[:-1]])
    before = np.concatenate([log.end[:1], log.end[:-1]])
    for code, name in enumerate(log.activities):
        own = log.activity == code
        service = Spread(0, int(steps.cases[code]), 0, 0.0, 0.0)
        if log.begun is not None:
            service = middle((log.end - log.begun)[own], log.case[own])
        yield Step(
            name, int(steps.count[code]), int(steps.cases[code]), int(steps.starts[code]), int(steps.ends[code]),
            service, middle((log.end - before)[own & follows], log.case[own & follows]),
            () if split is None else tuple(int(part) for part in split.parts[own].sum(axis=0)),
            int(repeats.at_once[code]), int(repeats.later[code]), int(repeats.cases[code]), int(repeats.time[code]),
        )  # fmt: skip


def _people(log: Log) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    if log.resource is None:
        return (), ()
    size, begun = len(log.resources), log.end if log.begun is None else log.begun
    hands: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in range(1, len(log)):
        one, other = int(log.resource[row - 1]), int(log.resource[row])
        if log.case[row] == log.case[row - 1] and one >= 0 and other >= 0 and one != other:
            hands.setdefault((one, other), []).append((int(begun[row] - log.end[row - 1]), int(log.case[row])))
    back: dict[tuple[int, int], list[tuple[int, int]]] = {}
    rows, away, pairs = returns(log, log.resource, max(size, 1))
    for row, time, pair in zip(rows, away, pairs, strict=True):
        back.setdefault(divmod(int(pair), size), []).append((int(time), int(log.case[row])))
    told = [
        tuple(
            Pair(log.resources[one], log.resources[other], middle(*zip(*found, strict=True)))
            for (one, other), found in sorted(each.items())
        )
        for each in (hands, back)
    ]
    return told[0], told[1]
