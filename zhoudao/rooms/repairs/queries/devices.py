"""Devices as they are found and shown."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.aftersales.batches import packed_batches
from zhoudao.rooms.cases.queries.people import may_see
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.repairs.models import Device, Repair
from zhoudao.rooms.repairs.queries.listing import READ, seen_repairs

_MOST = 50


def devices_of(records: Sequence[UUID]) -> QuerySet[Device]:
    """The devices of somebody's records, the newest first (two statements)."""
    rows = Device.objects.filter(customer_id__in=records, is_gone=False)
    return rows.select_related("store").prefetch_related("extensions").order_by("-id")[:_MOST]


def packed_as(device: Device) -> tuple[str, ...]:
    """The batches its line was packed as, where those of all its pieces are known (at most two statements)."""
    line_id = device.order_line_id
    return packed_batches([line_id]).get(line_id, ()) if line_id else ()


def device_for(viewer: Viewer, device_id: UUID, permission: str = READ) -> Device | None:
    """A device whose customer the viewer may see, or a repair of it, where this permission is theirs."""
    if not (viewer.may(READ) and viewer.may(permission)):
        return None
    rows = Device.objects.filter(id=device_id).select_related("customer", "store", "order_line__order")
    theirs = Repair.objects.filter(seen_repairs(viewer, permission), device_id=OuterRef("pk"))
    found = rows.annotate(is_seen=Exists(theirs)).prefetch_related("extensions").first()
    if found is None or found.is_seen or viewer.within(permission).is_everywhere:
        return found
    group = group_ids(found.customer_id)
    return found if viewer.may("customers:read") and may_see(viewer.within(permission), group) else None


def rivals_of(device: Device) -> list[Device]:
    """Other customers' devices with the same serial number (one statement)."""
    if device.serial_key is None:
        return []
    rows = Device.objects.filter(sku=device.sku, serial_key=device.serial_key, is_gone=False).exclude(id=device.id)
    return list(rows.select_related("customer").order_by("id")[:_MOST])
