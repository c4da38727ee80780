"""Who was asked to read something, and who has: what handbooks and release notes have in common."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models

from zhoudao.ground.accounts.models import User
from zhoudao.kit.frozen import frozen

REST, MOST_REMINDERS = timedelta(days=1), 3


class Receipt(models.Model):
    """One person and one thing to read: `opened_at` before `read_at`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


@frozen
class Reader:
    """One person who is asked: when they opened and confirmed it; `carried` from one before that reads the same."""

    user_id: UUID
    name: str
    opened_at: datetime | None
    read_at: datetime | None
    carried: bool


def readers_with(people: Iterable[User], notes: Mapping[UUID, Receipt]) -> list[Reader]:
    """Everybody who is asked, in the order given, those who have not read it first."""
    found = [_reader(user, notes.get(user.id)) for user in people]
    return sorted(found, key=lambda one: one.read_at is not None)


def may_remind(*, reminders: int, reminded_at: datetime | None, at: datetime) -> bool:
    """Whether readers may be asked again: once a day, three times in all."""
    return reminders < MOST_REMINDERS and (reminded_at is None or reminded_at <= at - REST)


def _reader(user: User, note: Receipt | None) -> Reader:
    if note is None:
        return Reader(user.id, user.name, None, None, carried=False)
    return Reader(user.id, user.name, note.opened_at, note.read_at, carried=getattr(note, "carried", False))
