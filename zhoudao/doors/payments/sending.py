"""Telling payment services to pay refunds, and asking what became of them: nothing is asked inside a transaction."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhoudao.doors.payments.port import Kind, kind_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.answers import ABSENT, NO_ANSWER, REFUSED, UNHEARD, Said
from zhoudao.rooms.aftersales.commands.answering import note_said, note_service
from zhoudao.rooms.aftersales.commands.sending import QUEUE, Errand, begin_sending, line_up
from zhoudao.rooms.aftersales.models import PaymentService, Refund, RefundState

TYPES = ("aftersales.RefundApproved",)
CHECK_JOB = "payments.check"


def on_event(event: Event) -> None:
    """This will have an approved refund paid by the service of its order, where there is one."""
    refund_id = Refund.objects.values_list("id", flat=True).get(number=event.attributes["refund"])
    line_up(refund_id=refund_id, real_now=datetime.now(UTC))


def wake_checker(refund_id: UUID) -> None:
    """This will have somebody ask a service about a refund that is not under way any more."""
    try:
        with transaction.atomic():
            lock = f"{CHECK_JOB}.{refund_id}"
            app.configure_task(CHECK_JOB, queue=QUEUE, queueing_lock=lock).defer(refund_id=str(refund_id))
    except AlreadyEnqueued:
        return


def send(refund_id: UUID, *, real_now: Callable[[], datetime]) -> bool:
    """This will tell or ask a due refund's service and note what it says; returns whether it was due."""
    errand = begin_sending(refund_id=refund_id, at=clock.now(), real_now=real_now())
    if errand is None:
        return False
    kind = kind_of(errand.service.kind)
    said = _carried(kind, errand) if kind else Said(UNHEARD, NO_ANSWER)
    _note(errand.service, errand.refund, said, real_now(), errand.refund.attempts)
    return True


def check(refund_id: UUID, *, real_now: Callable[[], datetime]) -> None:
    """This will ask a service what became of a refund that it was told of, also a settled one, and note it."""
    refund = Refund.objects.select_related("order", "request").get(id=refund_id)
    service = PaymentService.objects.filter(code=refund.gateway).first()
    kind = kind_of(service.kind) if service else None
    if service is None or kind is None or not refund.attempts or refund.state == RefundState.SENDING:
        return
    _note(service, refund, kind.ask(service, refund), real_now(), 0)


def _carried(kind: Kind, errand: Errand) -> Said:
    """What was told once is asked about first. A refusal counts once the service says that it knows nothing of it: an
    attempt before, of which we heard nothing, may have come to something.
    """
    if not errand.is_first:
        said = kind.ask(errand.service, errand.refund)
        if said.what != ABSENT:
            return said
    said = kind.send(errand.service, errand.refund)
    if said.what != REFUSED:
        return said
    known = kind.ask(errand.service, errand.refund)
    return said if known.what == ABSENT else known


def _note(service: PaymentService, refund: Refund, said: Said, real_now: datetime, attempt: int) -> None:
    note_service(service, trouble=said.trouble if said.what == UNHEARD else "", real_now=real_now)
    note_said(refund_id=refund.id, service=service, said=said, at=clock.now(), real_now=real_now, attempt=attempt)
