"""The ASGI application: two streams and nothing else."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings

from zhoudao.doors.live import entry
from zhoudao.doors.live.hearing import Ears
from zhoudao.doors.live.hub import Hub, Stream

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """This will serve `/live/desk` (by session), `/live/visitor?token=`, `/live/store?store=` and `/live/healthz`."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _http(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    listening: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            listening = asyncio.create_task(Ears(hub).run())
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            for stream in list(hub.streams):
                stream.hang_up()
            if listening is not None:
                listening.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _http(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    cors = _cors(headers.get("origin", ""))
    if scope["path"] == "/live/healthz":
        await _answer(send, 200, b'{"status": "alive"}', cors)
        return
    stream = await _enter(scope, headers)
    if stream is None:
        await _answer(send, 404, b"", cors)
        return
    await _stream(stream, receive, send, cors)


async def _enter(scope: Scope, headers: dict[str, str]) -> Stream | None:
    if scope["method"] != "GET":
        return None
    if scope["path"] == "/live/desk":
        return await sync_to_async(entry.colleague)(headers.get("cookie", ""))
    asked = parse_qs(scope["query_string"].decode())
    if scope["path"] == "/live/visitor":
        return await sync_to_async(entry.visitor)(asked.get("token", [""])[0])
    if scope["path"] == "/live/store":
        return await sync_to_async(entry.store)(asked.get("store", [""])[0])
    return None


async def _stream(stream: Stream, receive: Receive, send: Send, cors: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": headers + cors})
    await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
    hub.streams.add(stream)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        while not gone.done():
            frame = await _next(stream, gone)
            if frame is None:
                break
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        hub.streams.discard(stream)
        gone.cancel()


async def _next(stream: Stream, gone: asyncio.Task[None]) -> bytes | None:
    frame = asyncio.create_task(stream.frames.get())
    await asyncio.wait({frame, gone}, return_when=asyncio.FIRST_COMPLETED)
    if not frame.done():
        frame.cancel()
        return None
    return frame.result()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, status: int, body: bytes, cors: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-type", b"application/json"), *cors]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    if origin not in settings.CSRF_TRUSTED_ORIGINS:
        return []
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]
