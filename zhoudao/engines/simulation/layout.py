"""The tables in which one replication lives, as every kernel reads them. Times are microseconds."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[Any]

SECOND = 1_000_000
WEEK = 7 * 24 * 3600 * SECOND
MONDAY = 3 * 24 * 3600 * SECOND
"""From the beginning of the week of 1970-01-01, a Thursday, to that day."""
FOREVER = 1 << 62
NONE = -1

FREE, GATHERING, QUEUED, WORKING, RIDING, OPEN, DELAYED = range(7)
"""States of an item: no item; waiting for its batch; waiting for a person; under way; with the batch of another; the
marker of an open sub-process; waiting for its delay to pass."""

TOGGLE, DONE, LEAVE, RING, FILL, READY = range(6)
"""Kinds of what is to come: hours begin or end; work ends; patience ends; a boundary's time is over; a batch's time; a
delay is over."""

GOING, OVER, GROW, TOO_MANY, ENDLESS, STUCK = range(6)
"""What a kernel says when it returns."""


def _of(text: str) -> np.dtype[Any]:
    kinds = {"b": np.int8, "i": np.int32, "l": np.int64, "u": np.uint64, "f": np.float64}
    fields = [(name, kinds[kind]) for name, kind in (entry.split(":") for entry in text.split())]
    return np.dtype(fields, align=True)


NODE = _of(
    "does:b join:b split:b straight:i interrupting:b at_end:b logged:b fatal:b scope:i stream:u mark:i "
    "ins:i ins_n:i outs:i outs_n:i default:i service:i hours:i pools:i pools_n:i queue:i urgency:i "
    "delay:i delay_hours:i batch:i longest:l patience:i leaves:i bounds:i bounds_n:i host:i catches:i start:i "
    "tokens:i after:i "
    "cost:f material:f chance:f "
    "first:i last:i gathered:i since:l waiting:i most:i begun:l done:l left:l waited:f worked:f queued:f"
)
FLOW = _of("target:i chance:f mark:i behind:i after:i stream:u")
DIST = _of("shape:b a:f b:f c:f first:i count:i")
POOL = _of("free:i waiting:i queues:i queues_n:i people:i people_n:i cost:f busy:f offered:f spent:f")
PERSON = _of("pool:i hours:i load:i most:i since:l busy:f")
HOURS = _of("first:i count:i total:l on:b at:i week:l")
PROMISE = _of("node:i target:l hours:i mark:i kept:l broken:l")
QUEUE = _of("first:i last:i")
ITEM = _of(
    "slot:i node:i state:b person:i arm:i mate:i before:i after:i line:i "
    "enabled:l begun:l ends:l since:l order:l work:l"
)
SLOT = _of("case:i rank:i life:l held:i items:i key:u cost:f after:i")
CASE = _of("arrived:l ended:l cost:f left:b")
LINE = _of("case:i node:i person:i enabled:l begun:l ended:l")
ONE = _of(
    "now:l seq:l heaped:l hollow:i due:l events:l arrived:l live:l free_item:i items:l free_slot:i slots:l lives:l "
    "stacked:l lines:l warm:l until:l recording:b fault:i where:i real:l classes:i rank_classes:i start:i key:u "
    "finished:l joins:i joins_n:i marks:i margin:l gap:i"
)


@dataclass(frozen=True, eq=False)
class World:
    """Tables of the model, of its state, and of what came of it. `marks` are small numbers a live case keeps: how often
    it came to each node, what waits at joins, how much is open in each scope. `lists` are runs of indices.
    """

    nodes: Table
    flows: Table
    dists: Table
    values: NDArray[np.float64]
    lists: NDArray[np.int32]
    pools: Table
    people: Table
    hours: Table
    windows: NDArray[np.int64]
    """Of calendars, in microseconds of the week: begin, end, working time before it; shape (windows, 3)."""
    behind: NDArray[np.bool_]
    """Whether a node can still reach a flow into an inclusive join without passing the join; shape (flows, nodes)."""
    promises: Table
    queues: Table
    one: Table
    """One row of what there is once."""
    heap: NDArray[np.int64]
    """What is to come: time, number in order of planning, what; shape (room, 3)."""
    items: Table
    slots: Table
    marks: NDArray[np.int32]
    cases: Table
    lines: Table
    stack: NDArray[np.int64]
    where: NDArray[np.int64] = field(init=False)
    """Of each table, in their order: its address, rows and columns. What loops are handed is the address of this."""

    def __post_init__(self) -> None:
        tables = [getattr(self, name) for name in TABLES]
        rows = [(table.ctypes.data, table.shape[0], table.shape[-1]) for table in tables]
        object.__setattr__(self, "where", np.array(rows, np.int64))

    @property
    def address(self) -> int:
        """Of `where`."""
        return self.where.ctypes.data


TABLES: dict[str, tuple[np.dtype[Any], int]] = {
    "nodes": (NODE, 1), "flows": (FLOW, 1), "dists": (DIST, 1), "values": (np.dtype(np.float64), 1),
    "lists": (np.dtype(np.int32), 1), "pools": (POOL, 1), "people": (PERSON, 1), "hours": (HOURS, 1),
    "windows": (np.dtype(np.int64), 2), "behind": (np.dtype(np.bool_), 2), "promises": (PROMISE, 1),
    "queues": (QUEUE, 1), "one": (ONE, 1), "heap": (np.dtype(np.int64), 2), "items": (ITEM, 1), "slots": (SLOT, 1),
    "marks": (np.dtype(np.int32), 2), "cases": (CASE, 1), "lines": (LINE, 1), "stack": (np.dtype(np.int64), 2),
}  # fmt: skip
"""What each table holds, and its dimensions."""
