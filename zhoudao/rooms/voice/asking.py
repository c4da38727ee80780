"""Once a case is solved its customer is asked, over their own channel, how it was."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.voice.links import rating_url
from zhoudao.rooms.voice.models import Asking, Rating

TYPES = ("cases.CaseResolved",)


@transaction.atomic
def on_event(event: Event) -> None:
    """This will send one short message with the rating link; once a case, and not when it is open again already."""
    case = Case.objects.select_related("conversation").filter(id=event.primary_id).first()
    if case is None or case.conversation is None or case.status not in (Status.RESOLVED, Status.CLOSED):
        return
    if Rating.objects.filter(case=case).exists():
        return
    _asking, is_new = Asking.objects.get_or_create(case=case, defaults={"asked_at": event.occurred_at})
    if not is_new:
        return
    with translation.override(case.conversation.language.lower()):
        text = _("Your case %(number)s is solved. How was our service? One click tells us: %(link)s") % {
            "number": case.number,
            "link": rating_url(case.id),
        }
    reply(
        conversation_id=case.conversation.id,
        text=text,
        by=By(actor="system:voice", store_id=case.store_id),
        author_name="",
        at=event.occurred_at,
        is_auto=True,
        real_now=event.recorded_at,
    )
