"""The statements of the desk's list, by hand: its pages are opened all day, and putting them together costs most.

What a view holds is said twice, here and as `desk.narrowed`, which other queries build on; a test holds them together.
Statuses stand in the text, so that a prepared statement still finds the partial indexes. Values stand in a `SELECT`:
planned without them, a plan is as good for all, and PostgreSQL keeps it instead of planning a millisecond each time.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from zhoudao.ground.accounts.reach import within_sql
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.models import Promise
from zhoudao.rooms.cases.outlooks import HIGH, Outlook, read_reasons

CAP = 1000
COUNTED = 7  # how many of the views are counted in the column
SOON = timedelta(minutes=30)
VIEWS = ("mine", "unassigned", "due", "waiting", "snoozed", "upset", "risky", "open", "resolved", "all")
NEWEST, DUE_FIRST = "page.updated_at DESC, page.id DESC", "page.next_due_at, page.id"
GIVEN, _GIVEN_IDS = "(SELECT %s)", "ANY((SELECT %s::uuid[])::uuid[])"
_WORKING, _ACTIVE = "status IN ('new', 'open')", "status IN ('new', 'open', 'waiting', 'snoozed')"
_VIEWS = {
    "mine": f"owner_id = {GIVEN} AND {_WORKING}",
    "unassigned": f"owner_id IS NULL AND {_WORKING}",
    "due": f"next_due_at <= {GIVEN} AND {_ACTIVE}",
    "waiting": "status = 'waiting'",
    "snoozed": "status = 'snoozed'",
    "upset": f"mood = -1 AND {_ACTIVE}",
    "risky": f"id = ANY(ARRAY(SELECT case_id FROM cases_caseoutlook WHERE risk >= {HIGH})) AND {_ACTIVE}",  # noqa: S608  # constants of ours
    "open": _ACTIVE,
    "resolved": "status IN ('resolved', 'closed')",
    "all": "TRUE",
}
_CLOCK = ("id", "case_id", "kind", "target_minutes", "basis", "calendar_id", "started_at", "pauses", "due_at")
_CLOCK_ENDS = ("kept_at", "broken_at", "ended_at")
_CLOCK_AT = 29  # where a row's clock begins
_KEY = _CLOCK_AT + len(_CLOCK) + len(_CLOCK_ENDS)  # where a row's key begins
_ROWS = """
    WITH page AS MATERIALIZED (SELECT * FROM cases_case page WHERE [where] ORDER BY [order] LIMIT [limit])
    SELECT page.id, page.number, page.kind, page.tier, page.status, page.subject, page.preview, page.customer_id,
           customer.name_sealed, coalesce(channel.kind, ''), page.owner_id, coalesce(owner.name, ''), page.team_id,
           team.code, team.names, page.store_id, page.updated_at, page.opened_at, page.awaits_us, page.mood,
           page.next_due_at, page.conversation_id, page.progress_token, page.merged_into_id, page.incident_id, [ties],
           outlook.risk, outlook.mid_seconds, outlook.reasons, [clock],
           key.id, key.master_id, key.wrapped
    FROM page
    JOIN customers_customer customer ON customer.id = page.customer_id
    LEFT JOIN vault_datakey key ON key.id = [key]
    LEFT JOIN conversations_conversation talk ON talk.id = page.conversation_id
    LEFT JOIN conversations_channel channel ON channel.id = talk.channel_id
    LEFT JOIN accounts_user owner ON owner.id = page.owner_id
    LEFT JOIN accounts_team team ON team.id = page.team_id
    LEFT JOIN cases_caseoutlook outlook ON outlook.case_id = page.id AND outlook.risk >= [high]
        AND page.status IN ('new', 'open', 'waiting', 'snoozed')
    LEFT JOIN LATERAL (
        SELECT * FROM cases_promise promise
        WHERE promise.case_id = page.id AND promise.ended_at IS NULL AND promise.due_at IS NOT NULL
        ORDER BY promise.due_at LIMIT 1
    ) clock ON TRUE
    ORDER BY [order]
"""
_ROWS = _ROWS.replace("[clock]", ", ".join(f"clock.{name}" for name in (*_CLOCK, *_CLOCK_ENDS)))
_ROWS = _ROWS.replace("[high]", str(HIGH)).replace("[key]", box.known_by("customer.name_sealed"))
_TIES = """
    page.merged_into_id IS NOT NULL OR EXISTS (SELECT FROM cases_case other WHERE other.merged_into_id = page.id)
    OR EXISTS (SELECT FROM cases_caselink link WHERE link.source_id = page.id)
    OR EXISTS (SELECT FROM cases_caselink link WHERE link.target_id = page.id)
    OR EXISTS (SELECT FROM conversations_conversation side WHERE side.main_id = page.conversation_id)
"""
_CAPPED = f"(SELECT count(*) FROM (SELECT FROM cases_case WHERE [where] LIMIT {CAP}) AS capped)"  # noqa: S608  # constants of ours
_ITS_CASES = _CAPPED.replace("[where]", f"team_id = mine.id AND {_ACTIVE}")
_TEAMS = f"""
    (SELECT json_agg(json_build_array(id, code, names, {_ITS_CASES}))
     FROM (SELECT id, code, names FROM accounts_team WHERE [where] ORDER BY code LIMIT 20) AS mine)
"""  # noqa: S608  # only constants of this file


@frozen
class Where:
    """A condition over `cases_case` with its values, in order."""

    sql: str
    values: list[Any] = field(default_factory=list)

    def __and__(self, other: "Where") -> "Where":
        return Where(f"{self.sql} AND {other.sql}", [*self.values, *other.values])


@frozen
class Found:
    """One case as it is stored, with the names around it and its running clock that is due first."""

    id: UUID
    number: str
    kind: str
    tier: str
    status: str
    subject: str
    preview: str
    customer_id: UUID
    name_sealed: bytes | None
    channel_kind: str
    owner_id: UUID | None
    owner_name: str
    team_id: UUID | None
    team_name: str
    store_id: UUID
    updated_at: datetime
    opened_at: datetime
    awaits_us: bool
    mood: int | None
    next_due_at: datetime | None
    conversation_id: UUID | None
    progress_token: str
    merged_into_id: UUID | None
    incident_id: UUID | None
    is_tied: bool
    outlook: Outlook | None
    clock: Promise | None


@frozen
class TeamCount:
    """A team with its active cases, exact up to a thousand."""

    id: UUID
    code: str
    name: str
    count: int


_NOBODY = UUID(int=0)


def seen_by(viewer: Viewer) -> Where:
    """As `commands.holding.visible`."""
    if viewer.is_everywhere:
        return Where("TRUE")
    sql, values = within_sql(viewer, _GIVEN_IDS)
    return Where(
        f"(owner_id = {GIVEN} OR {sql[1:-1]})", [viewer.user_id if viewer.own and viewer.user_id else _NOBODY, *values]
    )


def view_of(viewer: Viewer, view: str, at: datetime) -> Where:
    """The cases of a view this viewer may see; whoever has a case may see it."""
    known = view if view in _VIEWS else "mine"
    values: dict[str, list[Any]] = {"mine": [viewer.user_id], "due": [at + SOON]}
    here = Where(_VIEWS[known], values.get(known, []))
    return here if known == "mine" else here & seen_by(viewer)


def rows(where: Where, *, order: str = NEWEST, limit: int, tells_ties: bool = False) -> list[Found]:
    """These cases in this order, with everything a list shows of them and the keys of its names (one statement).

    `tells_ties`: also whether a case is merged or linked with others.
    """
    sql = _ROWS.replace("[ties]", _TIES if tells_ties else "FALSE").replace("[order]", order)
    sql = sql.replace("[limit]", str(limit)).replace("[where]", where.sql)
    return [_found(row) for row in _fetch(sql, where.values)]


def counted(wheres: Sequence[Where]) -> list[int]:
    """How many cases each condition holds for, exact up to a thousand (one statement)."""
    sql = "SELECT " + ", ".join(_CAPPED.replace("[where]", where.sql) for where in wheres)
    return list(next(_fetch(sql, [value for where in wheres for value in where.values])))


def column(wheres: Sequence[Where], viewer: Viewer) -> tuple[list[int], list[TeamCount]]:
    """As `counted`, and the teams whose cases this viewer may see with their active cases (one statement)."""
    everywhere = viewer.is_everywhere
    mine = Where("TRUE") if everywhere else Where(f"id = {_GIVEN_IDS}", [list(viewer.teams or ())])
    parts = [*(_CAPPED.replace("[where]", where.sql) for where in wheres), _TEAMS.replace("[where]", mine.sql)]
    *counts, found = next(_fetch("SELECT " + ", ".join(parts), [v for where in (*wheres, mine) for v in where.values]))
    teams = [TeamCount(UUID(id_), code, _named(names, code), n) for id_, code, names, n in found or []]
    return counts, teams


def _found(row: tuple[Any, ...]) -> Found:
    team = _named(row[14], row[13])
    clock, key = row[_CLOCK_AT:_KEY], row[_KEY:]
    if key[0]:
        box.learn(*key)
    return Found(*[*row[:13], team, *row[15:26], _outlook(row[26:_CLOCK_AT]), _clock(clock)])


def _outlook(values: tuple[Any, ...]) -> Outlook | None:
    risk, seconds, reasons = values
    return None if risk is None else Outlook(risk, timedelta(seconds=seconds), read_reasons(json.loads(reasons)))


def _clock(values: tuple[Any, ...]) -> Promise | None:
    if values[0] is None:
        return None
    pauses = _CLOCK.index("pauses")
    read = (*values[:pauses], json.loads(values[pauses]), *values[pauses + 1 :])
    return Promise.from_db(None, (*_CLOCK, *_CLOCK_ENDS), read)


def _named(names: str | dict[str, str] | None, code: str | None) -> str:
    known = json.loads(names) if isinstance(names, str) else names
    return (pick(known, get_language()) if known else "") or code or ""


def _fetch(sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from cursor.fetchall()
