"""The case number inside five seconds, or a moment later; never twice."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from zhoudao.doors.channels.kinds.wechat import fake, passive
from zhoudao.doors.channels.kinds.wechat.reading import fields_of, read
from zhoudao.doors.channels.kinds.wechat.tests.conftest import Line, make_line, told
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.models import Message

FIRST = told(MsgId="101", Content="洗衣机漏水")


@pytest.fixture
def shop(transactional_db: None) -> None:
    open_shop()


@pytest.fixture
def greeting(shop: None, platform: fake.Platform) -> Line:
    """An account that confirms, in an open shop: another process finishes the work while the request waits."""
    return make_line(platform)


@pytest.fixture
def silent(shop: None, platform: fake.Platform) -> Line:
    """An account that confirms nothing."""
    return make_line(platform, acknowledges="no")


def works_beside(line: Line) -> threading.Thread:
    def work() -> None:
        try:
            for _ in range(40):
                line.reads()
                dispatch.drain()
                if Message.objects.filter(is_auto=True).exists():
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_number_is_told_inside_five_seconds_and_the_repeat_hears_the_same(
    greeting: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passive, "WAIT_SECONDS", 60)  # a loaded machine's worker is late; what is told is the same
    worker = works_beside(greeting)
    said = greeting.hears(FIRST)
    worker.join()
    case = Case.objects.get()
    assert case.number in said["Content"]
    assert f"/p/{case.progress_token}/" in said["Content"]
    assert said["ToUserName"] == "oWang"
    ack = Message.objects.get(is_auto=True)
    assert (ack.status, ack.external_id) == ("sent", "passive/m/101")
    assert greeting.hears(FIRST)["Content"] == said["Content"]
    greeting.ahead = timedelta(seconds=30)
    greeting.sends()
    assert greeting.platform.sent == [], "told once"
    assert greeting.hears(told(MsgId="102", Content="快点")) == {}, "an open conversation needs no second number"


def test_when_the_worker_is_late_the_number_follows_as_a_message(
    greeting: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passive, "WAIT_SECONDS", 0.2)
    assert greeting.hears(FIRST) == {}
    greeting.reads()
    dispatch.drain()
    ack = Message.objects.get(is_auto=True)
    assert ack.send_after is not None
    for seconds, sent in ((-1, 0), (1, 1), (2, 1)):
        greeting.ahead = ack.send_after + timedelta(seconds=seconds) - datetime.now(UTC)
        greeting.sends()
        assert len(greeting.platform.sent) == sent, "neither before its five seconds are over nor twice"
    ((to, text),) = greeting.platform.sent
    assert (to, Case.objects.get().number in text) == ("oWang", True)
    dispatch.drain()
    assert Message.objects.filter(is_auto=True).count() == 1


def test_a_rush_is_answered_at_once(greeting: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passive, "_waiting", threading.BoundedSemaphore(1))
    with passive._waiting:
        assert greeting.hears(FIRST) == {}


def test_an_account_may_stay_silent(silent: Line) -> None:
    silent.hears(FIRST)
    silent.works()
    assert Case.objects.count() == 1
    assert not Message.objects.filter(is_auto=True).exists()


def test_words_that_no_xml_can_hold_are_left_out() -> None:
    reply = passive.written(read(FIRST), "a\x00b]]>c<d>")
    assert fields_of(reply.encode())["Content"] == "ab]]>c<d>"
