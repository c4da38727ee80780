"""Something done to all affected cases: asked, looked ahead, begun, gone on with after a crash, taken back.

A case's part and the mark that it is done commit together, so that each case gets exactly one message however often a
round is interrupted or run twice at once.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.incidents.commands.holding import hold, in_charge, tell
from zhoudao.rooms.incidents.commands.opening import worded
from zhoudao.rooms.incidents.commands.treating import Moment, take_back, treat
from zhoudao.rooms.incidents.events import RoundBegan, RoundUndone
from zhoudao.rooms.incidents.models import Affected, Incident, Part, Round, RoundItem
from zhoudao.rooms.incidents.refusals import (
    IncidentOver,
    IncidentUnsound,
    NobodyAffected,
    NotInCharge,
    RoundNotFound,
    RoundUnderWay,
    RoundWordless,
)
from zhoudao.rooms.teamwork.refusals import VariableUnknown
from zhoudao.rooms.teamwork.variables import VARIABLES, variables_in

SAY, RESOLVE = "say", "resolve"
RUNNING = ("running", "undoing")
OVER = (Status.CLOSED, Status.MERGED)
AT_ONCE = 10_000  # cases a call of `work_round` does at most


@frozen
class Wanted:
    """What shall be done: words by language tag; with outcome and cause all are resolved, else only written to."""

    texts: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    cause: str = ""


@transaction.atomic
def ask_round(wanted: Wanted, *, kind: str, incident_id: UUID, viewer: Viewer, at: datetime) -> Round:
    """This will put down what shall be done to the cases of an incident; nothing is done yet.

    Raises: IncidentNotFound, IncidentOver, NotInCharge, RoundWordless, VariableUnknown, IncidentUnsound, NobodyAffected
    """
    incident = hold(incident_id)
    user_id = _check_rights(incident, kind, viewer)
    if kind == SAY and not incident.is_under_way:
        raise IncidentOver
    texts = _checked(wanted.texts)
    if kind not in (SAY, RESOLVE) or (kind == RESOLVE and not (wanted.outcome and wanted.cause)):
        raise IncidentUnsound
    if kind == SAY and not texts:
        raise RoundWordless
    Round.objects.filter(incident=incident, user_id=user_id, state="asked").delete()  # thought better of
    row = Round(incident=incident, kind=kind, texts=texts, asked_at=at, user_id=user_id)
    row.outcome, row.cause = wanted.outcome[:40], wanted.cause[:40]
    row.save(force_insert=True)
    if not _fill(row):
        raise NobodyAffected
    return row


@transaction.atomic
def begin_round(*, round_id: UUID, viewer: Viewer, at: datetime, real_now: datetime) -> Round:
    """This will let it be done; safe to repeat. Cases that joined since it was asked are in it too.

    Raises: RoundNotFound, NotInCharge, RoundUnderWay
    """
    row, incident = _held(round_id, viewer)
    if row.state == "asked":
        if Round.objects.filter(incident=incident, state__in=RUNNING).exists():
            raise RoundUnderWay
        _fill(row)
        row.began_at = at
        _run(row, incident, viewer, at, real_now)
    return row


@transaction.atomic
def extend_round(*, round_id: UUID, viewer: Viewer, at: datetime, real_now: datetime) -> Round:
    """This will say the same to the cases that joined later, and try again where it could not be said.

    Raises: RoundNotFound, NotInCharge, RoundUnderWay, IncidentOver, NobodyAffected
    """
    row, incident = _held(round_id, viewer)
    if Round.objects.filter(incident=incident, state__in=RUNNING).exists():
        raise RoundUnderWay
    if row.kind != SAY or row.state != "done" or not incident.is_under_way:
        raise IncidentOver
    row.items.filter(state="refused").update(state="waiting", refusal="")
    _fill(row)
    if not row.items.filter(state="waiting").exists():
        raise NobodyAffected
    row.user_id = viewer.user_id or row.user_id
    _run(row, incident, viewer, at, real_now)
    return row


@transaction.atomic
def begin_undo(*, round_id: UUID, viewer: Viewer, at: datetime, real_now: datetime) -> Round:
    """This will let all of it be taken back that has not left; only who did it can, safe to repeat.

    Raises: RoundNotFound, NotInCharge
    """
    row, incident = _held(round_id, viewer)
    if row.user_id != viewer.user_id:
        raise NotInCharge
    if row.state in ("running", "done"):
        row.items.filter(state="waiting").update(state="undone")
        row.items.filter(state="done").update(state="back")
        row.state, row.worked_at = "undoing", real_now
        row.save(update_fields=["state", "worked_at"])
        tell(incident, RoundUndone(row.kind, str(row.id)), actor=viewer.actor, at=at)
    return row


def work_round(round_id: UUID, moment: Moment, *, most: int = AT_ONCE) -> int:
    """This will do (or take back) up to `most` cases, each in its own transaction; returns how many are left.

    Safe to repeat and to run twice at once; what keeps one case from it keeps no other.
    """
    for _ in range(most):
        if not _next(round_id, moment):
            break
    return _finish(round_id, moment)


@transaction.atomic
def _next(round_id: UUID, moment: Moment) -> bool:
    rows = RoundItem.objects.filter(round_id=round_id, state__in=["waiting", "back"], round__state__in=RUNNING)
    item = rows.select_for_update(skip_locked=True, of=("self",)).select_related("round").order_by("place").first()
    if item is None:
        return False
    if item.state == "waiting":
        treat(item, moment)
    else:
        take_back(item, moment)
    item.done_at = moment.at
    item.save()
    Round.objects.filter(id=round_id).update(worked_at=moment.real_now)
    return True


@transaction.atomic
def _finish(round_id: UUID, moment: Moment) -> int:
    row = Round.objects.select_for_update().get(id=round_id)
    left = row.items.filter(state__in=["waiting", "back"]).count()  # at most as many as the incident has cases
    if not left and row.state in RUNNING:
        row.state, row.finished_at = ("done" if row.state == "running" else "undone"), moment.at
        row.save(update_fields=["state", "finished_at"])
    return left


def _run(row: Round, incident: Incident, viewer: Viewer, at: datetime, real_now: datetime) -> None:
    row.state, row.worked_at, row.finished_at = "running", real_now, None
    row.save()
    count = row.items.filter(state="waiting").count()
    tell(incident, RoundBegan(row.kind, str(row.id), count), actor=viewer.actor, at=at)


def _fill(row: Round) -> int:
    """An item for each open case of the incident that has none in this round; returns how many items there are."""
    known = RoundItem.objects.filter(round=row)
    here = Affected.objects.filter(incident=row.incident_id, left_at=None, case__incident_id=row.incident_id)
    fresh = here.exclude(case__status__in=OVER).exclude(case__in=known.values("case_id")).order_by("joined_at", "id")
    last = known.aggregate(last=Max("place"))["last"] or 0
    ids = list(fresh.values_list("case_id", flat=True))
    RoundItem.objects.bulk_create(
        RoundItem(round=row, case_id=case_id, place=place) for place, case_id in enumerate(ids, start=last + 1)
    )
    return last + len(ids)


def _held(round_id: UUID, viewer: Viewer) -> tuple[Round, Incident]:
    """The incident first, as everybody does, then the round as it is under that lock."""
    found = Round.objects.filter(id=round_id).values_list("incident_id", flat=True).first()
    if found is None:
        raise RoundNotFound
    incident = hold(found)
    row = Round.objects.select_for_update(of=("self",)).get(id=round_id)
    _check_rights(incident, row.kind, viewer)
    return row, incident


def _check_rights(incident: Incident, kind: str, viewer: Viewer) -> UUID:
    """Who it is, a person who may do this."""
    in_charge(incident, viewer, *([Part.COMMUNICATION] if kind == SAY else []))
    if viewer.user_id is None or not (viewer.may("messages:write") and viewer.may("cases:write")):
        raise NotInCharge
    return viewer.user_id


def _checked(texts: Mapping[str, str]) -> dict[str, str]:
    found = worded(texts)
    unknown = [name for text in found.values() for name in variables_in(text) if name not in VARIABLES]
    if unknown:
        raise VariableUnknown("、".join(dict.fromkeys(unknown)))
    return found


def open_cases(incident_id: UUID) -> int:
    """How many cases of an incident are not over."""
    return Case.objects.filter(incident_id=incident_id).exclude(status__in=OVER).count()
