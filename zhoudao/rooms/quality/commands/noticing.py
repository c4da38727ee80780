"""A notice from its opening to its end: opened, addressed, reminded of, answered, closed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import SaleStop
from zhoudao.rooms.quality.commands.holding import check_right, hold_notice, tell, written
from zhoudao.rooms.quality.events import NoticeAddressed, NoticeAnswered, NoticeClosed, NoticeLate, NoticeOpened
from zhoudao.rooms.quality.models import Addressee, Evidence, Measure, QualityNotice, Stage
from zhoudao.rooms.quality.refusals import AnswerUnsaid, NotAnswered, NoticeUnsound, StillStopped
from zhoudao.rooms.quality.telling import tell_addressed, tell_due, tell_opened
from zhoudao.rooms.stock.batches import batch_on_label

USUAL = timedelta(days=3)  # to answer in
SOON = timedelta(days=1)
_FARTHEST = timedelta(days=366)


@frozen
class Address:
    """Who answers, by when: a team of ours, or a supplier's contact."""

    addressee: str
    due_at: datetime
    team_id: UUID | None = None
    contact: str = ""


def new_notice(
    sku: str,
    *,
    batch: str = "",
    words: str,
    figures: Mapping[str, Any],
    returns: Iterable[UUID],
    by: By,
    at: datetime,
) -> QualityNotice:
    """This will open a notice with what shows it, due in three days; the caller has checked who may."""
    notice = QualityNotice(number=_number(at), sku=sku, batch=batch, words=words, figures=dict(figures))
    notice.opened_at, notice.opened_by = at, by.actor
    notice.due_at, notice.look_at = at + USUAL, at + USUAL - SOON
    notice.save(force_insert=True)
    shown = [Evidence(notice=notice, request_id=one) for one in dict.fromkeys(returns)]
    Evidence.objects.bulk_create(shown)
    is_found, tests = by.actor == "system:clock", int(figures.get("tests", 0))
    tell(notice, NoticeOpened(notice.number, sku, is_found, len(shown), tests), by=by, at=at)
    return notice


@transaction.atomic
def open_notice(
    *,
    sku: str,
    batch: str = "",
    words: str,
    figures: Mapping[str, Any],
    returns: Iterable[UUID],
    viewer: Viewer,
    at: datetime,
) -> QualityNotice:
    """This will open a notice by hand, with the figures and returns of its product, or of a batch of it, as they stand.

    Raises: NotForTheCompany, NoticeUnsound, BatchUnsound
    """
    check_right(viewer)
    said, known = written(words), sku.replace("\0", "").strip()
    if not said or not 0 < len(known) <= 80:
        raise NoticeUnsound(NoticeUnsound.__doc__)
    made: dict[str, Any] = {"figures": figures, "returns": returns, "by": By(viewer.actor), "at": at}
    notice = new_notice(known, batch=batch_on_label(batch), words=said, **made)
    tell_opened(notice, but=viewer.user_id, at=at)
    return notice


@transaction.atomic
def address_notice(*, notice_id: UUID, address: Address, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will say who answers and by when; the team is told, and reminded a day before.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver, NoticeUnsound
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    if not _is_sound(address, at):
        raise NoticeUnsound(NoticeUnsound.__doc__)
    notice.addressee, notice.team_id, notice.contact = address.addressee, address.team_id, address.contact.strip()
    notice.due_at, notice.stage = address.due_at, Stage.OPEN
    notice.look_at = max(at, address.due_at - SOON)
    notice.save()
    fact = NoticeAddressed(notice.number, f"notice_to_{address.addressee}", address.due_at.isoformat())
    tell(notice, fact, by=By(viewer.actor), at=at)
    tell_addressed(notice, but=viewer.user_id, at=at)
    return notice


def notices_due(at: datetime, *, limit: int) -> list[UUID]:
    """Those somebody is to be reminded of (one statement)."""
    rows = QualityNotice.objects.filter(look_at__lte=at).order_by("look_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])


@transaction.atomic
def remind_of_notice(notice_id: UUID, *, at: datetime) -> None:
    """This will remind once a day before an answer is due, and say once that it is late; safe to repeat."""
    notice = QualityNotice.objects.select_for_update(of=("self",)).filter(id=notice_id, look_at__lte=at).first()
    if notice is None:
        return
    is_late = at >= notice.due_at
    notice.look_at = None if is_late or notice.stage != Stage.OPEN else notice.due_at
    notice.save(update_fields=["look_at"])
    if notice.stage != Stage.OPEN:
        return
    if is_late:
        tell(notice, NoticeLate(notice.number), by=By("system:clock"), at=at)
    tell_due(notice, is_late=is_late, at=at)


@transaction.atomic
def answer_notice(*, notice_id: UUID, answer: str, measure: str, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will note what was found and what is done about it; answered anew, the newer counts.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver, AnswerUnsaid
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    said = written(answer)
    if not said or measure not in Measure.values:
        raise AnswerUnsaid(AnswerUnsaid.__doc__)
    notice.answer, notice.measure, notice.stage, notice.look_at = said, measure, Stage.ANSWERED, None
    notice.answered_at, notice.answered_by = at, viewer.actor
    notice.save()
    tell(notice, NoticeAnswered(notice.number, f"measure_{measure}"), by=By(viewer.actor), at=at)
    return notice


@transaction.atomic
def close_notice(*, notice_id: UUID, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will close what was answered and stops nothing any more.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver, NotAnswered, StillStopped
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    if notice.stage != Stage.ANSWERED:
        raise NotAnswered(NotAnswered.__doc__)
    if SaleStop.objects.filter(reference=notice.number, lifted_at=None).exists():
        raise StillStopped(StillStopped.__doc__)
    notice.stage, notice.closed_at, notice.closed_by = Stage.CLOSED, at, viewer.actor
    notice.save()
    tell(notice, NoticeClosed(notice.number), by=By(viewer.actor), at=at)
    return notice


def _is_sound(address: Address, at: datetime) -> bool:
    is_known = address.addressee in Addressee.values and at <= address.due_at <= at + _FARTHEST
    if address.contact.strip():
        try:
            validate_email(address.contact.strip())
        except ValidationError:
            return False
    elif address.team_id is None:
        return False
    return is_known and (address.team_id is None or Team.objects.filter(id=address.team_id).exists())


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('quality_notice_number')")
        (number,) = cursor.fetchone() or (0,)
    return f"Q{at.year}-{number:06d}"
