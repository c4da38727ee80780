"""Quality notices: a fault that rises, what shows it, who answers for it, and the word that goes to the owners."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Team
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order


class Stage(models.TextChoices):
    """Where a notice stands."""

    OPEN = "open", pgettext_lazy("quality notice", "To be answered")
    ANSWERED = "answered", pgettext_lazy("quality notice", "Answered")
    CLOSED = "closed", pgettext_lazy("quality notice", "Closed")


class Addressee(models.TextChoices):
    """Who is to answer."""

    PRODUCTION = "production", pgettext_lazy("notice to", "Production")
    BUYER = "buyer", pgettext_lazy("notice to", "Buyer")
    SUPPLIER = "supplier", pgettext_lazy("notice to", "Supplier")


class Measure(models.TextChoices):
    """What is done about it."""

    NONE = "none", pgettext_lazy("measure", "Nothing is wrong")
    REWORK = "rework", pgettext_lazy("measure", "Stock is put right")
    SUPPLIER = "supplier", pgettext_lazy("measure", "The supplier makes good")
    DESIGN = "design", pgettext_lazy("measure", "The product is changed")
    WORDS = "words", pgettext_lazy("measure", "The description is changed")
    PACKING = "packing", pgettext_lazy("measure", "It is packed better")
    WITHDRAWN = "withdrawn", pgettext_lazy("measure", "It is sold no more")


class QualityNotice(models.Model):
    """A fault of one product, or of one `batch` of it, that somebody has to answer for. `figures` are those of the
    moment it was opened: counts, chance, how many products and batches were tested. Found by the clock at most one of a
    product or batch is not closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    sku = models.CharField(max_length=80)
    batch = models.CharField(max_length=30, blank=True, default="", db_default="")
    words = models.TextField(blank=True)  # what it is about, in a colleague's words (masked)
    figures = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.OPEN)
    addressee = models.CharField(max_length=12, choices=Addressee.choices, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    contact = models.EmailField(blank=True)  # of a supplier, who is no user here; nothing is sent by itself
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)  # when somebody is reminded next
    answer = models.TextField(blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sku", "batch"],
                condition=Q(closed_at=None, opened_by="system:clock"),
                name="one_found_notice_a_product",
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", closed_at__isnull=False) | (~Q(stage="closed") & Q(closed_at=None)),
                name="notice_closed_says_when",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=models.F("opened_at")), name="notice_due_after"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sku", "-opened_at"], name="notice_sku"),
            models.Index(fields=["look_at", "id"], name="notice_look", condition=Q(look_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class Evidence(models.Model):
    """One return that shows the fault."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(QualityNotice, models.CASCADE, related_name="evidence", db_index=False)
    request = models.ForeignKey(ReturnRequest, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "request"], name="one_evidence_a_return")]


class Word(models.Model):
    """One text to everybody who got a product in a period, told to each once. `texts` by language tag. Of a notice
    about a batch: to those who got that batch, and `to_unknown` also to those of whose pieces nobody knows the batch.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(QualityNotice, models.PROTECT, related_name="words_to_owners")
    texts = models.JSONField()
    first_date = models.DateField()
    last_date = models.DateField()
    to_unknown = models.BooleanField(default=False, db_default=False)
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=120)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=120, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice"], condition=Q(stopped_at=None, finished_at=None), name="one_word_at_a_time"
            )
        ]

    @property
    def is_running(self) -> bool:
        """Whether it is still being told."""
        return self.stopped_at is None and self.finished_at is None


class Told(models.TextChoices):
    """Whether an owner was told."""

    WAITING = "waiting", pgettext_lazy("owner", "Waiting")
    TOLD = "told", pgettext_lazy("owner", "Told")
    UNREACHED = "unreached", pgettext_lazy("owner", "No way to reach them")


class Owner(models.Model):
    """Somebody who got it, and whether they know. One row a notice and customer: nobody is told twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(QualityNotice, models.CASCADE, related_name="owners", db_index=False)
    word = models.ForeignKey(Word, models.CASCADE, related_name="owners", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Told.choices, default=Told.WAITING)
    due_at = models.DateTimeField()  # not before: nobody is written to at night
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "customer"], name="one_owner_a_notice")]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="owner_due", condition=Q(state="waiting")),
            models.Index(fields=["word", "state"], name="owner_word"),
        ]


class Look(models.Model):
    """One day's look for faults that rise: how many products were tested, and what was found."""

    date = models.DateField(primary_key=True)
    at = models.DateTimeField()
    products = models.PositiveIntegerField()
    tests = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
