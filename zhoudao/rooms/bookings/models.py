"""What can be booked, where, by whom it is done, and the bookings themselves."""

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.ids import url_token, uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.visits.models import Need, Visit


class Who(models.TextChoices):
    """Who does it."""

    ANYBODY = "anybody", pgettext_lazy("who does it", "Anybody of the store")
    SKILL = "skill", pgettext_lazy("who does it", "Whoever has the skill")
    NAMED = "named", pgettext_lazy("who does it", "The people named")
    NOBODY = "nobody", pgettext_lazy("who does it", "Nobody in particular: only a place is taken")


class Where(models.TextChoices):
    """Where it takes place."""

    STORE = "store", pgettext_lazy("booking", "In the store")
    PHONE = "phone", pgettext_lazy("booking", "By phone: we call")


class State(models.TextChoices):
    """Where a booking stands."""

    HELD = "held", pgettext_lazy("booking", "Being booked")
    BOOKED = "booked", pgettext_lazy("booking", "Booked")
    ARRIVED = "arrived", pgettext_lazy("booking", "Has arrived")
    SERVING = "serving", pgettext_lazy("booking", "Under way")
    DONE = "done", pgettext_lazy("booking", "Done")
    NO_SHOW = "no_show", pgettext_lazy("booking", "Did not come")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")


HERE = (State.ARRIVED, State.SERVING)
COMING = (State.BOOKED, *HERE)
TAKING = (State.HELD, *COMING)  # what takes a person's or a place's time


UNWRITTEN = models.Q(outcome="", state__in=(*COMING, State.DONE))  # what came of it is not known (yet)


class Service(models.Model):
    """What can be booked, in every store that offers it. Times in minutes; `questions` are [{"code", "names"}].

    `change_minutes`: until so long before, customers may move or cancel it themselves.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    names = models.JSONField(default=dict)
    where = models.CharField(max_length=8, choices=Where.choices, default=Where.STORE)
    who = models.CharField(max_length=8, choices=Who.choices, default=Who.ANYBODY)
    skill = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=16)  # of the case it may lead to
    minutes = models.PositiveSmallIntegerField()
    step_minutes = models.PositiveSmallIntegerField(default=30)
    before_minutes = models.PositiveSmallIntegerField(default=0)
    after_minutes = models.PositiveSmallIntegerField(default=0)
    lead_minutes = models.PositiveIntegerField(default=60)
    horizon_days = models.PositiveSmallIntegerField(default=30)
    change_minutes = models.PositiveIntegerField(default=120)
    questions = models.JSONField(default=list)
    place = models.PositiveSmallIntegerField(default=0)  # its place in lists
    retired_at = models.DateTimeField(null=True)


class Resource(models.Model):
    """Places in a store of which each takes one at a time: fitting rooms, test bays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    names = models.JSONField(default=dict)
    units = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True)


class Offer(models.Model):
    """A service in one store: in which hours (none: those of who does it), who, and which place it takes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="offers")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="offers")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    need = models.ForeignKey(Need, models.SET_NULL, null=True, related_name="+")  # the line they wait in

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "store"], name="one_offer_a_store")]


class Booking(models.Model):
    """One time promised to one customer. `busy` is the time with what is kept free around it.

    `told_sealed` is what they said: name, phone, address, words, answers; `note_sealed` what came of it. Nobody and
    nothing is taken twice at a time: the database refuses it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=40, unique=True, default=url_token)
    asked_id = models.UUIDField(unique=True)  # the form's own: twice is one booking
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    source = models.CharField(max_length=8)  # portal, desk, api
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    busy = DateTimeRangeField()
    held_until = models.DateTimeField(null=True)  # the real time: somebody is filling in the form
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="+")
    unit = models.PositiveSmallIntegerField(null=True)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="bookings")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    visit = models.OneToOneField(Visit, models.SET_NULL, null=True, related_name="booking")
    language = models.CharField(max_length=10, default="zh-Hans")
    booked_by = models.CharField(max_length=80, blank=True)
    booked_at = models.DateTimeField()
    moves = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)  # they said again that they come
    arrived_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # of a promised call: when the clock looks at it again
    outcome = models.CharField(max_length=16, blank=True)
    told_sealed = models.BinaryField(null=True)
    note_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    may_text = models.BooleanField(default=False, db_default=False)  # they agreed to text messages about it

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_booking_a_person",
                expressions=[("person", RangeOperators.EQUAL), ("busy", RangeOperators.OVERLAPS)],
                condition=models.Q(state__in=TAKING, person__isnull=False),
            ),
            ExclusionConstraint(
                name="one_booking_a_place",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("busy", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(state__in=TAKING, resource__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(unit__isnull=False), name="booking_takes_something"
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="booking_takes_time"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "starts_at", "id"], name="booking_day"),
            models.Index(fields=["held_until"], name="booking_held", condition=models.Q(state="held")),
            models.Index(fields=["phone_index"], name="booking_phone", condition=models.Q(phone_index__isnull=False)),
            models.Index(fields=["customer", "-starts_at"], name="booking_customer"),
            models.Index(fields=["next_at"], name="booking_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["store", "ends_at", "id"], name="booking_unwritten", condition=UNWRITTEN),
        ]


class ReminderRule(models.Model):
    """When customers are reminded (one row); minutes before, 0 never. Quiet hours are those of the booking's store."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    first_minutes = models.PositiveIntegerField(default=1440)
    second_minutes = models.PositiveIntegerField(default=120)
    tells_missed = models.BooleanField(default=True)  # who did not come is offered another time
    texts = models.BooleanField(default=True, db_default=True)  # whom nothing else reaches gets text messages
    quiet_from = models.TimeField(null=True, default=time(21))
    quiet_until = models.TimeField(null=True, default=time(9))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_reminder_rule")]


class Letter(models.Model):
    """One thing the customer is told of a booking at one of its times: once. `spared` says why it was not.

    By text message it is on its way while it is due still: `due_at` is then when it is tried again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10)  # made, moved, cancelled, first, second, missed
    about = models.DateTimeField()  # the time it tells of: moved, there is another
    due_at = models.DateTimeField(null=True)  # still to be told, then
    sent_at = models.DateTimeField(null=True)
    spared = models.CharField(max_length=10, blank=True)  # no_way, over, no_gateway, off, not_wanted, too_many, failed
    by_text = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    failure = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "kind", "about"], name="one_letter_a_time")]
        indexes = [models.Index(fields=["due_at"], name="letter_due", condition=models.Q(due_at__isnull=False))]
