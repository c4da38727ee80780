"""One timeline of a person over all channels and all their records: what was said, done, rated and joined."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Case as When_
from django.db.models import CharField, OuterRef, Q, Subquery, UUIDField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Substr

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.timeline import line_of
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Conversation, Message

PAGE = 30
_CASES = (
    *("cases.CaseOpened", "cases.CaseResolved", "cases.CaseReopened", "cases.CaseClosed", "cases.CaseMerged"),
    *("cases.MergeUndone", "cases.CaseLinked", "cases.CaseEscalated", "cases.PromiseBroken"),
    *("visits.VisitLinked", "visits.VisitFinished"),
)
_BOOKINGS = (
    *("bookings.BookingMade", "bookings.BookingMoved", "bookings.BookingCancelled"),
    *("bookings.CustomerArrived", "bookings.BookingDone", "bookings.BookingMissed"),
)
_ORDERS = (
    *("orders.OrderPlaced", "orders.OrderShipped", "orders.OrderDelivered"),
    *("orders.OrderCancelled", "orders.OrderRepeatRefused", "orders.OrdersMerged", "orders.OrdersSeparated"),
    *("parcels.ParcelHandedOver", "parcels.ParcelMoved", "parcels.ParcelFlagged", "aftersales.PiecesCancelled"),
)
_RECORDS = (
    *("customers.CustomerMet", "customers.CustomersMerged", "customers.CustomerUnmerged", "customers.ProfileChanged"),
    *("customers.CustomerErased", "customers.CustomerExported", "customers.IdentitiesNoted"),
    *("customers.ContactJoined", "customers.ContactLeft"),
    *("entrances.SignedIn", "entrances.SignedOut", "entrances.IdentityProven"),
)
_LOOKS = ("customers.CustomerUnmasked", "customers.CustomerServed")
KINDS: dict[str, tuple[str, ...]] = {
    "cases": _CASES,
    "messages": ("conversations.MessageReceived", "conversations.ReplySent"),
    "notes": ("conversations.NoteAdded",),
    "orders": _ORDERS,
    "bookings": _BOOKINGS,
    "ratings": ("voice.CaseRated",),
    "record": (*_RECORDS, *_LOOKS),
}
_ALL = tuple(type_ for types in KINDS.values() for type_ in types if type_ not in _LOOKS)


@frozen
class Entry:
    """One line: an event in words, with the message's own words where it is one. `kind` is a key of KINDS."""

    id: UUID
    at: datetime
    kind: str
    type: str
    text: str
    words: str
    actor_name: str
    channel_kind: str
    case_number: str


@frozen
class HistoryPage:
    """Entries, newest first, and where the next page begins (`None` at the end)."""

    entries: list[Entry]
    next: tuple[datetime, UUID] | None


def history(
    viewer: Viewer,
    group: Sequence[UUID],
    *,
    kind: str = "",
    after: tuple[datetime, UUID] | None = None,
    is_whole: bool = False,
) -> HistoryPage:
    """A page of what happened with these records that the viewer may see (three statements).

    `is_whole`: the customer is before the viewer, who may see all of it; the caller has that written down.
    """
    seen = Q() if is_whole else _seen(viewer, group)
    rows = Event.objects.filter(seen, object_ids__overlap=list(group), type__in=KINDS.get(kind, _ALL))
    if after is not None:
        rows = rows.filter(beyond("-occurred_at", after[0], after[1]))
    found = list(rows.annotate(actor_name=_NAME, words=_WORDS).order_by("-occurred_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    following = (shown[-1].occurred_at, shown[-1].id) if len(found) > PAGE else None
    return HistoryPage(_entries(shown), following)


_NAME = When_(
    When(
        actor__regex=r"^user:[0-9a-f-]{36}$",
        then=Subquery(User.objects.filter(pk=Cast(Substr(OuterRef("actor"), 6), UUIDField())).values("name")[:1]),
    ),
    default=Value(""),
    output_field=CharField(),
)

_WORDS = Subquery(
    Message.objects.filter(pk=Cast(KeyTextTransform("message_id", OuterRef("attributes")), UUIDField())).values("text")[
        :1
    ]
)


def _seen(viewer: Viewer, group: Sequence[UUID]) -> Q:
    if viewer.is_everywhere:
        return Q()
    cases = Case.objects.filter(visible(viewer), customer_id__in=group)
    own = Q(primary_type="customer")
    threads = Q(primary_id__in=cases.values("conversation_id"))
    sides = Conversation.objects.filter(main__in=cases.values("conversation_id"))
    own |= Q(primary_type__in=("visit", "booking", "order", "field_visit"), store_id__in=viewer.stores or ())
    return own | Q(primary_id__in=cases.values("id")) | threads | Q(primary_id__in=sides.values("id"))


def _entries(events: Sequence[Event]) -> list[Entry]:
    ids = {event.primary_id for event in events}
    threads = Conversation.objects.filter(id__in=ids).values(own=Coalesce("main_id", "id"))
    rows = Case.objects.filter(Q(id__in=ids) | Q(conversation_id__in=threads))
    around = ("conversation__channel__kind", "conversation__sides__id", "conversation__sides__channel__kind")
    cases: dict[UUID, tuple[str, str]] = {}
    for case_id, thread_id, number, kind, side_id, side_kind in rows.values_list(
        "id", "conversation_id", "number", *around
    ):
        cases[case_id] = cases[thread_id] = (number, kind or "")
        if side_id is not None:
            cases[side_id] = (number, side_kind or "")
    return [_entry(event, cases) for event in events]


def _entry(event: Event, cases: dict[UUID, tuple[str, str]]) -> Entry:
    number, channel = cases.get(event.primary_id, ("", ""))
    return Entry(
        id=event.id,
        at=event.occurred_at,
        kind=next((kind for kind, types in KINDS.items() if event.type in types), ""),
        type=event.type,
        text=line_of(event).text,
        words=clip(getattr(event, "words", None) or "", 240),
        actor_name=getattr(event, "actor_name", "") or "",
        channel_kind=channel,
        case_number=number,
    )
