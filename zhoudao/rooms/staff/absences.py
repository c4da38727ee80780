"""Who is away although their hours say otherwise."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.staff.events import AbsenceEnded, AbsenceNoted
from zhoudao.rooms.staff.models import Absence

LONGEST = timedelta(days=366)


class AbsenceUnsound(Exception):
    """An absence ends after it begins and lasts at most a year."""


@transaction.atomic
def note_absence(*, user_id: UUID, starts_at: datetime, ends_at: datetime, by: By, at: datetime) -> Absence:
    """This will keep somebody's time free of what is booked for them. Raises: AbsenceUnsound."""
    if not starts_at < ends_at <= starts_at + LONGEST or ends_at <= at:
        raise AbsenceUnsound(AbsenceUnsound.__doc__)
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    absence = Absence.objects.create(user_id=user_id, starts_at=starts_at, ends_at=ends_at, noted_by=by.actor[:80])
    fact = AbsenceNoted(starts_at.isoformat(), ends_at.isoformat())
    record(fact, at=at, by=by, about=[About("member", user_id)])
    return absence


@transaction.atomic
def end_absence(*, absence_id: UUID, by: By, at: datetime) -> None:
    """This will forget an absence; one that is gone already is fine."""
    absence = Absence.objects.select_for_update().filter(id=absence_id).first()
    if absence is None:
        return
    absence.delete()
    fact = AbsenceEnded(absence.starts_at.isoformat(), absence.ends_at.isoformat())
    record(fact, at=at, by=by, about=[About("member", absence.user_id)])
