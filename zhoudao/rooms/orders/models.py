"""Orders and their lines. An order stands on three axes that move by themselves; there is no one status."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext, pgettext_lazy

from zhoudao.ground.accounts.models import Store, User
from zhoudao.kit.ids import uuid7
from zhoudao.kit.money import Money
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.lists.models import OrderList, OrderListMap
from zhoudao.rooms.orders.rehearsals import Rehearsal
from zhoudao.rooms.orders.shares import share_out
from zhoudao.rooms.orders.stops import SaleStop
from zhoudao.rooms.orders.storefronts.models import Storefront, StorefrontOrder, StorefrontPost
from zhoudao.rooms.stock.models import Warehouse

__all__ = [
    "BY_ITSELF", "OPEN", "REPLACEMENT", "STILL_HERE", "Commercial", "Ending", "Fulfilment", "Hold", "ListPrice",
    "Order", "OrderLine", "OrderList", "OrderListMap", "Outcome", "Payment", "PlaceDay", "Reason", "Rehearsal",
    "SaleStop", "Stage",
    "Storefront", "StorefrontOrder", "StorefrontPost",
]  # fmt: skip


class Commercial(models.TextChoices):
    """What was agreed."""

    PLACED = "placed", pgettext_lazy("order", "To be reviewed")
    APPROVED = "approved", pgettext_lazy("order", "Approved")
    COMPLETED = "completed", pgettext_lazy("order", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")


class Payment(models.TextChoices):
    """Where the money is."""

    PENDING = "pending", pgettext_lazy("payment", "Not paid yet")
    AUTHORISED = "authorised", pgettext_lazy("payment", "Authorised")
    CAPTURED = "captured", pgettext_lazy("payment", "Paid")
    PARTIALLY_REFUNDED = "partially_refunded", pgettext_lazy("payment", "Partly refunded")
    REFUNDED = "refunded", pgettext_lazy("payment", "Refunded")
    FAILED = "failed", pgettext_lazy("payment", "Failed")


class Fulfilment(models.TextChoices):
    """Where the goods are."""

    NONE = "none", pgettext_lazy("fulfilment", "Not begun")
    RESERVED = "reserved", pgettext_lazy("fulfilment", "Reserved")
    BACKORDERED = "backordered", pgettext_lazy("fulfilment", "Out of stock")
    RELEASED = "released", pgettext_lazy("fulfilment", "Released")
    PICKING = "picking", pgettext_lazy("fulfilment", "Being picked")
    PACKED = "packed", pgettext_lazy("fulfilment", "Packed")
    SHIPPED = "shipped", pgettext_lazy("fulfilment", "On its way")
    DELIVERED = "delivered", pgettext_lazy("fulfilment", "Delivered")


class Reason(models.TextChoices):
    """Why an order is held: what a detector finds, or a person says."""

    INCOMPLETE = "incomplete", pgettext_lazy("hold", "Incomplete")
    UNDELIVERABLE = "undeliverable", pgettext_lazy("hold", "Address contradicts itself")
    DUPLICATE = "duplicate", pgettext_lazy("hold", "Ordered twice")
    ABNORMAL_AMOUNT = "abnormal_amount", pgettext_lazy("hold", "Abnormal amount")
    QUANTITY = "quantity", pgettext_lazy("hold", "Abnormal quantity")
    PRICE_MISMATCH = "price_mismatch", pgettext_lazy("hold", "Not the list price")
    VELOCITY = "velocity", pgettext_lazy("hold", "Many orders at once")
    OUT_OF_STOCK = "out_of_stock", pgettext_lazy("hold", "Out of stock")
    REMARK = "remark", pgettext_lazy("hold", "Buyer's remark")
    REFUND_REQUESTED = "refund_requested", pgettext_lazy("hold", "Refund asked")
    AWAITING_RETURN = "awaiting_return", pgettext_lazy("hold", "Waits for goods to come back")
    AWAITING_PAYMENT = "awaiting_payment", pgettext_lazy("hold", "Waits for a payment")
    SALE_STOPPED = "sale_stopped", pgettext_lazy("hold", "Sale stopped")
    OTHER = "other", pgettext_lazy("hold", "Another reason")


class Stage(models.TextChoices):
    """Where a hold stands."""

    PENDING = "pending", pgettext_lazy("hold", "To do")
    WORKING = "working", pgettext_lazy("hold", "Being worked on")
    DONE = "done", pgettext_lazy("hold", "Done")


class Outcome(models.TextChoices):
    """Whether it was right to hold the order: what the detector learns from."""

    RIGHT = "right", pgettext_lazy("hold was", "Something was wrong")
    WRONG = "wrong", pgettext_lazy("hold was", "False alarm")
    UNSURE = "unsure", pgettext_lazy("hold was", "Cannot say")


class Ending(models.TextChoices):
    """How a hold ended."""

    RELEASED = "released", pgettext_lazy("hold", "Released")
    FIXED = "fixed", pgettext_lazy("hold", "Fixed")
    CANCELLED = "cancelled", pgettext_lazy("hold", "Order cancelled")


OPEN = (Commercial.PLACED, Commercial.APPROVED)
BY_ITSELF = (Reason.AWAITING_RETURN, Reason.AWAITING_PAYMENT)  # nobody opens or releases these by hand
REPLACEMENT = "replacement"  # the source of orders that are sent for what was exchanged, missing or broken
STILL_HERE = (Fulfilment.NONE, Fulfilment.RESERVED, Fulfilment.BACKORDERED)  # nobody has begun to pick
LEFT = (Fulfilment.SHIPPED, Fulfilment.DELIVERED)  # until then it can be intercepted


class Order(models.Model):
    """Something bought. Amounts are minor units of one currency; prices include tax, `tax_minor` says how much.

    A held order (`open_holds`) is neither approved nor reserved; `reviewed_at` says that the detectors have seen it.
    On `packing_date` the `packing_places` count a parcel of it; `short_at` says since when it is to be looked at again,
    as goods that were kept for it are not there, or some have come; a split one sends what is there and lets the rest
    follow. One that goes with another ends as cancelled, `merged_into` the one that carries its lines. Of one that had
    pieces taken out, `taken_out_minor` is what it costs less.

    `source` and `external_number` are the sender's: where the order was taken, and what it is called there. Who gets
    it is sealed under the customer's key; `phone_index` and `name_index` find it by exactly these. `goods_index` and
    `person_index` tell whether the same submission comes again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders", db_index=False)
    source = models.CharField(max_length=40)
    external_number = models.CharField(max_length=80)
    commercial = models.CharField(max_length=12, choices=Commercial.choices, default=Commercial.PLACED)
    payment = models.CharField(max_length=20, choices=Payment.choices, default=Payment.PENDING)
    fulfilment = models.CharField(max_length=12, choices=Fulfilment.choices, default=Fulfilment.NONE)
    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    line_count = models.PositiveSmallIntegerField()
    placed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, default="zh-Hans")
    province = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=40, blank=True)
    recipient_sealed = models.BinaryField(null=True)
    remark_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    name_index = models.BinaryField(max_length=16, null=True)
    goods_index = models.BinaryField(max_length=16)
    person_index = models.BinaryField(max_length=16, null=True)
    reviewed_at = models.DateTimeField(null=True)
    open_holds = models.PositiveSmallIntegerField(default=0, db_default=0)
    packing_date = models.DateField(null=True)
    packing_places = ArrayField(models.UUIDField(), default=list, db_default=[])
    short_at = models.DateTimeField(null=True)
    is_split = models.BooleanField(default=False, db_default=False)
    taken_out_minor = models.BigIntegerField(default=0, db_default=0)
    late_at = models.DateTimeField(null=True)  # when it was found that it will hardly leave in time
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(commercial="cancelled", cancel_reason="merged"),
                name="order_merged_is_over",
            ),
            models.CheckConstraint(
                condition=models.Q(open_holds=0) | models.Q(commercial="placed", fulfilment="none"),
                name="order_held_is_nowhere",
            ),
            models.UniqueConstraint(fields=["source", "external_number"], name="one_order_a_submission"),
            models.CheckConstraint(
                condition=models.Q(
                    total_minor=models.F("goods_minor") - models.F("discount_minor") + models.F("shipping_minor")
                ),
                name="order_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(goods_minor__gt=0, discount_minor__gte=0, shipping_minor__gte=0, tax_minor__gte=0)
                & models.Q(discount_minor__lte=models.F("goods_minor")),
                name="order_amounts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["store", "-placed_at", "-id"], name="order_store"),
            models.Index(fields=["customer", "-placed_at", "-id"], name="order_customer"),
            models.Index(
                fields=["-placed_at", "-id"],
                name="order_open",
                condition=models.Q(commercial__in=("placed", "approved")),
            ),
            models.Index(
                fields=["-placed_at", "-id"], name="order_cancelled", condition=models.Q(commercial="cancelled")
            ),
            models.Index(
                fields=["payment", "-placed_at", "-id"],
                name="order_unpaid",
                condition=~models.Q(payment="captured"),
            ),
            models.Index(
                fields=["fulfilment", "-placed_at", "-id"],
                name="order_moving",
                condition=~models.Q(fulfilment__in=("none", "delivered")),
            ),
            models.Index(
                fields=["reviewed_at", "id"],
                name="order_passed",
                condition=models.Q(commercial="placed", open_holds=0, reviewed_at__isnull=False),
            ),
            models.Index(fields=["short_at"], name="order_short", condition=models.Q(short_at__isnull=False)),
            models.Index(fields=["source", "currency", "-placed_at"], name="order_source"),
            models.Index(fields=["approved_at"], name="order_approved", condition=models.Q(approved_at__isnull=False)),
            models.Index(fields=["shipped_at"], name="order_shipped", condition=models.Q(shipped_at__isnull=False)),
            models.Index(fields=["delivered_at"], name="order_arrived", condition=models.Q(delivered_at__isnull=False)),
            models.Index(fields=["promised_at"], name="order_promised", condition=models.Q(promised_at__isnull=False)),
            models.Index(fields=["packing_date"], name="order_packing", condition=models.Q(packing_date__isnull=False)),
            models.Index(fields=["external_number"], name="order_external"),
            models.Index(fields=["phone_index"], name="order_phone", condition=models.Q(phone_index__isnull=False)),
            models.Index(fields=["name_index"], name="order_name", condition=models.Q(name_index__isnull=False)),
            models.Index(fields=["merged_into"], name="order_merged", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What the customer pays."""
        return Money(self.total_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.commercial in OPEN

    def get_commercial_display(self) -> str:  # type: ignore[no-redef]  # Django leaves a model's own in place
        """What was agreed, in words; one that goes with another is not called cancelled."""
        if self.merged_into_id is not None:
            return pgettext("order", "Goes with another")
        return str(Commercial(self.commercial).label)


class OrderLine(models.Model):
    """So many of one thing. Discount, shipping and tax are this line's part; `unit_parts` says them piece by piece.
    `origin` is the order it came with, when that goes with this one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    origin = models.ForeignKey(Order, models.PROTECT, null=True, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="one_line_a_position"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, price_minor__gt=0), name="line_is_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["sku", "-id"], name="order_line_sku")]

    @property
    def goods_minor(self) -> int:
        """The pieces at their price."""
        return self.price_minor * self.quantity

    @property
    def paid_minor(self) -> int:
        """The pieces less their part of the discount, without shipping."""
        return self.goods_minor - self.discount_minor

    def unit_parts(self, name: str) -> list[int]:
        """The line's `discount`, `shipping` or `tax` piece by piece: exact, no two a unit apart more than one."""
        return share_out(getattr(self, f"{name}_minor"), [(1, self.quantity)], by_piece=True)


class Hold(models.Model):
    """Why an order waits: one open a reason. `kind` says more of the reason, `evidence` is codes and figures, `score`
    how odd the detector found it (None: a person held it).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="holds", db_index=False)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    kind = models.CharField(max_length=30, blank=True)
    score = models.FloatField(null=True)
    evidence = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PENDING)
    priority = models.PositiveSmallIntegerField(default=2)  # 1 is first
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    rules_version = models.PositiveIntegerField(null=True)  # of the decision table that held it
    told_late_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=120, blank=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "reason"], condition=~models.Q(stage="done"), name="one_open_hold_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ~models.Q(released_by=""),
                    stage="done",
                    released_at__isnull=False,
                    ending__in=Ending.values,
                    outcome__in=Outcome.values,
                )
                | models.Q(stage__in=("pending", "working"), released_at=None, released_by="", ending="", outcome=""),
                name="hold_done_says_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="working", owner=None) & ~models.Q(stage="pending", owner__isnull=False),
                name="hold_working_is_somebodys",
            ),
            models.CheckConstraint(condition=models.Q(due_at__gte=models.F("opened_at")), name="hold_due_after"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "id"], name="hold_order"),
            models.Index(fields=["due_at", "id"], name="hold_due", condition=~models.Q(stage="done")),
            models.Index(fields=["-released_at", "-id"], name="hold_done", condition=models.Q(stage="done")),
            models.Index(fields=["reason", "-opened_at"], name="hold_reason"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether the order waits for it."""
        return self.stage != Stage.DONE

    @property
    def is_by_hand(self) -> bool:
        """Whether a person found what the detectors had not."""
        return self.score is None


class PlaceDay(models.Model):
    """How many parcels a place is to send on a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False)
    date = models.DateField()
    parcels = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "date"], name="one_place_day")]
        indexes: ClassVar = [models.Index(fields=["date"], name="place_day_date")]


class ListPrice(models.Model):
    """What one of a SKU should cost, tax included, in minor units."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sku", "currency"], name="one_list_price"),
            models.CheckConstraint(condition=models.Q(price_minor__gt=0), name="list_price_is_something"),
        ]
