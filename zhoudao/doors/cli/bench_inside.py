"""What is measured inside a scratch installation's own process: statements and blocks touched, and mails handed in."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from zhoudao.doors.cli.bench_seed import TEXTS
from zhoudao.kit import kept
from zhoudao.kit.frozen import frozen

_TIMES = 20
_TOUCHED = "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"


@frozen
class Touched:
    """What one operation costs the database: statements sent (BEGIN and COMMIT too) and blocks looked at."""

    statements: float
    blocks: float


@frozen
class Wish:
    """A request as the test client sends it."""

    path: str
    token: str = ""
    cookie: str = ""
    body: str = ""
    is_part: bool = False


def touched_by(wishes: list[Wish], expected: int) -> Touched:
    """This will make the requests, each to be answered so, and count."""
    from django.test import Client

    client = Client()
    for wish in wishes[:2]:
        _answer(client, wish, expected)
    with _counting(len(wishes) - 2) as counted:
        for wish in wishes[2:]:
            _answer(client, wish, expected)
    return counted()


def touched_behind(wishes: list[Wish]) -> Touched:
    """This will make the requests, then count what the event log's subscribers do about them, per request."""
    from django.test import Client

    from zhoudao.ground.eventlog import dispatch

    dispatch.drain()
    client = Client()
    for wish in wishes:
        _answer(client, wish, 202)
    with _uncut(), _counting(len(wishes)) as counted:
        dispatch.drain()
    return counted()


def add_mailbox() -> None:
    """This will make a mailbox nobody reads by itself and that acknowledges nothing."""
    from zhoudao.ground.accounts.models import Store
    from zhoudao.rooms.conversations.commands.channels import add_channel

    server = {"host": "127.0.0.1", "port": 9, "tls": "none"}
    add_channel(
        code="mail",
        kind="email",
        names={"en": "Mail"},
        store=Store.objects.get(code="web"),
        config={"address": "shop@bench.example", "imap": server, "smtp": server, "acknowledgements_an_hour": 0},
        secrets={},
    )


_written: dict[int, bytes] = {}


def write_mails(first: int, count: int) -> None:
    """This will write the mails of these numbers, as customers do: not what is measured."""
    _written.update((number, mail(number)) for number in range(first, first + count))


def hand_in_mails(first: int, count: int) -> None:
    """This will store mails and read each, in this process, as the poller does."""
    from procrastinate.contrib import django as procrastinate

    from zhoudao.ground.installation import clock
    from zhoudao.rooms.conversations.commands import accept_raw
    from zhoudao.rooms.conversations.models import Channel

    app: Any = procrastinate.app
    app.perform_import_paths()
    read = app.tasks["channels.parse_delivery"]
    channel = Channel.objects.get(code="mail")
    for number in range(first, first + count):
        key = f"INBOX/1/{number}"
        delivery = accept_raw(channel=channel, key=key, raw=_written.pop(number), at=clock.now(), has_reader=True)
        read(delivery_id=str(delivery.id))


def touched_by_mail(first: int) -> Touched:
    """This will hand in mails, and count until their cases are there."""
    from zhoudao.ground.eventlog import dispatch

    dispatch.drain()  # what was asked for before is not the mails' doing
    write_mails(first, _TIMES)
    with _uncut(), _counting(_TIMES) as counted:
        hand_in_mails(first, _TIMES)
        dispatch.drain()
    return counted()


def mail(number: int) -> bytes:
    """A mail as shoppers write them: two forms of one text, no attachment."""
    letter = EmailMessage()
    letter["From"] = f"顾客 <customer{number}@bench.example>"
    letter["To"], letter["Subject"] = "shop@bench.example", f"订单问题 {number}"
    letter["Date"] = datetime.now(UTC)
    letter["Message-ID"] = f"<{number}@bench.example>"
    text = TEXTS[number % len(TEXTS)]
    letter.set_content(f"{text}\n\n谢谢！\n")
    letter.add_alternative(f"<html><body><p>{text}</p><p>谢谢！</p></body></html>", subtype="html")
    return letter.as_bytes()


def pages() -> list[str]:
    """Every page that needs nothing, or only a case's number (`{number}`); health checks are none."""
    from django.urls import get_resolver

    found: list[str] = []
    _collect(get_resolver().url_patterns, "", found)
    return sorted(path for path in found if "logout" not in path and not path.endswith("z"))


def _collect(patterns: list[Any], before: str, found: list[str]) -> None:
    for entry in patterns:
        route = before + str(entry.pattern).replace("<str:number>", "{number}")
        if hasattr(entry, "url_patterns"):
            _collect(entry.url_patterns, route, found)
        elif not set("<^(") & set(route):
            found.append("/" + route)


def _answer(client: Any, wish: Wish, expected: int) -> None:
    headers = {"HTTP_HOST": "127.0.0.1", "HTTP_COOKIE": wish.cookie}
    if wish.token:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {wish.token}"
    if wish.is_part:
        headers["HTTP_HX_REQUEST"] = "true"
    if wish.body:
        response = client.post(wish.path, wish.body, content_type="application/json", **headers)
    else:
        response = client.get(wish.path, **headers)
    if response.status_code != expected:
        raise AssertionError(f"{wish.path} answered {response.status_code}: {response.content[:300]!r}")


@contextmanager
def _uncut() -> Iterator[None]:
    """Batches end where their number of events ends: the clock's cut follows the machine's load, not the size."""
    from zhoudao.ground.eventlog import dispatch

    usual, dispatch.HOLD_SECONDS = dispatch.HOLD_SECONDS, 60.0
    dispatch._reach.clear()  # what earlier batches had time for
    try:
        yield
    finally:
        dispatch.HOLD_SECONDS = usual


@contextmanager
def _unaged() -> Iterator[None]:
    """Nothing kept grows old: when it is read anew follows the clock, not the size."""
    seconds = {id(values): values.seconds for values in kept.EVERY}
    for values in kept.EVERY:
        values.seconds = math.inf
    try:
        yield
    finally:
        for values in kept.EVERY:
            values.seconds = seconds.get(id(values), values.seconds)


@contextmanager
def _counting(operations: int) -> Iterator[Callable[[], Touched]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: list[Touched] = []

    def counted() -> Touched:
        return found[0]

    before = _blocks()
    with _unaged(), CaptureQueriesContext(connection) as captured:
        yield counted
    found.append(Touched(len(captured) / operations, (_blocks() - before) / operations))


def _blocks() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(_TOUCHED)
        return int(cursor.fetchone()[0])
