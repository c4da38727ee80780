"""Looking for what costs a process its time: one function a kind of finding, each yielding rows and their time."""

import re
from collections.abc import Iterator

import numpy as np

from zhoudao.engines.mining.checks import Check
from zhoudao.engines.mining.findings import Found, Kind
from zhoudao.engines.mining.following import Edges, spread
from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.engines.mining.naming import by_hand_by_name, contacts_by_name, puts_right_by_name, waits_by_name
from zhoudao.engines.mining.rework import AT_ONCE, LATER, Again, Reopened, returns
from zhoudao.engines.mining.waiting import CAUSES, Waits

_TEAMS = re.compile(r"group|team|role|department|section|unit|organi[sz]ation involved|组|部门|岗位", re.IGNORECASE)
MANY, ENOUGH = 2_000, 5
ALMOST_ALWAYS = 0.98


def teams(log: Log) -> list[str]:
    """Columns that name who has the case, by their own names: groups, roles, teams."""
    return [name for name, each in log.columns.items() if _TEAMS.search(name) and 1 < len(each.values) <= MANY]


def following_time(log: Log) -> Times:
    """Of each event, the time until the next event of its case ended; 0 for the last."""
    time = np.zeros(len(log), np.int64)
    if len(log) > 1:
        same = log.case[1:] == log.case[:-1]
        time[:-1] = np.where(same, log.end[1:] - log.end[:-1], 0)
    return time


def slow(log: Log, edges: Edges, begun: Times, most: int = 10) -> Iterator[Found]:
    """The pairs of steps between which most time passes, unless the first says itself that it waits."""
    order = np.argsort(-edges.total, kind="stable")[:most]
    before = np.concatenate([[-1], log.activity[:-1]]) if len(log) else log.activity
    first = np.concatenate([[True], log.case[1:] != log.case[:-1]]) if len(log) else np.empty(0, np.bool_)
    for edge in order:
        one, other = int(edges.source[edge]), int(edges.target[edge])
        if edges.total[edge] <= 0 or waits_by_name(log.activities[one]):
            continue
        rows = np.nonzero(~first & (before == one) & (log.activity == other))[0]
        figures = {"median_hours": float(edges.median[edge]) / 3.6e9, "p90_hours": float(edges.p90[edge]) / 3.6e9}
        yield Found(
            Kind.SLOW, (log.activities[one], log.activities[other]), rows, begun[rows] - log.end[rows - 1],
            figures=figures,
        )  # fmt: skip


def outside(log: Log) -> Iterator[Found]:
    """Steps, and values of what looks like a status, that say they wait: the time until the case goes on."""
    time = following_time(log)
    named: list[tuple[str, Codes, tuple[str, ...]]] = [("", log.activity, log.activities)]
    named += [(name, each.codes, each.values) for name, each in log.columns.items() if len(each.values) <= MANY]
    for of, codes, values in named:
        for code, value in enumerate(values):
            if waits_by_name(value):
                rows = np.nonzero((codes == code) & (time > 0))[0]
                yield Found(Kind.OUTSIDE, (value,), rows, time[rows], of=of)


def causes(log: Log, waits: Waits) -> Iterator[Found]:
    """Why work waits before each step, a finding a step and cause."""
    for cause, name in enumerate(CAUSES):
        part = waits.parts[:, cause]
        for step in np.unique(log.activity[part > 0]):
            rows = np.nonzero((part > 0) & (log.activity == step))[0]
            yield Found(Kind.CAUSE, (log.activities[step], name), rows, part[rows])


def repeats(log: Log, again: Again) -> Iterator[Found]:
    """Steps done again, at once or later; the time from the event before until it was done again. Customers who get in
    touch again are no work done again.
    """
    spent = np.concatenate([[0], log.end[1:] - log.end[:-1]]) if len(log) else log.end
    for kind, mark in ((Kind.AT_ONCE, AT_ONCE), (Kind.AGAIN, LATER)):
        rows = np.nonzero(again.marks == mark)[0]
        for step in np.unique(log.activity[rows]):
            own = rows[log.activity[rows] == step]
            if contacts_by_name(log.activities[step]):
                continue
            yield Found(kind, (log.activities[step],), own, spent[own])


def reopenings(log: Log, found: Reopened) -> Iterator[Found]:
    """Cases that went on after they were closed: the time from the first step that closes to the end of the case."""
    closing = np.isin(log.activity, np.array(found.closing, np.int32))
    rows = np.nonzero(closing & np.isin(log.case, found.cases))[0]
    _, first = np.unique(log.case[rows], return_index=True)
    rows = rows[first]
    names = tuple(log.activities[step] for step in found.closing)
    yield Found(Kind.REOPENED, names, rows, log.end[log.offsets[log.case[rows] + 1] - 1] - log.end[rows])


def handed_over(log: Log, begun: Times) -> Iterator[Found]:
    """Every time a case changes hands, by resource: what the wait before the next one begins is longer than the median
    wait between the same two steps where one person does both. Pairs of steps nobody does both of tell nothing.
    """
    if log.resource is None or len(log) < 2:
        return
    same = (log.case[1:] == log.case[:-1]) & (log.resource[1:] >= 0) & (log.resource[:-1] >= 0)
    kept = same & (log.resource[1:] == log.resource[:-1])
    rows = np.nonzero(same & ~kept)[0] + 1
    alone = np.nonzero(kept)[0] + 1
    size = len(log.activities)
    pairs = log.activity[:-1].astype(np.int64) * size + log.activity[1:]
    known, which, count = np.unique(pairs[alone - 1], return_inverse=True, return_counts=True)
    waits = (begun[alone] - log.end[alone - 1])[np.argsort(which, kind="stable")]
    median, _, _ = spread(waits, np.concatenate([np.zeros(1, np.int64), np.cumsum(count)]))
    if not len(known):
        return
    place = np.minimum(np.searchsorted(known, pairs[rows - 1]), len(known) - 1)
    is_known = (known[place] == pairs[rows - 1]) & (count[place] >= ENOUGH)
    extra = begun[rows] - log.end[rows - 1] - median[place].astype(np.int64)
    figures = {"a_case": len(rows) / len(log.cases)}
    rows, extra = rows[is_known], np.maximum(extra[is_known], 0)
    yield Found(Kind.HANDED, (), rows, extra, of="resource", figures=figures)


def _enabled(log: Log, begun: Times) -> Times:
    """When each event could have begun: with the end of the one before, a first one as it did."""
    if not len(log):
        return begun
    first = np.concatenate([[True], log.case[1:] != log.case[:-1]])
    return np.where(first, begun, np.concatenate([[0], log.end[:-1]]))


def ping_pong(log: Log, most: int = 5) -> Iterator[Found]:
    """Where cases go to and fro: by resource and by every column that names teams, all together and between whom most
    often.
    """
    named: list[tuple[str, Codes, tuple[str, ...]]] = []
    if log.resource is not None:
        named.append(("resource", log.resource, log.resources))
    named += [(name, log.columns[name].codes, log.columns[name].values) for name in teams(log)]
    for of, codes, values in named:
        rows, away, pairs = returns(log, codes, len(values))
        yield Found(Kind.TO_AND_FRO, (), rows, away, of=of)
        which, count = np.unique(pairs, return_counts=True)
        for place in np.argsort(-count, kind="stable")[:most]:
            own = pairs == which[place]
            one, other = divmod(int(which[place]), len(values))
            yield Found(Kind.TO_AND_FRO, (values[one], values[other]), rows[own], away[own], of=of)


def over_checked(log: Log, found: list[Check], begun: Times) -> Iterator[Found]:
    """Checks after which almost always the same happens: candidates for a sample or a rule."""
    enabled = _enabled(log, begun)
    for check in found:
        if check.passes >= ALMOST_ALWAYS:
            rows = np.nonzero(log.activity == check.step)[0]
            figures = {"passes": check.passes, "median_wait_hours": check.wait / 3.6e9}
            yield Found(
                Kind.CHECK, (log.activities[check.step],), rows, log.end[rows] - enabled[rows], figures=figures
            )  # fmt: skip


def contacts(log: Log) -> Iterator[Found]:
    """Every time a customer gets in touch again within a case: the time since they last did. `unanswered`: the share of
    times nothing had happened in between.
    """
    marks = np.array([contacts_by_name(name) for name in log.activities], np.bool_)
    rows = np.nonzero(marks[log.activity])[0]
    again = np.nonzero(log.case[rows[1:]] == log.case[rows[:-1]])[0]
    if not len(again):
        return
    one, other = rows[again], rows[again + 1]
    names = tuple(log.activities[step] for step in np.unique(log.activity[other]))
    figures = {"contacts": len(rows) / len(np.unique(log.case[rows])), "unanswered": float((other == one + 1).mean())}
    yield Found(Kind.CONTACTS, names, other, log.end[other] - log.end[one], figures=figures)


def by_name(log: Log, begun: Times) -> Iterator[Found]:
    """Steps that say of themselves that they put something right, or only pass it on by hand: their wait and work."""
    enabled = _enabled(log, begun)
    for step, name in enumerate(log.activities):
        rows = np.nonzero(log.activity == step)[0]
        if puts_right_by_name(name):
            yield Found(Kind.PUT_RIGHT, (name,), rows, log.end[rows] - enabled[rows])
        elif by_hand_by_name(name) and log.resource is not None and (log.resource[rows] >= 0).mean() >= 0.5:
            yield Found(Kind.BY_HAND, (name,), rows, log.end[rows] - enabled[rows])
