"""What can be known to be wrong with a model before it runs: above all that it could never finish."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from zhoudao.engines.simulation.model import Does, Model, Node, Split, Task


@dataclass(frozen=True, slots=True)
class Fault:
    """An element, what is wrong with it, what to do."""

    element: str
    what: str
    what_to_do: str

    def __str__(self) -> str:
        return f"{self.element}: {self.what} {self.what_to_do}"


class ModelRefused(Exception):
    """This cannot be simulated."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def check(model: Model) -> None:
    """Raises: ModelRefused, with everything that is wrong."""
    faults = list(_references(model))
    if not faults:
        faults = [*_numbers(model), *_ways(model), *_people(model), *_arrivals(model)]
    if not faults:
        faults = list(_endless(model))
    if faults:
        raise ModelRefused(faults)


def _references(model: Model) -> Iterator[Fault]:
    nodes = [node.id for node in model.nodes]
    pools = {pool.id for pool in model.pools}
    twice = [*_twice(nodes), *_twice([flow.id for flow in model.flows]), *_twice([pool.id for pool in model.pools])]
    for name in twice:
        yield Fault(name, "This id is used twice.", "Give each its own.")
    known = set(nodes)
    asked = [("the model", model.start)]
    asked += [(flow.id, end) for flow in model.flows for end in (flow.source, flow.target)]
    asked += [(node.id, name) for node in model.nodes for name in _named(node)]
    asked += [(promise.id, promise.until) for promise in model.promises if promise.until]
    for who, name in asked:
        if name not in known:
            yield Fault(model.name(who), f"It names the element {name!r}, which is not there.", "Correct the id.")
    for node in model.nodes:
        for pool in node.task.pools if node.task else ():
            if pool not in pools:
                yield Fault(
                    model.name(node.id), f"Its pool {pool!r} is not there.", "Add the pool, or name one that exists."
                )


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _named(node: Node) -> Iterator[str]:
    yield from (name for name in (node.scope, node.start, node.catches) if name is not None)
    if node.boundary:
        yield node.boundary.host
    if node.task and node.task.patience and node.task.patience.to:
        yield node.task.patience.to
    if node.does is Does.SCOPE and node.start is None:
        yield "(its start)"


def _numbers(model: Model) -> Iterator[Fault]:
    for node in model.nodes:
        if (node.task is None) == (node.does is Does.TASK):
            yield Fault(model.name(node.id), "Only a task says what its work is.", "Give every task its service time.")
        for what in _task(node.task) if node.task else ():
            yield Fault(model.name(node.id), what, "Correct the task.")
        if node.boundary and not 0 <= node.boundary.chance <= 1:
            yield Fault(model.name(node.id), "Its chance is not between 0 and 1.", "Correct the chance.")
    yield from _other_numbers(model)


def _other_numbers(model: Model) -> Iterator[Fault]:
    for pool in model.pools:
        if pool.at_once < 1 or not 0 <= pool.cost_per_hour < math.inf:
            yield Fault(pool.id, "A person handles at least one thing, and costs no less than nothing.", "Correct it.")
    for promise in model.promises:
        if not 0 < promise.target < math.inf:
            yield Fault(promise.id, "Its target is not above zero.", "Give the target in seconds.")
        if promise.hours is not None and not promise.hours.minutes:
            yield Fault(promise.id, "Its hours are empty.", "Give it working hours, or none.")
    if not model.ranks or min(model.ranks) < 0 or abs(math.fsum(model.ranks) - 1) > 1e-6:
        yield Fault("ranks", "The shares of cases by importance do not sum to one.", "Correct the shares.")


def _task(task: Task) -> Iterator[str]:
    if task.batch and (task.batch.size < 1 or (task.batch.longest is not None and task.batch.longest < 0)):
        yield "A batch has at least one case and waits no less than nothing."
    if task.patience and (task.batch or not task.pools):
        yield "Only who waits for a person can lose patience, and not in a batch."
    if not (0 <= task.cost < math.inf and 0 <= task.material < math.inf):
        yield "Its cost is below zero."


def _ways(model: Model) -> Iterator[Fault]:
    for node in model.nodes:
        outs = [flow for flow in model.flows if flow.source == node.id]
        if any(not 0 <= flow.chance <= 1 for flow in outs):
            yield Fault(model.name(node.id), "A chance is not between 0 and 1.", "Correct the chances of its flows.")
        total = math.fsum(flow.chance for flow in outs)
        if node.split is Split.ONE and outs and node.does is not Does.RACE and abs(total - 1) > 1e-6:
            yield Fault(
                model.name(node.id), f"The chances of its flows sum to {total:.6g}, not to one.", "Correct the chances."
            )
        if node.split is Split.SOME and not any(flow.default or flow.chance == 1 for flow in outs):
            yield Fault(model.name(node.id), "It may be that none of its flows is taken.", "Make one flow the default.")
        if node.does is Does.RACE and (any(flow.after is None for flow in outs) or all(f.chance < 1 for f in outs)):
            yield Fault(
                model.name(node.id), "It may wait for ever.",
                "Say after which time each of its flows comes, and give one of them the chance 1.",
            )  # fmt: skip


def _people(model: Model) -> Iterator[Fault]:
    pools = {pool.id: pool for pool in model.pools}
    reached = _reached(model)
    for node in model.nodes:
        if node.id not in reached or node.task is None:
            continue
        able = [each for name in node.task.pools for each in pools[name].people if each.minutes]
        if node.task.pools and not able:
            names = ", ".join(node.task.pools)
            why = "has people, but no working hours" if any(pools[name].people for name in node.task.pools) else (
                "has no people"
            )  # fmt: skip
            yield Fault(
                model.name(node.id), f"Nobody can ever do it: {names} {why}.", "Give the pool people with hours."
            )
        if not node.task.pools and node.task.hours is not None and not node.task.hours.minutes:
            yield Fault(model.name(node.id), "Its hours are empty, so it never ends.", "Give it hours, or none.")
        if node.task.delay and node.task.delay.hours is not None and not node.task.delay.hours.minutes:
            yield Fault(model.name(node.id), "The hours of its delay are empty.", "Give it hours, or none.")
    for node in model.nodes:
        if node.boundary and node.boundary.hours is not None and not node.boundary.hours.minutes:
            yield Fault(model.name(node.id), "Its hours are empty, so it never comes.", "Give it hours, or none.")


def _arrivals(model: Model) -> Iterator[Fault]:
    given = model.arrivals
    if sum((given.gap is not None, bool(given.rates), bool(given.times))) != 1:
        yield Fault("arrivals", "How cases come is not said once.", "Give a gap, or rates, or times.")
    if not given.times and given.cases is None and given.seconds is None:
        yield Fault("arrivals", "Cases would come without end.", "Say how many, or for how long.")
    if (given.cases is not None and given.cases < 1) or (given.seconds is not None and not given.seconds > 0):
        yield Fault("arrivals", "No case would come.", "Say at least one case, or a time above zero.")
    if given.gap is not None and not given.gap.mean > 0:
        yield Fault("arrivals", "There is no time between cases.", "Give a gap above zero.")
    if given.rates and (len(given.rates) != 168 or not all(0 <= each < math.inf for each in given.rates)):
        yield Fault("arrivals", "The rates are not those of the 168 hours of a week.", "Give 168 rates from zero.")
    elif given.rates and not sum(given.rates) > 0:
        yield Fault("arrivals", "All rates are zero.", "Give an hour in which cases come.")
    if given.times and not (min(given.times) >= 0 and max(given.times) < math.inf):
        yield Fault("arrivals", "A time is before the beginning.", "Give seconds from the beginning.")


def _onward(model: Model) -> dict[str, set[str]]:
    """Where a case may go on from each node, with a chance above zero."""
    found: dict[str, set[str]] = {node.id: set() for node in model.nodes}
    for flow in model.flows:
        split = next(node.split for node in model.nodes if node.id == flow.source)
        if flow.chance > 0 or split is Split.ALL or (flow.default and split is Split.SOME):
            found[flow.source].add(flow.target)
    for node in model.nodes:
        if node.boundary and node.boundary.chance > 0:
            found[node.boundary.host].add(node.id)
        if node.does is Does.SCOPE and node.start:
            found[node.id].add(node.start)
        if node.catches:
            found[node.id].add(node.catches)
        if node.task and node.task.patience and node.task.patience.to:
            found[node.id].add(node.task.patience.to)
    return found


def _reached(model: Model) -> set[str]:
    return _closure(_onward(model), [model.start])


def _closure(steps: dict[str, set[str]], begin: list[str]) -> set[str]:
    found, todo = set(begin), list(begin)
    for name in todo:
        for other in steps[name]:
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def _endless(model: Model) -> Iterator[Fault]:
    """Elements that are reached and from which no end is, whatever happens."""
    onward = _onward(model)
    back: dict[str, set[str]] = {name: set() for name in onward}
    for name, others in onward.items():
        for other in others:
            back[other].add(name)
    ends = [node.id for node in model.nodes if _ends(node, onward[node.id])]
    stuck = _closure(onward, [model.start]) - _closure(back, ends)
    round_ = [node.id for node in model.nodes if node.id in stuck and node.id in _closure(onward, [*onward[node.id]])]
    if stuck:
        names = ", ".join(model.name(name) for name in round_ or sorted(stuck))
        yield Fault(names, "A case that comes here goes round for ever.", "Give a way to an end a chance above zero.")


def _ends(node: Node, onward: set[str]) -> bool:
    gives_up = node.task is not None and node.task.patience is not None and node.task.patience.to is None
    return node.does in (Does.END, Does.TERMINATE, Does.THROW) or not onward or gives_up
