"""What the customer hears of a visit, in their language, where they are reached."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.order_ways import Matter, thread_about
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.fieldwork.commands.replanning import ACTOR
from zhoudao.rooms.fieldwork.links import visit_url
from zhoudao.rooms.fieldwork.models import Visit

_SAID: dict[str, LazyText] = {
    "fieldwork.VisitPlanned": _("An engineer visits you on %(when)s (%(number)s). Move or cancel the visit here:"),
    "fieldwork.VisitMoved": _("Your visit %(number)s now takes place on %(when)s. Move or cancel it here:"),
    "fieldwork.VisitReassigned": _(
        "Another engineer makes your visit %(number)s; the time stays: %(when)s. Who it is, you see here:"
    ),
    "fieldwork.VisitUnplanned": _(
        "We are sorry: nobody can make your visit %(number)s at the time we promised. A colleague finds another time,"
        " or you choose one here:"
    ),
    "fieldwork.EngineerSetOff": _("The engineer is on the way to you (%(number)s), expected at %(expected)s."),
    "fieldwork.VisitMissed": _("Visit %(number)s did not take place. We will be in touch about another time."),
    "fieldwork.VisitCancelled": _("Visit %(number)s is cancelled."),
}
TYPES = tuple(_SAID)


@transaction.atomic
def on_event(event: Event) -> None:
    """This will tell the customer once; one who is reached in no way sees it on the visit's page alone."""
    visit = Visit.objects.select_related("store", "customer").filter(id=event.primary_id).first()
    if visit is None or visit.customer is None or visit.customer.erased_at is not None:
        return
    matter = Matter(visit.customer.id, visit.store_id, visit.number, visit.language)
    thread = thread_about(matter, event.occurred_at, conversation_id=visit.conversation_id)
    if thread is None:
        return
    with translation.override(thread.language.lower()):
        text = said_of(visit, event)
    reply(
        conversation_id=thread.id,
        text=f"{text} {visit_url(visit)}",
        by=By(ACTOR, store_id=visit.store_id),
        author_name="",
        at=event.occurred_at,
        real_now=event.recorded_at,
        is_auto=True,
        expects_answer=False,
    )


def said_of(visit: Visit, event: Event) -> str:
    """What they are told of this, in the active language."""
    what = event.attributes
    zone = ZoneInfo(visit.store.zone)
    moments = {name: _moment(what.get(name), zone) for name in ("starts_at", "expected_at")}
    expected = moments["expected_at"]
    said = {
        "number": visit.number,
        "when": when_words(moments["starts_at"]) if moments["starts_at"] else "",
        "expected": f"{expected:%H:%M}" if expected else "",
    }
    return str(_SAID[event.type]) % said


def when_words(moment: datetime) -> str:
    """A day and time as people say it, in the active language and the moment's own zone."""
    return date_format(moment, pgettext("date format", "D j M Y, H:i"))


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(zone) if text else None
