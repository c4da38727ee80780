"""Replications of a model: each a world of its own, the same for the same seed whatever else runs beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from zhoudao.engines.simulation import arrays, layout
from zhoudao.engines.simulation.arriving import arrivals
from zhoudao.engines.simulation.chance import mixed
from zhoudao.engines.simulation.checking import check
from zhoudao.engines.simulation.layout import (
    ENDLESS,
    FREE,
    GATHERING,
    GOING,
    GROW,
    NONE,
    OPEN,
    OVER,
    SECOND,
    STUCK,
    Table,
    World,
)  # fmt: skip
from zhoudao.engines.simulation.loop import run
from zhoudao.engines.simulation.model import Join, Model

_CHUNK = 200_000
_FIRST_ROOM = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one replication may go: events, and cases that are open at the same moment."""

    events: int = 100_000_000
    live: int = 200_000


LIMITS = Limits()


class NeverFinishes(Exception):
    """The simulation does not come to an end; its message names where cases pile up."""


class NothingToMeasure(Exception):
    """No case comes after the warm-up: shorten it, or let cases come for longer."""


Heard = Callable[[float], None]
"""Told the share (0 … 1) that is done, several times a second."""


def worlds(
    model: Model, *, replications: int, warm_up: float, seed: int, limits: Limits, heard: Heard, recording: bool = False
) -> Iterator[World]:
    """Each replication's tables when it is over.

    Raises: ModelRefused, NeverFinishes, NothingToMeasure, TooManyCases.
    """
    check(model)
    template = arrays.build(model)
    for turn in range(replications):
        world = fresh(model, template, seed=seed, turn=turn)
        one = world.one[0]
        one["warm"] = model.begins + round(warm_up * SECOND)
        ends = model.arrivals.seconds
        one["until"] = world.cases["arrived"][-1] if ends is None else model.begins + round(ends * SECOND)
        if one["until"] <= one["warm"] or not (world.cases["arrived"] >= one["warm"]).any():
            raise NothingToMeasure(NothingToMeasure.__doc__)
        one["recording"] = recording
        yield _finished(model, world, limits, lambda share, turn=turn: heard((turn + share) / replications))  # type: ignore[misc]  # lambda's default


def fresh(model: Model, template: World, *, seed: int, turn: int) -> World:
    """The world of one replication before its first event. Raises: NothingToMeasure, TooManyCases."""
    state = ("nodes", "pools", "people", "hours", "promises", "queues", "one")
    world = replace(template, **{name: getattr(template, name).copy() for name in state})
    key = mixed(np.uint64(seed % (1 << 64)), np.uint64(turn))
    world.one["key"] = key
    times = arrivals(model, world, key, int(world.one["gap"][0]))
    if not len(times):
        raise NothingToMeasure("No case comes at all.")
    cases = np.zeros(len(times), layout.CASE)
    cases["arrived"], cases["ended"] = times, NONE
    world.one["free_item"] = world.one["free_slot"] = NONE
    coming = arrays.open_hours(world, model.begins)
    room = _FIRST_ROOM + 4 * int(world.one["margin"][0])
    heap = np.zeros((2 * room, 3), np.int64)
    heap[: len(coming)] = np.array(coming, np.int64).reshape(-1, 3)
    world.one["heaped"] = len(coming)
    return _roomier(replace(world, cases=cases, heap=heap), room)


def _finished(model: Model, world: World, limits: Limits, heard: Heard) -> World:
    one = world.one[0]
    status = GOING
    while status in (GOING, GROW):
        status = run(world, min(_CHUNK, limits.events - int(one["events"])))
        if status == GROW:
            world = _roomier(world, 0)
        if status != OVER and (one["events"] >= limits.events or one["live"] > limits.live):
            raise NeverFinishes(_piled(model, world, limits))
        heard(float(one["arrived"]) / len(world.cases))
    if status == ENDLESS:
        place = model.name(model.nodes[one["where"]].id)
        raise NeverFinishes(f"{place}: a case goes round there without any time passing, and never ends.")
    if status == STUCK and not _waits_for_batch(world):
        raise NeverFinishes(_stuck(model, world))
    return world


def _roomier(world: World, first: int) -> World:
    """The same world with more room where there is little; `first` is the least room of each table."""
    one, changed = world.one[0], {}
    margin = int(one["margin"])
    if one["items"] + margin >= len(world.items):
        changed["items"] = _longer(world.items, max(first, len(world.items)))
        _chain(changed["items"], len(world.items), one, ("line", "free_item"))
    if one["slots"] + 1 >= len(world.slots):
        more = max(first, len(world.slots))
        changed["slots"], changed["marks"] = _longer(world.slots, more), _longer(world.marks, more)
        _chain(changed["slots"], len(world.slots), one, ("after", "free_slot"))
    if one["heaped"] + 2 * margin >= len(world.heap):
        changed["heap"] = _longer(world.heap, len(world.heap))
    if one["recording"] and one["lines"] + margin >= len(world.lines):
        expected = int(one["lines"]) * len(world.cases) // max(int(one["arrived"]), 1) - len(world.lines)
        changed["lines"] = _longer(world.lines, max(1 << 14, len(world.lines) // 4, expected * 9 // 8) + margin)
    return replace(world, **changed)


def _longer(table: Table, more: int) -> Table:
    found = np.zeros((len(table) + more, *table.shape[1:]), table.dtype)  # untouched pages cost nothing
    found[: len(table)] = table
    return found


def _chain(table: Table, begin: int, one: np.void, names: tuple[str, str]) -> None:
    """This will put the fresh rows before the free ones there are."""
    link, head = names
    table[link][begin:] = np.arange(begin + 1, len(table) + 1)
    table[link][-1] = one[head]
    one[head] = begin
    if link == "after":
        table["life"][begin:] = NONE


def _waits_for_batch(world: World) -> bool:
    """Whether all that is left is too few cases to be a batch, and what waits for them."""
    states = set(world.items["state"].tolist())
    return GATHERING in states and states <= {FREE, GATHERING, OPEN}


def _piled(model: Model, world: World, limits: Limits) -> str:
    one, name = world.one[0], _fullest(model, world)
    if one["live"] > limits.live:
        return f"{name}: cases pile up here; more than {limits.live:,} were open at the same moment."
    return f"{name}: most of the work that is left is here, after {limits.events:,} events without an end."


def _fullest(model: Model, world: World) -> str:
    held = world.items[world.items["state"] != FREE]["node"]
    at = np.bincount(held, minlength=1).argmax() if len(held) else 0
    return model.name(model.nodes[at].id) if at < len(model.nodes) else "?"


def _stuck(model: Model, world: World) -> str:
    held = world.items[world.items["state"] != FREE]
    if len(held):
        return f"{_fullest(model, world)}: {len(held):,} cases wait here for ever; nobody is there to do it."
    live = world.slots["life"] != NONE
    waiting = {
        flow.target: int((world.marks[live][:, row["mark"]] > 0).sum())
        for flow, row in zip(model.flows, world.flows, strict=False)
        if row["mark"] > 0
    }
    joins = [node.id for node in model.nodes if node.join is not Join.EACH]
    place = max(joins, key=lambda name: waiting.get(name, 0), default=model.start)
    return f"{model.name(place)}: cases wait here for ever for a path that does not come."
