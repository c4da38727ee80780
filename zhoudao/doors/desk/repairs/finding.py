"""What the pages of repairs ask first: which repair or device, and how money and days are read and written."""

from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.translation import get_language

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.repairs.models import Device, Repair
from zhoudao.rooms.repairs.queries.devices import device_for
from zhoudao.rooms.repairs.queries.listing import READ, repair_for


def repair_or_404(viewer: Viewer, number: str, permission: str = READ) -> Repair:
    """The repair; one the viewer may not see does not exist."""
    found = repair_for(viewer, number, permission)
    if found is None:
        raise Http404
    return found


def device_or_404(viewer: Viewer, device_id: UUID, permission: str = READ) -> Device:
    """The device; one the viewer may not see does not exist."""
    found = device_for(viewer, device_id, permission)
    if found is None:
        raise Http404
    return found


def money(minor: int, currency: str) -> str:
    """An amount in the reader's way of writing."""
    return Money(minor, currency).format(get_language() or "zh-hans")


def minor_of(given: QueryDict, name: str, currency: str) -> int:
    """An amount as it was typed, in minor units: nothing is zero, what is no amount below zero."""
    text = given.get(name, "").strip()
    try:
        return Money.of(text, currency).minor if text else 0
    except BadAmount:
        return -1
