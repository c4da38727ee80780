"""Bins, waves, the totes of a wave (one order's goods of one place), and every scan."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.stock.models import Item, Warehouse


class Method(models.TextChoices):
    """How a wave is picked: a walk an order, one walk and sorted afterwards, or one walk with a tote an order."""

    SINGLE = "single", pgettext_lazy("wave", "One by one")
    BATCH = "batch", pgettext_lazy("wave", "Together, sorted afterwards")
    CLUSTER = "cluster", pgettext_lazy("wave", "Together, into totes")


class Stage(models.TextChoices):
    """Where a wave stands."""

    CREATED = "created", pgettext_lazy("wave", "Made")
    RELEASED = "released", pgettext_lazy("wave", "Released")
    PICKING = "picking", pgettext_lazy("wave", "Being picked")
    PICKED = "picked", pgettext_lazy("wave", "Picked")
    PACKED = "packed", pgettext_lazy("wave", "Packed")
    SHIPPED = "shipped", pgettext_lazy("wave", "Handed over")
    HELD = "held", pgettext_lazy("wave", "Held")
    CANCELLED = "cancelled", pgettext_lazy("wave", "Cancelled")


class Step(models.TextChoices):
    """Where a tote stands. `put_back`: its order was stopped, and goods are still in it."""

    TO_PICK = "to_pick", pgettext_lazy("tote", "To be picked")
    PICKED = "picked", pgettext_lazy("tote", "Picked")
    PACKED = "packed", pgettext_lazy("tote", "Packed")
    SHIPPED = "shipped", pgettext_lazy("tote", "Handed over")
    PUT_BACK = "put_back", pgettext_lazy("tote", "To be put back")
    OUT = "out", pgettext_lazy("tote", "Taken out")


class Station(models.TextChoices):
    """Where something was scanned."""

    PICK = "pick", pgettext_lazy("scan", "Picking")
    SORT = "sort", pgettext_lazy("scan", "Sorting")
    PACK = "pack", pgettext_lazy("scan", "Packing")
    PUT_BACK = "put_back", pgettext_lazy("scan", "Putting back")


class Outcome(models.TextChoices):
    """What a scan was. Only what is right changes anything."""

    RIGHT = "right", pgettext_lazy("scan", "Right")
    RIGHT_BIN = "right_bin", pgettext_lazy("scan", "Right bin")
    IN_HAND = "in_hand", pgettext_lazy("scan", "In hand")  # the tote is still to be scanned
    BIN_FIRST = "bin_first", pgettext_lazy("scan", "Bin not scanned")
    WRONG_ITEM = "wrong_item", pgettext_lazy("scan", "Wrong item")
    WRONG_BIN = "wrong_bin", pgettext_lazy("scan", "Wrong bin")
    WRONG_TOTE = "wrong_tote", pgettext_lazy("scan", "Wrong tote")
    SURPLUS = "surplus", pgettext_lazy("scan", "Too many")
    UNKNOWN = "unknown", pgettext_lazy("scan", "Unknown barcode")
    STOPPED = "stopped", pgettext_lazy("scan", "Order stopped")
    NOTHING_LEFT = "nothing_left", pgettext_lazy("scan", "Nothing left")
    BATCH_ASKED = "batch_asked", pgettext_lazy("scan", "Right, its batch is asked for")
    BATCH = "batch", pgettext_lazy("scan", "Batch")
    BATCH_STOPPED = "batch_stopped", pgettext_lazy("scan", "Batch stopped")


OPEN = (Step.TO_PICK, Step.PICKED, Step.PACKED)  # it will still leave the house, if nobody stops it
WORKED = (Stage.RELEASED, Stage.PICKING, Stage.PICKED, Stage.PACKED)
PUT = (Outcome.RIGHT, Outcome.IN_HAND)
WRONG = (Outcome.WRONG_ITEM, Outcome.WRONG_BIN, Outcome.WRONG_TOTE, Outcome.SURPLUS, Outcome.UNKNOWN)


class Bin(models.Model):
    """Where an item is picked in a warehouse: `A-03-12` is zone, aisle, shelf."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="bins", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, db_column="sku", related_name="bins")
    code = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["warehouse", "item"], name="one_bin_an_item")]
        indexes: ClassVar = [models.Index(fields=["warehouse", "code", "item"], name="bin_code")]

    def __str__(self) -> str:
        return self.code


class Weight(models.Model):
    """What one of an item weighs, with what it always comes in."""

    item = models.OneToOneField(Item, models.PROTECT, primary_key=True, db_column="sku", related_name="weight")
    grams = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(grams__gt=0), name="weight_is_something")]


class Wave(models.Model):
    """Orders' goods of one place that are fetched together. `picker` is who fetches them; `hand` is what they have
    scanned and not put down yet: the bin they stand at, and of a tote still to be scanned the item and how many.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="waves", db_index=False)
    method = models.CharField(max_length=10, choices=Method.choices)
    state = models.CharField(max_length=10, choices=Stage.choices, default=Stage.CREATED)
    picker = models.CharField(max_length=120, blank=True)
    hand = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    released_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("shipped", "cancelled"), ended_at__isnull=False)
                | (~Q(state__in=("shipped", "cancelled")) & Q(ended_at=None)),
                name="wave_over_says_when",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["warehouse", "-id"], name="wave_place"),
            models.Index(fields=["warehouse", "id"], name="wave_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.number


class Tote(models.Model):
    """One order's goods of one place. `code` is on its slip. `approved_at` is the order's own at that time: an order
    that was stopped and approved anew is not fetched by an old tote. `asked_sku` and `asked_count`: what was packed
    last and has yet to say its batch.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="totes", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="totes", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False)
    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10, choices=Step.choices, default=Step.TO_PICK)
    approved_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    packed_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    box = models.CharField(max_length=10, blank=True)
    expected_grams = models.PositiveIntegerField(null=True)
    weighed_grams = models.PositiveIntegerField(null=True)
    weight_reason = models.CharField(max_length=20, blank=True)
    weight_by = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=30, blank=True, db_default="")  # as its label says, before it leaves
    tracking_number = models.CharField(max_length=40, blank=True, db_default="")
    asked_sku = models.CharField(max_length=80, blank=True, default="", db_default="")
    asked_count = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tracking_number", "carrier"],
                condition=Q(state="packed") & ~Q(tracking_number=""),
                name="one_label_a_number",
            ),
            models.UniqueConstraint(
                fields=["order", "warehouse"],
                condition=Q(state__in=("to_pick", "picked", "packed")),
                name="one_open_tote_an_order",
            ),
            models.UniqueConstraint(fields=["wave", "rank"], name="one_tote_a_rank"),
            models.CheckConstraint(
                condition=~Q(state__in=("packed", "shipped")) | Q(packed_at__isnull=False), name="tote_packed_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("shipped", "out")) | Q(ended_at__isnull=False), name="tote_over_says_when"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "-id"], name="tote_order"),
            models.Index(
                fields=["warehouse", "picked_at", "id"],
                name="tote_to_pack",
                condition=Q(state__in=("picked", "packed", "put_back")),
            ),
            models.Index(fields=["ended_at", "id"], name="tote_left", condition=Q(state="shipped")),
        ]

    def __str__(self) -> str:
        return self.code


class Format(models.TextChoices):
    """What a place's label printer takes, in millimetres."""

    TALL = "100x150", "100 × 150 mm"
    SQUARE = "100x100", "100 × 100 mm"


class LabelSetup(models.Model):
    """How a place prints its labels; without a row: tall, with the recipient's name and phone masked."""

    warehouse = models.OneToOneField(Warehouse, models.PROTECT, primary_key=True, related_name="+")
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.TALL)
    is_whole = models.BooleanField(default=False)  # name and phone as they are: for our own drivers


class LabelSheet(models.Model):
    """The labels of one print as a file, for whoever asked for it, destroyed after a day. `paper`: what is printed, of
    the `subjects`: totes, or a `return`'s prepaid number. `state`: asked, making, done, failed (then `fault` is a
    code).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    paper = models.CharField(max_length=10, default="totes", db_default="totes")
    subjects = ArrayField(models.UUIDField())  # in the order they are printed
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, default="asked")
    fault = models.CharField(max_length=40, blank=True)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField(db_index=True)


class ToteLine(models.Model):
    """So many of an item are wanted, were fetched, could not be found (`short`), lie in the tote (`sorted`), were
    scanned into the parcel, and were put back in their bin. The database keeps a surplus piece out of every one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tote = models.ForeignKey(Tote, models.CASCADE, related_name="lines", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, db_column="sku", related_name="+", db_index=False)
    wanted = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    short = models.PositiveIntegerField(default=0)
    sorted = models.PositiveIntegerField(default=0)
    packed = models.PositiveIntegerField(default=0)
    put_back = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tote", "item"], name="one_tote_line_an_item"),
            models.CheckConstraint(condition=Q(wanted__gt=0), name="tote_line_is_something"),
            models.CheckConstraint(
                condition=Q(wanted__gte=F("picked") + F("short"))
                & Q(picked__gte=F("sorted"))
                & Q(sorted__gte=F("packed"))
                & Q(picked__gte=F("put_back")),
                name="tote_line_no_surplus",
            ),
        ]

    @property
    def left(self) -> int:
        """How many are still to be fetched."""
        return self.wanted - self.picked - self.short


class ToteBatch(models.Model):
    """Of what was scanned into a parcel so many are of one batch; of the rest nobody said which."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(ToteLine, models.CASCADE, related_name="batches", db_index=False)
    batch = models.CharField(max_length=30)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "batch"], name="one_tote_batch_a_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & ~Q(batch=""), name="tote_batch_is_something"),
        ]


class Scan(models.Model):
    """What somebody scanned, and what it was. `key` is the scan's own, so that a repeated request is one scan."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.UUIDField(null=True, unique=True)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="scans", db_index=False)
    tote = models.ForeignKey(Tote, models.PROTECT, null=True, related_name="scans", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False)
    station = models.CharField(max_length=10, choices=Station.choices)
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    text = models.CharField(max_length=80)
    sku = models.CharField(max_length=80, blank=True)  # what should have been scanned
    quantity = models.PositiveIntegerField()
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["warehouse", "at"], name="scan_place"),
            models.Index(fields=["wave", "-id"], name="scan_wave"),
            models.Index(
                fields=["warehouse", "-at", "-id"],
                name="scan_wrong",
                condition=Q(outcome__in=("wrong_item", "wrong_bin", "wrong_tote", "surplus", "unknown")),
            ),
        ]
