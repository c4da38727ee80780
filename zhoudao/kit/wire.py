"""The wire of `kit.outgoing`: HTTP to the very addresses that were judged, over as a whole when its time is."""

import ssl
import string
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, quote

import httpcore

from zhoudao.kit.outgoing import AddressRefused, Answer, AnswerTooLarge, Client, NotAsked, TooSlow


def carry(client: Client, parts: SplitResult, method: str, headers: Mapping[str, str], content: bytes) -> Answer:
    """This will ask once, as `Client.ask` says.

    Raises: AddressRefused, TooSlow, AnswerTooLarge, NotAsked
    """
    network = _Network(client, parts.scheme == "https", time.monotonic() + client.seconds)
    try:
        with httpcore.ConnectionPool(network_backend=network, ssl_context=ssl.create_default_context()) as pool:
            return _exchange(pool, client, parts, method, headers=headers, content=content)
    except httpcore.TimeoutException as error:
        raise _heard(TooSlow(TooSlow.__doc__), network) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        raise _heard(NotAsked(f"{NotAsked.__doc__} ({str(error)[:160]})"), network) from error
    except AnswerTooLarge as error:
        raise _heard(error, network) from error


def _exchange(
    pool: httpcore.ConnectionPool,
    client: Client,
    parts: SplitResult,
    method: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
) -> Answer:
    seconds = dict.fromkeys(("connect", "read", "write", "pool"), client.seconds)
    own = {"Host": _host_header(parts), "User-Agent": "zhoudao", "Accept-Encoding": "identity"}
    with pool.stream(
        method,
        httpcore.URL(_ascii(parts)),
        headers=[*{**own, **headers}.items()],
        content=content,
        extensions={"timeout": seconds},
    ) as response:
        body = _read(response.iter_stream(), client.max_bytes)
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    return Answer(response.status, named, body)


def _read(pieces: Iterable[bytes], most: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            raise AnswerTooLarge(AnswerTooLarge.__doc__)
    return bytes(body)


def _host_header(parts: SplitResult) -> str:
    return _ascii(parts).partition("://")[2].partition("/")[0]


def _ascii(parts: SplitResult) -> str:
    host = str(parts.hostname)
    try:
        name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    except UnicodeError as error:
        raise AddressRefused(AddressRefused.__doc__) from error
    place = f"{name}:{parts.port}" if parts.port else name
    asked = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{parts.scheme}://{place}{quote(asked, safe=string.punctuation)}"  # 订单 as browsers write it


class _Network(httpcore.NetworkBackend):
    """Connects to addresses that were judged, and lets no step outlive the whole."""

    def __init__(self, client: Client, is_encrypted: bool, until: float) -> None:
        self._client, self._is_encrypted, self.until = client, is_encrypted, until
        self._plain = httpcore.SyncBackend()
        self.has_written = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = NotAsked(NotAsked.__doc__)
        for address in self._client.addresses(host.strip("[]"), port, is_encrypted=self._is_encrypted):
            try:
                stream = self._plain.connect_tcp(address, port, _left(self.until), None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self)
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends with the whole: one byte now and then does not keep it open."""

    def __init__(self, inner: httpcore.NetworkStream, network: _Network) -> None:
        self._inner, self._network, self._until = inner, network, network.until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = _left(self._until)
        self._network.has_written = True
        self._inner.write(buffer, left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(self._until)), self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _heard(failure: NotAsked, network: _Network) -> NotAsked:
    """The failure, marked when it came after something had been written: the other side may have heard all of it."""
    failure.is_heard = network.has_written
    return failure


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout(TooSlow.__doc__)
    return left
