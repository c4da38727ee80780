"""The log of a report, kept sealed in columns beside it, and opened by the analyst for as long as somebody asks."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from uuid import UUID

from zhoudao.conduct.insight.choices import filterable
from zhoudao.conduct.insight.models import Report, Source
from zhoudao.conduct.insight.narrowing import token_of
from zhoudao.conduct.insight.reporting import LogKept, keep_pieces
from zhoudao.conduct.insight.ways import marked
from zhoudao.engines.mining.filtering import first_and_last
from zhoudao.engines.mining.log import Log, Times
from zhoudao.engines.mining.packing import RESOURCE, Packed, packed
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.files.store import read

_HELD, _EVENTS = 3, 20_000_000
_open: "OrderedDict[str, Kept]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Kept:
    """A log with what filters need of it, found when it first is needed."""

    packed: Packed

    @cached_property
    def codes(self) -> dict[str, int]:
        """Steps by token."""
        return {token_of(name): code for code, name in enumerate(self.packed.activities)}

    @cached_property
    def columns(self) -> dict[str, str]:
        """Columns by token."""
        return {token_of(name): name for name in self.packed.columns}

    @cached_property
    def ways(self) -> dict[int, int]:
        """Ways by the number that stands for each in an address."""
        log, found = self.packed.log(), self.packed.ways
        return {mark: way for way, mark in enumerate(marked(log, log.activities, found.example).tolist())}

    @cached_property
    def times(self) -> tuple[Times, Times]:
        """When each case began and ended."""
        return first_and_last(self.packed.log())


def keep_log(report: Report, log: Log) -> LogKept:
    """This will keep a report's log; columns that tell cases apart, like a case's own number, are left out. One that
    was read where it lies was kept whole when it came, and stays as it is.
    """
    if report.source == Source.FILE and report.upload_id is None:
        return LogKept(len(log.cases), len(log), report.kept)
    names = filterable(log)
    return keep_whole(report, replace(log, columns={name: log.columns[name] for name in names}))


def keep_whole(report: Report, log: Log) -> LogKept:
    """This will keep a log with all its columns."""
    return LogKept(len(log.cases), len(log), keep_pieces(report, packed(log)))


def whole_log(report: Report) -> Log:
    """The log that was kept, with everything that was kept of it. Raises: Unreadable"""
    held = opened(report).packed
    log = held.log(held.columns)
    people = log.columns.get(RESOURCE)
    columns = {name: column for name, column in log.columns.items() if name != RESOURCE}
    if people is None:
        return replace(log, columns=columns)
    return replace(log, columns=columns, resource=people.codes, resources=people.values)


def opened(report: Report) -> Kept:
    """The log that was kept: the last few stay open, as long as they are not too large together. Raises: Unreadable"""
    key = f"{report.id} {report.kept[0]}"
    with _lock:
        found = _open.get(key)
        if found is not None:
            _open.move_to_end(key)
            return found
    files = {str(row.id): row for row in StoredFile.objects.filter(id__in=[UUID(each) for each in report.kept])}
    found = Kept(Packed(lambda place: read(files[report.kept[place]])))
    with _lock:
        _open[key] = found
        while len(_open) > 1 and (len(_open) > _HELD or sum(one.packed.events for one in _open.values()) > _EVENTS):
            _open.popitem(last=False)
    return found
