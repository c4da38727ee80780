"""What stands on a label: where it goes in clear, to whom only as far as a carrier needs."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import mask_name, mask_phone
from zhoudao.rooms.fulfilment.models import Format, LabelSetup, LabelSheet, Step, Tote
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.parcels.models import Parcel

_GONE = (Step.OUT, Step.PUT_BACK)


@frozen
class Printed:
    """One label. `place` of `of` parcels of its order that are known; the number is empty until somebody knows it."""

    tote: Tote
    name: str
    phone: str
    region: str
    address: str
    carrier: str
    tracking_number: str
    place: int
    of: int

    @property
    def barcode(self) -> str:
        """What a scanner reads: the carrier's number, or the parcel's own code."""
        return self.tracking_number or self.tote.code


def setup_of(warehouse_id: UUID) -> LabelSetup:
    """How a place prints its labels."""
    return LabelSetup.objects.filter(warehouse_id=warehouse_id).first() or LabelSetup(warehouse_id=warehouse_id)


def printed(sheet: LabelSheet) -> tuple[str, list[Printed]]:
    """The format, and the labels in their order."""
    rows = Tote.objects.filter(id__in=sheet.subjects).select_related("order", "warehouse")
    totes = sorted(rows, key=lambda tote: sheet.subjects.index(tote.id))
    setup = setup_of(totes[0].warehouse_id) if totes else LabelSetup(format=Format.TALL)
    parcels, counted = _parcels(totes)
    return setup.format, [_label(tote, setup, parcels.get(tote.id), counted[tote.order_id]) for tote in totes]


def _label(tote: Tote, setup: LabelSetup, parcel: Parcel | None, all_of: list[UUID]) -> Printed:
    who = recipient_of(tote.order)
    name, phone = _person(who, is_whole=setup.is_whole)
    region = " ".join(filter(None, (who.province, who.city, who.district)))
    named = parcel or tote
    place = all_of.index(tote.id) + 1
    return Printed(tote, name, phone, region, who.address, named.carrier, named.tracking_number, place, len(all_of))


def _person(who: Recipient, *, is_whole: bool) -> tuple[str, str]:
    phone = who.phone.removeprefix("+86")
    return (who.name, phone) if is_whole else (mask_name(who.name), mask_phone(phone))


def _parcels(totes: Sequence[Tote]) -> tuple[dict[UUID, Parcel], dict[UUID, list[UUID]]]:
    """Parcels by id; and by order the ids of all that left or will: a tote's id is its parcel's."""
    orders = [tote.order_id for tote in totes]
    parcels = {one.id: one for one in Parcel.objects.filter(order_id__in=orders)}
    counted: dict[UUID, set[UUID]] = defaultdict(set)
    for order_id, id_ in (
        Tote.objects.filter(order_id__in=orders).exclude(state__in=_GONE).values_list("order_id", "id")
    ):
        counted[order_id].add(id_)
    for one in parcels.values():
        counted[one.order_id].add(one.id)
    for tote in totes:
        counted[tote.order_id].add(tote.id)
    return parcels, {order_id: sorted(ids) for order_id, ids in counted.items()}
