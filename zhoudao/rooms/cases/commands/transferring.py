"""Handing a case over by hand: who may, why, and the row and the fact that say so."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.events import CaseTransferred
from zhoudao.rooms.cases.models import Case, Transfer
from zhoudao.rooms.cases.refusals import ReasonMissing, TransferNotAllowed
from zhoudao.rooms.cases.transfers import OTHER, REASONS, TRANSFER, cleaned, seal_words

Holder = tuple[UUID | None, UUID | None]  # owner, team


def check_transfer(case: Case, viewer: Viewer, reason: str, words: str) -> None:
    """This will refuse to hand a case over, as it stands before.

    Raises: TransferNotAllowed, ReasonMissing
    """
    if not may(viewer, TRANSFER, case):
        raise TransferNotAllowed
    if reason not in REASONS or (reason == OTHER and not cleaned(words)):
        raise ReasonMissing


def is_transfer(before: Holder, owner_id: UUID | None, team_id: UUID | None) -> bool:
    """Whether a case goes from its contact person, or its team, to another: not when nobody had it."""
    return any(was is not None and was != now for was, now in zip(before, (owner_id, team_id), strict=True))


def note_transfer(
    case: Case, before: Holder, reason: str, words: str, *, viewer: Viewer, at: datetime
) -> CaseTransferred:
    """This will keep that a case, whose row is locked, was handed over."""
    row = Transfer(
        case=case,
        at=at,
        by_id=viewer.user_id,
        from_owner_id=before[0],
        from_team_id=before[1],
        to_owner_id=case.owner_id,
        to_team_id=case.team_id,
        reason=reason,
        is_bounce=_had_it(case),
    )
    seal_words(row, case, cleaned(words))
    row.save()
    owner, team, *previous = (str(one) if one else None for one in (case.owner_id, case.team_id, *before))
    return CaseTransferred(str(row.id), reason, owner, team, previous[0], previous[1], row.is_bounce)


def undo_transfer(case: Case, before: Holder, at: datetime) -> None:
    """This will count the transfer no more by which a case, back at its former holder, came to `before`."""
    last = Transfer.objects.filter(case=case, undone_at=None).order_by("-at", "-id").first()
    if last is None:
        return
    came = (last.from_owner_id, last.from_team_id, last.to_owner_id, last.to_team_id)
    if came == (case.owner_id, case.team_id, *before):
        last.undone_at = at
        last.save(update_fields=["undone_at"])


def _had_it(case: Case) -> bool:
    """Whether its new owner, or where it has none its new team, had the case before."""
    name, holder = ("owner", case.owner_id) if case.owner_id else ("team", case.team_id)
    had = Q(**{f"attributes__{name}": str(holder)}) | Q(**{f"attributes__previous_{name}": str(holder)})
    return Event.objects.filter(had, primary_id=case.id, type="cases.CaseAssigned").exists()
