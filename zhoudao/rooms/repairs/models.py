"""Devices and their warranties; repairs with photos, quotes, parts and work."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7
from zhoudao.kit.money import Money
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.repairs.kinds import (
    OVER,
    Category,
    Fault,
    Handing,
    PhotoOf,
    Place,
    ReadState,
    Severity,
    State,
    Symptom,
)
from zhoudao.rooms.stock.models import Warehouse

_OVER_VALUES = tuple(state.value for state in OVER)


class Make(models.Model):
    """What goods of a number are: their brand, what kind of device, and what their serial numbers look like
    (`engines/photos/masks`; empty: nobody has said it).
    """

    sku = models.CharField(max_length=80, primary_key=True)
    brand = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=20, choices=Category.choices, default=Category.OTHER)
    serial_masks = models.CharField(max_length=120, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.sku


class MadeSerial(models.Model):
    """A serial number that goods of a number were made with, as their maker listed it; `folded` as it is compared with
    what was read off a photo.
    """

    make = models.ForeignKey(Make, models.CASCADE, related_name="made", db_index=False)
    serial_key = models.CharField(max_length=40)
    folded = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["make", "serial_key"], name="one_made_serial")]
        indexes: ClassVar = [models.Index(fields=["make", "folded"], name="made_serial_folded")]


class ErrorCode(models.Model):
    """What a code on the display of goods of a number means: the fault, how bad it is, and what their owner is told
    (`words` by language).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    make = models.ForeignKey(Make, models.CASCADE, related_name="error_codes", db_index=False)
    code = models.CharField(max_length=12)
    fault = models.CharField(max_length=10, choices=Fault.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.REPAIR)
    words = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["make", "code"], name="one_meaning_a_code")]

    def __str__(self) -> str:
        return self.code


class Device(models.Model):
    """One device of a customer. Its warranty terms are kept as the table gave them (`terms_version`): a table changed
    since changes nothing. `parts_months` has the parts whose term is another.

    `serial_key` is the serial number as it is compared; None: nobody could read it. Two people may say the same number
    is theirs: the later one `is_disputed` until a colleague settles whose it is. One that `is_gone` was passed on.
    `batch`: as its label says.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    brand = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=20, choices=Category.choices, default=Category.OTHER)
    serial = models.CharField(max_length=60, blank=True)
    serial_key = models.CharField(max_length=60, null=True)  # noqa: DJ001  # only NULLs may be many
    batch = models.CharField(max_length=30, blank=True, default="", db_default="")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="devices", db_index=False)
    order_line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="devices")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False)
    bought_date = models.DateField(null=True)
    delivered_date = models.DateField(null=True)
    warranty_months = models.PositiveSmallIntegerField(default=0)
    parts_months = models.JSONField(default=dict)
    terms_why = models.CharField(max_length=20, blank=True)
    terms_version = models.PositiveIntegerField(null=True)
    is_disputed = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sku", "serial_key"],
                condition=Q(is_disputed=False, is_gone=False, serial_key__isnull=False),
                name="one_device_a_serial",
            ),
            models.UniqueConstraint(
                fields=["customer", "sku", "serial_key"],
                condition=Q(is_gone=False, serial_key__isnull=False),
                name="one_claim_a_customer",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-id"], name="device_customer"),
            models.Index(fields=["serial_key"], name="device_serial", condition=Q(serial_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def begins(self) -> date | None:
        """The day its warranty begins: when it arrived, else when it was bought."""
        return self.delivered_date or self.bought_date


class Extension(models.Model):
    """Months that a person added to a device's warranty: sold, or granted with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, models.CASCADE, related_name="extensions")
    months = models.PositiveSmallIntegerField()
    is_sold = models.BooleanField(default=False)
    reason = models.CharField(max_length=200)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(months__gt=0), name="extension_is_something")]


class Repair(models.Model):
    """What is wrong with a device, and how it is put right. What the tables said is kept with their versions:
    `is_covered` because of `covered_why` (`warranty_version`), and the proposal of triage with how sure it is
    (`confidence`, 0 to 100; `triage_version`); `fault` is what a person made of it.

    `words_sealed`: what the customer wrote. `key` is the form's own: the same again is the same request.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    device = models.ForeignKey(Device, models.PROTECT, related_name="repairs", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="repairs", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="repairs")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, related_name="repairs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REPORTED)
    symptom = models.CharField(max_length=10, choices=Symptom.choices)
    error_code = models.CharField(max_length=20, blank=True)
    words_sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=10)
    key = models.UUIDField(unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    channel = models.CharField(max_length=40)
    is_covered = models.BooleanField(default=False)
    covered_why = models.CharField(max_length=20)
    covered_until = models.DateField(null=True)
    warranty_version = models.PositiveIntegerField(null=True)
    proposed = models.CharField(max_length=10, choices=Fault.choices, default=Fault.UNKNOWN)
    confidence = models.PositiveSmallIntegerField(default=0)
    triage_version = models.PositiveIntegerField(null=True)
    part_sku = models.CharField(max_length=80, blank=True)  # the part the proposal names
    skill = models.CharField(max_length=40, blank=True)
    certification = models.CharField(max_length=40, blank=True)  # what an engineer must hold to do it at the customer's
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=5, choices=Place.choices, default=Place.BENCH)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)
    triaged_at = models.DateTimeField(null=True)
    triaged_by = models.CharField(max_length=120, blank=True)
    is_solved = models.BooleanField(null=True)
    repaired_at = models.DateTimeField(null=True)
    repaired_by = models.CharField(max_length=120, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=120, blank=True)
    handed_at = models.DateTimeField(null=True)
    handing = models.CharField(max_length=10, choices=Handing.choices, blank=True)
    carrier = models.CharField(max_length=30, blank=True)
    tracking_number = models.CharField(max_length=40, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_name_sealed = models.BinaryField(null=True)
    signature = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    owed_minor = models.BigIntegerField(default=0)  # what the accepted quote asks for
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField(null=True)
    paid_by = models.CharField(max_length=120, blank=True)
    paid_reference = models.CharField(max_length=80, blank=True)
    ended_for = models.CharField(max_length=20, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device"], condition=Q(closed_at=None), name="one_repair_a_device"),
            models.CheckConstraint(
                condition=Q(state__in=_OVER_VALUES, closed_at__isnull=False)
                | (~Q(state__in=_OVER_VALUES) & Q(closed_at=None)),
                name="repair_over_says_when",
            ),
            models.CheckConstraint(condition=Q(owed_minor__gte=0, confidence__lte=100), name="repair_figures"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["device", "-id"], name="repair_device"),
            models.Index(fields=["customer", "-id"], name="repair_customer"),
            models.Index(fields=["store", "-id"], name="repair_store"),
            models.Index(fields=["state", "-id"], name="repair_open", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.closed_at is None

    @property
    def is_owing(self) -> bool:
        """Whether its customer has still to pay."""
        return self.owed_minor > 0 and self.paid_at is None

    @property
    def owed(self) -> Money:
        """What its customer pays for it."""
        return Money(self.owed_minor, self.currency)


class RepairPhoto(models.Model):
    """What the customer, or whoever repaired it, photographed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repair = models.ForeignKey(Repair, models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="+")
    of = models.CharField(max_length=10, choices=PhotoOf.choices, default=PhotoOf.REPORTED)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["repair", "file"], name="one_photo_a_repair")]


class PhotoReading(models.Model):
    """What was read off one photo of a name plate or display. `serial` and `error_code` are only what the product's
    masks, register and codes confirm (`serial_how`); `offered` fits and is not confirmed: a person is asked. Nothing
    else that was written on the photo is kept.

    Until a repair is asked for with it, `repair` is None; a day later it is forgotten with its file.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="photo_readings", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    repair = models.ForeignKey(Repair, models.CASCADE, null=True, related_name="readings")
    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=ReadState.choices, default=ReadState.ASKED)
    sku = models.CharField(max_length=80, blank=True)
    serial = models.CharField(max_length=40, blank=True)
    serial_how = models.CharField(max_length=12, blank=True)
    serial_why = models.CharField(max_length=12, blank=True)
    offered = models.CharField(max_length=40, blank=True)
    error_code = models.CharField(max_length=12, blank=True)
    error_why = models.CharField(max_length=12, blank=True)
    fault = models.CharField(max_length=12, blank=True)  # why it could not be read at all
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "file"], name="one_reading_a_photo")]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], name="reading_unused", condition=Q(repair=None)),
        ]

    @property
    def is_waited_for(self) -> bool:
        """Whether it is still being read."""
        return self.state in (ReadState.ASKED, ReadState.READING)


class Quote(models.Model):
    """What a repair would cost: labour and parts as they were offered. Only the last one (`is_live`) can be answered,
    and one answer is all there is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repair = models.ForeignKey(Repair, models.CASCADE, related_name="quotes")
    labour_minor = models.BigIntegerField()
    parts_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list)  # [sku, name, quantity, price in minor units]
    valid_until = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=120)
    is_live = models.BooleanField(default=True)
    is_accepted = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["repair"], condition=Q(is_live=True), name="one_live_quote"),
            models.CheckConstraint(
                condition=Q(labour_minor__gte=0, parts_minor__gte=0, total_minor=F("labour_minor") + F("parts_minor")),
                name="quote_adds_up",
            ),
        ]

    @property
    def total(self) -> Money:
        """What the customer would pay."""
        return Money(self.total_minor, self.currency)


class RepairPart(models.Model):
    """So many of a stock item for a repair: `wanted`, and once somebody took them out of `warehouse`, `taken`; what was
    not used `went_back`. `batch` is what stock keeps them for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repair = models.ForeignKey(Repair, models.CASCADE, related_name="parts")
    sku = models.CharField(max_length=80)
    wanted = models.PositiveIntegerField()
    price_minor = models.BigIntegerField(default=0)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+", db_index=False)
    batch = models.UUIDField(null=True)  # None: not asked of stock yet
    taken = models.PositiveIntegerField(default=0)
    went_back = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wanted__gt=0, taken__lte=F("wanted"), went_back__lte=F("taken")), name="part_adds_up"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["batch"], name="part_batch", condition=Q(batch__isnull=False))]


class Work(models.Model):
    """What somebody did, and how long it took."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repair = models.ForeignKey(Repair, models.CASCADE, related_name="works")
    minutes = models.PositiveSmallIntegerField()
    words_sealed = models.BinaryField(null=True)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
