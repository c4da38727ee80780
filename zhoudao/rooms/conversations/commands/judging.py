"""Messages are judged behind the running service: new ones as the log tells of them, older ones little by little.

Only the clock imports this: what judges is not for the web process.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from zhoudao.engines.language import MOODS, VERSION
from zhoudao.engines.language.emotion import judge
from zhoudao.ground.eventlog.reading import OPEN
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations.models import Listening, Message

MOST = 200  # older ones at a time, 40 ms of judging
_EVENTS = 1_000
_LAST = UUID(int=2**128 - 1)
_MOVING = ("cases.CaseMerged", "cases.MergeUndone", "conversations.ConversationSplit", "conversations.SplitUndone")
_OWN_WORDS = Message.objects.filter(direction="in").exclude(
    conversation__channel__kind__in=["phone", "desk"]  # a colleague wrote it down
)
_UNREAD = f"""
    WITH unread AS MATERIALIZED (
        SELECT e.xid, e.id, e.type, e.primary_id, e.object_ids, e.attributes FROM eventlog_event e
        WHERE (e.xid, e.id) > (%(xid)s::bigint, %(id)s::uuid) AND e.xid < {OPEN}
        ORDER BY e.xid, e.id LIMIT {_EVENTS}
    )
    SELECT (SELECT xid FROM unread ORDER BY xid DESC, id DESC LIMIT 1),
           (SELECT id FROM unread ORDER BY xid DESC, id DESC LIMIT 1),
           ARRAY(SELECT (attributes->>'message_id')::uuid FROM unread WHERE type = 'conversations.MessageReceived'),
           ARRAY(SELECT DISTINCT unnest(object_ids) FROM unread WHERE type = ANY(%(moving)s)),
           ARRAY(SELECT attributes->>'survivor' FROM unread WHERE type = ANY(%(moving)s) AND attributes ? 'survivor')
"""  # noqa: S608 - only constants of this file
_WRITE = """
    INSERT INTO conversations_emotion AS known
        (message_id, score, confidence, is_urgent, evidence, version, mood)
    SELECT id, score, confidence, is_urgent, evidence::smallint[], %s, mood
    FROM unnest(%s::uuid[], %s::smallint[], %s::smallint[], %s::boolean[], %s::text[], %s::smallint[])
         AS one (id, score, confidence, is_urgent, evidence, mood)
    ON CONFLICT (message_id) DO UPDATE
    SET score = excluded.score, confidence = excluded.confidence, is_urgent = excluded.is_urgent,
        evidence = excluded.evidence, version = excluded.version,
        mood = CASE WHEN known.label = '' THEN excluded.mood ELSE known.mood END
    WHERE known.version < excluded.version
"""


@frozen
class Heard:
    """What a look found: threads in which something was judged, and cases and threads that were joined or parted."""

    judged: frozenset[UUID]
    moved: frozenset[UUID]
    numbers: frozenset[str]  # of cases others were joined into or parted from


def judge_next() -> Heard | None:
    """This will judge the messages a thousand events tell of and two hundred older ones; None while another does.

    A judgement that is there stays; one by an earlier version is made anew, and a person's word stays above either.
    The caller holds a transaction. At most eight statements.
    """
    row = _held()
    if row is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"xid": row.cursor_xid, "id": row.cursor_id, "moving": list(_MOVING)})
        found: tuple[Any, ...] = cursor.fetchone() or (None, None, [], [], [])
    xid, id_, said, moved, numbers = found
    new = list(_OWN_WORDS.filter(id__in=said).values_list("id", "text", "conversation_id")) if said else []
    old = [] if row.is_whole else _older(row)
    _store([*new, *old])
    was = row.back_to, row.is_whole
    if xid is not None:
        row.cursor_xid, row.cursor_id = xid, id_
    if not row.is_whole:
        row.back_to, row.is_whole = (old[-1][0] if old else row.back_to), len(old) < MOST
    if xid is not None or was != (row.back_to, row.is_whole):
        row.save()
    threads = frozenset(thread for _id, _text, thread in [*new, *old])
    return Heard(threads, frozenset(moved), frozenset(numbers))


def _held() -> Listening | None:
    """The place, locked; in an installation that never listened, or with an older model, it begins at the newest."""
    row = Listening.objects.select_for_update(skip_locked=True).filter(id=1).first()
    if row is None:
        if Listening.objects.filter(id=1).exists():
            return None
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {OPEN} - 1")  # ours
            place: tuple[int] = cursor.fetchone() or (0,)
        row = Listening.objects.create(cursor_xid=place[0], cursor_id=_LAST, version=VERSION)
    elif row.version < VERSION:
        row.version, row.back_to, row.is_whole = VERSION, None, False
    return row


def _older(row: Listening) -> list[tuple[UUID, str, UUID]]:
    """Customers' messages further back that nobody judged, or an earlier version did."""
    rows = _OWN_WORDS.filter(Q(emotion=None) | Q(emotion__version__lt=VERSION))
    if row.back_to is not None:
        rows = rows.filter(id__lt=row.back_to)
    return list(rows.order_by("-id").values_list("id", "text", "conversation_id")[:MOST])


def _store(messages: Sequence[tuple[UUID, str, UUID]]) -> None:
    """This will judge these and keep it (one statement)."""
    if not messages:
        return
    found = {id_: judge(text) for id_, text, _thread in messages}
    columns: list[list[Any]] = [
        list(found),
        [one.index for one in found.values()],
        [round(100 * one.confidence) for one in found.values()],
        [one.is_urgent for one in found.values()],
        [_packed(place for piece in one.evidence for place in (piece.start, piece.end)) for one in found.values()],
        [MOODS.get(one.word) for one in found.values()],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [VERSION, *columns])


def _packed(places: Iterable[int]) -> str:
    return "{" + ",".join(map(str, places)) + "}"
