"""The one way we ask an address that somebody typed in: public addresses only, no redirects, bounded in size and time.

A name is resolved here, every address it has is judged, and the connection goes to the very address that was judged:
a name that answers differently the second time gains nothing. Whatever a host is written as (`2130706433`, `0x7f.1`,
`[::ffff:127.0.0.1]`), only what it resolves to counts.
"""

import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

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
        from zhoudao.kit.wire import carry  # whoever never asks does not hold the library that does: 1 MB

        return carry(self, address_of(url), method, headers or {}, content)

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
