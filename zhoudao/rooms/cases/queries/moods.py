"""How customers sounded: in one message with what says so, and over time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from zhoudao.engines.language import word_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.feeling import threads_of
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.moods import mood_word
from zhoudao.rooms.cases.queries.listing import seen_by
from zhoudao.rooms.conversations.models import Message

TREND = 60
_TREND = """
    SELECT m.id, m.created_at, e.score, e.mood, e.label <> '', e.is_urgent, channel.kind, c.number
    FROM conversations_conversation talk
    JOIN conversations_channel channel ON channel.id = talk.channel_id
    JOIN cases_case c ON c.conversation_id = coalesce(talk.main_id, talk.id)
    JOIN conversations_message m ON m.conversation_id = talk.id
    JOIN conversations_emotion e ON e.message_id = m.id
    WHERE talk.customer_id = ANY(%s) AND e.mood IS NOT NULL AND c.id IN (SELECT id FROM cases_case WHERE [seen])
    ORDER BY m.created_at DESC, m.id DESC LIMIT [most]
"""


@frozen
class Part:
    """A stretch of a message; `tells` says whether it moved the judgement."""

    text: str
    tells: bool


@frozen
class Sound:
    """One message and what was made of it. `word` is a person's where they said one (`is_label`), else ours."""

    message_id: UUID
    at: datetime
    channel_kind: str
    word: str | None
    judged: str
    score: int | None
    confidence: int
    is_label: bool
    is_urgent: bool
    parts: list[Part]

    @property
    def score_words(self) -> str:
        """The score with a real minus."""
        return str(self.score).replace("-", "−")


@frozen
class Point:
    """A message of a customer in their trend; `score` goes from -100 to 100."""

    message_id: UUID
    at: datetime
    score: int
    word: str
    is_label: bool
    is_urgent: bool
    channel_kind: str
    case_number: str


def last_sound(case: Case) -> Sound | None:
    """The case's last message that tells a mood, else its customer's last one at all (three statements)."""
    rows = Message.objects.filter(conversation_id__in=threads_of(case), direction="in").exclude(text="")
    rows = rows.select_related("emotion", "conversation__channel").defer("search")
    rows = rows.order_by("-created_at", "-id")
    message = rows.filter(emotion__mood__isnull=False).first() or rows.first()
    if message is None:
        return None
    found = getattr(message, "emotion", None)
    return Sound(
        message_id=message.id,
        at=message.created_at,
        channel_kind=message.conversation.channel.kind,
        word=mood_word(found.mood) if found else None,
        judged=word_of(found.score if found else None),
        score=found.score if found else None,
        confidence=found.confidence if found else 0,
        is_label=bool(found and found.label),
        is_urgent=bool(found and found.is_urgent),
        parts=list(_parts(message.text, found.evidence if found else [])),
    )


def trend(viewer: Viewer, group: Sequence[UUID]) -> list[Point]:
    """How this customer sounded in the last sixty messages the viewer may see, oldest first (one statement)."""
    seen = seen_by(viewer)
    sql = _TREND.replace("[seen]", seen.sql).replace("[most]", str(TREND))
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(group), *seen.values])
        return [_point(row) for row in reversed(cursor.fetchall())]


def _point(row: tuple[UUID, datetime, int | None, int, bool, bool, str, str]) -> Point:
    """A person's word stands where it belongs, whatever the score was."""
    id_, at, score, mood, is_label, is_urgent, kind, number = row
    ours = word_of(score)
    word = mood_word(mood) or ours
    return Point(
        id_, at, mood * 80 if is_label and word != ours else score or 0, word, is_label, is_urgent, kind, number
    )


def _parts(text: str, evidence: Sequence[int]) -> Iterator[Part]:
    done = 0
    for start, end in zip(evidence[::2], evidence[1::2], strict=True):
        if start > done:
            yield Part(text[done:start], False)
        yield Part(text[start:end], True)
        done = end
    if done < len(text):
        yield Part(text[done:], False)
