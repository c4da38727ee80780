"""Open pages are told what changes, each only what its reader may see, and hung up on when rights end."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.live import app, entry, showing
from zhoudao.doors.live.hearing import Ears
from zhoudao.doors.live.hub import Hub, Stream
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.live.presence import tell_notice, tell_presence, tell_typing
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.visitors import new_token, read_token
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.models import Incident
from zhoudao.rooms.staff.models import OnCall
from zhoudao.rooms.visits.commands.needs import set_line
from zhoudao.rooms.visits.tests.store import open_counter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def signed_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "zhoudao.ground.accounts.backends.WithGrants"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def test_rights_of_all_who_listen_are_read_anew_in_three_statements(shop: Shop) -> None:
    streams = [entry.colleague(signed_in(user)) for user in User.objects.exclude(grants=None).distinct()]
    desks = [stream for stream in streams if stream is not None]

    with CaptureQueriesContext(connection) as statements:
        welcome = entry.still_welcome(desks)

    assert len(desks) > 1
    assert all(welcome.values())
    assert len(statements) <= 3, [statement["sql"][:90] for statement in statements]


@asynccontextmanager
async def ears(*streams: Stream) -> AsyncIterator[Hub]:
    hub = Hub()
    task = asyncio.create_task(Ears(hub).run())
    await asyncio.sleep(0.3)  # the connection listens now
    hub.streams.update(streams)
    try:
        yield hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def heard(stream: Stream, event: str, within: float = 5.0) -> str:
    async with asyncio.timeout(within):
        while True:
            frame = await stream.frames.get()
            assert frame is not None, f"hung up on before {event}"
            if f"event: {event}\n" in frame.decode():
                return frame.decode()


def played(story: Callable[[], Any]) -> None:
    """Runs the async story; its threads' connections are closed so that the test database can be cleaned."""

    async def whole() -> None:
        try:
            await story()
        finally:
            await sync_to_async(connections.close_all)()

    asyncio.run(whole())


def test_a_colleague_hears_of_their_teams_cases_with_the_row_drawn(shop: Shop) -> None:
    async def story() -> None:
        stream = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["wang"]))
        assert stream is not None
        async with ears(stream):
            case = await sync_to_async(shop.hears)("桌子什么时候到？")
            frame = await heard(stream, "case")
            assert case.number in frame
            assert str(case.conversation_id) in await heard(stream, "thread")

    played(story)


def test_another_teams_colleague_hears_nothing_of_it(shop: Shop) -> None:
    async def story() -> None:
        stream = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["sun"]))
        assert stream is not None
        async with ears(stream):
            await sync_to_async(shop.hears)("桌子什么时候到？")
            with pytest.raises(TimeoutError):
                await heard(stream, "case", within=1.0)

    played(story)


def test_a_visitor_hears_of_their_own_conversation_only(shop: Shop) -> None:
    mine, other = new_token("webchat"), new_token("webchat")
    visitor = read_token(mine, real_now=datetime.now(UTC))
    assert visitor is not None

    async def story() -> None:
        streams = [await sync_to_async(entry.visitor)(token) for token in (mine, other)]
        assert streams[0] is not None
        assert streams[1] is not None
        async with ears(*streams):  # type: ignore[arg-type]  # both were just found to be streams
            case = await sync_to_async(shop.hears)("你好", who=visitor.id)
            assert str(case.conversation_id) in await heard(streams[0], "message")
            assert case.conversation_id is not None
            await sync_to_async(tell_typing)(conversation_id=case.conversation_id, who="colleague", name="王芳")
            assert json.loads((await heard(streams[0], "typing")).split("data: ")[1])["name"] == "王芳"
            with pytest.raises(TimeoutError):
                await heard(streams[1], "message", within=0.5)

    played(story)


def test_colleagues_see_who_else_is_there(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    li = shop.cast.people["li"]

    async def story() -> None:
        stream = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["wang"]))
        assert stream is not None
        async with ears(stream):
            await sync_to_async(tell_presence)(case_id=case.id, user_id=li.pk, name=li.name, state="typing")
            assert '"typing": true' in await heard(stream, "presence")
            await sync_to_async(tell_presence)(case_id=case.id, user_id=li.pk, name=li.name, state="left")
            assert '"people": []' in await heard(stream, "presence")

    played(story)


def test_whoever_is_on_call_is_called_about_an_urgent_case(shop: Shop) -> None:
    li = shop.cast.people["li"]
    for team in shop.cast.teams.values():
        li.member.teams.add(team)
        Grant.objects.get_or_create(user=li, role="agent", team=team)
        OnCall.objects.create(team=team, member=li.member, rank=1)

    async def story() -> None:
        stream = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(li))
        assert stream is not None
        async with ears(stream):
            case = await sync_to_async(shop.hears)("油烟机冒烟了，很危险！")
            told = json.loads((await heard(stream, "page")).split("data: ")[1])
            assert case.number in told["text"]
            assert told["address"].endswith(f"/{case.number}/")

    played(story)


def test_a_colleague_who_may_no_longer_read_is_hung_up_on(shop: Shop) -> None:
    wang = shop.cast.people["wang"]

    async def story() -> None:
        stream = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(wang))
        assert stream is not None
        async with ears(stream):
            await sync_to_async(wang.grants.all().delete)()
            async with asyncio.timeout(5):
                while await stream.frames.get() is not None:
                    pass

    played(story)


def test_strangers_get_no_stream(shop: Shop) -> None:
    assert entry.colleague("sessionid=made-up") is None
    assert entry.visitor("made-up") is None
    assert entry.visitor(new_token("webchat") + "x") is None


def test_only_our_own_pages_may_read_the_stream(settings: Any) -> None:
    assert app._cors("https://elsewhere.example") == []
    assert app._cors(settings.BASE_URL)[0] == (b"access-control-allow-origin", settings.BASE_URL.encode())


def test_one_change_that_cannot_be_shown_does_not_silence_the_rest(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = showing.look_up, iter([True])

    def fails_once(*args: Any) -> Any:
        if next(failures, False):
            raise RuntimeError("no such picture")
        return real(*args)

    monkeypatch.setattr(showing, "look_up", fails_once)

    async def story() -> None:
        stream = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["wang"]))
        assert stream is not None
        async with ears(stream):
            await sync_to_async(shop.hears)("桌子什么时候到？")
            await heard(stream, "refresh")
            case = await sync_to_async(shop.hears)("椅子什么时候到？", who="b")
            while case.number not in await heard(stream, "case"):
                pass

    played(story)


def test_a_notice_reaches_only_whom_it_is_for(shop: Shop) -> None:
    async def story() -> None:
        wang, li = [
            await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people[name]))
            for name in ("wang", "li")
        ]
        assert wang is not None
        assert li is not None
        async with ears(wang, li):
            await sync_to_async(tell_notice)(user_id=shop.cast.people["li"].pk)
            assert await heard(li, "notice")
            frames = [wang.frames.get_nowait() for _ in range(wang.frames.qsize())]
            assert not any(b"event: notice" in (frame or b"") for frame in frames)

    played(story)


def test_a_desk_that_opens_sees_who_is_there_and_forgets_who_fell_silent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = shop.hears("什么时候发货？")
    monkeypatch.setattr("zhoudao.doors.live.hearing._CHECK_SECONDS", 0.2)
    monkeypatch.setattr("zhoudao.doors.live.hearing._PRESENCE_SECONDS", 1.5)

    async def story() -> None:
        first = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["wang"]))
        late = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["li"]))
        stranger = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["sun"]))
        assert first is not None
        assert late is not None
        assert stranger is not None
        async with ears(first) as hub:
            zhao = shop.cast.people["zhao"]
            await sync_to_async(tell_presence)(case_id=case.id, user_id=zhao.pk, name="赵敏", state="typing")
            assert "赵敏" in json.loads((await heard(first, "presence")).split("data: ")[1])["people"][0]["name"]
            hub.streams.update([late, stranger])
            assert json.loads((await heard(late, "presence")).split("data: ")[1])["people"][0]["typing"]
            assert json.loads((await heard(late, "presence")).split("data: ")[1])["people"] == []
            frames = [stranger.frames.get_nowait() for _ in range(stranger.frames.qsize())]
            assert not any(b"event: presence" in (frame or b"") for frame in frames)

    played(story)


def test_pages_of_a_stores_queue_hear_that_it_moved_and_nothing_else(shop: Shop) -> None:
    counter = open_counter(shop)
    set_line(
        store_id=shop.cast.stores["web"].id, calendar_id=None, is_paused=False, viewer=shop.viewer("admin"), at=shop.now
    )

    async def story() -> None:
        assert await sync_to_async(entry.store)("nowhere") is None
        here, there = [await sync_to_async(entry.store)(code) for code in ("nanjing", "web")]
        assert here is not None
        assert there is not None
        async with ears(here, there):
            await sync_to_async(counter.takes)("A", name="王小姐")
            assert (await heard(here, "queue")).endswith("event: queue\ndata: {}\n\n")
            with pytest.raises(TimeoutError):
                await heard(there, "queue", within=0.5)
            await sync_to_async(counter.calls)()
            await heard(here, "queue")

    played(story)


def test_what_happens_to_an_incident_is_told_to_every_desk(shop: Shop) -> None:
    def opened() -> Incident:
        return open_incident(Description("支付页面打不开"), viewer=shop.viewer("zhao"), at=shop.now)

    async def story() -> None:
        stream = await sync_to_async(entry.colleague)(await sync_to_async(signed_in)(shop.cast.people["sun"]))
        assert stream is not None
        async with ears(stream):
            row = await sync_to_async(opened)()
            assert str(row.id) in await heard(stream, "incident")

    played(story)
