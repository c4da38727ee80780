"""What we have measured of a flow that runs here, as a simulation's beginning wants it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from zhoudao.conduct.flows.versions import Version
from zhoudao.conduct.insight.plain_start import FEW_TIMES, Crewed, Facts
from zhoudao.conduct.insight.scenario_reading import Reader
from zhoudao.conduct.insight.situation import week_words
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.ground.accounts.models import Team
from zhoudao.kit.languages import pick

SPAN = timedelta(days=90)
LONGEST_WORK = timedelta(hours=4)
_WORKED = """
    SELECT element, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM (
        SELECT t.element, t.run_id, least(extract(epoch FROM t.completed_at - greatest(t.opened_at, lag(t.completed_at)
            OVER (PARTITION BY t.completed_by ORDER BY t.completed_at, t.id))), %(longest)s) AS seconds
        FROM flows_task t
        WHERE t.completed_at >= %(since)s AND t.completed_at <= %(at)s AND t.completed_by LIKE 'user:%%'
    ) done JOIN flows_run r ON r.id = done.run_id
    WHERE r.version_id = %(version)s GROUP BY element HAVING count(*) >= %(few)s
"""
"""Work on a step began when it was opened or, if that was later, when its person had done the step before, whatever it
was; no longer than four hours. Medians, so that nights and lunch do not count.
"""
_PASSED = """
    SELECT node, count(*) FROM flows_run r, unnest(r.passed) node
    WHERE r.version_id = %(version)s AND r.status = 'completed' AND r.ended_at >= %(since)s AND r.ended_at <= %(at)s
    GROUP BY node
"""
_BEGUN = """
    SELECT count(*), count(*) FILTER (WHERE status = 'completed' AND ended_at <= %(at)s), min(started_at) FROM flows_run
    WHERE version_id = %(version)s AND started_at >= %(since)s AND started_at <= %(at)s
"""


def facts_of(version: Version, *, language: str, at: datetime) -> Facts:
    """Teams and what ninety days of this version's runs tell (four statements)."""
    given: dict[str, Any] = {
        "version": version.id, "since": at - SPAN, "at": at, "few": FEW_TIMES,
        "longest": LONGEST_WORK.total_seconds(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WORKED, given)
        times = {element: float(seconds) for element, seconds in cursor.fetchall()}
        cursor.execute(_PASSED, given)
        nodes = version.graph.nodes
        passed = {nodes[index].id: count for index, count in cursor.fetchall() if index < len(nodes)}
        cursor.execute(_BEGUN, given)
        begun, runs, first = cursor.fetchone()
    weeks = (at - first) / timedelta(days=7) if first else 0
    week_cases = begun / weeks if weeks >= 1 and begun else None
    return Facts(teams_of(version.graph, language), times, passed, runs, week_cases)


def teams_of(graph: Graph, language: str) -> dict[str, Crewed]:
    """The teams the flow names, by their codes, with how many are in each and its hours (one statement)."""
    codes = {node.step.team for node in graph.nodes if node.step.team}
    rows = Team.objects.filter(code__in=codes, closed_at=None).annotate(people=Count("members"))
    found = rows.order_by("code").values_list("code", "names", "people", "settings__calendar__content")
    return {
        code: Crewed(pick(names, language) or code, people, _hours(content))
        for code, names, people, content in found
    }  # fmt: skip


def _hours(content: dict[str, Any] | None) -> str:
    """A team's week without its special days; empty where it has none. What runs past midnight is cut there."""
    reader = Reader()
    windows = content["week"] if content else {}
    hours = reader.week({day: [_span(*pair) for pair in pairs] for day, pairs in windows.items()}, "hours")
    return "" if reader.faults else week_words(hours)


def _span(first: str, last: str) -> str:
    return f"{first}-{last if last > first else '24:00'}"
