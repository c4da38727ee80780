"""A thread as people read it: messages and events of all its conversations in one order, days between them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from zhoudao.ground.eventlog.timeline import Line, timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.transfers import Told, told
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.conversations.queries import MessageView, thread

LIMIT = 200
_TOLD = frozenset(
    [
        "cases.CaseOpened",
        "cases.OrderStopped",
        "cases.OrderTaken",
        "cases.CaseAssigned",
        "cases.CaseTransferred",
        "cases.CaseClassified",
        "cases.CaseSnoozed",
        "cases.CaseResolved",
        "cases.CaseClosed",
        "cases.CaseReopened",
        "cases.CaseMerged",
        "cases.MergeUndone",
        "cases.CaseLinked",
        "cases.CaseEscalated",
        "cases.MemberPaged",
        "cases.PagingEnded",
        "cases.PromiseBroken",
    ]
)


@frozen
class Item:
    """One line of the thread: a message, an event, or the day that begins before either."""

    at: datetime
    message: MessageView | None = None
    channel_kind: str = ""
    fact: Line | None = None
    transfer: Told | None = None
    day: date | None = None


def items_of(conversation_ids: Sequence[UUID], case_ids: Sequence[UUID]) -> list[Item]:
    """The newest messages and the events that explain them, oldest first (two statements, more with files and for
    hand-overs).
    """
    messages = thread(conversation_ids, audience="staff", limit=LIMIT)
    kinds = _channel_kinds(conversation_ids)
    said = [
        Item(message.at, message=message, channel_kind=kinds.get(message.conversation_id, ""))
        for message in messages
        if message.status != "undone"
    ]
    since = messages[0].at if len(messages) >= LIMIT else None
    lines = [line for line in timeline(list(case_ids)) if line.type in _TOLD and (since is None or line.at >= since)]
    facts = [Item(line.at, fact=line, transfer=transfer) for line, transfer in _with_transfers(lines)]
    return list(_with_days(sorted([*said, *facts], key=lambda item: item.at)))


def _with_transfers(lines: list[Line]) -> Iterable[tuple[Line, Told | None]]:
    """Hand-overs in words, in place of the line that says who has the case since."""
    named = {line.id: line.attributes["transfer"] for line in lines if line.type == "cases.CaseTransferred"}
    if not named:
        return [(line, None) for line in lines]
    found, moments = told(named.values()), {line.at for line in lines if line.id in named}
    return [
        (line, found.get(named.get(line.id, "")))
        for line in lines
        if line.type != "cases.CaseAssigned" or line.at not in moments
    ]


def _channel_kinds(conversation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Which channel each thread is on; told only where there are several."""
    if len(conversation_ids) < 2:
        return {}
    return dict(Conversation.objects.filter(id__in=conversation_ids).values_list("id", "channel__kind"))


def _with_days(items: Iterable[Item]) -> Iterable[Item]:
    last: date | None = None
    for item in items:
        there = item.at.astimezone(clock.reader_zone()).date()
        if there != last:
            yield Item(item.at, day=there)
            last = there
        yield item
