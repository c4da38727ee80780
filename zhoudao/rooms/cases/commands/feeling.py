"""A case's mood is that of its customer's last words that tell one, in any of its threads."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.engines.language import MOODS
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.events import MoodCorrected
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.moods import mood_word
from zhoudao.rooms.cases.refusals import NoSuchMood
from zhoudao.rooms.conversations.models import Conversation, Emotion, Message
from zhoudao.rooms.conversations.refusals import MessageNotFound

_SETTLE = """
    WITH asked AS MATERIALIZED (SELECT unnest(%s::uuid[]) AS id),
    own AS (
        SELECT a.id AS case_id, c.conversation_id AS thread_id FROM asked a JOIN cases_case c ON c.id = a.id
        UNION ALL SELECT a.id, c.conversation_id FROM asked a JOIN cases_case c ON c.merged_into_id = a.id
    ), threads AS (
        SELECT case_id, thread_id FROM own
        UNION ALL SELECT o.case_id, side.id FROM own o
                  JOIN conversations_conversation side ON side.main_id = o.thread_id
    ), last AS (
        SELECT DISTINCT ON (t.case_id) t.case_id, said.mood, said.created_at
        FROM threads t JOIN LATERAL (
            SELECT e.mood, m.created_at, m.id
            FROM conversations_message m JOIN conversations_emotion e ON e.message_id = m.id
            WHERE m.conversation_id = t.thread_id AND e.mood IS NOT NULL
            ORDER BY m.created_at DESC, m.id DESC LIMIT 1
        ) said ON true
        ORDER BY t.case_id, said.created_at DESC, said.id DESC
    )
    UPDATE cases_case c SET mood = l.mood, mood_at = l.created_at
    FROM asked a JOIN cases_case before ON before.id = a.id LEFT JOIN last l ON l.case_id = a.id
    WHERE c.id = a.id AND (c.mood, c.mood_at) IS DISTINCT FROM (l.mood, l.created_at)
    RETURNING c.id, (coalesce(before.mood, 0) = -1) <> (coalesce(c.mood, 0) = -1)
"""


@transaction.atomic
def correct_mood(*, case_id: UUID, message_id: UUID, word: str, viewer: Viewer, at: datetime) -> Case:
    """This will put a person's word for how a message sounds above ours, and keep it for learning.

    Raises: CaseNotFound, MessageNotFound, NoSuchMood
    """
    if word not in MOODS:
        raise NoSuchMood
    case = hold(case_id, viewer)
    message = Message.objects.filter(id=message_id, direction="in", conversation_id__in=threads_of(case)).first()
    if message is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    nothing = {"confidence": 0, "is_urgent": False, "version": 0}
    emotion = Emotion.objects.select_for_update().get_or_create(message=message, defaults=nothing)[0]
    was = mood_word(emotion.mood)
    if emotion.label == word:
        return case
    emotion.label, emotion.mood = word, MOODS[word]
    emotion.labelled_by, emotion.labelled_at = viewer.user_id, at
    emotion.save(update_fields=["label", "mood", "labelled_by", "labelled_at"])
    settle_moods([case.id])
    tell(case, MoodCorrected(str(message.id), was, word), actor=viewer.actor, at=at)
    case.refresh_from_db(fields=["mood", "mood_at"])
    return case


def settle_moods(case_ids: Collection[UUID]) -> dict[UUID, bool]:
    """This will look up the mood of these cases anew (two statements); returns those it changed, and whether upset came
    or went.

    The caller holds a transaction.
    """
    if not case_ids:
        return {}
    ids = sorted(case_ids)
    list(Case.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id").values_list("id"))
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [ids])
        return dict(cursor.fetchall())


def cases_of(threads: Collection[UUID], *, also: Collection[UUID], numbers: Collection[str]) -> set[UUID]:
    """The cases these threads belong to, as their own, a side or merged; and those of `also` and `numbers` that are
    cases (two statements).
    """
    if not threads:
        return set()
    sides = Conversation.objects.filter(id__in=threads, main__isnull=False).values_list("main_id", flat=True)
    rows = Case.objects.filter(conversation_id__in=[*threads, *sides]).values_list("id", "merged_into_id")
    if also or numbers:
        rows = rows.union(
            Case.objects.filter(id__in=also).values_list("id", "merged_into_id"),
            Case.objects.filter(number__in=numbers).values_list("id", "merged_into_id"),
        )
    return {id_ for row in rows for id_ in row if id_ is not None}


def threads_of(case: Case) -> list[UUID]:
    """A case's own thread, those of the cases merged into it, and their sides (two statements)."""
    own = [case.conversation_id, *case.absorbed.values_list("conversation_id", flat=True)]
    threads = [one for one in own if one]
    return [*threads, *Conversation.objects.filter(main__in=threads).values_list("id", flat=True)]
