"""Many new cases that look alike: found by the clock, proposed once, confirmed or dismissed by a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from zhoudao.engines.surges import find
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.incidents.commands.holding import hold_under_way, in_charge, may_steer, written
from zhoudao.rooms.incidents.commands.joining import join_found
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.events import SurgeConfirmed, SurgeDismissed, SurgeProposed
from zhoudao.rooms.incidents.looking import overlap, seen_between, signalled, weeks_before, weeks_known
from zhoudao.rooms.incidents.models import Incident, Risk, Severity, Surge
from zhoudao.rooms.incidents.refusals import DismissalWordless, NotInCharge, SurgeDecided, SurgeNotFound
from zhoudao.rooms.incidents.telling import tell_proposed

WINDOWS = (60, 360)  # minutes: what comes at once, and what comes slowly
REMEMBERED = timedelta(days=7)  # what was dismissed, or left undecided, is not proposed again so soon
AGAIN = 2  # unless it has become so many times as large
LONGEST_REASON = 300
_ACTOR = "system:clock"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('incidents.surges', 7))"


@frozen
class _Alike:
    ids: tuple[str, ...]
    pieces: tuple[str, ...]
    kind: str
    store: str
    window: int
    count: int
    expected: float | None
    risk: Risk | None = None


@transaction.atomic
def look_for_surges(*, at: datetime) -> list[Surge]:
    """This will propose what is out of the ordinary now, each thing once; returns what is new. Safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    known = list(Surge.objects.filter(seen_at__gt=at - REMEMBERED).select_related("incident").order_by("-found_at"))
    fresh = []
    for alike in (*_signalled(at), *_found(at)):
        same = next((one for one in known if _is_same(one, alike)), None)
        if same is not None and not _is_news(same, alike):
            _seen_again(same, alike, at)
            continue
        surge = _propose(alike, at)
        known.insert(0, surge)
        fresh.append(surge)
    return fresh


@transaction.atomic
def confirm_surge(*, surge_id: UUID, title: str, viewer: Viewer, at: datetime) -> Incident:
    """This will open an incident with all cases that were found, whoever may see them, and the risk's plan.

    Raises: SurgeNotFound, SurgeDecided, NotInCharge, IncidentUntitled
    """
    surge = _held(surge_id, viewer)
    described = Description(title, Severity.MAJOR, store_id=surge.store_id)
    incident = open_incident(described, viewer=viewer, at=at, how="surge", risk=surge.risk)
    join_found(incident, [UUID(one) for one in surge.case_ids], actor=viewer.actor, at=at)
    surge.state, surge.incident = "confirmed", incident
    _decide(surge, SurgeConfirmed(str(surge.id), str(incident.id)), viewer, at)
    return incident


@transaction.atomic
def dismiss_surge(*, surge_id: UUID, reason: str, viewer: Viewer, at: datetime) -> Surge:
    """This will say that it is no incident, and why; it is not proposed again for a week unless it doubles.

    Raises: SurgeNotFound, SurgeDecided, NotInCharge, DismissalWordless
    """
    surge = _held(surge_id, viewer)
    surge.reason = written(reason, LONGEST_REASON)
    if not surge.reason:
        raise DismissalWordless
    surge.state = "dismissed"
    _decide(surge, SurgeDismissed(str(surge.id)), viewer, at)
    return surge


@transaction.atomic
def join_alike(*, incident_id: UUID, viewer: Viewer, at: datetime) -> int:
    """This will put in what the clock found since that looks the same; returns how many joined.

    Raises: IncidentNotFound, IncidentOver, NotInCharge
    """
    incident = hold_under_way(incident_id)
    in_charge(incident, viewer)
    ids = [UUID(one) for surge in incident.surges.all() for one in surge.case_ids]
    return join_found(incident, ids, actor=viewer.actor, at=at)


def _signalled(at: datetime) -> Iterator[_Alike]:
    """Risks whose own threshold is passed."""
    for risk in Risk.objects.filter(retired_at=None, threshold__isnull=False).order_by("id"):
        ids = signalled(risk, at=at)
        if len(ids) >= (risk.threshold or 1):
            found = tuple(str(one) for one in ids)
            store = str(risk.store_id or "")
            yield _Alike(found, (), risk.kind, store, risk.window_minutes, len(ids), None, risk)


def _found(at: datetime) -> Iterator[_Alike]:
    """What is out of the ordinary against earlier weeks."""
    for window in WINDOWS:
        since = at - timedelta(minutes=window)
        now = seen_between(since, at, without_incidents=True)
        weeks = weeks_known(since) if now else 0
        for one in find(now, weeks_before(since, at, weeks), weeks=weeks):
            verdict = one.verdict
            yield _Alike(one.ids, one.pieces, one.kind, one.store, window, verdict.count, verdict.expected)


def _is_same(surge: Surge, alike: _Alike) -> bool:
    """The same risk; or half of the cases; or half of what their words have in common."""
    if alike.risk is not None:
        return surge.risk_id == alike.risk.id
    if 2 * overlap(surge.case_ids, alike.ids) >= min(len(surge.case_ids), len(alike.ids)):
        return True
    if alike.pieces and surge.pieces:
        return 2 * overlap(surge.pieces, alike.pieces) >= min(len(surge.pieces), len(alike.pieces))
    by_kind = not alike.pieces and not surge.pieces and surge.risk_id is None
    return by_kind and (surge.kind, str(surge.store_id or "")) == (alike.kind, alike.store)


def _is_news(surge: Surge, alike: _Alike) -> bool:
    """Whether it has to be said again: dismissed when it was half as large, or its incident is over."""
    if surge.state == "dismissed":
        return alike.count >= AGAIN * surge.count
    return surge.incident is not None and not surge.incident.is_under_way


def _seen_again(surge: Surge, alike: _Alike, at: datetime) -> None:
    """Of a dismissed one the count stays as it was then; else it grows with what comes."""
    surge.seen_at = at
    if surge.state != "dismissed":
        surge.case_ids = list(dict.fromkeys([*surge.case_ids, *alike.ids]))
        surge.count = max(surge.count, alike.count)
    surge.save(update_fields=["seen_at", "case_ids", "count"])


def _propose(alike: _Alike, at: datetime) -> Surge:
    surge = Surge.objects.create(
        pieces=list(alike.pieces),
        kind=alike.kind,
        store_id=UUID(alike.store) if alike.store else None,
        risk=alike.risk,
        window_minutes=alike.window,
        count=alike.count,
        expected=alike.expected,
        case_ids=list(alike.ids),
        found_at=at,
        seen_at=at,
    )
    fact = SurgeProposed(str(surge.id), alike.count, alike.window, str(alike.risk.id) if alike.risk else None)
    _tell(surge, fact, _ACTOR, at)
    tell_proposed(surge, at=at)
    return surge


def _held(surge_id: UUID, viewer: Viewer) -> Surge:
    surge = Surge.objects.select_for_update(of=("self",)).select_related("risk").filter(id=surge_id).first()
    if surge is None:
        raise SurgeNotFound
    if not may_steer(viewer, surge.store_id):
        raise NotInCharge
    if surge.state != "proposed":
        raise SurgeDecided
    return surge


def _decide(surge: Surge, fact: Fact, viewer: Viewer, at: datetime) -> None:
    surge.decided_at, surge.decided_by_id = at, viewer.user_id
    surge.save()
    _tell(surge, fact, viewer.actor, at)


def _tell(surge: Surge, fact: Fact, actor: str, at: datetime) -> None:
    objects: Sequence[About] = [About("surge", surge.id)]
    if surge.incident_id:
        objects = [*objects, About("incident", surge.incident_id)]
    record(fact, at=at, by=By(actor, store_id=surge.store_id), about=objects)
