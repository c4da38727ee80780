"""The register of risks: what may go wrong in a flow, how it shows, whose it is, what is done then."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.incidents.commands.holding import written
from zhoudao.rooms.incidents.commands.planning import steps_in
from zhoudao.rooms.incidents.commands.steering import may_take_part
from zhoudao.rooms.incidents.events import RiskReviewed, RiskSaved
from zhoudao.rooms.incidents.models import Risk
from zhoudao.rooms.incidents.refusals import NotInCharge, RiskNotFound, RiskUnsound

WRITE = "risks:write"
LONGEST_WINDOW = 24 * 60


@frozen
class NewRisk:
    """A risk as somebody wants it; without a threshold its signal is only in words."""

    title: str
    flow: str
    signal: str
    owner_id: UUID
    plan: Sequence[str] = ()
    kind: str = ""
    words: str = ""
    threshold: int | None = None
    window_minutes: int = 60
    store_id: UUID | None = None
    review_months: int = 6


@transaction.atomic
def save_risk(new: NewRisk, *, viewer: Viewer, at: datetime, risk_id: UUID | None = None) -> Risk:
    """This will keep a risk, new or changed; whoever writes it down has looked at it today.

    Raises: RiskNotFound, NotInCharge, RiskUnsound, PlanTooLong
    """
    risk = _held(risk_id, viewer) if risk_id else Risk(store_id=new.store_id)
    if not (may_write(viewer, risk.store_id) and may_write(viewer, new.store_id)):
        raise NotInCharge
    risk.title, risk.signal = written(" ".join(new.title.split()), 120), written(new.signal, 300)
    risk.flow, risk.kind = new.flow.strip()[:60], new.kind
    risk.words = written(" ".join(new.words.split()), 60)
    risk.threshold, risk.window_minutes, risk.store_id = new.threshold, new.window_minutes, new.store_id
    risk.owner_id, risk.plan, risk.review_months = new.owner_id, steps_in(new.plan), new.review_months
    _check(risk)
    risk.changed_at, risk.reviewed_date = at, _today(at)
    risk.save()
    _tell(risk, viewer, at)
    return risk


@transaction.atomic
def review_risk(*, risk_id: UUID, viewer: Viewer, at: datetime) -> Risk:
    """This will note that somebody looked at it and found it still right; its owner may, too.

    Raises: RiskNotFound, NotInCharge
    """
    risk = _held(risk_id, viewer)
    risk.reviewed_date = _today(at)
    risk.save(update_fields=["reviewed_date"])
    record(RiskReviewed(str(risk.id)), at=at, by=By(viewer.actor), about=[About("risk", risk.id)])
    return risk


@transaction.atomic
def retire_risk(*, risk_id: UUID, viewer: Viewer, at: datetime, is_retired: bool = True) -> Risk:
    """This will no longer watch for it, or again.

    Raises: RiskNotFound, NotInCharge
    """
    risk = _held(risk_id, viewer)
    if not may_write(viewer, risk.store_id):
        raise NotInCharge
    risk.retired_at, risk.changed_at = at if is_retired else None, at
    risk.save(update_fields=["retired_at", "changed_at"])
    _tell(risk, viewer, at)
    return risk


def may_write(viewer: Viewer, store_id: UUID | None) -> bool:
    """Whether somebody looks after the risks of this store; without one, of the whole company."""
    return viewer.covers(WRITE, store_id=store_id)


def _check(risk: Risk) -> None:
    is_measured = risk.threshold is not None
    says_what = bool(risk.kind or risk.words)
    sound = (
        bool(risk.title and risk.signal and risk.flow)
        and (not risk.kind or risk.kind in Kind.values)
        and (not is_measured or (says_what and 2 <= (risk.threshold or 0) <= 1000))
        and 5 <= risk.window_minutes <= LONGEST_WINDOW
        and 1 <= risk.review_months <= 24
        and (risk.store_id is None or Store.objects.filter(id=risk.store_id).exists())
        and may_take_part(risk.owner_id)
    )
    if not sound:
        raise RiskUnsound


def _held(risk_id: UUID, viewer: Viewer) -> Risk:
    risk = Risk.objects.select_for_update(of=("self",)).filter(id=risk_id).first()
    if risk is None:
        raise RiskNotFound
    if not may_write(viewer, risk.store_id) and risk.owner_id != viewer.user_id:
        raise NotInCharge
    return risk


def _today(at: datetime) -> date:
    return at.astimezone(clock.zone()).date()


def _tell(risk: Risk, viewer: Viewer, at: datetime) -> None:
    fact = RiskSaved(risk.flow, risk.threshold is not None, risk.retired_at is not None)
    record(fact, at=at, by=By(viewer.actor), about=[About("risk", risk.id)])
