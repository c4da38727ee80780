"""The second pass, by who did the work: why it waited. Rows are sent to where all others of their resource are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhoudao.engines.mining.apart.narrowing import Wanted, counted, looked_into
from zhoudao.engines.mining.apart.partial import grouped, log_of
from zhoudao.engines.mining.apart.sums import LOW_BITS, Part, merged, rows
from zhoudao.engines.mining.apart.words import Words, marks_of
from zhoudao.engines.mining.calendars import Calendars, Clock, calendars, hours_of
from zhoudao.engines.mining.following import Samples
from zhoudao.engines.mining.log import NOBODY, Codes, Log, Names, Times
from zhoudao.engines.mining.waiting import CAUSES, no_longer, ready_since, since_free, waits

KEY = "to"


@dataclass(frozen=True)
class Sending:
    """The rows of a part with when each was there to be done, and whose it was. Of a log that says beginnings only what
    somebody did; of another all, for the middle of each step's time is sought in them.
    """

    words: Words

    @property
    def schema(self) -> pa.Schema:
        """See `running.Send`."""
        columns = {
            KEY: pa.int64(), "resource": pa.int32(), "activity": pa.int32(), "end": pa.int64(), "ready": pa.int64(),
            "first": pa.bool_(), "place": pa.int64(), "case": pa.string(),
        }  # fmt: skip
        return pa.schema(columns | ({"begun": pa.int64()} if self.words.is_timed else {}))

    def __call__(self, table: pa.Table) -> pa.Table:
        log = log_of(table, self.words)
        assert log.resource is not None
        first = np.concatenate([[True], log.case[1:] != log.case[:-1]])
        columns = {
            KEY: np.where(log.resource >= 0, log.resource, -1 - marks_of(log.cases.column)[log.case] % 4096),
            "resource": log.resource, "activity": log.activity, "end": log.end,
            "ready": ready_since(log.case, log.end), "first": first,
            "place": np.arange(len(log)) - log.offsets[log.case],
        }  # fmt: skip
        if log.begun is not None:
            columns["begun"] = log.begun
        sent = pa.table(columns | {"case": log.cases.column.take(pa.array(log.case))})
        return sent if log.begun is None else sent.filter(pa.array(log.resource >= 0))


class _Sent(NamedTuple):
    """The rows of some resources, in the order of the whole log: by case, and within it by place. `who` are codes among
    those who are here.
    """

    who: Codes
    people: int
    activity: Codes
    end: Times
    ready: Times
    first: NDArray[np.bool_]
    begun: Times | None


def _sent(table: pa.Table) -> _Sent:
    table = table.sort_by([("case", "ascending"), ("place", "ascending")])
    columns = {name: table[name].to_numpy() for name in table.column_names if name != "case"}
    there = columns["resource"][columns["resource"] >= 0]
    people = np.unique(there)
    who = np.where(columns["resource"] >= 0, np.searchsorted(people, columns["resource"]), NOBODY).astype(np.int32)
    return _Sent(
        who, len(people), columns["activity"], columns["end"], columns["ready"], columns["first"], columns.get("begun")
    )


@dataclass(frozen=True)
class Hours:
    """In which single hours how much work of anybody began or ended."""

    clock: Clock

    def __call__(self, table: pa.Table) -> pa.Table:
        sent = _sent(table)
        named = sent.who >= 0
        at = sent.end[named] if sent.begun is None else np.concatenate([sent.begun[named], sent.end[named]])
        hour, count = np.unique(hours_of(at, self.clock), return_counts=True)
        return rows(Part.HOUR, count, key=hour)


@dataclass(frozen=True)
class Estimating:
    """How long each step took at most, where the log says no beginnings: counted first, then `wanted` buckets."""

    wanted: Wanted | None = None

    def __call__(self, table: pa.Table) -> pa.Table:
        sent = _sent(table)
        took = sent.end - since_free(sent.who, sent.end, sent.ready, sent.first)
        samples: Samples = grouped(sent.activity.astype(np.int64), took, np.zeros(len(took), np.int32))
        if self.wanted is None:
            return counted(Part.ESTIMATED, samples)
        return looked_into(Part.ESTIMATED, samples, self.wanted)


@dataclass(frozen=True)
class Causes:
    """The five causes of every wait, added up by step. `everyone`: the hours of all together, for people of whom little
    is known; `most`: by step, how long it takes at most, where the log says no beginnings.
    """

    words: Words
    clock: Clock
    everyone: NDArray[np.bool_]
    most: Mapping[int, float] | None = None

    def __call__(self, table: pa.Table) -> pa.Table:
        sent = _sent(table)
        log = Log(
            case=np.zeros(len(sent.end), np.int32), activity=sent.activity, end=sent.end, cases=Names([""]),
            activities=self.words.activities, begun=sent.begun, resource=sent.who,
            resources=("",) * sent.people,
        )  # fmt: skip
        known = calendars(log, self.clock)
        hours = Calendars(np.concatenate([known.hours[:-1], self.everyone[None]]), known.of, self.clock)
        split = waits(replace(log, begun=self._begun(sent)), hours, enabled=sent.ready)
        if split is None:
            return merged([])
        return merged(list(self._added_up(sent.activity, split.parts)))

    def _begun(self, sent: _Sent) -> Times:
        if sent.begun is not None:
            return sent.begun
        most = np.zeros(len(self.words.activities))
        most[list(self.most or ())] = list((self.most or {}).values())
        begun = since_free(sent.who, sent.end, sent.ready, sent.first)
        return no_longer(sent.end, begun, most[sent.activity])

    def _added_up(self, activity: Codes, parts: Times) -> "list[pa.Table]":
        size = len(self.words.activities)
        key, cause = np.repeat(np.arange(size), len(CAUSES)), np.tile(np.arange(len(CAUSES)), size)
        found = []
        for part, bits in (
            (Part.CAUSE_LOW, parts & ((1 << LOW_BITS) - 1)), (Part.CAUSE_HIGH, parts >> LOW_BITS)
        ):  # fmt: skip
            total = np.zeros((size, len(CAUSES)), np.int64)
            np.add.at(total, activity, bits)
            found.append(rows(part, total.ravel(), key=key, value=cause))
        return found
