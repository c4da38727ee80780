"""The demo company's parcels: what left in the last days, where carriers say it is, and one that stands still."""

from datetime import datetime, timedelta
from random import Random

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.remembering import remember_past
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.told import Said, Told
from zhoudao.rooms.stock.models import Warehouse

_BY = By("system:demo")
_CARRIERS = (("sf", "SF"), ("zto", "ZT"), ("jd", "JD"))
# Hours after it left, where it stands then, what is said, and where.
_WAY = (
    (1, "info_received", "包裹信息已接收，等待揽收", "昆山市"),
    (5, "in_transit", "【昆山集散中心】已揽收", "昆山市"),
    (11, "in_transit", "快件已到达【苏州转运中心】", "苏州转运中心"),
    (26, "in_transit", "快件离开【苏州转运中心】，已发往【{city}转运中心】", "苏州转运中心"),
    (40, "in_transit", "快件已到达【{city}转运中心】", "{city}转运中心"),
    (52, "out_for_delivery", "快递员正在派送，请保持电话畅通", "{city}"),
)


def send(order: Order, placed_at: datetime, at: datetime) -> None:
    """This will approve an order and let it leave the next morning, larger ones in two parcels."""
    rng = Random(order.external_number)  # noqa: S311  # which carrier, not a secret
    remember_past(order_id=order.id, past=Past(placed_at + timedelta(hours=3)), by=_BY)
    lines = list(order.lines.order_by("position").values_list("id", "quantity"))
    place = Warehouse.objects.filter(closed_at=None).order_by("priority", "code").first()
    for n, part in enumerate([lines[:1], lines[1:]] if len(lines) > 2 else [lines]):
        (carrier, letters), digits = rng.choice(_CARRIERS), f"{rng.randrange(10**10):010d}"
        left_at = min(at, placed_at + timedelta(hours=18 + 5 * n))
        label = Label(carrier, f"{letters}{digits}")
        hand_over_parcel(
            order_id=order.id,
            label=label,
            lines=dict(part),
            warehouse_id=place.id if place else None,
            is_history=True,
            by=_BY,
            at=left_at,
        )
        said = tuple(_said(one, left_at, order) for one in _WAY if left_at + timedelta(hours=one[0]) <= at)
        note_told(told=Told(label.carrier, label.tracking_number, said), source="demo", at=at)


def _said(one: tuple[int, str, str, str], left_at: datetime, order: Order) -> Said:
    hours, state, text, place = one
    city = order.city.removesuffix("市")
    return Said(left_at + timedelta(hours=hours), state, text.format(city=city), place.format(city=city))
