"""The queue of a store, what people come for, and their visits."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.ids import url_token, uuid7
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.staff.models import Calendar


class State(models.TextChoices):
    """Where a visit stands."""

    WAITING = "waiting", pgettext_lazy("visit", "Waiting")
    CALLED = "called", pgettext_lazy("visit", "Called")
    SERVING = "serving", pgettext_lazy("visit", "Being served")
    DONE = "done", pgettext_lazy("visit", "Done")
    LEFT = "left", pgettext_lazy("visit", "Left")
    NO_SHOW = "no_show", pgettext_lazy("visit", "Did not come")


OPEN = (State.WAITING, State.CALLED, State.SERVING)
AT_COUNTER = (State.CALLED, State.SERVING)


class Line(models.Model):
    """A store's queue. Whoever changes its order holds this row. `calendar` None: numbers are given at any hour."""

    store = models.OneToOneField(Store, models.PROTECT, primary_key=True, related_name="line")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True)
    is_paused = models.BooleanField(default=False)


class Need(models.Model):
    """What people come for. `letter` begins its numbers, a higher `priority` is called first, `kind` is that of the
    case it leads to, `steps` are what staff time with a tap: [{"code", "names"}]."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, models.PROTECT, related_name="needs")
    names = models.JSONField(default=dict)
    letter = models.CharField(max_length=1)
    priority = models.SmallIntegerField(default=0)
    kind = models.CharField(max_length=16)
    steps = models.JSONField(default=list)
    takes_items = models.BooleanField(default=False)  # something can be dropped off for it without waiting
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "letter"], condition=models.Q(retired_at=None), name="one_need_a_letter"
            )
        ]


class Visit(models.Model):
    """One number of one day. `told_sealed` is what they said of themselves: name, phone, case number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, models.PROTECT, related_name="+")
    day = models.DateField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=8)
    token = models.CharField(max_length=40, unique=True, default=url_token)
    asked_id = models.UUIDField(unique=True)  # the tap's own: twice is one number
    source = models.CharField(max_length=8)  # phone, kiosk, desk
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    taken_at = models.DateTimeField()
    counter = models.CharField(max_length=12, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    served_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    told_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    due_at = models.DateTimeField(null=True)  # their appointment: from then on they are called first
    for_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")  # with whom
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="visits")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day", "number"], name="one_number_a_day")]
        indexes = [
            models.Index(fields=["phone_index"], name="visit_phone", condition=models.Q(phone_index__isnull=False)),
            models.Index(fields=["ended_at"], name="visit_told", condition=models.Q(told_sealed__isnull=False)),
        ]


class Turn(models.Model):
    """One stay in the line of one need: a visit that is handed over has several. `day` is the store's when it began.

    `outcome`: done, handed_over, left, no_show, or day_over when nobody ended it that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="turns")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, models.PROTECT, related_name="+")
    day = models.DateField()
    waits_since = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=models.Q(ended_at=None), name="one_turn_at_once")
        ]
        indexes = [
            models.Index(fields=["store"], name="turn_open", condition=models.Q(ended_at=None)),
            models.Index(fields=["store", "day", "id"], name="turn_day"),
            models.Index(fields=["store", "ended_at"], name="turn_served", condition=models.Q(began_at__isnull=False)),
        ]


class Lap(models.Model):
    """One step of a visit, timed by a tap: it ends when the next begins."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="laps")
    code = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["turn"], condition=models.Q(ended_at=None), name="one_lap_at_once")
        ]


class Device(models.Model):
    """A screen at a store's entrance. Only hashes are kept: of the code it is paired with, then of its own token."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    code_digest = models.BinaryField(max_length=32, null=True, unique=True)
    code_until = models.DateTimeField()
    digest = models.BinaryField(max_length=32, null=True, unique=True)
    offered_by = models.CharField(max_length=80)
    paired_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
