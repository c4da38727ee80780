"""Customers, what they are known by, and what was decided about joining them."""

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7


class Customer(models.Model):
    """One person or organisation. On a merge rows stay where they are; `merged_into` names the survivor."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key_id = models.UUIDField()
    name_sealed = models.BinaryField(null=True)
    name_index = models.BinaryField(max_length=16, null=True, db_index=True)
    value_class = models.CharField(max_length=16, default="standard")
    grade = models.CharField(
        max_length=1, blank=True, db_default="", default=""
    )  # A to D (`rooms/worth`), of who speaks
    risk = models.CharField(max_length=8, blank=True, db_default="", default="")  # of leaving: low, medium, high
    language = models.CharField(max_length=10, default="zh-Hans")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="advised")
    home_store = models.ForeignKey(Store, models.SET_NULL, null=True, related_name="+")  # whose program entered them
    preferred_channel = models.CharField(max_length=16, blank=True, db_default="")  # a channel's kind
    contact_hours = models.CharField(max_length=16, blank=True, db_default="")  # morning afternoon evening workday
    consents = ArrayField(models.CharField(max_length=16), default=list, db_default=[])  # care survey marketing
    merged_at = models.DateTimeField(null=True)
    kept_fields = ArrayField(models.CharField(max_length=20), default=list, db_default=[])  # where it speaks for both
    has_joined = models.BooleanField(db_default=False, default=False)  # others were joined with it: read the group
    has_organisation = models.BooleanField(db_default=False, default=False)  # speaks for one: look whose contact
    settled_fields = ArrayField(models.CharField(max_length=20), default=list, db_default=[])  # said, even if nothing
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-id"], name="customer_best", condition=models.Q(grade="A")),
            models.Index(fields=["-id"], name="customer_leaving", condition=models.Q(risk="high")),
        ]

    @property
    def survivor_id(self) -> object:
        """The id that reads group under."""
        return self.merged_into_id or self.id

    @property
    def name(self) -> str:
        """The name in clear, or empty. Screens mask it unless the viewer may see it."""
        return customer_name(self.id, self.name_sealed)


def customer_name(customer_id: UUID, name_sealed: bytes | memoryview | None) -> str:
    """A stored name in clear, or empty."""
    return box.open_text(name_sealed, place=f"customer.name.{customer_id}") if name_sealed else ""


class Identity(models.Model):
    """Something a customer is known by. `scope` is the channel instance for ids that only mean something there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=16)  # phone, email, external, visitor, openid, member
    scope = models.CharField(max_length=40, blank=True)
    value_sealed = models.BinaryField()
    value_index = models.BinaryField(max_length=16)
    verified_at = models.DateTimeField(null=True)
    suggested = models.BooleanField(default=False)  # named by a sender who could not prove it: never opens history
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope", "value_index"],
                condition=models.Q(suggested=False),
                name="one_owner_an_identity",
            )
        ]
        indexes = [models.Index(fields=["value_index"], name="identity_found")]

    @property
    def value(self) -> str:
        """The phone number, address or id in clear."""
        return box.open_text(self.value_sealed, place=f"identity.value.{self.id}")


class MergeSuggestion(models.Model):
    """Two records that may be one person. `evidence` is {phone|email|member: "", order: its number}; never a device."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    evidence = models.JSONField(default=dict)
    status = models.CharField(max_length=10, default="open")  # open, merged, dismissed
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_suggestion_a_pair"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="suggestion_in_order"),
        ]
        indexes = [
            models.Index(fields=["-found_at", "-id"], name="suggestion_open", condition=models.Q(status="open")),
        ]


class Searched(models.Model):
    """How far a search for suggestions has come."""

    name = models.CharField(max_length=20, primary_key=True)
    last_id = models.UUIDField(null=True)
    last_at = models.DateTimeField(null=True)


class Organisation(models.Model):
    """A customer made of several people. `tier` and `promises` ({kind: [minutes, basis]}) override what others get."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    tier = models.CharField(max_length=12, blank=True)
    promises = models.JSONField(default=dict)
    domains = ArrayField(models.CharField(max_length=120), default=list)  # addresses there suggest a contact
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Whose record speaks for an organisation. Rows stay with their record, so merging and separating are safe."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships")
    sees_all = models.BooleanField(default=False)  # all cases of the organisation, not only their own
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=models.Q(ended_at=None), name="one_organisation")
        ]


class ContactSuggestion(models.Model):
    """Somebody proved an address at an organisation's mail domain: a person decides whether they speak for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="suggestions")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, default="open")  # open, accepted, dismissed
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "customer"], name="one_suggestion_a_contact"),
        ]
