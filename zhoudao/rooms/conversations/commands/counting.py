"""What each channel brought, hour by hour, and whether one has fallen silent. Safe to repeat."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.conversations.events import ChannelFellSilent, ChannelHeardAgain
from zhoudao.rooms.conversations.models import Channel, ChannelHour
from zhoudao.rooms.conversations.silence import WEEKS, judge

ACTOR = "system:channels"
_KEPT = timedelta(weeks=WEEKS + 1)
# A second row under the sender's own id only tells doubles apart; what was set aside is no message.
_COUNT = """
    INSERT INTO conversations_channelhour (id, channel_id, hour, received, last_at)
    SELECT gen_random_uuid(), d.channel_id, date_trunc('hour', d.received_at, 'UTC'), count(*), max(d.received_at)
    FROM conversations_delivery d JOIN conversations_channel c ON c.id = d.channel_id
    WHERE d.received_at >= %(start)s AND d.received_at <= %(at)s AND d.status <> 'ignored'
      AND NOT (c.kind IN ('email', 'webhook') AND d.key LIKE '<%%')
    GROUP BY d.channel_id, date_trunc('hour', d.received_at, 'UTC')
    ON CONFLICT (channel_id, hour) DO UPDATE SET received = excluded.received, last_at = excluded.last_at
"""


@transaction.atomic
def count_hours(*, at: datetime) -> None:
    """This will count what arrived since the last hour that was counted, that hour included."""
    last = ChannelHour.objects.aggregate(hour=Max("hour"))["hour"]
    oldest = at - _KEPT
    start = max(oldest, last - timedelta(hours=1)) if last else oldest
    start = start.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"start": start, "at": at})
    ChannelHour.objects.filter(hour__lt=oldest - timedelta(hours=1)).delete()


@transaction.atomic
def judge_channel(channel_id: UUID, *, at: datetime) -> None:
    """This will mark a channel that has fallen silent against its normal pattern, and one that is heard again."""
    channel = Channel.objects.select_for_update().filter(id=channel_id, is_active=True).first()
    if channel is None:
        return
    hours = ChannelHour.objects.filter(channel=channel)
    last_at = hours.aggregate(at=Max("last_at"))["at"]
    if last_at is None:
        return
    verdict = judge(dict(hours.values_list("hour", "received")), last_at=last_at, at=at)
    was = channel.state.get("silent")
    if verdict.is_silent == bool(was):
        return
    expected = round(verdict.expected) if verdict.expected is not None else None
    silent = {"since": last_at.isoformat(), "expected": expected} if verdict.is_silent else None
    channel.state = {**channel.state, "silent": silent}
    channel.save(update_fields=["state"])
    fact: Fact = (
        ChannelFellSilent(channel=channel.kind, expected=expected)
        if verdict.is_silent
        else ChannelHeardAgain(channel=channel.kind)
    )
    by = By(ACTOR, store_id=channel.store_id, channel=channel.code)
    record(fact, at=at, by=by, about=[About("channel", channel.id)])
