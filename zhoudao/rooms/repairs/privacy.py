"""What repairs hold of a person, and its end: what was repaired stays, without their words and whose it was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.repairs.models import Device, Extension, PhotoReading, Repair, RepairPhoto, Work
from zhoudao.rooms.repairs.refusals import RepairsStillOpen
from zhoudao.rooms.repairs.sealed import signer_of, words_of

_NAMED = 10  # numbers that a refusal names


def held(ids: Sequence[UUID]) -> dict[str, Any]:
    """Their devices with warranties, and their repairs with what they said, what it was and what it cost."""
    devices = Device.objects.filter(customer_id__in=ids).prefetch_related("extensions").order_by("registered_at", "id")
    rows = Repair.objects.filter(customer_id__in=ids).select_related("device", "order").order_by("asked_at", "id")
    repairs = list(rows.prefetch_related("quotes"))
    box.warm(one.words_sealed for one in repairs)
    return {"devices": [_device(one) for one in devices], "repairs": [_repair(one) for one in repairs]}


def refuse(ids: Sequence[UUID]) -> None:
    """Raises: RepairsStillOpen."""
    rows = Repair.objects.filter(customer_id__in=ids, closed_at=None).order_by("number")
    if numbers := list(rows.values_list("number", flat=True)[:_NAMED]):
        raise RepairsStillOpen(numbers)


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy serial numbers, words, photos with what was read off them, and signatures; their files and key
    go with the customer.
    """
    RepairPhoto.objects.filter(repair__customer_id__in=ids).delete()
    PhotoReading.objects.filter(customer_id__in=ids).delete()
    Work.objects.filter(repair__customer_id__in=ids).update(words_sealed=None)
    Extension.objects.filter(device__customer_id__in=ids).update(reason="")
    gone = {"words_sealed": None, "signed_name_sealed": None, "signature": None}
    Repair.objects.filter(customer_id__in=ids).update(tracking_number="", paid_reference="", **gone)
    Device.objects.filter(customer_id__in=ids).update(serial="", serial_key=None, is_disputed=False)


def _device(one: Device) -> dict[str, Any]:
    return {
        "what": [one.sku, one.name, one.brand, one.category],
        "serial": one.serial,
        "batch": one.batch,
        "days": [day.isoformat() for day in (one.bought_date, one.delivered_date) if day],
        "warranty_months": one.warranty_months + sum(each.months for each in one.extensions.all()),
    }


def _repair(one: Repair) -> dict[str, Any]:
    return {
        "number": one.number,
        "order": one.order.number if one.order else "",
        "device": one.device.name,
        "asked": [one.symptom, one.error_code, one.asked_at.isoformat()],
        "words": words_of(one),
        "state": one.state,
        "fault": one.fault,
        "is_covered": one.is_covered,
        "quotes": [[str(each.total.amount), each.currency, each.is_accepted] for each in one.quotes.all()],
        "sent_with": [one.carrier, one.tracking_number],
        "signed": signer_of(one),
    }


KEEPER = Keeper("repairs", held, forget, refuse)
