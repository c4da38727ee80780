"""How channels fare: what came, when, and what went wrong."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations.models import Channel, ChannelHour, Delivery, Message

VOLUME = define(
    Metric(
        "channels.volume",
        _("Messages in 24 hours"),
        _("What arrived in the last 24 full hours and the running one, without what was set aside as no message."),
        "messages",
    )
)
TROUBLES = define(
    Metric(
        "channels.troubles",
        _("Failures"),
        _("Answers that did not leave or are being tried again, files that did not load, and what could not be taken."),
        "messages",
    )
)
MOST = 1000


@frozen
class Volume:
    """What a channel brought lately."""

    received: int = 0
    last_at: datetime | None = None


def volumes(*, at: datetime) -> dict[UUID, Volume]:
    """What every channel brought in the last 24 hours, and its last message (one statement)."""
    recent = Q(hour__gt=at - timedelta(hours=25))
    rows = ChannelHour.objects.values("channel_id").annotate(n=Sum("received", filter=recent), last=Max("last_at"))
    return {row["channel_id"]: Volume(row["n"] or 0, row["last"]) for row in rows.order_by()}


def failed_messages(channels: Iterable[Channel]) -> QuerySet[Message]:
    """Answers that did not leave (yet) and messages whose file did not load, newest first."""
    rows = Message.objects.exclude(failure="").filter(conversation__channel__in=list(channels))
    return rows.exclude(status="undone").defer("search", "html").order_by("-created_at", "-id")


def failed_deliveries(channels: Iterable[Channel]) -> QuerySet[Delivery]:
    """What could not be taken, newest first."""
    rows = Delivery.objects.filter(status="failed", channel__in=list(channels))
    return rows.defer("raw_sealed", "digest").order_by("-received_at", "-id")


def troubles(channels: Iterable[Channel]) -> dict[UUID, int]:
    """How many failures each channel has, counted to a thousand together (two statements)."""
    shown, found = list(channels), dict[UUID, int]()
    said = failed_messages(shown).values_list("conversation__channel_id", flat=True)[:MOST]
    came = failed_deliveries(shown).values_list("channel_id", flat=True)[:MOST]
    for channel_id in (*said, *came):
        found[channel_id] = found.get(channel_id, 0) + 1
    return found
