"""Warehouses, what lies in them, what is kept for whom, and the ledger behind it all."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.ids import uuid7
from zhoudao.kit.languages import pick

# As the event log's: nobody rewrites what has moved, except the owner who restores a backup.
_GUARD = """
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
       AND current_setting('zhoudao.maintenance', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'the stock ledger is append-only';
"""


class Place(models.TextChoices):
    """What kind of place goods lie in."""

    WAREHOUSE = "warehouse", pgettext_lazy("stock", "Warehouse")
    STORE = "store", pgettext_lazy("stock", "Store")


class Kind(models.TextChoices):
    """What a movement was."""

    RECEIPT = "receipt", pgettext_lazy("stock movement", "Received")
    RESERVATION = "reservation", pgettext_lazy("stock movement", "Reserved")
    RELEASE = "release", pgettext_lazy("stock movement", "Released")
    SHIPMENT = "shipment", pgettext_lazy("stock movement", "Shipped")
    RETURN = "return", pgettext_lazy("stock movement", "Came back")
    CORRECTION = "correction", pgettext_lazy("stock movement", "Corrected")
    TRANSFER_OUT = "transfer_out", pgettext_lazy("stock movement", "Sent to another place")
    TRANSFER_IN = "transfer_in", pgettext_lazy("stock movement", "Came from another place")
    SCRAP = "scrap", pgettext_lazy("stock movement", "Scrapped")


class State(models.TextChoices):
    """Where a reservation stands."""

    OPEN = "open", pgettext_lazy("reservation", "Open")  # something is held, or waited for
    SHIPPED = "shipped", pgettext_lazy("reservation", "Shipped")
    RELEASED = "released", pgettext_lazy("reservation", "Released")


class Counting(models.TextChoices):
    """Where a stock-take stands."""

    OPEN = "open", pgettext_lazy("stock-take", "Being counted")
    APPROVED = "approved", pgettext_lazy("stock-take", "Approved")
    CANCELLED = "cancelled", pgettext_lazy("stock-take", "Cancelled")


class Item(models.Model):
    """What can lie somewhere. Its number is all that is needed; names and barcode help people and scanners.

    `words` is what it is found by, folded, and `grams` their pieces. `asks_batch`: whoever packs it is asked which
    batch it is of.
    """

    sku = models.CharField(max_length=80, primary_key=True)
    names = models.JSONField(default=dict)
    barcode = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001  # only NULLs may be many
    asks_batch = models.BooleanField(default=False, db_default=False)
    words = models.TextField(default="")
    grams = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["grams"], name="stock_item_grams")]

    def __str__(self) -> str:
        return pick(self.names, get_language()) or self.sku


class Warehouse(models.Model):
    """A place where goods lie: a warehouse of the company, or a store. `street` and `phone` are what customers are told
    who send something back. Allocation looks at where, how much a day,
    `priority` (small is first) and what a parcel costs: so much, and so much more every 100 km, in minor units of the
    house's currency. A closed one takes nothing any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=10, choices=Place.choices, default=Place.WAREHOUSE)
    store = models.OneToOneField(Store, models.PROTECT, null=True, related_name="+")
    province = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=120, blank=True, db_default="")
    phone = models.CharField(max_length=30, blank=True, db_default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    daily_capacity = models.PositiveIntegerField(null=True)  # parcels; None: no limit
    priority = models.PositiveSmallIntegerField(default=100)
    parcel_minor = models.PositiveIntegerField(default=0, db_default=0)
    way_minor = models.PositiveIntegerField(default=0, db_default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="store", store__isnull=False) | Q(kind="warehouse", store__isnull=True),
                name="stock_store_is_named",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="stock_place_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return pick(self.names, get_language()) or self.code


class Balance(models.Model):
    """The book of one item in one warehouse, after its `moves` movements. The database keeps it from being negative
    and from promising more than is there; `safety` is kept back and may exceed what is there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="balances")
    item = models.ForeignKey(Item, models.PROTECT, db_column="sku", related_name="balances")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    safety = models.IntegerField(default=0)
    moves = models.IntegerField(default=0)
    available = models.GeneratedField(
        expression=F("on_hand") - F("reserved") - F("safety"), output_field=models.IntegerField(), db_persist=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "item"], name="one_balance"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="stock_not_oversold"),
            models.CheckConstraint(condition=Q(safety__gte=0), name="stock_safety_not_negative"),
        ]
        indexes = [
            models.Index(fields=["item", "warehouse"], name="stock_balance_item"),
            models.Index(fields=["item", "warehouse"], name="stock_balance_low", condition=Q(available__lte=0)),
        ]


class Movement(models.Model):
    """One line of the ledger: what changed, and what the book was afterwards. Never changed, never removed.

    `reference` is a number on paper (delivery note); `reason` a code; `key` the caller's own, so that twice is once;
    `purpose` whoever it was kept for or came back from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    balance = models.ForeignKey(Balance, models.PROTECT, related_name="movements")
    seq = models.IntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    on_hand = models.IntegerField()
    reserved = models.IntegerField()
    on_hand_after = models.IntegerField()
    reserved_after = models.IntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    purpose_kind = models.CharField(max_length=20, blank=True)
    purpose_id = models.UUIDField(null=True)
    key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001  # only NULLs may be many

    class Meta:
        constraints = [models.UniqueConstraint(fields=["balance", "seq"], name="one_movement_a_seq")]
        indexes = [
            models.Index(fields=["balance", "at", "seq"], name="stock_movement_time"),
            models.Index(fields=["purpose_id"], name="stock_movement_for", condition=Q(purpose_id__isnull=False)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_GUARD,
            )
        ]


class Reservation(models.Model):
    """What is kept for one purpose: an order, a repair. Only one at a time; after a release there may be another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose_kind = models.CharField(max_length=20)
    purpose_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose_kind", "purpose_id"], condition=~Q(state="released"), name="one_reservation"
            )
        ]
        indexes = [models.Index(fields=["purpose_id"], name="stock_reservation_for")]


class Line(models.Model):
    """Of one item in one warehouse: how many were wanted, are held, wait for goods (until `promised_date`, when we can
    say), have been shipped, and came back. The `held` of all lines is what their balance calls reserved.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="lines")
    balance = models.ForeignKey(Balance, models.PROTECT, related_name="lines")
    wanted = models.IntegerField()
    held = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)
    shipped = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    promised_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reservation", "balance"], name="one_line_a_balance"),
            models.CheckConstraint(
                condition=Q(wanted__gt=0, held__gte=0, waiting__gte=0, shipped__gte=0, returned__gte=0),
                name="stock_line_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(wanted__gte=F("held") + F("waiting") + F("shipped")), name="stock_line_not_beyond"
            ),
            models.CheckConstraint(condition=Q(returned__lte=F("shipped")), name="stock_line_returns_shipped"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["balance", "id"], name="stock_line_waiting", condition=Q(waiting__gt=0)),
            models.Index(fields=["balance", "-id"], name="stock_line_held", condition=Q(held__gt=0)),
        ]


class ExpectedReceipt(models.Model):
    """Goods that are to come: from a supplier, or (`source`) from another place of ours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    balance = models.ForeignKey(Balance, models.PROTECT, related_name="expected")
    source = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+")
    quantity = models.IntegerField()
    received = models.IntegerField(default=0)
    due_date = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True)  # all came, or no more will

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, received__gte=0, received__lte=F("quantity")), name="stock_expected_sound"
            )
        ]
        indexes = [
            models.Index(
                fields=["balance", "due_date", "id"], name="stock_expected_open", condition=Q(closed_at__isnull=True)
            )
        ]


class Count(models.Model):
    """A stock-take of one place."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="counts")
    state = models.CharField(max_length=10, choices=Counting.choices, default=Counting.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["warehouse", "-id"], name="stock_count_place")]


class CountLine(models.Model):
    """What was counted of one item, and what the book said at that moment: their difference is what was wrong then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    count = models.ForeignKey(Count, models.CASCADE, related_name="lines")
    balance = models.ForeignKey(Balance, models.PROTECT, related_name="+")
    book = models.IntegerField()
    counted = models.IntegerField()
    counted_at = models.DateTimeField()
    counted_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "balance"], name="one_count_an_item"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="stock_counted_not_negative"),
        ]

    @property
    def difference(self) -> int:
        """How many more lay there than the book said."""
        return self.counted - self.book
