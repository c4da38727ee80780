"""Threads and the intake page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.ground.questions import Question
from zhoudao.ground.vault import box
from zhoudao.rooms.conversations.commands.enclosing import enclosure_name
from zhoudao.rooms.conversations.commands.replying import clear_text
from zhoudao.rooms.conversations.models import Attachment, Conversation, Delivery, Draft, Enclosure, Message

Audience = Literal["staff", "customer", "colleague"]  # a colleague: of the customer's organisation
_SEEN_BY_CUSTOMERS = Q(direction="in") | Q(direction="out", status__in=["sent", "delivered"])
# What was sent after it was written, or committed late, may lie before the last one seen: it is shown again.
_OVERLAP = timedelta(minutes=2)
LONGEST = 200
UNWRITTEN = frozenset(["phone", "counter", "form", "desk"])  # nothing written goes back by these


@dataclass(frozen=True)
class AttachmentView:
    """A file of a message."""

    id: UUID
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class MessageView:
    """A message as it is shown. `is_masked`: what was really written can be unmasked."""

    id: UUID
    conversation_id: UUID
    at: datetime
    direction: str
    author: str
    text: str
    html: str
    status: str
    failure: str
    is_auto: bool
    is_masked: bool
    actor: str
    attachments: list[AttachmentView] = field(default_factory=list)
    send_after: datetime | None = None
    is_unconfirmed: bool = False


def written_side(main: Conversation) -> Conversation | None:
    """Where somebody can be written to: this thread itself, else the side of it last used; nowhere after a call."""
    if main.channel.kind not in UNWRITTEN:
        return main
    sides = Conversation.objects.filter(main=main).exclude(channel__kind__in=UNWRITTEN).select_related("channel")
    return sides.order_by("-last_message_at", "-id").first()


def thread(
    conversation_ids: Sequence[UUID], *, audience: Audience = "staff", after: UUID | None = None, limit: int = LONGEST
) -> list[MessageView]:
    """The newest messages of these conversations, oldest first (one statement, more with files or masked words).

    Customers see what they wrote and what was sent, in clear, their organisation's colleagues the same, masked; staff
    see everything, masked. With `after`, what came
    since that message; for customers the last minutes may come again, so readers drop the ids they have.
    """
    if len(conversation_ids) == 1 and audience == "staff" and after is None:
        newest = _ALONE.all(conversation_ids[0])[:limit][::-1]
    else:
        newest = list(_messages(conversation_ids, audience, after)[:limit])[::-1]
    box.warm(message.original_sealed for message in newest)
    with_files = [message.id for message in newest if message.has_files]  # type: ignore[attr-defined]  # an annotation
    files = _attachments(with_files) if with_files else {}
    return [_view(message, files.get(message.id, []), audience) for message in newest]


def _messages(conversation_ids: Sequence[UUID], audience: Audience, after: UUID | None) -> QuerySet[Message]:
    rows = Message.objects.filter(conversation_id__in=conversation_ids)
    if audience != "staff":
        rows = rows.filter(_SEEN_BY_CUSTOMERS)
    if after is not None:
        rows = _since(rows, after, audience)
    rows = rows.annotate(has_files=Exists(Attachment.objects.filter(message=OuterRef("pk"))))
    return rows.defer("search").order_by("-created_at", "-id")


_ALONE = Question(lambda conversation_id: _messages([conversation_id], "staff", None)[:LONGEST], UUID)


def with_mains(conversation_ids: Sequence[UUID]) -> list[UUID]:
    """These threads and those they are sides of (one statement): whatever a case's own thread is among."""
    sides = Conversation.objects.filter(id__in=conversation_ids, main__isnull=False)
    return [*conversation_ids, *sides.values_list("main_id", flat=True)]


def mains_of(conversation_ids: Iterable[UUID]) -> QuerySet[Conversation, UUID]:
    """The threads that have these threads' cases, as a sub-query."""
    rows = Conversation.objects.filter(id__in=conversation_ids).annotate(own=Coalesce("main_id", "id"))
    return rows.values_list("own", flat=True)


def attachment_of(attachment_id: UUID) -> Attachment | None:
    """A file with its message and conversation, for a door that checks who may have it."""
    return Attachment.objects.select_related("file", "message__conversation").filter(id=attachment_id).first()


def attachment_name(attachment: Attachment) -> str:
    """The name it was sent under."""
    return box.open_text(attachment.name_sealed, place=f"attachment.name.{attachment.id}")


def enclosed(conversation_ids: Sequence[UUID], user_id: UUID) -> list[AttachmentView]:
    """The files this person has put with what they write here."""
    rows = list(
        Enclosure.objects.select_related("file")
        .filter(conversation_id__in=conversation_ids, user_id=user_id)
        .order_by("id")
    )
    box.warm(row.name_sealed for row in rows)
    return [AttachmentView(row.id, enclosure_name(row), row.file.content_type, row.file.size) for row in rows]


def attached(message_id: UUID) -> list[Attachment]:
    """The files of a message, in order, for who carries it."""
    return list(Attachment.objects.select_related("file").filter(message_id=message_id).order_by("id"))


_DRAFT_IN_ONE = Question(lambda thread_id, who: Draft.objects.filter(conversation=thread_id, user_id=who), UUID, UUID)


def draft_of(conversation_ids: Sequence[UUID], user_id: UUID) -> Draft | None:
    """What this person has begun to write here: in the first of these threads, else in one merged into it."""
    if len(conversation_ids) == 1:
        return _DRAFT_IN_ONE.first(conversation_ids[0], user_id)
    found = list(
        Draft.objects.filter(conversation_id__in=conversation_ids, user_id=user_id).order_by("-saved_at", "id")
    )
    return next((row for row in found if row.conversation_id == conversation_ids[0]), next(iter(found), None))


def said_since(conversation_ids: Sequence[UUID], *, seen: UUID | None, actor: str) -> list[Message]:
    """What the customer or another colleague said in these threads after the message `seen`, newest first.

    `seen` None: nothing was there to be seen. Notes, automatic messages and one's own do not count.
    """
    rows = Message.objects.filter(conversation_id__in=conversation_ids, direction__in=["in", "out"], is_auto=False)
    rows = rows.exclude(status="undone").exclude(direction="out", actor=actor)
    if seen is not None:
        last = Subquery(Message.objects.filter(id=seen, conversation_id__in=conversation_ids).values("created_at"))
        rows = rows.filter(beyond("created_at", last, seen))
    return list(rows.order_by("-created_at", "-id")[:3])


def intake(
    *, viewer: Viewer, is_open: bool = True, after: tuple[datetime, UUID] | None = None, limit: int = 25
) -> list[Delivery]:
    """What arrived, newest first: all of it, or what nobody has understood yet. `after` is the last row's place."""
    rows = Delivery.objects.select_related("channel").defer("raw_sealed", "digest")
    if is_open:
        rows = rows.exclude(status__in=["parsed", "ignored"])
    if viewer.stores is not None:
        rows = rows.filter(channel__store_id__in=viewer.stores)
    if after is not None:
        rows = rows.filter(beyond("-received_at", after[0], after[1]))
    return list(rows.order_by("-received_at", "-id")[:limit])


def _since(rows: QuerySet[Message], after: UUID, audience: Audience) -> QuerySet[Message]:
    last = Message.objects.filter(id=after).values_list("created_at", flat=True).first()
    if last is None:
        return rows
    if audience == "customer":
        return rows.filter(Q(created_at__gt=last - _OVERLAP) | Q(sent_at__gt=last - _OVERLAP)).exclude(id=after)
    return rows.filter(beyond("created_at", last, after))


def _attachments(message_ids: Iterable[UUID]) -> dict[UUID, list[AttachmentView]]:
    rows = list(Attachment.objects.select_related("file").filter(message_id__in=list(message_ids)).order_by("id"))
    box.warm(row.name_sealed for row in rows)
    found: dict[UUID, list[AttachmentView]] = {}
    for row in rows:
        view = AttachmentView(row.id, attachment_name(row), row.file.content_type, row.file.size)
        found.setdefault(row.message_id, []).append(view)
    return found


def _view(message: Message, files: list[AttachmentView], audience: Audience) -> MessageView:
    is_masked = message.original_sealed is not None
    in_clear = audience == "customer" and is_masked
    return MessageView(
        id=message.id,
        conversation_id=message.conversation_id,
        at=message.created_at,
        direction=message.direction,
        author=message.author_name,
        text=clear_text(message) if in_clear else message.text,
        html="" if in_clear else message.html,
        status=message.status,
        failure="" if audience != "staff" else message.failure,
        is_auto=message.is_auto,
        is_masked=is_masked,
        actor="" if audience != "staff" else message.actor,
        attachments=files,
        send_after=message.send_after,
        is_unconfirmed=audience == "staff" and message.is_unconfirmed,
    )
