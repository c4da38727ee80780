"""Orders of two years for `zhoudao bench workbench`: most of them delivered, a few of everything else, by COPY.

Every 400th order is held, every thirtieth is under way, one in a thousand was never paid; two in three buyers are new.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast
from uuid import UUID

from django.db import models

CHUNK, YEARS = 5_000, 2
HELD, UNDER_WAY, WAITING, UNPAID, CANCELLED = 400, 30, 100, 1_000, 70
SOURCES = ("taobao", "jd", "miniapp", "pos")
RARE = "fair"  # a source of one order in ten thousand
_REASONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("abnormal_amount", "source", {"usual": 9_900, "seen": 40, "times": 3.1, "total": 30_690}),
    ("incomplete", "", {"missing": "phone"}),
    ("duplicate", "same", {"order": "O2026-000001", "minutes": 12, "goods": 1.0, "address": 0.9}),
    ("remark", "address", {}),
    ("undeliverable", "district", {}),
)
_PROVINCES = (("江苏省", "南京市", "鼓楼区"), ("四川省", "成都市", "武侯区"), ("广东省", "广州市", "天河区"))
Rows = dict[type[models.Model], list[models.Model]]


def seed(orders: int, superuser: str) -> dict[str, str]:
    """This will write that many orders with lines, holds, parcels, reports and events; the numbers of some of them."""
    import psycopg

    from zhoudao.ground.rows import copied

    told: dict[str, str] = {}
    with psycopg.connect(superuser, autocommit=True) as raw:
        raw.execute("SET session_replication_role = replica")  # nobody is told, nothing checked row by row
        raw.execute("SET synchronous_commit = off")
        for rows in _chunks(orders, told):
            for model, same in rows.items():
                with raw.cursor() as cursor:
                    copied(cast(Any, cursor), model, same)
        raw.execute("SELECT setval('order_number', %s)", [orders])
        raw.execute("UPDATE eventlog_subscription SET cursor_xid = pg_current_xact_id()::text::bigint")
        raw.execute("VACUUM (ANALYZE)")
        raw.execute("CHECKPOINT")
    return told


def _chunks(orders: int, told: dict[str, str]) -> Iterator[Rows]:
    maker = _Maker(orders, told)
    for start in range(0, orders, CHUNK):
        maker.rows = {}
        for number in range(start, min(start + CHUNK, orders)):
            maker.add(number)
        yield maker.rows


class _Maker:
    """Writes orders from the oldest to the newest."""

    def __init__(self, orders: int, told: dict[str, str]) -> None:
        from zhoudao.ground.accounts.models import Store

        self.rows: Rows = {}
        self.store_id = Store.objects.get(code="web").id
        self.now, self.rng, self.told = datetime.now(UTC), Random(4), told  # noqa: S311  # what is bought, no secret
        self.step = timedelta(days=365 * YEARS) / orders
        self.orders = orders
        self.buyers: list[tuple[UUID, UUID]] = []

    def add(self, number: int) -> None:
        """One order with all that belongs to it."""
        from zhoudao.kit.ids import uuid7
        from zhoudao.rooms.orders.models import OrderLine

        at = self.now - self.step * (self.orders - number)
        customer_id, key_id = self._buyer(number, at)
        order = self._order(number, at, customer_id, key_id)
        self._put(order)
        for place in range(order.line_count):
            price = order.goods_minor // order.line_count
            self._new(
                OrderLine, id=uuid7(at), order_id=order.id, position=place + 1, sku=f"B-{(number + place) % 5_000}",
                name="胡桃木茶几", quantity=1, price_minor=price,
            )  # fmt: skip
        said = {"number": order.number, "source": order.source, "lines": order.line_count, "is_history": False}
        self._event(order, "orders.OrderPlaced", at, 1, **said, total_minor=order.total_minor, currency="CNY")
        if order.open_holds:
            self._hold(order, number, at)
        if order.approved_at:
            self._event(order, "orders.OrderApproved", order.approved_at, 2, number=order.number)
        if order.shipped_at:
            self._parcel(order, number)

    def _buyer(self, number: int, at: datetime) -> tuple[UUID, UUID]:
        from zhoudao.ground.vault import box
        from zhoudao.kit.ids import uuid7
        from zhoudao.rooms.customers.claims import name_index
        from zhoudao.rooms.customers.models import Customer

        if number % 3 == 2:
            return self.buyers[self.rng.randrange(len(self.buyers))]
        id_ = uuid7(at)
        key = box.new_key(id_)
        self._put(key)
        name = f"顾客{number}"
        self._new(
            Customer, id=id_, key_id=key.id, name_sealed=box.seal(key.id, name, place=f"customer.name.{id_}"),
            name_index=name_index(name), created_at=at,
        )  # fmt: skip
        if len(self.buyers) < 3_000:
            self.buyers.append((id_, key.id))
        else:
            self.buyers[number % 3_000] = (id_, key.id)
        return id_, key.id

    def _order(self, number: int, at: datetime, customer_id: UUID, key_id: UUID) -> Any:
        from zhoudao.ground.rows import new_row
        from zhoudao.ground.vault import box
        from zhoudao.kit.ids import uuid7
        from zhoudao.rooms.orders.models import Order
        from zhoudao.rooms.orders.sealed import seal_people
        from zhoudao.rooms.orders.submission import Recipient

        count = 1 + number % 2
        goods = 9_900 * count + 100 * (number % 90) * count
        order = new_row(
            Order, id=uuid7(at), number=f"O{at.year}-{number:06d}", store_id=self.store_id, customer_id=customer_id,
            source=RARE if number % 10_000 == 77 else SOURCES[number % len(SOURCES)], external_number=f"X-{number}",
            currency="CNY", goods_minor=goods, total_minor=goods, line_count=count, placed_at=at, recorded_at=at,
            promised_at=at + timedelta(days=5), payment="captured", reviewed_at=at,
            goods_index=box.blind_index("bench", str(number)),
        )  # fmt: skip
        province = _PROVINCES[number % len(_PROVINCES)]
        phone = f"+86139{number:08d}"
        seal_people(order, key_id, Recipient(f"顾客{number}", phone, "中山北路 1 号", *province), "")
        self._stand(order, number, at)
        return order

    def _stand(self, order: Any, number: int, at: datetime) -> None:
        """Where it is on its three axes."""
        if number % UNPAID == 3:
            order.payment = "failed"
        if number % HELD == 5:
            order.open_holds = 1
            self.told.setdefault("held", order.number)
        elif number % CANCELLED == 9:
            order.commercial, order.cancelled_at, order.cancel_reason = "cancelled", at + timedelta(hours=3), "customer"
        elif number % WAITING == 11:
            order.commercial, order.fulfilment, order.approved_at = "approved", "reserved", at + timedelta(minutes=1)
            self.told.setdefault("reserved", order.number)
        else:
            order.commercial, order.approved_at = "approved", at + timedelta(minutes=1)
            order.fulfilment, order.shipped_at = "shipped", at + timedelta(hours=20)
            if number % UNDER_WAY != 13:
                order.commercial, order.fulfilment = "completed", "delivered"
                order.delivered_at = order.completed_at = at + timedelta(days=3)
            self.told[order.fulfilment] = order.number

    def _hold(self, order: Any, number: int, at: datetime) -> None:
        from zhoudao.kit.ids import uuid7
        from zhoudao.rooms.orders.models import Hold

        reason, kind, evidence = _REASONS[number // HELD % len(_REASONS)]
        self._new(
            Hold, id=uuid7(at), order_id=order.id, reason=reason, kind=kind, evidence=evidence, score=0.9,
            opened_at=at, opened_by="system:review", due_at=at + timedelta(hours=4),
        )  # fmt: skip

    def _parcel(self, order: Any, number: int) -> None:
        from zhoudao.ground.vault import box
        from zhoudao.kit.ids import uuid7
        from zhoudao.rooms.parcels.models import Parcel, TrackingEvent

        left, arrived = order.shipped_at, order.delivered_at
        parcel_id, code = uuid7(left), f"SF{number:012d}"
        self._new(
            Parcel, id=parcel_id, order_id=order.id, carrier="sf", tracking_number=code, version=2,
            state="delivered" if arrived else "in_transit", handed_over_at=left, delivered_at=arrived,
            heard_at=arrived or left, expected_at=left + timedelta(days=3),
        )  # fmt: skip
        self._event(order, "parcels.ParcelHandedOver", left, 3, number=order.number, parcel_id=str(parcel_id),
                    carrier="sf", pieces=order.line_count, rest=0, is_history=False)  # fmt: skip
        for step, (moment, state) in enumerate(((left, "in_transit"), (arrived, "delivered"))):
            if moment:
                self._new(
                    TrackingEvent, id=uuid7(moment), parcel_id=parcel_id, carrier="sf", tracking_number=code,
                    key=box.blind_index("bench", f"{number}/{step}"), occurred_at=moment, state=state, place="南京市",
                    source="bench", recorded_at=moment,
                )  # fmt: skip
        if arrived:
            self._event(order, "orders.OrderDelivered", arrived, 4, number=order.number, is_late=False)

    def _event(self, order: Any, type_: str, at: datetime, seq: int, **said: object) -> None:
        from zhoudao.ground.eventlog.models import Event
        from zhoudao.kit.ids import uuid7

        about = [["order", str(order.id), ""], ["customer", str(order.customer_id), ""]]
        self._new(
            Event, id=uuid7(at), type=type_, schema=1, occurred_at=at, recorded_at=at, actor="system:bench",
            store_id=self.store_id, channel=order.source, primary_type="order", primary_id=order.id, seq=seq,
            parties=about, object_ids=[order.id, order.customer_id], attributes=said, xid=1,
        )  # fmt: skip

    def _new(self, model: type[models.Model], **values: object) -> None:
        from zhoudao.ground.rows import new_row

        self._put(new_row(model, **values))

    def _put(self, row: models.Model) -> None:
        self.rows.setdefault(type(row), []).append(row)
