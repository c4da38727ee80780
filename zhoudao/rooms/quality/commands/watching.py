"""Once a day: does any product, or batch of one, go wrong more often than it did? Found by the clock, told once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from zhoudao.engines.rates import CHANCE, Counted, Rise, rising
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.quality.commands.noticing import new_notice
from zhoudao.rooms.quality.models import Look, QualityNotice
from zhoudao.rooms.quality.queries.rises import LATELY, SHOWN_IN, counted, returns_of_rise
from zhoudao.rooms.quality.telling import tell_opened

BY = By("system:clock")
_REMEMBERED = LATELY + SHOWN_IN  # after a notice was closed: until then the same cases would open it again


@transaction.atomic
def look_for_faults(*, at: datetime, zone: str) -> list[QualityNotice]:
    """This will open a notice for each product or batch whose faults rise, unless one is open or was lately; once a
    day, in the zone of head office. Where a batch of it rises, its product gets none besides. Returns what is new.
    """
    look, is_new = Look.objects.get_or_create(
        date=at.astimezone(ZoneInfo(zone)).date(), defaults={"at": at, "products": 0, "tests": 0, "found": 0}
    )
    if not is_new:
        return []
    things = counted(at)
    rises = rising(things)
    look.products, look.found = sum(1 for one in things if not one.batch), len(rises)
    look.tests = sum(1 for one in things if one.hits)
    look.save(update_fields=["products", "tests", "found"])
    narrow = {one.counted.name for one in rises if one.counted.batch}
    new = [one for one in rises if one.counted.batch or one.counted.name not in narrow]
    return [_opened(one, at) for one in new if not _is_known(one.counted, at)]


def _is_known(one: Counted, at: datetime) -> bool:
    """A product is known by any notice of it or of a batch of it; a batch by its own, as it says more."""
    lately = Q(closed_at=None) | Q(closed_at__gt=at - _REMEMBERED)
    own = Q(batch=one.batch) if one.batch else Q()
    return QualityNotice.objects.filter(lately, own, sku=one.name).exists()


def _opened(rise: Rise, at: datetime) -> QualityNotice:
    one = rise.counted
    figures = {
        "hits": one.hits,
        "of": one.of,
        "before": rise.before,
        "of_before": rise.of_before,
        "chance": rise.chance,
        "allowed": CHANCE,
        "tests": rise.tests,
        "is_new": rise.is_new,
    }
    shown = returns_of_rise(one.name, at, batch=one.batch)
    notice = new_notice(one.name, batch=one.batch, words="", figures=figures, returns=shown, by=BY, at=at)
    tell_opened(notice, at=at)
    return notice
