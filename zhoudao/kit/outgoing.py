"""The one way we ask an address that somebody typed in: public addresses only, no redirects, bounded in size and time.

A name is resolved here, every address it has is judged, and the connection goes to the very address that was judged:
a name that answers differently the second time gains nothing. Whatever a host is written as (`2130706433`, `0x7f.1`,
`[::ffff:127.0.0.1]`), only what it resolves to counts.
"""

import ipaddress
import socket
import ssl
import string
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, ClassVar
from urllib.parse import SplitResult, quote, urlsplit

import httpcore

from zhoudao.kit.frozen import frozen

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[..., Sequence[tuple[Any, ...]]]
_BY_STATUS = {401: "not_trusted", 403: "not_trusted", 404: "not_there", 410: "gone", 413: "too_large"}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAsked(Exception):
    """The other side did not answer."""

    code: ClassVar[str] = "unreachable"
    is_heard: bool = False  # whether it may have taken what was asked all the same


class AddressRefused(NotAsked):
    """This address may not be asked."""

    code = "forbidden"


class TooSlow(NotAsked):
    """The other side took too long."""

    code = "too_slow"


class AnswerTooLarge(NotAsked):
    """The other side answered more than we take."""

    code = "long_answer"


@frozen
class Answer:
    """What the other side said; a redirect is an answer like any other. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@frozen
class Client:
    """`allowed`: networks of one's own that may be asked too, also without TLS. `seconds` is for the whole exchange."""

    allowed: Sequence[Network] = ()
    seconds: float = 10.0
    max_bytes: int = 1_000_000
    resolve: Resolve = field(default=socket.getaddrinfo, repr=False)

    def ask(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> Answer:
        """This will ask once.

        Raises: AddressRefused, TooSlow, AnswerTooLarge, NotAsked
        """
        parts = address_of(url)
        until = time.monotonic() + self.seconds
        network = _Network(self, parts.scheme == "https", until)
        try:
            with httpcore.ConnectionPool(network_backend=network, ssl_context=ssl.create_default_context()) as pool:
                return self._exchange(pool, parts, method, headers or {}, content)
        except httpcore.TimeoutException as error:
            raise _heard(TooSlow(TooSlow.__doc__), network) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
            raise _heard(NotAsked(f"{NotAsked.__doc__} ({str(error)[:160]})"), network) from error
        except AnswerTooLarge as error:
            raise _heard(error, network) from error

    def _exchange(
        self,
        pool: httpcore.ConnectionPool,
        parts: SplitResult,
        method: str,
        headers: Mapping[str, str],
        content: bytes,
    ) -> Answer:
        seconds = dict.fromkeys(("connect", "read", "write", "pool"), self.seconds)
        own = {"Host": _host_header(parts), "User-Agent": "zhoudao", "Accept-Encoding": "identity"}
        with pool.stream(
            method,
            httpcore.URL(_ascii(parts)),
            headers=[*{**own, **headers}.items()],
            content=content,
            extensions={"timeout": seconds},
        ) as response:
            body = self._read(response.iter_stream())
        named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status, named, body)

    def _read(self, pieces: Iterable[bytes]) -> bytes:
        body = bytearray()
        for piece in pieces:
            body += piece
            if len(body) > self.max_bytes:
                raise AnswerTooLarge(AnswerTooLarge.__doc__)
        return bytes(body)

    def addresses(self, host: str, port: int, *, is_encrypted: bool) -> list[str]:
        """Where a name leads, when every address it has may be asked.

        Raises: AddressRefused, NotAsked
        """
        try:
            found = self.resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotAsked(f"There is no address for {host!r}.") from error
        addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
        for address in addresses:
            if not self._may_ask(ipaddress.ip_address(address), is_encrypted):
                raise AddressRefused(f"{AddressRefused.__doc__} ({host})")
        return addresses

    def _may_ask(self, address: _Address, is_encrypted: bool) -> bool:
        meant = _meant(address)
        if any(meant in network for network in self.allowed if network.version == meant.version):
            return True
        return is_encrypted and meant.is_global and not meant.is_multicast


def address_of(url: str) -> SplitResult:
    """The parts of an address that could be asked: http or https, a host, nobody's password.

    Raises: AddressRefused
    """
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise AddressRefused(AddressRefused.__doc__) from error
    if not is_sound or parts.username is not None or not url.isprintable() or " " in url:
        raise AddressRefused(AddressRefused.__doc__)
    return parts


def code_of(status: int) -> str:
    """What an HTTP status says of something that was posted, as a code.

    >>> [code_of(status) for status in (204, 302, 403, 410, 429, 418, 503)]
    ['taken', 'moved', 'not_trusted', 'gone', 'broken', 'refused', 'broken']
    """
    if 200 <= status < 300:
        return "taken"
    if 300 <= status < 400:
        return "moved"
    return _BY_STATUS.get(status, "broken" if status >= 500 or status in (408, 425, 429) else "refused")


def is_literal(host: str) -> bool:
    """Whether a host is an address in digits, which can be judged without asking anybody."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def networks(text: str) -> list[Network]:
    """The networks of a comma-separated list, such as `10.0.0.0/8, 127.0.0.1`.

    Raises: ValueError
    """
    return [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]


def _meant(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 address stands for, where it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


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
