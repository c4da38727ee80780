"""Channels counted hour by hour, and marked when they fall silent."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.conversations.channel_figures import volumes
from zhoudao.rooms.conversations.commands import accept_raw, ignore_delivery
from zhoudao.rooms.conversations.commands.counting import count_hours, judge_channel
from zhoudao.rooms.conversations.models import Channel, ChannelHour, Delivery
from zhoudao.rooms.conversations.tests.conftest import NOON


def arrive(channel: Channel, *moments: datetime, key: str = "") -> list[Delivery]:
    return [accept_raw(channel=channel, key=f"{key}{moment.isoformat()}", raw=b"x", at=moment) for moment in moments]


def counted(channel: Channel) -> dict[datetime, int]:
    return dict(ChannelHour.objects.filter(channel=channel).values_list("hour", "received"))


def test_what_arrived_is_counted_by_the_hour_once(api: Channel) -> None:
    arrive(api, NOON, NOON + timedelta(minutes=59), NOON + timedelta(minutes=60))
    for minutes in (60, 61, 120):
        count_hours(at=NOON + timedelta(minutes=minutes))
    assert counted(api) == {NOON: 2, NOON + timedelta(hours=1): 1}
    (late,) = arrive(api, NOON + timedelta(minutes=61))
    ignore_delivery(late, "bulk")
    count_hours(at=NOON + timedelta(minutes=121))
    assert counted(api)[NOON + timedelta(hours=1)] == 1, "what was set aside is no message"


def test_a_row_that_only_tells_doubles_apart_is_not_counted(api: Channel) -> None:
    mail = Channel.objects.create(code="mail", kind="email", store=api.store)
    arrive(mail, NOON)
    arrive(mail, NOON, key="<")
    arrive(api, NOON, key="<")
    count_hours(at=NOON)
    assert (counted(mail), counted(api)) == ({NOON: 1}, {NOON: 1})


def test_the_last_day_is_summed(api: Channel) -> None:
    arrive(api, NOON - timedelta(hours=26), NOON - timedelta(hours=3), NOON)
    count_hours(at=NOON)
    found = volumes(at=NOON)[api.id]
    assert (found.received, found.last_at) == (2, NOON)


@pytest.fixture
def busy(api: Channel) -> Channel:
    """Four weeks of twelve messages an hour, until noon."""
    hours = [NOON - timedelta(hours=n) for n in range(4 * 168 + 1)]
    rows = [ChannelHour(channel=api, hour=hour, received=12, last_at=hour + timedelta(minutes=55)) for hour in hours]
    ChannelHour.objects.bulk_create(rows)
    return api


def told(name: str) -> list[Any]:
    return list(Event.objects.filter(type=f"conversations.{name}").order_by("occurred_at"))


def test_a_silent_channel_is_marked_once_and_heard_again(busy: Channel) -> None:
    last = NOON + timedelta(minutes=55)
    judge_channel(busy.id, at=last + timedelta(minutes=40))
    busy.refresh_from_db()
    assert not busy.state.get("silent")

    for minutes in (60, 90):
        judge_channel(busy.id, at=last + timedelta(minutes=minutes))
    busy.refresh_from_db()
    assert busy.state["silent"] == {"since": last.isoformat(), "expected": 12}
    (event,) = told("ChannelFellSilent")
    assert (event.attributes, event.primary_id) == ({"channel": "api", "expected": 12}, busy.id)

    arrive(busy, last + timedelta(minutes=95))
    count_hours(at=last + timedelta(minutes=96))
    judge_channel(busy.id, at=last + timedelta(minutes=96))
    busy.refresh_from_db()
    assert busy.state["silent"] is None
    assert len(told("ChannelHeardAgain")) == 1


def test_a_channel_that_is_switched_off_or_was_never_heard_is_not_judged(busy: Channel) -> None:
    Channel.objects.filter(id=busy.id).update(is_active=False)
    new = Channel.objects.create(code="new", kind="webhook", store=busy.store)
    for channel in (busy, new):
        judge_channel(channel.id, at=NOON + timedelta(days=3))
    assert told("ChannelFellSilent") == []


def test_old_hours_are_let_go(busy: Channel) -> None:
    count_hours(at=NOON + timedelta(weeks=8))
    assert min(counted(busy)) >= NOON - timedelta(weeks=2)
