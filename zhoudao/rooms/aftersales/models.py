"""Return requests with their pieces and photos, refunds, and what was taken of each order's money."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales import cancellations  # noqa: F401  # Django finds a room's models through this module
from zhoudao.rooms.aftersales.reasons import Fault, Reason, fault_of
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.stock.models import Warehouse


class Kind(models.TextChoices):
    """What is asked for."""

    REFUND_ONLY = "refund_only", pgettext_lazy("after-sales", "Refund only")
    RETURN_REFUND = "return_refund", pgettext_lazy("after-sales", "Return and refund")
    EXCHANGE = "exchange", pgettext_lazy("after-sales", "Exchange")
    RESHIP = "reship", pgettext_lazy("after-sales", "Send again")
    ADJUSTMENT = "adjustment", pgettext_lazy("after-sales", "Money back without goods")
    CANCEL = "cancel", pgettext_lazy("after-sales", "Cancelled before it left")


class State(models.TextChoices):
    """Where a return request stands."""

    REQUESTED = "requested", pgettext_lazy("return", "To be decided")
    APPROVED = "approved", pgettext_lazy("return", "Agreed")
    SENT = "sent", pgettext_lazy("return", "On its way back")
    RECEIVED = "received", pgettext_lazy("return", "To be inspected")
    INSPECTED = "inspected", pgettext_lazy("return", "Money to be paid back")
    REFUNDED = "refunded", pgettext_lazy("return", "Paid back")
    REPLACED = "replaced", pgettext_lazy("return", "Replaced")
    REJECTED = "rejected", pgettext_lazy("return", "Nothing is paid back")
    DECLINED = "declined", pgettext_lazy("return", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("return", "Withdrawn")
    EXPIRED = "expired", pgettext_lazy("return", "Never sent")


class Condition(models.TextChoices):
    """What a piece was found to be."""

    AS_NEW = "as_new", pgettext_lazy("inspection", "As new")
    OPENED = "opened", pgettext_lazy("inspection", "Opened, complete")
    USED = "used", pgettext_lazy("inspection", "Signs of use")
    DAMAGED = "damaged", pgettext_lazy("inspection", "Damaged")
    FAULTY = "faulty", pgettext_lazy("inspection", "Faulty, as said")
    FOREIGN = "foreign", pgettext_lazy("inspection", "Not what we sent")


class Disposition(models.TextChoices):
    """What becomes of a piece."""

    RESTOCK = "restock", pgettext_lazy("disposition", "Back into stock")
    REFURBISH = "refurbish", pgettext_lazy("disposition", "To be put right")
    VENDOR = "vendor", pgettext_lazy("disposition", "Back to the supplier")
    SCRAP = "scrap", pgettext_lazy("disposition", "Scrapped")
    SEND_BACK = "send_back", pgettext_lazy("disposition", "Back to the customer")


class RefundState(models.TextChoices):
    """Where a refund stands. Nothing but `refused` gives its money free again."""

    ASKED = "asked", pgettext_lazy("refund", "To be approved")
    APPROVED = "approved", pgettext_lazy("refund", "To be paid")
    SENDING = "sending", pgettext_lazy("refund", "With the payment service")
    STUCK = "stuck", pgettext_lazy("refund", "Needs a person")
    PAID = "paid", pgettext_lazy("refund", "Paid back")
    REFUSED = "refused", pgettext_lazy("refund", "Refused")


OPEN = (State.REQUESTED, State.APPROVED, State.SENT, State.RECEIVED, State.INSPECTED)
BEFORE_GOODS = (State.APPROVED, State.SENT)
NOT_PAID = (RefundState.ASKED, RefundState.APPROVED, RefundState.SENDING, RefundState.STUCK)
BACK = (Kind.RETURN_REFUND, Kind.EXCHANGE)  # goods come back
REPLACES = (Kind.EXCHANGE, Kind.RESHIP)  # goods go out again
ASKABLE = (Kind.RETURN_REFUND, Kind.EXCHANGE, Kind.REFUND_ONLY, Kind.RESHIP)  # whoever bought it may ask for these
ADJUSTED_FOR = (
    Reason.PRICE_FELL, Reason.LATE, Reason.QUALITY, Reason.NOT_AS_DESCRIBED, Reason.DAMAGED, Reason.MISSING,
)  # fmt: skip
REASONS_ASKED = tuple(one for one in Reason if one not in (Reason.PRICE_FELL, Reason.LATE, Reason.NOT_SENT))
_OPEN_VALUES = tuple(state.value for state in OPEN)


class ReturnRequest(models.Model):
    """Pieces of one order that are to come back or be paid back (RMA). `terms` are what the policy's row gave, kept as
    they were when it was asked (`policy_version`): a policy changed since changes nothing.

    `words_sealed`: what the customer wrote of it. `key` is the form's own: the same again is the same request.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="returns", db_index=False)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="returns", db_index=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, related_name="returns")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    policy_version = models.PositiveIntegerField()
    terms = models.JSONField(default=dict)
    is_exception = models.BooleanField(default=False)  # a colleague asks for what the policy does not give
    words_sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=10)
    key = models.UUIDField(unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    channel = models.CharField(max_length=40)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    declined_for = models.CharField(max_length=20, blank=True)
    send_by = models.DateField(null=True)  # the last day it may be sent
    carrier = models.CharField(max_length=30, blank=True)
    tracking_number = models.CharField(max_length=40, blank=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+", db_index=False)
    received_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    owed_minor = models.BigIntegerField(default=0)  # paid in advance for what then did not come, or had lost its worth
    due_minor = models.BigIntegerField(default=0, db_default=0)  # what its customer still pays for the replacement
    replacement = models.OneToOneField(Order, models.PROTECT, null=True, related_name="replaces")
    is_off = models.BooleanField(default=False, db_default=False)  # the replacement is not sent after all
    label_minor = models.BigIntegerField(null=True)  # its tracking number is a prepaid one of ours, agreed to for this
    fetched_minor = models.BigIntegerField(null=True)  # it came at our cost; what its customer agreed to pay for that

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(owed_minor__gte=0, due_minor__gte=0), name="return_owes_something"),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN_VALUES, closed_at=None)
                | (~Q(state__in=_OPEN_VALUES) & Q(closed_at__isnull=False)),
                name="return_over_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "-id"], name="return_order"),
            models.Index(fields=["customer", "-id"], name="return_customer"),
            models.Index(fields=["store", "-id"], name="return_store"),
            models.Index(fields=["state", "-id"], name="return_open", condition=Q(closed_at=None)),
            models.Index(fields=["send_by", "id"], name="return_send_by", condition=Q(state__in=("approved", "sent"))),
            models.Index(fields=["tracking_number"], name="return_parcel", condition=~Q(tracking_number="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.closed_at is None

    @property
    def needs_goods(self) -> bool:
        """Whether something is to come back."""
        return self.kind in BACK

    @property
    def is_labelled(self) -> bool:
        """Whether it is to be sent with a prepaid label of ours, or came with it."""
        return self.label_minor is not None

    @property
    def fault(self) -> Fault:
        """Whose fault its reason names."""
        return fault_of(self.reason)


class Refund(models.Model):
    """Money that is to go back for a request, and whether it did. `number` is what a payment service knows it by: the
    same number is one payment. `lost`, `fee`, `pickup` and `over` are what is kept, each with its reason. One that
    `is_credit` goes into the replacement instead; `rest` is what of it goes out by another (below zero), or that other.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24, unique=True)
    request = models.ForeignKey(ReturnRequest, models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.ASKED)
    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField()
    lost_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    postage_minor = models.BigIntegerField(default=0)
    over_minor = models.BigIntegerField(default=0)
    rest_minor = models.BigIntegerField(default=0, db_default=0)
    pickup_minor = models.BigIntegerField(default=0, db_default=0)
    amount_minor = models.BigIntegerField()
    is_credit = models.BooleanField(default=False, db_default=False)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    refused_for = models.CharField(max_length=20, blank=True)
    gateway = models.CharField(max_length=40, blank=True)  # code of the payment service; empty: by hand
    reference = models.CharField(max_length=80, blank=True)  # what the payment service, or the bank, calls it
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # real time of the next attempt or question
    unanswered = models.PositiveSmallIntegerField(default=0, db_default=0)  # attempts since it answered last
    trouble = models.CharField(max_length=40, blank=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    amount_minor=F("goods_minor")
                    - F("lost_minor")
                    - F("fee_minor")
                    + F("shipping_minor")
                    + F("postage_minor")
                    - F("over_minor")
                    - F("pickup_minor")
                    + F("rest_minor")
                ),
                name="refund_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, goods_minor__gte=0, lost_minor__gte=0, fee_minor__gte=0)
                & Q(shipping_minor__gte=0, postage_minor__gte=0, over_minor__gte=0, pickup_minor__gte=0),
                name="refund_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at=None)),
                name="refund_paid_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="refund_open", condition=~Q(state__in=("paid", "refused"))),
            models.Index(fields=["next_at", "id"], name="refund_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["paid_at", "id"], name="refund_paid", condition=Q(paid_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)


class ReturnPiece(models.Model):
    """One piece of one line of the order: `rank` counts the line's pieces from 0, so that its exact parts of discount
    and shipping are known. No piece is in two requests, unless the earlier one came to nothing (`is_live`).

    `is_here`: it arrived. With `condition` it was inspected; not `is_accepted`: nothing is paid for it. `set_aside_at`:
    since when it waits to be put right or sent to the supplier. `batch`: as its label says, whatever was packed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(ReturnRequest, models.CASCADE, related_name="pieces", db_index=False)
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+", db_index=False)
    rank = models.PositiveIntegerField()
    is_live = models.BooleanField(default=True)
    is_here = models.BooleanField(default=False)
    is_missing = models.BooleanField(default=False)  # it never came, though it was paid for ahead
    here_with = models.UUIDField(null=True)  # key of the form that took it in
    found_with = models.UUIDField(null=True)  # key of the form that inspected it
    condition = models.CharField(max_length=10, choices=Condition.choices, blank=True)
    disposition = models.CharField(max_length=10, choices=Disposition.choices, blank=True)
    batch = models.CharField(max_length=30, blank=True, default="", db_default="")
    is_accepted = models.BooleanField(default=False)
    lost_percent = models.PositiveSmallIntegerField(default=0)
    lost_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    wanted_sku = models.CharField(max_length=80, blank=True, default="", db_default="")  # sent instead, at its price
    wanted_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    wanted_minor = models.BigIntegerField(default=0, db_default=0)
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="pieces")
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order_line", "rank"], condition=Q(is_live=True), name="one_return_a_piece"
            ),
            models.UniqueConstraint(fields=["request", "order_line", "rank"], name="one_piece_a_request"),
            models.CheckConstraint(condition=Q(lost_percent__lte=100), name="piece_loses_a_part"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["set_aside_at", "id"], name="piece_aside", condition=Q(set_aside_at__isnull=False))
        ]


class ReturnPhoto(models.Model):
    """What the customer or whoever inspected it photographed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(ReturnRequest, models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="+")
    is_ours = models.BooleanField(default=False)  # taken at the inspection
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "file"], name="one_photo_a_request")]


class Purse(models.Model):
    """The money of one order: what was taken, how much of it is promised back, and was paid back. The database keeps
    them in this order.
    """

    order = models.OneToOneField(Order, models.PROTECT, primary_key=True, related_name="purse")
    taken_minor = models.BigIntegerField()
    promised_minor = models.BigIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    paid_minor__gte=0, promised_minor__gte=F("paid_minor"), taken_minor__gte=F("promised_minor")
                ),
                name="purse_never_beyond",
            )
        ]


class Stray(models.Model):
    """Goods that came back and belong to no request: somebody finds out whose they are."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    text = models.CharField(max_length=80)  # what was scanned
    request = models.ForeignKey(ReturnRequest, models.PROTECT, null=True, related_name="strays")  # in whose parcel
    quantity = models.PositiveIntegerField(default=1)
    key = models.UUIDField(unique=True)
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=120)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)
    settled_as = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="stray_is_something")]
        indexes: ClassVar = [models.Index(fields=["-id"], name="stray_open", condition=Q(settled_at=None))]


class PaymentService(models.Model):
    """Somebody who pays refunds back the way the money came. `sources` and `currencies` empty: of all orders.

    Switched off it is given no new refund; those it was told of are still asked about.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    sources = models.JSONField(default=list)
    currencies = models.JSONField(default=list)
    config = models.JSONField(default=dict)
    secrets_sealed = models.BinaryField()
    is_active = models.BooleanField(default=True)
    answered_at = models.DateTimeField(null=True)  # real time of its last answer
    heard_at = models.DateTimeField(null=True)  # real time of the last thing it told us by itself
    refused_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=30, blank=True)  # why the last attempt had no answer, as a code

    def __str__(self) -> str:
        return self.code
