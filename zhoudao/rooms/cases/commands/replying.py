"""Writing to the customer, or to colleagues, from a case."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.contact import survivor
from zhoudao.rooms.cases.commands.holding import by_of, hold
from zhoudao.rooms.cases.commands.ways import thread_for
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseAlreadyClosed, NoConversation, NothingToSend
from zhoudao.rooms.conversations import commands as conversations
from zhoudao.rooms.conversations.inbound import Upload
from zhoudao.rooms.conversations.models import Message


@transaction.atomic
def reply_to_case(
    *,
    case_id: UUID,
    text: str,
    viewer: Viewer,
    at: datetime,
    real_now: datetime,
    undo_seconds: int = 0,
    expects_answer: bool = True,
    conversation_id: UUID | None = None,
    way: str = "",
    uploads: Sequence[Upload] = (),
) -> Message:
    """This will answer the customer; a reply to a merged case is the survivor's. Clocks follow when it is sent.

    `way` is a key of `queries.ways`; without one the case's own channel answers, or where that carries nothing, the
    one the customer used last.

    Raises: CaseNotFound, CaseAlreadyClosed, NoConversation, NothingToSend, WayUnknown, WayTaken, FilesTooMany,
    FilesTooLarge, FileEmpty
    """
    if not text.strip() and not uploads:
        raise NothingToSend
    case = survivor(hold(case_id, viewer))
    if case.status == "closed":
        raise CaseAlreadyClosed
    return conversations.reply(
        conversation_id=_answered(case, conversation_id) or thread_for(case, way, actor=viewer.actor, at=at),
        text=text,
        by=by_of(case, viewer.actor),
        author_name=viewer.name,
        at=at,
        real_now=real_now,
        undo_seconds=undo_seconds,
        expects_answer=expects_answer,
        uploads=uploads,
    )


@transaction.atomic
def note_on_case(*, case_id: UUID, text: str, viewer: Viewer, at: datetime) -> Message:
    """This will leave a private note for colleagues; the customer never sees it.

    Raises: CaseNotFound, NoConversation, NothingToSend
    """
    if not text.strip():
        raise NothingToSend
    case = hold(case_id, viewer)
    return conversations.add_note(
        conversation_id=_own(case),
        text=text,
        by=by_of(case, viewer.actor),
        author_name=viewer.name,
        at=at,
    )


def _answered(case: Case, asked: UUID | None) -> UUID | None:
    """The thread of a case merged into this one, where it was asked for."""
    is_theirs = asked is not None and Case.objects.filter(merged_into=case, conversation_id=asked).exists()
    return asked if is_theirs else None


def _own(case: Case) -> UUID:
    if case.conversation_id is None:
        raise NoConversation
    return case.conversation_id
