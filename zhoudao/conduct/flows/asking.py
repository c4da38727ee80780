"""A step of the customer's: they are told over their own channel, once, where to do it."""

from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.conduct.flows.models import Task
from zhoudao.conduct.flows.queries.asked import node_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.commands.contact import wait_for_customer
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.queries import written_side

TYPES = ("flows.CustomerAsked",)


@transaction.atomic
def on_event(event: Event) -> None:
    """This will write to the customer what is asked, with the way to it; a case that owes them nothing then waits.

    Who came by phone or to the counter and has no written side is asked by the colleague who sees the step.
    """
    task = Task.objects.filter(id=UUID(event.attributes["task"])).select_related("run").first()
    if task is None or task.completed_at or task.cancelled_at or task.object_type != "case":
        return
    around = ("conversation__channel", "store")
    case = Case.objects.select_related(*around).filter(id=task.object_id, conversation__isnull=False).first()
    if case is None or case.conversation is None:
        return
    wait_for_customer(case_id=case.id, actor=event.actor, at=event.occurred_at)
    thread = written_side(case.conversation)
    if thread is None:
        return
    with translation.override(thread.language.lower()):
        words = pick(node_of(task).step.text, thread.language) or task.name
        text = _("%(what)s. It is your turn; please fill it in here: %(link)s") % {
            "what": words.rstrip("。.!！"),
            "link": progress_url(case),
        }
    reply(
        conversation_id=thread.id,
        text=text,
        by=By(event.actor, store_id=case.store_id),
        author_name="",
        at=event.occurred_at,
        real_now=event.recorded_at,
        is_auto=True,
    )
