"""What a minute and an answer of a colleague are taken to cost: assumptions of the company's own, stated where used."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.tallies.events import RatesSet
from zhoudao.rooms.tallies.models import Rates

MOST_MINUTES = 240
MOST_MINOR = 1_000_000


class RatesUnsound(ValueError):
    """An answer takes between 1 and 240 minutes, and a minute costs something, but less than ten thousand."""


def rates() -> Rates:
    """As they are now (one statement); the shipped ones until somebody sets them."""
    return Rates.objects.filter(id=1).first() or Rates()


@transaction.atomic
def set_rates(*, answer_minutes: int, minute_minor: int, by: By, at: datetime) -> Rates:
    """This will hold for all figures from now on, those of the past included.

    Raises: RatesUnsound
    """
    if not (1 <= answer_minutes <= MOST_MINUTES and 0 < minute_minor <= MOST_MINOR):
        raise RatesUnsound(RatesUnsound.__doc__)
    row, _made = Rates.objects.update_or_create(
        id=1, defaults={"answer_minutes": answer_minutes, "minute_minor": minute_minor}
    )
    record(RatesSet(answer_minutes, minute_minor), at=at, by=by, about=[About("rates", UUID(int=1))])
    return row
