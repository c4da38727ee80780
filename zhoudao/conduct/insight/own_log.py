"""Our own event log as a process log: any object is the case, every fact about it an event."""

import io
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
from django.db import connection

from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log

_BEGAN = {
    "case": ("cases_case", "opened_at"),
    "order": ("orders_order", "recorded_at"),
    "return": ("aftersales_returnrequest", "asked_at"),
    "repair": ("repairs_repair", "asked_at"),
}
# Every fact in which the object takes part, as its primary object or beside it.
_FACTS = """
    COPY (
        SELECT o.number, e.type || coalesce(':' || nullif(e.attributes ->> 'step', ''), ''),
               (extract(epoch FROM e.occurred_at) * 1000000)::bigint,
               CASE WHEN e.actor LIKE 'user:%%' THEN e.actor
                    WHEN e.actor LIKE 'customer:%%' OR e.actor LIKE 'visitor:%%' THEN 'customer' ELSE '' END,
               e.channel, coalesce(s.code, ''), e.xid, e.id
          FROM {table} o
          JOIN eventlog_event e ON e.object_ids @> ARRAY[o.id]
          LEFT JOIN accounts_store s ON s.id = e.store_id
         WHERE o.{began} >= %s AND o.{began} < %s AND e.type <> ALL (%s)
         ORDER BY e.xid, e.id
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
_NAMES = ("case", "activity", "at", "resource", "channel", "store", "xid", "id")


def own_log(object_type: str, *, since: datetime, until: datetime, is_whole: bool = False) -> Log:
    """The log of all objects of a type (case, order, return, repair) that began in a period, each whole, from its first
    fact to its last. Without `is_whole` what is noted `BESIDE` the work is left out. An activity is a fact's type,
    with the step after a colon where it is about one; a resource is `user:<id>` or `customer`, and nobody where a flow
    or the house itself did it; columns are channel and store (its code). One statement.

    Raises: KeyError (no such type)
    """
    table, began = _BEGAN[object_type]
    lines, left_out = io.BytesIO(), [] if is_whole else list(BESIDE)
    asked = _FACTS.format(table=table, began=began)
    with connection.cursor() as cursor, cursor.cursor.copy(asked, [since, until, left_out]) as copy:
        for piece in copy:
            lines.write(piece)
    lines.seek(0)
    if not lines.getbuffer().nbytes:
        return interned(case=[], activity=[], end=np.empty(0, np.int64), resource=[])
    words = dict.fromkeys(_NAMES, pa.string()) | {"at": pa.int64()}
    read = pcsv.read_csv(
        lines, read_options=pcsv.ReadOptions(column_names=list(_NAMES)),
        convert_options=pcsv.ConvertOptions(column_types=words, include_columns=list(_NAMES[:6])),
        parse_options=pcsv.ParseOptions(newlines_in_values=True),
    )  # fmt: skip
    filled = {name: _said(read[name]) for name in ("resource", "channel", "store")}
    return interned(
        case=read["case"], activity=read["activity"], end=read["at"].to_numpy(), resource=filled["resource"],
        columns={name: filled[name] for name in ("channel", "store")},
    )  # fmt: skip


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
    table, began = _BEGAN[object_type]
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
        activity=[names[code] for code in log.activity[rows].tolist()],
    )  # fmt: skip


def _said(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
