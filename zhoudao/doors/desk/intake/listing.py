"""The rows of the intake page."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from zhoudao.doors.desk.intake.words import STATUSES, Why, trouble, why
from zhoudao.ground.accounts.reach import where_they_work
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.of_threads import case_of
from zhoudao.rooms.conversations.models import Channel, Delivery

PAGE = 25
WITH_CASE = ("channel", "message__conversation__case", "message__conversation__main__case")


@frozen
class Row:
    """One delivery with what became of it, in words."""

    delivery: Delivery
    status: str
    why: Why | None
    case_number: str


@frozen
class Health:
    """How a mailbox fares."""

    channel: Channel
    trouble: str
    since: datetime | None
    seen_at: datetime | None
    missing: int
    server: int
    ours: int


def deliveries(viewer: Viewer) -> QuerySet[Delivery]:
    """What this viewer may see. A second row, under the sender's own id, only tells doubles apart: not shown."""
    doubles = {"channel__kind__in": ["email", "webhook"], "key__startswith": "<"}
    return Delivery.objects.exclude(**doubles).filter(channel__in=channels(viewer))


def channels(viewer: Viewer) -> QuerySet[Channel]:
    """The channels of the stores the viewer works in."""
    return Channel.objects.defer("secrets_sealed").filter(where_they_work(viewer)).order_by("code")


def page(viewer: Viewer, *, status: str, channel: str, cursor: str) -> tuple[list[Row], str]:
    """The newest rows of a status and channel, and where the next page begins ('' at the end).

    Raises: ValueError
    """
    rows = deliveries(viewer).select_related(*WITH_CASE).defer("raw_sealed")
    if status in STATUSES:
        rows = rows.filter(status=status)
    if channel:
        rows = rows.filter(channel__code=channel)
    if cursor:
        moment, _, row_id = cursor.partition("|")
        at, last = datetime.fromisoformat(moment), UUID(row_id)
        rows = rows.filter(beyond("-received_at", at, last))
    found = list(rows.order_by("-received_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    next_ = f"{shown[-1].received_at.isoformat()}|{shown[-1].id}" if len(found) > PAGE else ""
    return [row_of(delivery) for delivery in shown], next_


def row_of(delivery: Delivery) -> Row:
    """A delivery as it is shown."""
    return Row(delivery, str(STATUSES.get(delivery.status, delivery.status)), why(delivery.reason), _case(delivery))


def health(viewer: Viewer) -> list[Health]:
    """The mailboxes with something wrong: trouble, or fewer mails here than on the server."""
    found = [_health(channel) for channel in channels(viewer).filter(kind="email", is_active=True)]
    return [one for one in found if one.trouble or one.missing]


def _health(channel: Channel) -> Health:
    state = channel.state
    counts = state.get("counts") or {}
    return Health(
        channel=channel,
        trouble=str(trouble(state["error"])) if state.get("error") else "",
        since=_moment(state.get("error_at")),
        seen_at=_moment(state.get("seen_at")),
        missing=int(counts.get("missing", 0)),
        server=int(counts.get("server", 0)),
        ours=int(counts.get("ours", 0)),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _case(delivery: Delivery) -> str:
    case = case_of(delivery.message.conversation) if delivery.message else None
    return case.number if case else ""
