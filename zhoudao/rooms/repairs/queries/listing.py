"""Repairs as they are listed and found."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.codes import Code
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.orders import seen_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.kinds import OPEN, State
from zhoudao.rooms.repairs.kinds import Place as PlaceOf
from zhoudao.rooms.repairs.models import Device, Repair
from zhoudao.rooms.repairs.refusals import SerialUnsound
from zhoudao.rooms.repairs.serials import serial_key

READ, WRITE = "repairs:read", "repairs:write"
TEAM = "after_sales"  # whose work repairs are
PAGE, MOST_COUNTED, MOST_BENCH = 25, 1_000, 200
REPEATED_WITHIN = timedelta(days=90)
_NUMBER = re.compile(r"M(\d{4})-?(\d{1,9})", re.IGNORECASE | re.ASCII)


@frozen
class RepairPage:
    """Repairs, and where the next page begins (None at the end)."""

    rows: list[Repair]
    next: UUID | None


@frozen
class Repeats:
    """How many repairs there were, and how many of a device that had the same fault within 90 days before."""

    repairs: int
    repeated: int

    @property
    def rate(self) -> float | None:
        """The share that was repeated, from 0 to 1; None where there were none."""
        return self.repeated / self.repairs if self.repairs else None


def repair_page(viewer: Viewer, *, state: str = "", place: str = "", after: UUID | None = None) -> RepairPage:
    """The newest repairs that may be seen (one statement); `state` may be `open`."""
    rows = Repair.objects.filter(seen_repairs(viewer))
    if state == "open":
        rows = rows.filter(closed_at=None)
    elif state in State.values:
        rows = rows.filter(state=Code(state))
        rows = rows.filter(closed_at=None) if State(state) in OPEN else rows
    if place:
        rows = rows.filter(place=place)
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.select_related("device", "store", "order").order_by("-id")[: PAGE + 1])
    return RepairPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def repairs_named(viewer: Viewer, words: str) -> list[Repair]:
    """The repairs these words name exactly: their number, their order's, or the device's serial number (one
    statement).
    """
    rows = Repair.objects.filter(seen_repairs(viewer)).filter(named(words))
    return list(rows.select_related("device", "store", "order").order_by("-id")[:PAGE])


def named(words: str) -> Q:
    """Repairs of exactly this number, order or serial number."""
    text = words.strip()[:80]
    match = _NUMBER.fullmatch(text)
    if match:
        return Q(number=f"M{match[1]}-{match[2].zfill(6)}")
    by_order = Q(order__number=text.upper()) | Q(order__external_number=text)
    try:
        key = serial_key(text)
    except SerialUnsound:
        return by_order
    return by_order | Q(device__serial_key=key) if key else by_order


def seen_repairs(viewer: Viewer, permission: str = READ) -> Q:
    """Repairs of the orders somebody may see, and those without one in their stores; all of them for the company's team
    for after-sales.
    """
    viewer = viewer.within(permission)
    if viewer.is_everywhere:
        return Q()
    theirs_to_do = Team.objects.filter(id__in=viewer.teams or (), store=None, code=TEAM)
    of_orders = Q(Exists(Order.objects.filter(seen_orders(viewer), pk=OuterRef("order_id"))))
    return of_orders | (Q(order=None) & of_their_stores(viewer)) | Q(Exists(theirs_to_do))


def repair_for(viewer: Viewer, number: str, permission: str = READ) -> Repair | None:
    """One repair the viewer may read where this permission is theirs."""
    if not (viewer.may(READ) and viewer.may(permission)):
        return None
    rows = Repair.objects.filter(seen_repairs(viewer, permission), number=number)
    return rows.select_related("device", "customer", "store", "order", "conversation").first()


def counted(viewer: Viewer) -> Mapping[str, int]:
    """How many open repairs that may be seen stand at each state: at most `MOST_COUNTED` + 1 of all (one statement)."""
    rows = Repair.objects.filter(seen_repairs(viewer), closed_at=None).values_list("state", flat=True)
    counts = dict.fromkeys((state.value for state in OPEN), 0)
    for state in rows[: MOST_COUNTED + 1]:
        counts[state] += 1
    return counts


def bench(viewer: Viewer, states: Iterable[str]) -> list[Repair]:
    """What lies in the workshop at these states, the oldest first: at most `MOST_BENCH` (one statement)."""
    rows = Repair.objects.filter(seen_repairs(viewer), place=PlaceOf.BENCH, state__in=list(states), closed_at=None)
    return list(rows.select_related("device", "store").order_by("id")[:MOST_BENCH])


def repairs_of_order(order_id: UUID) -> list[Repair]:
    """All repairs of an order's devices, newest first (one statement)."""
    return list(Repair.objects.filter(order_id=order_id).select_related("device").order_by("-id"))


def repairs_of_device(device: Device) -> list[Repair]:
    """All repairs of a device, newest first (one statement)."""
    return list(device.repairs.order_by("-id")[:PAGE])


def numbers_of(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The numbers of these repairs (one statement)."""
    return dict(Repair.objects.filter(id__in=list(ids)).values_list("id", "number"))


def repeats(since: datetime, until: datetime) -> Repeats:
    """How many repairs that were judged and done were asked for from `since` to before `until`, and how many of them
    came back: the same device with the same fault was asked for within 90 days before (two statements).
    """
    rows = Repair.objects.filter(asked_at__gte=since, asked_at__lt=until, repaired_at__isnull=False).exclude(fault="")
    before = Repair.objects.filter(
        device_id=OuterRef("device_id"),
        fault=OuterRef("fault"),
        repaired_at__isnull=False,
        asked_at__lt=OuterRef("asked_at"),
        asked_at__gte=OuterRef("asked_at") - REPEATED_WITHIN,
    )
    return Repeats(rows.count(), rows.filter(Exists(before)).count())


def is_repeated(repair: Repair) -> bool:
    """Whether the same device came with the same fault within 90 days before (one statement)."""
    rows = Repair.objects.filter(device_id=repair.device_id, fault=repair.fault, asked_at__lt=repair.asked_at)
    rows = rows.filter(asked_at__gte=repair.asked_at - REPEATED_WITHIN, repaired_at__isnull=False)
    return bool(repair.fault) and rows.exclude(pk=repair.pk).exists()
