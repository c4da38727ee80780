"""The case of a repair: the one that is open about its order hears of it, else one of its own begins."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import ACTIVE, Case, Kind
from zhoudao.rooms.conversations.commands import Inbound, add_note, ensure_desk, receive_message
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.repairs.models import Device, Repair
from zhoudao.rooms.repairs.sealed import words_of

ACTOR = "system:repairs"


def join_case(repair: Repair, device: Device, known_id: UUID | None, *, at: datetime) -> UUID:
    """This will tell of a repair in hand in a conversation: `known_id`, whose case it was begun from, else that of the
    open case about its order, else one of its own, in the customer's words. Returns which.
    """
    thread = known_id or _open_about(repair)
    if thread is None:
        return _begun(repair, device, at)
    with translation.override(settings.LANGUAGE_CODE):
        text = _words(repair, device)
    by = By(ACTOR, store_id=repair.store_id)
    add_note(conversation_id=thread, text=text, by=by, author_name="", at=at)
    return thread


def _open_about(repair: Repair) -> UUID | None:
    order = repair.order
    if order is None:
        return None
    names = (order.number, order.external_number)
    rows = Case.objects.filter(conversation__order_number__in=names, status__in=ACTIVE)
    rows = rows.filter(customer_id__in=group_ids(order.customer_id), conversation__isnull=False)
    return rows.order_by("-opened_at", "-id").values_list("conversation_id", flat=True).first()


def _begun(repair: Repair, device: Device, at: datetime) -> UUID:
    with translation.override(repair.language.lower()):
        text = _words(repair, device)
    inbound = Inbound(
        channel=ensure_desk().code,
        external_id=f"repair/{repair.id}",
        customer_id=repair.customer_id,
        text=text,
        order_number=repair.order.number if repair.order else "",
        store=repair.store.code,
        kind=Kind.AFTER_SALES,
        is_new_topic=True,
    )
    return receive_message(inbound=inbound, at=at).conversation_id


def _words(repair: Repair, device: Device) -> str:
    said = {"number": repair.number, "device": device.name, "symptom": repair.get_symptom_display()}
    words = _("Repair %(number)s of “%(device)s”: %(symptom)s.") % said
    code = _("It shows %(code)s.") % {"code": repair.error_code} if repair.error_code else ""
    return " ".join(filter(None, (words, code, words_of(repair))))
