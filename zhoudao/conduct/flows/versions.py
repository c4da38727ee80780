"""Flow versions as the engine wants them: parsed once a process, kept by id; they never change."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from zhoudao.conduct.flows.models import FlowVersion, PilotStore
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


def live_version(key: str, store: UUID | QuerySet[Any] | None = None, *only_if: Combinable) -> Version | None:
    """The version new runs of this flow take in this store, if these conditions hold too (one statement).

    `store` is an id or a query for it; where a pilot runs there, its version goes before the one that is live for all.
    """
    rows = FlowVersion.objects.filter(*only_if, key=key)
    found = _in_force(rows, store).values_list("id", flat=True).first()
    return version_of(found) if found else None


def live_versions(store: UUID | QuerySet[Any] | None, without: Collection[str]) -> list[Version]:
    """The version in force in this store of every flow but these, by key (one statement)."""
    rows = _in_force(FlowVersion.objects.exclude(key__in=without), store)
    firsts: dict[str, UUID] = {}
    for key, version_id in rows.order_by("key", "is_live").values_list("key", "id"):
        firsts.setdefault(key, version_id)
    return [version_of(version_id) for version_id in firsts.values()]


def _in_force(rows: QuerySet[FlowVersion], store: UUID | QuerySet[Any] | None) -> QuerySet[FlowVersion]:
    """The store's pilot first, then what is live for all."""
    if store is None:
        return rows.filter(is_live=True)
    there = PilotStore.objects.filter(version=OuterRef("id"), **{"store": store})
    return rows.filter(Q(Exists(there)) | Q(is_live=True)).order_by("is_live")
