"""What a minute, an answer and an error are taken to cost: assumptions of the company's own, stated where used."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.tallies.events import RatesSet
from zhoudao.rooms.tallies.models import Rates

ERRORS = ("promise_minutes", "repeat_minutes", "bounce_minutes", "parcel_minutes", "back_minutes")
MOST_MINUTES = 240
MOST_MINOR = 1_000_000


class RatesUnsound(ValueError):
    """An answer or an error takes between 1 and 240 minutes, a minute costs something, but less than ten thousand."""


def rates() -> Rates:
    """As they are now (one statement); the shipped ones until somebody sets them."""
    return Rates.objects.filter(id=1).first() or Rates()


@transaction.atomic
def set_rates(*, answer_minutes: int, minute_minor: int, by: By, at: datetime, **minutes: int) -> Rates:
    """This will hold for all figures from now on, those of the past included. `minutes`: of errors (`ERRORS`), by name.

    Raises: RatesUnsound
    """
    spans = (answer_minutes, *minutes.values())
    if not (all(1 <= each <= MOST_MINUTES for each in spans) and 0 < minute_minor <= MOST_MINOR):
        raise RatesUnsound(RatesUnsound.__doc__)
    row, _made = Rates.objects.update_or_create(
        id=1,
        defaults={"answer_minutes": answer_minutes, "minute_minor": minute_minor}
        | {name: minutes[name] for name in ERRORS if name in minutes},
    )
    record(RatesSet(answer_minutes, minute_minor), at=at, by=by, about=[About("rates", UUID(int=1))])
    return row
