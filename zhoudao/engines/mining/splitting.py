"""The sequences of a log, divided by a cut of their activities. Where the cut leaves rare behaviour out, what does not
fit it is dropped from the part it does not fit.
"""

from collections import Counter
from collections.abc import Iterator

from zhoudao.engines.mining.cuts import Groups, Traces

Trace = tuple[int, ...]


def by_choice(traces: Traces, groups: Groups) -> list[Traces]:
    """Each sequence to the group most of it is of."""
    parts: list[Counter[Trace]] = [Counter() for _ in groups]
    for trace, times in traces.items():
        shares = [sum(each in group for each in trace) for group in groups]
        best = max(range(len(groups)), key=shares.__getitem__)
        parts[best][_only(trace, groups[best])] += times
    return list(parts)


def by_sequence(traces: Traces, groups: Groups) -> list[Traces]:
    """Each sequence cut into one stretch for each group, where the fewest steps lie in a stretch not theirs."""
    parts: list[Counter[Trace]] = [Counter() for _ in groups]
    for trace, times in traces.items():
        begin = 0
        for place, group in enumerate(groups):
            end = len(trace) if place == len(groups) - 1 else _end_of(trace, begin, group, groups[place + 1 :])
            parts[place][_only(trace[begin:end], group)] += times
            begin = end
    return list(parts)


def _end_of(trace: Trace, begin: int, group: frozenset[int], later: Groups) -> int:
    """Up to where a stretch of this group goes: others in it, and it in the rest, cost one each."""
    cost = best = 0
    end = begin
    after = frozenset[int]().union(*later)
    for place in range(begin, len(trace)):
        cost += (trace[place] in after) - (trace[place] in group)
        if cost < best:
            best, end = cost, place + 1
    return end


def by_parallel(traces: Traces, groups: Groups) -> list[Traces]:
    """Of each sequence, what is of each group."""
    parts: list[Counter[Trace]] = [Counter() for _ in groups]
    for trace, times in traces.items():
        for part, group in zip(parts, groups, strict=True):
            part[_only(trace, group)] += times
    return list(parts)


def by_loop(traces: Traces, groups: Groups) -> list[Traces]:
    """Stretches of the body, and between two of them one of another group."""
    parts: list[Counter[Trace]] = [Counter() for _ in groups]
    of = {each: place for place, group in enumerate(groups) for each in group}
    for trace, times in traces.items():
        for place, stretch in _stretches(trace, of):
            parts[place][stretch] += times
    return list(parts)


def _stretches(trace: Trace, of: dict[int, int]) -> Iterator[tuple[int, Trace]]:
    """(group, stretch): body and others by turns, with an empty body where there is none."""
    last, begin = 0, 0
    for here in range(len(trace)):
        if of[trace[here]] == last:
            continue
        yield last, trace[begin:here]
        if last and of[trace[here]]:
            yield 0, ()
        last, begin = of[trace[here]], here
    yield last, trace[begin:]
    if last:
        yield 0, ()


def before(traces: Traces, starts: frozenset[int], ends: frozenset[int] | None) -> Traces:
    """Every sequence cut before each of the starts; where ends are given, only behind one of them."""
    found: Counter[Trace] = Counter()
    for trace, times in traces.items():
        begin = 0
        for here in range(1, len(trace)):
            if trace[here] in starts and (ends is None or trace[here - 1] in ends):
                found[trace[begin:here]] += times
                begin = here
        found[trace[begin:]] += times
    return found


def without(traces: Traces, activity: int) -> Traces:
    """All but one activity."""
    found: Counter[Trace] = Counter()
    for trace, times in traces.items():
        found[tuple(each for each in trace if each != activity)] += times
    return found


def _only(trace: Trace, group: frozenset[int]) -> Trace:
    return tuple(each for each in trace if each in group)
