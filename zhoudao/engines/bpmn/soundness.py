"""Whether a flow can always come to an end: every way through is tried, with conditions taken either way.

Each scope is tried by itself, a sub-process standing for one step of the scope around it. When a scope has more than
`BOUND` markings (fewer when they are wide), it is tried again with one token moved at a time: that still finds
deadlocks and endless circles but may miss a step that is started twice; the problem `not-proven` says so.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from zhoudao.engines.bpmn.graph import PROCESS, Graph, Kind
from zhoudao.engines.bpmn.net import DONE, Net, Place, State
from zhoudao.engines.bpmn.problems import Problem

BOUND = 8_000
_AFTER_DOUBLED = 1_000
_WIDE = 500


@dataclass
class _Tried:
    """The markings found, where each leads, and what was seen on the way."""

    following: dict[State, list[State]] = field(default_factory=dict)
    doubled: set[int] = field(default_factory=set)
    fired: set[int] = field(default_factory=set)
    cut_off: bool = False


def problems(graph: Graph) -> list[Problem]:
    """What exploring finds, naming the element at which it goes wrong."""
    scopes = [PROCESS, *(node.index for node in graph.nodes if node.kind is Kind.SUBPROCESS)]
    return list(dict.fromkeys(problem for scope in scopes for problem in _scope(graph, scope)))


def fault_from(net: Net, places: list[Place], *, bound: int = BOUND) -> str:
    """What may go wrong from a marking of one scope on: runs-twice, never-ends, not-proven (it is too large to try)."""
    tried = _explore(net, tuple(sorted(places)), one_at_a_time=False, bound=bound)
    if tried.doubled:
        return "runs-twice"
    if tried.cut_off:
        return "not-proven"
    return "never-ends" if any(_unfinished(net.graph, net, tried)) else ""


def _scope(graph: Graph, scope: int) -> Iterator[Problem]:
    net = Net(graph, scope)
    fired: set[int] = set()
    partly = False
    for start in (node for node in graph.nodes if node.kind is Kind.START and node.scope == scope):
        tried = _explore(net, net.after_start(start), one_at_a_time=False)
        if tried.cut_off:
            yield _problem(graph, start.index, "not-proven")
            tried = _explore(net, net.after_start(start), one_at_a_time=True)
        fired |= tried.fired
        partly = partly or tried.cut_off or bool(tried.doubled)
        yield from (_problem(graph, node, "runs-twice") for node in sorted(tried.doubled))
        yield from _unfinished(graph, net, tried)
    if not partly:
        yield from (_problem(graph, node, "join-never-fires") for node in sorted(net.joins - fired))


def _explore(net: Net, first: State, *, one_at_a_time: bool, bound: int = BOUND) -> _Tried:
    """Nearest markings first. Where steps can be doubled there is no end of markings: a few more are looked at."""
    tried = _Tried()
    todo, left = deque([first]), bound
    while todo and left > 0:
        state = todo.popleft()
        if state in tried.following:
            continue
        left -= 1 + len(state) // _WIDE
        doubled = net.doubled(state)
        if doubled and not tried.doubled:
            left = min(left, _AFTER_DOUBLED)
        tried.doubled |= doubled
        moves = [] if doubled else list(net.moves(state, one_at_a_time=one_at_a_time))
        left -= len(moves) * len(state) // _WIDE
        tried.fired |= {move.node for move in moves}
        tried.following[state] = [move.state for move in moves]
        todo += tried.following[state]
    tried.cut_off = left <= 0 and bool(todo) and not tried.doubled
    return tried


def _unfinished(graph: Graph, net: Net, tried: _Tried) -> Iterator[Problem]:
    """Markings from which no end can be reached: at a join that waits in vain, or going round for ever."""
    # A doubled marking was not followed further and a cut-off one not at all: neither is held against the flow.
    open_ended = {other for found in tried.following.values() for other in found if other not in tried.following}
    open_ended |= {state for state in tried.following if net.doubled(state)}
    good = _leading_to({DONE} | open_ended, tried)
    stuck = [state for state, following in tried.following.items() if not following and state not in good]
    for state in stuck:
        yield from (_problem(graph, node, "join-never-fires") for node in net.held(state))
    explained = good | _leading_to(set(stuck), tried)
    for state in tried.following:
        if state not in explained:
            yield from (_problem(graph, node, "tokens-left") for node in net.held(state)[:1])


def _leading_to(wanted: set[State], tried: _Tried) -> set[State]:
    before: dict[State, list[State]] = {}
    for state, following in tried.following.items():
        for other in following:
            before.setdefault(other, []).append(state)
    found, todo = set(wanted), list(wanted)
    for state in todo:
        for other in before.get(state, ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def _problem(graph: Graph, node: int, code: str) -> Problem:
    found = graph.nodes[node]
    return Problem(found.id, found.name, code)
