"""Telling courier services of pick-ups, and asking how those stand: nothing is asked inside a transaction."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from zhoudao.doors.couriers.port import Kind, kind_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.pickups.answers import CANCELLED, UNHEARD, Said
from zhoudao.rooms.pickups.commands.answering import note_said, note_service
from zhoudao.rooms.pickups.commands.sending import ASK, BOOK, Errand, begin_errand


def send(pickup_id: UUID, *, real_now: Callable[[], datetime]) -> bool:
    """This will tell or ask a due pick-up's service and note what it says; returns whether it was due."""
    errand = begin_errand(pickup_id=pickup_id, at=clock.now(), real_now=real_now())
    if errand is None:
        return False
    kind = kind_of(errand.service.kind)
    said = _carried(kind, errand) if kind else Said(UNHEARD, "broken", is_asked=False)
    note_service(errand.service, trouble=said.trouble if said.what == UNHEARD else "", real_now=real_now())
    attempt = errand.pickup.attempts
    note_said(pickup_id=pickup_id, said=said, at=clock.now(), real_now=real_now(), attempt=attempt)
    return True


def _carried(kind: Kind, errand: Errand) -> Said:
    """What is not said to be called off is asked about: it may have been before, or the courier has it."""
    if errand.what == BOOK:
        return kind.book(errand.service, errand.pickup, errand.goal, clock.now())
    if errand.what == ASK:
        return kind.ask(errand.service, errand.pickup)
    said = kind.call_off(errand.service, errand.pickup)
    known = said if said.what == CANCELLED else kind.ask(errand.service, errand.pickup)
    return said if known.what == UNHEARD else known
