"""The product as the replay meets it: only HTTP, and patience while parts of it are down."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from zhoudao.kit.frozen import frozen

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.1, 3.0
_PATIENCE_SECONDS = 180.0
_PASSING_CODES = frozenset(["in_flight", "still_in_flight", "nobody_has_it"])


class Unreachable(Exception):
    """The product did not answer for three minutes."""


class Unexpected(Exception):
    """The product answered what the replay cannot go on with."""


@frozen
class Visitor:
    """A chat visitor's token, for one dialogue."""

    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class Door:
    """One running installation. Every call is safe to repeat, and is repeated until it was answered."""

    def __init__(self, http: httpx.AsyncClient, token: str, channel: str = "webchat") -> None:
        self._http, self._token, self._chat = http, token, f"/widget/{channel}"
        self.retried = 0

    async def start(self, dialogue_id: str) -> Visitor:
        """The visitor of this dialogue: the same one at every replay."""
        answer = await self._call("POST", f"{self._chat}/start", headers={"X-Zhoudao-Dialogue": dialogue_id})
        return Visitor(answer.json()["token"])

    async def history(self, visitor: Visitor) -> dict[str, Any]:
        """What the visitor's widget shows."""
        answer = await self._call("GET", f"{self._chat}/messages", headers=visitor.headers)
        return dict(answer.json())

    async def say(self, visitor: Visitor, client_id: str, text: str, name: str) -> dict[str, Any]:
        """A customer's message."""
        body = {"client_id": client_id, "text": text, "name": name}
        answer = await self._call("POST", f"{self._chat}/messages", headers=visitor.headers, json=body)
        return dict(answer.json())

    async def case_of(self, conversation_id: str) -> dict[str, Any] | None:
        """The conversation's case, once it has one."""
        parameters = {"conversation": conversation_id}
        answer = await self._call("GET", "/api/v1/cases", headers=self._bearer, params=parameters)
        return next(iter(answer.json()["items"]), None)

    async def act(self, number: str, deed: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """Something a colleague does with a case, under a key that lets it happen once."""
        headers = self._bearer | {"Idempotency-Key": key}
        answer = await self._call("POST", f"/api/v1/cases/{number}/{deed}", headers=headers, json=body)
        return dict(answer.json())

    async def rate(self, path: str, score: int) -> bool:
        """Press the stars; False when the case is not solved (any more)."""
        answer = await self._call("POST", path, json={"score": score}, accept=(200, 409))
        return answer.status_code == 200

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _call(
        self, method: str, path: str, *, accept: tuple[int, ...] = (200, 201, 202), **request: Any
    ) -> httpx.Response:
        request["headers"] = request.get("headers", {}) | {"X-Zhoudao-Demo": self._token}
        began, wait = time.monotonic(), _FIRST_WAIT_SECONDS
        while True:
            answer = None
            with contextlib.suppress(httpx.TransportError):
                answer = await self._http.request(method, path, **request)
                if answer.status_code in accept:
                    return answer
                if not _is_passing(answer):
                    raise Unexpected(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            if time.monotonic() - began > _PATIENCE_SECONDS:
                raise Unreachable(f"{method} {path}: {answer.status_code if answer else 'no answer'}")
            self.retried += 1
            await asyncio.sleep(min(_LONGEST_WAIT_SECONDS, max(wait, _asked_to_wait(answer))))
            wait = min(_LONGEST_WAIT_SECONDS, wait * 2)


@contextlib.asynccontextmanager
async def opened(url: str, token: str, connections: int) -> AsyncIterator[Door]:
    """The door of the installation at `url`."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits, trust_env=False) as http:
        yield Door(http, token)


def _is_passing(answer: httpx.Response) -> bool:
    if answer.status_code >= 500 or answer.status_code == 429:
        return True
    if answer.status_code != 409:
        return False
    with contextlib.suppress(ValueError):
        return answer.json().get("code") in _PASSING_CODES
    return False


def _asked_to_wait(answer: httpx.Response | None) -> float:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return float(asked) if asked.isdigit() else 0.0
