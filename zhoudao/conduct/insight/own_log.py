"""Our own event log as a process log: any object is the case, every fact about it an event."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
from django.db import connection
from numpy.typing import NDArray

from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log

BEGAN = {
    "case": ("cases_case", "opened_at"),
    "order": ("orders_order", "recorded_at"),
    "return": ("aftersales_returnrequest", "asked_at"),
    "repair": ("repairs_repair", "asked_at"),
}
"""Where objects of a type stand, and when one began."""
# Every fact in which the object takes part, as its primary object or beside it.
_FACTS = """
    COPY (
        SELECT o.number, (extract(epoch FROM o.{began}) * 1000000)::bigint, e.type,
               e.type || coalesce(':' || nullif(e.attributes ->> 'step', ''), ''),
               (extract(epoch FROM e.occurred_at) * 1000000)::bigint,
               CASE WHEN e.actor LIKE 'user:%%' THEN e.actor
                    WHEN e.actor LIKE 'customer:%%' OR e.actor LIKE 'visitor:%%' THEN 'customer' ELSE '' END,
               e.channel, coalesce(s.code, '')
          FROM {table} o
          JOIN eventlog_event e ON e.object_ids @> ARRAY[o.id]
          LEFT JOIN accounts_store s ON s.id = e.store_id
         WHERE {which}
         ORDER BY o.number COLLATE "C", e.xid, e.id
    ) TO STDOUT (FORMAT csv)
"""
BESIDE = (
    "cases.PromiseMade", "cases.PromiseWarned", "cases.PromiseKept", "cases.PromiseBroken", "cases.PromiseSettled",
    "cases.PromiseMoved", "cases.CaseRouted", "cases.CaseClassified", "cases.MemberPaged", "cases.PagingEnded",
    "cases.FirstHumanContact", "flows.RunStarted", "flows.RunCompleted", "flows.RunSuspended", "flows.RunResumed",
    "flows.RunCancelled", "flows.TaskOpened", "flows.TaskTaken", "flows.TaskDueSoon", "flows.TaskOverdue",
    "flows.TaskCancelled", "flows.CustomerAsked", "flows.ProgressTold", "flows.DecisionMade", "flows.TimerFired",
    "flows.MessageSent", "voice.OrderFollowedUp",
)  # fmt: skip
"""What clocks, flows and lists note beside the work itself."""
_NAMES = ("case", "began", "type", "activity", "at", "resource", "channel", "store")
_NUMBERS = ("began", "at")


class Facts(NamedTuple):
    """Which facts: of objects that began `since` and before `until`, or of those with these `ids`; without those types;
    of transactions below a `border`. What is None asks for nothing.
    """

    since: datetime | None = None
    until: datetime | None = None
    without: Sequence[str] | None = None
    border: int | None = None
    ids: Sequence[UUID] | None = None


def own_log(object_type: str, *, since: datetime, until: datetime, is_whole: bool = False) -> Log:
    """The log of all objects of a type (case, order, return, repair) that began in a period, each whole, from its first
    fact to its last. Without `is_whole` what is noted `BESIDE` the work is left out. An activity is a fact's type,
    with the step after a colon where it is about one; a resource is `user:<id>` or `customer`, and nobody where a flow
    or the house itself did it; columns are channel and store (its code). One statement.

    Raises: KeyError (no such type)
    """
    return log_of(facts(object_type, Facts(since, until, () if is_whole else BESIDE)))


def log_of(table: pa.Table) -> Log:
    """The log of facts that stand case by case, in the log's order within each."""
    if not len(table):
        return interned(case=[], activity=[], end=np.empty(0, np.int64), resource=[])
    return interned(
        case=table["case"], activity=table["activity"], end=table["at"].to_numpy(), resource=table["resource"],
        columns={name: table[name] for name in ("channel", "store")},
    )  # fmt: skip


def facts(object_type: str, asked: Facts) -> pa.Table:
    """Facts as a table, case by case: number and beginning of the object (microseconds), type, activity and time of the
    fact, by whom, channel and store. One statement. Raises: KeyError (no such type)
    """
    table, began = BEGAN[object_type]
    parts = {
        f"o.{began} >= %s": asked.since, f"o.{began} < %s": asked.until, "e.xid < %s": asked.border,
        "e.type <> ALL (%s)": None if asked.without is None else list(asked.without),
        "o.id = ANY (%s)": None if asked.ids is None else list(asked.ids),
    }  # fmt: skip
    which = {text: value for text, value in parts.items() if value is not None}
    lines, sql = io.BytesIO(), _FACTS.format(table=table, began=began, which=" AND ".join(which))
    with connection.cursor() as cursor, cursor.cursor.copy(sql, list(which.values())) as copy:
        for piece in copy:
            lines.write(piece)
    lines.seek(0)
    words = {name: pa.int64() if name in _NUMBERS else pa.string() for name in _NAMES}
    if not lines.getbuffer().nbytes:
        return pa.schema(words).empty_table()
    read = pcsv.read_csv(
        lines, read_options=pcsv.ReadOptions(column_names=list(_NAMES)),
        convert_options=pcsv.ConvertOptions(column_types=words),
        parse_options=pcsv.ParseOptions(newlines_in_values=True),
    )  # fmt: skip
    for name in ("resource", "channel", "store"):
        read = read.set_column(_NAMES.index(name), name, _said(read[name]))
    return read


_WALKED = """
    SELECT DISTINCT o.number
      FROM {table} o
      JOIN eventlog_event e ON e.object_ids @> ARRAY[o.id]
     WHERE o.{began} >= %s AND o.{began} < %s AND e.type = 'flows.RunStarted' AND e.attributes ->> 'flow' = %s
"""


def walkers(object_type: str, flow: str, *, since: datetime, until: datetime) -> set[str]:
    """Of the objects of `own_log`, those that a flow of this key, in whatever version, was begun for (one statement).

    Raises: KeyError (no such type)
    """
    table, began = BEGAN[object_type]
    with connection.cursor() as cursor:
        cursor.execute(_WALKED.format(table=table, began=began), [since, until, flow])
        return {number for (number,) in cursor.fetchall()}


DONE = ("flows.TaskCompleted:", "flows.StepCompleted:")


def steps_alone(log: Log, cases: set[str] | None = None) -> Log:
    """Of a log of our own the steps of flows that were done, called by their names; cases in which none was are not in
    it, nor those that are not among `cases`.
    """
    names = {code: name.partition(":")[2] for code, name in enumerate(log.activities) if name.startswith(DONE)}
    rows = np.isin(log.activity, np.array(list(names), np.int32))
    if cases is not None:
        kept = pc.is_in(log.cases.column, value_set=pa.array(sorted(cases), pa.string()))
        rows &= kept.to_numpy(zero_copy_only=False)[log.case]
    return interned(
        case=log.cases.column.take(pa.array(log.case[rows])), end=log.end[rows],
        activity=[names[code] for code in log.activity[rows].tolist()], resource=_people(log, rows),
    )  # fmt: skip


def _people(log: Log, rows: NDArray[np.bool_]) -> pa.Array | None:
    """Who did each of these rows; None where nobody is named in the log."""
    if log.resource is None:
        return None
    who = log.resource[rows]
    return pa.array([*log.resources, None], pa.string()).take(pa.array(np.where(who < 0, len(log.resources), who)))


def _said(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
