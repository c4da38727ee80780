"""Flow versions as the engine wants them: parsed once a process, kept by id; they never change."""

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from django.db.models.expressions import Combinable

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse

_KEPT = 100
_read: "OrderedDict[UUID, Version]" = OrderedDict()


@dataclass(frozen=True)
class Version:
    """One version with its graph."""

    id: UUID
    key: str
    number: int
    names: dict[str, str]
    graph: Graph


def version_of(version_id: UUID) -> Version:
    """The version with its graph: no statement when this process has seen it."""
    found = _read.get(version_id)
    if found is None:
        row = FlowVersion.objects.get(id=version_id)
        found = Version(row.id, row.key, row.version, row.names, parse(bytes(row.source)))
        _read[version_id] = found
        while len(_read) > _KEPT:
            _read.popitem(last=False)
    return found


def live_version(key: str, *only_if: Combinable) -> Version | None:
    """The version new runs of this flow take, if these conditions hold too (one statement)."""
    found = FlowVersion.objects.filter(*only_if, key=key, is_live=True).values_list("id", flat=True).first()
    return version_of(found) if found else None
