"""Flow versions as the engine wants them: parsed once a process, kept by id; they never change."""

from collections import OrderedDict
from collections.abc import Collection
from uuid import UUID

from django.db import connection

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.kit.frozen import frozen

_KEPT = 100
_read: "OrderedDict[UUID, Version]" = OrderedDict()


@frozen
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


_IN_FORCE = """
    SELECT v.id FROM flows_flowversion v
    WHERE v.key = %(key)s AND (v.is_live OR EXISTS (
        SELECT FROM flows_pilotstore p WHERE p.version_id = v.id AND p.store_id = %(store)s))
      AND NOT EXISTS (SELECT FROM flows_run r WHERE r.object_id = %(walker)s AND r.parent_id IS NULL
                      AND r.status IN ('running', 'incident', 'suspended'))
    ORDER BY v.is_live LIMIT 1
"""
_ALL_IN_FORCE = """
    SELECT DISTINCT ON (v.key) v.id FROM flows_flowversion v
    WHERE v.key <> ALL(%(without)s) AND (v.is_live OR EXISTS (
        SELECT FROM flows_pilotstore p
        WHERE p.version_id = v.id AND p.store_id = (SELECT c.store_id FROM cases_case c WHERE c.id = %(case)s)))
    ORDER BY v.key, v.is_live
"""


def live_version(key: str, store_id: UUID | None, *, unless_walking: UUID | None = None) -> Version | None:
    """The version new runs of this flow take in this store, if the object has no outermost run alive (one statement).

    Where a pilot runs, its version goes before the one that is live for all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, {"key": key, "store": store_id, "walker": unless_walking})
        row = cursor.fetchone()
    return version_of(row[0]) if row else None


def live_versions(case_id: UUID, without: Collection[str]) -> list[Version]:
    """The version in force in this case's store of every flow but these, by key (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_IN_FORCE, {"without": list(without), "case": case_id})
        found = cursor.fetchall()
    return [version_of(version_id) for (version_id,) in found]
