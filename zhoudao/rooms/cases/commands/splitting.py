"""Two matters in one case become two cases, and can become one again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.text import clip
from zhoudao.rooms.cases.commands.contact import survivor
from zhoudao.rooms.cases.commands.holding import by_of, hold, hold_active, tell
from zhoudao.rooms.cases.commands.merging import merge_cases
from zhoudao.rooms.cases.commands.opening import open_case
from zhoudao.rooms.cases.events import CaseLinked
from zhoudao.rooms.cases.models import Case, CaseLink
from zhoudao.rooms.cases.refusals import CaseNotSplit, NoConversation
from zhoudao.rooms.conversations.commands.splitting import rejoin_conversation, split_conversation
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.conversations.queries import mains_of


@transaction.atomic
def split_case(*, case_id: UUID, message_ids: Sequence[UUID], viewer: Viewer, at: datetime) -> Case:
    """This will open a case of its own for some of a case's messages (of one conversation), linked with it.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, NoConversation, MessageNotFound, NothingToSplit
    """
    case = hold_active(case_id, viewer)
    thread_id = _thread_of(case, message_ids)
    by = by_of(case, viewer.actor)
    part = split_conversation(conversation_id=thread_id, message_ids=message_ids, at=at, by=by)
    thread = Conversation.objects.select_related("channel", "customer", "store").get(id=part.id)
    first = thread.messages.filter(direction="in").defer("search").order_by("created_at", "id")[0]
    new = open_case(conversation=thread, first=first, at=at)
    CaseLink.objects.create(source=new, target=case, kind="split")
    tell(new, CaseLinked(case.number, "split"), actor=viewer.actor, at=at)
    _show_last(case, thread_id, at)
    return new


@transaction.atomic
def undo_split(*, case_id: UUID, viewer: Viewer, at: datetime) -> Case:
    """This will bring the messages back and merge the case that was split off into the one it came from.

    `case_id` is the case that was split off, or the one it came from (then the last one split off). Returns the one
    it came from.

    Raises: CaseNotFound, CaseNotSplit, CaseMerged, CaseAlreadyClosed, SameCase
    """
    asked = hold(case_id, viewer)
    everywhere = replace(viewer, stores=None, teams=None)  # the part may have gone to another team's queue
    part = _part_of(asked)
    if part is None or part.conversation is None:
        raise CaseNotSplit
    split_from = [part.conversation.split_from_id] if part.conversation.split_from_id else []
    origin = Case.objects.filter(conversation_id__in=mains_of(split_from)).first()
    if origin is None:
        raise CaseNotSplit
    into = survivor(hold(origin.id))
    merge_cases(case_id=part.id, into_id=into.id, viewer=everywhere, at=at)
    thread_id = rejoin_conversation(conversation_id=part.conversation.id, at=at, by=by_of(into, viewer.actor))
    back = hold(into.id)
    _show_last(back, thread_id, at)
    return back


def _part_of(case: Case) -> Case | None:
    if case.conversation is not None and case.conversation.split_at is not None:
        return case
    here = Q(conversation__split_from=case.conversation_id) | Q(conversation__split_from__main=case.conversation_id)
    parts = Case.objects.filter(here, conversation__split_at__isnull=False)
    return parts.select_related("conversation").order_by("-opened_at", "-id").first() if case.conversation_id else None


def _thread_of(case: Case, message_ids: Sequence[UUID]) -> UUID:
    """Of the case's own conversation and those of what was merged into it, the one the messages are in."""
    if case.conversation_id is None:
        raise NoConversation
    own = {case.conversation_id, *case.absorbed.values_list("conversation_id", flat=True)} - {None}
    own |= set(Conversation.objects.filter(main__in=own).values_list("id", flat=True))
    found = Message.objects.filter(id__in=message_ids, conversation_id__in=own).values_list(
        "conversation_id", flat=True
    )
    return found.order_by("created_at").first() or case.conversation_id


def _show_last(case: Case, thread_id: UUID, at: datetime) -> None:
    """The list shows what was said last of what is still here."""
    last = Message.objects.filter(conversation_id=thread_id, direction__in=["in", "out"]).order_by("-created_at", "-id")
    text = last.values_list("text", flat=True).first()
    case.preview, case.updated_at = clip(text or "", 100), max(case.updated_at, at)
    case.save(update_fields=["preview", "updated_at"])
