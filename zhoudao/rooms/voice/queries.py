"""What a customer may know of their own cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Kind, Status
from zhoudao.rooms.conversations.models import Attachment, Conversation, Message
from zhoudao.rooms.conversations.queries import mains_of
from zhoudao.rooms.conversations.visitors import Visitor, records_of
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.voice.links import rating_path
from zhoudao.rooms.voice.models import Rating
from zhoudao.rooms.voice.opting import is_opted_out

_SOLVED = (Status.RESOLVED, Status.CLOSED)
_LONGEST_TOKEN = 40


@frozen
class OwnCase:
    """A case in its customer's chat; `rating_path` is empty until it is solved, `score` None until it is rated."""

    number: str
    conversation_id: UUID | None
    status: str
    progress_path: str
    rating_path: str
    score: int | None


@frozen
class Rateable:
    """What a rating page shows; `score` None until it is rated."""

    number: str
    subject: str
    language: str
    is_solved: bool
    colleague: str
    progress_path: str
    score: int | None
    comment: str
    rated_at: datetime | None
    is_opted_out: bool
    is_complaint: bool


def own_cases(conversation_ids: Sequence[UUID]) -> list[OwnCase]:
    """The cases of these conversations, oldest first (one statement)."""
    rows = (
        Case.objects.filter(conversation_id__in=mains_of(conversation_ids))
        .select_related("rating")
        .order_by("opened_at", "id")
    )
    return [
        OwnCase(
            number=case.number,
            conversation_id=case.conversation_id,
            status=case.status,
            progress_path=progress_path(case),
            rating_path=rating_path(case.id) if case.status in _SOLVED else "",
            score=case.rating.score if hasattr(case, "rating") else None,
        )
        for case in rows.order_by("opened_at", "id")
    ]


def progress_path(case: Case) -> str:
    """Where the customer follows the case, on our own pages."""
    return f"/p/{case.progress_token}/"


def case_of_progress(token: str) -> Case | None:
    """The case behind an unguessable link; a merged one leads to the case it went into, if that customer's too."""
    if len(token) > _LONGEST_TOKEN:
        return None
    rows = Case.objects.select_related("conversation", "store", "team", "owner", "customer", "rating")
    case = rows.filter(progress_token=token).first()
    while case is not None and case.merged_into_id is not None:
        survivor = rows.get(id=case.merged_into_id)
        if survivor.customer.survivor_id != case.customer.survivor_id:
            return case
        case = survivor
    return case


def message_counts(case: Case) -> tuple[int, int]:
    """How many messages the customer wrote and how many our people answered (one statement)."""
    if case.conversation_id is None:
        return 0, 0
    here = Q(conversation_id=case.conversation_id) | Q(conversation__main_id=case.conversation_id)
    rows = Message.objects.filter(here, is_auto=False)
    counts = rows.aggregate(
        theirs=Count("id", filter=Q(direction="in")),
        ours=Count("id", filter=Q(direction="out", status__in=["sent", "delivered"])),
    )
    return counts["theirs"], counts["ours"]


def rateable(case_id: UUID) -> Rateable | None:
    """A case as its rating page shows it."""
    case = Case.objects.select_related("rating", "conversation", "last_responder").filter(id=case_id).first()
    if case is None:
        return None
    rating = case.rating if hasattr(case, "rating") else None
    return Rateable(
        number=case.number,
        subject=case.subject,
        language=case.conversation.language if case.conversation else "",
        is_solved=case.status in _SOLVED,
        colleague=given_name(case.last_responder.name) if case.last_responder else "",
        progress_path=progress_path(case),
        score=rating.score if rating else None,
        comment=rating.comment if rating else "",
        rated_at=rating.rated_at if rating else None,
        is_opted_out=is_opted_out(case.customer_id),
        is_complaint=case.kind == Kind.COMPLAINT,
    )


def rating_of(case_id: UUID) -> Rating | None:
    """What the customer said so far."""
    return Rating.objects.filter(case_id=case_id).first()


def scores_of(case_ids: Sequence[UUID]) -> dict[UUID, int]:
    """What the customers of these cases said (one statement)."""
    return dict(Rating.objects.filter(case_id__in=case_ids).values_list("case_id", "score"))


def given_name(name: str) -> str:
    """What customers see of a colleague's name: `王小明` → `小明`, `Anna Berg` → `Anna`."""
    words = name.split()
    if len(words) != 1 or name.isascii() or not 2 <= len(words[0]) <= 4:
        return words[0] if words else ""
    return words[0][2:] if len(words[0]) == 4 else words[0][1:] if len(words[0]) == 3 else words[0]


def conversations_of(visitor: Visitor) -> list[UUID]:
    """A chat visitor's own conversations on their channel, oldest first: those of a record joined with theirs only
    when they have proved who they are.
    """
    records = records_of(visitor)
    if not records:
        return []
    rows = Conversation.objects.filter(customer_id__in=records, channel__code=visitor.channel)
    return list(rows.order_by("started_at", "id").values_list("id", flat=True))


def own_attachment(visitor: Visitor, attachment_id: UUID) -> Attachment | None:
    """A file of the visitor's own conversations; of notes and others' there is none."""
    rows = Attachment.objects.select_related("file").filter(message__conversation_id__in=conversations_of(visitor))
    return rows.filter(id=attachment_id, message__direction__in=["in", "out"]).first()


def own_keys(message_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The sender's own ids of messages, so that a page knows which of them it sent itself."""
    return dict(Message.objects.filter(id__in=message_ids).values_list("id", "external_id"))


SAID = ("said", "followed_up")  # what an order calls what its customer said of it, and whether they were asked


def said_of(order: Order) -> dict[str, Any]:
    """What the customer gave and whether they were asked (no statement for an order read with `SAID`)."""
    return {"rating": getattr(order, SAID[0], None), "asking": getattr(order, SAID[1], None)}
