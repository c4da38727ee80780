"""What the rules say about a case: which team, what skill, which place in line, kept for whom and how long."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from zhoudao.engines.routing import Wish
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.decisions.queries import Table, whole
from zhoudao.kit.frozen import frozen
from zhoudao.kit.kept import Kept
from zhoudao.rooms.cases.models import Case

FALLBACK_TEAM, RAPID_REACTION = "reception", "rapid_reaction"
TIER_TABLE, ROUTING_TABLE, QUEUEING_TABLE = "cases.tier", "cases.routing", "cases.queueing"
TABLES = (ROUTING_TABLE, QUEUEING_TABLE)
_MOST_MINUTES = 60 * 24 * 30
_teams: Kept[str, Team | None] = Kept(10.0)


@frozen
class Ruling:
    """The rules' answer. `trouble` says why no rule named a team there is; then `team` is where it waits to be seen."""

    team: Team | None
    trouble: str = ""
    skill: str = ""
    overflow_team: str = ""
    overflow_minutes: int = 0
    rank: int = 5
    points: int = 1
    adviser_minutes: int = 0
    known_minutes: int = 0
    rules: dict[str, list[int | None]] = field(default_factory=dict)  # table: version, row


def ruled(tables: Mapping[str, Table], inputs: Mapping[str, object]) -> Ruling:
    """What the tables say about a case with these inputs; a table that says nothing of use keeps what is usual."""
    routing, routed_by = _asked(tables[ROUTING_TABLE], inputs)
    queueing, queued_by = _asked(tables[QUEUEING_TABLE], inputs)
    code = str((routing or {}).get("team") or "")
    team = _team(code) if code else None
    trouble = "" if team else "team_gone" if code else "no_rule"
    routing, queueing = routing or {}, queueing or {}
    return Ruling(
        team=team or _team(FALLBACK_TEAM),
        trouble=trouble,
        skill=str(routing.get("skill") or "")[:40],
        overflow_team=str(routing.get("overflow_team") or "")[:40],
        overflow_minutes=whole(routing, "overflow_minutes", usual=0, most=_MOST_MINUTES),
        rank=whole(queueing, "rank", usual=5, most=9),
        points=whole(queueing, "points", usual=1, least=1, most=99),
        adviser_minutes=whole(queueing, "adviser_minutes", usual=0, most=_MOST_MINUTES),
        known_minutes=whole(queueing, "known_minutes", usual=0, most=_MOST_MINUTES),
        rules={ROUTING_TABLE: routed_by, QUEUEING_TABLE: queued_by},
    )


def put_in_line(case: Case, ruling: Ruling, *, language: str, at: datetime) -> None:
    """This will write on a case what the rules ask for, and let it stand in its team's queue (the caller saves)."""
    case.team = ruling.team
    case.rank, case.points, case.queued_at = ruling.rank, ruling.points, at
    overflows = bool(ruling.overflow_team and ruling.overflow_minutes and not ruling.trouble)
    case.overflow_at = at + timedelta(minutes=ruling.overflow_minutes) if overflows else None
    needs = {"language": language, "skill": ruling.skill, "trouble": ruling.trouble}
    needs["overflow_team"] = ruling.overflow_team if overflows else ""
    case.needs = {name: value for name, value in needs.items() if value}


def keep_for(case: Case, ruling: Ruling, *, adviser: UUID | None, known: UUID | None, at: datetime) -> None:
    """This will keep a case for its customer's adviser, and for whoever knows them, as long as the rules say."""
    for name, whom, minutes in (
        ("adviser", adviser, ruling.adviser_minutes),
        ("known", known, ruling.known_minutes),
    ):
        if whom is not None and minutes:
            until = at + timedelta(minutes=minutes)
            case.needs |= {name: str(whom), f"{name}_until": until.isoformat()}


def wish_of(needs: Mapping[str, Any], points: int) -> Wish:
    """A case's needs as the engine asks with them."""
    return Wish(
        language=needs.get("language", ""),
        skill=needs.get("skill", ""),
        points=points,
        adviser=needs.get("adviser", ""),
        adviser_until=_moment(needs.get("adviser_until")),
        known=needs.get("known", ""),
        known_until=_moment(needs.get("known_until")),
    )


def find_team(code: str) -> Team | None:
    """The team of this code, read at most every ten seconds."""
    return _team(code)


def _asked(table: Table, inputs: Mapping[str, object]) -> tuple[dict[str, Any] | None, list[int | None]]:
    values, row = table.ask(inputs)
    return values, [table.version, row]


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def _team(code: str) -> Team | None:
    team = _teams.get(code, lambda: Team.objects.filter(code=code, closed_at=None).first())
    if team is None:
        _teams.forget(code)  # it may be founded any moment
    return team
