"""The guarded client against a server that speaks HTTP, and against the tricks that reach inside."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from zhoudao.kit.outgoing import AddressRefused, AnswerTooLarge, Client, NotAsked, TooSlow, networks

HERE = [ipaddress.ip_network("127.0.0.1/32")]
INSIDE = [
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0.0.0.0", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.16.0.1",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]", "198.18.0.1", "224.0.0.1",
    "255.255.255.255", "①②⑦.⓪.⓪.①", "127.0.0.1.", "[2001:0:7f00:1::80ff:fffe]",
]  # fmt: skip


class _Shop(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, dict(self.headers), body))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self._drip()
        else:
            content = b"x" * (3_000_000 if self.path == "/large" else 2)
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    do_GET = do_POST  # noqa: N815 - the library's name

    def _drip(self) -> None:
        for _ in range(100):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def shop() -> Iterator[int]:
    _Shop.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_server_of_ones_own_network_is_asked_when_the_installation_says_so(shop: int) -> None:
    answer = Client(HERE).ask(
        f"http://127.0.0.1:{shop}/take?a=1", method="POST", headers={"webhook-id": "7"}, content=b"{}"
    )
    assert (answer.status, answer.content) == (200, b"xx")
    ((method, path, headers, body),) = _Shop.seen
    assert (method, path, body, headers["webhook-id"]) == ("POST", "/take?a=1", b"{}", "7")
    assert headers["Host"] == f"127.0.0.1:{shop}"


def test_an_address_with_letters_of_any_script_is_asked_as_browsers_write_it(shop: int) -> None:
    Client(HERE).ask(f"http://127.0.0.1:{shop}/订单/a%20b?店=南京&k[]=1%2F2")
    assert _Shop.seen[0][1] == "/%E8%AE%A2%E5%8D%95/a%20b?%E5%BA%97=%E5%8D%97%E4%BA%AC&k[]=1%2F2"


@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_inside_is_reached_however_it_is_written(shop: int, scheme: str, host: str) -> None:
    with pytest.raises(NotAsked):
        Client().ask(f"{scheme}://{host}:{shop}/")
    assert _Shop.seen == []


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "//example.com", "http://", "http://user:pw@example.com/",
     "http://[::1", "http://example.com:99999/", "http://exa mple.com/", "http://example.com/\r\nX: y", "gopher://x/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        Client(HERE).ask(url)


def test_a_public_address_without_encryption_is_refused() -> None:
    public = Client(resolve=lambda *_, **__: [(2, 1, 6, "", ("93.184.216.34", 80))])
    with pytest.raises(AddressRefused):
        public.addresses("example.com", 80, is_encrypted=False)
    assert public.addresses("example.com", 443, is_encrypted=True) == ["93.184.216.34"]


def test_one_bad_address_among_good_ones_refuses_the_name() -> None:
    both = Client(resolve=lambda *_, **__: [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))])
    with pytest.raises(AddressRefused):
        both.addresses("example.com", 443, is_encrypted=True)


def test_a_name_that_changes_its_answer_is_asked_at_the_address_that_was_judged(shop: int) -> None:
    """DNS rebinding: the second answer would lead to a forbidden address; there is no second question."""
    answers = [[(socket.AF_INET, 1, 6, "", ("127.0.0.1", shop))], [(socket.AF_INET, 1, 6, "", ("10.9.9.9", shop))]]
    client = Client(HERE, resolve=lambda *_, **__: answers.pop(0))
    assert client.ask(f"http://rebound.example:{shop}/").status == 200
    assert len(answers) == 1
    assert _Shop.seen[0][2]["Host"] == f"rebound.example:{shop}"


def test_redirects_are_told_not_followed(shop: int) -> None:
    answer = Client(HERE).ask(f"http://127.0.0.1:{shop}/redirect")
    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")
    assert [path for _, path, _, _ in _Shop.seen] == ["/redirect"]


def test_an_answer_without_end_is_cut_off(shop: int) -> None:
    with pytest.raises(AnswerTooLarge):
        Client(HERE, max_bytes=1_000_000).ask(f"http://127.0.0.1:{shop}/large")


def test_a_byte_now_and_then_does_not_hold_us(shop: int) -> None:
    begun = time.monotonic()
    with pytest.raises(TooSlow) as said:
        Client(HERE, seconds=0.5).ask(f"http://127.0.0.1:{shop}/drip")
    assert said.value.is_heard, "it was asked; only the answer is missing"
    assert time.monotonic() - begun < 2


def test_nobody_there_and_a_name_without_address_are_said(shop: int) -> None:
    with closing(socket.socket()) as asked:
        asked.bind(("127.0.0.1", 0))
        free = asked.getsockname()[1]
    with pytest.raises(NotAsked) as said:
        Client(HERE).ask(f"http://127.0.0.1:{free}/")
    assert not said.value.is_heard
    with pytest.raises(NotAsked, match=r"no address"):
        Client(HERE).ask("http://nobody.invalid/")


def test_networks_are_read_from_a_list() -> None:
    assert [str(one) for one in networks("10.0.0.0/8, ::1,")] == ["10.0.0.0/8", "::1/128"]
    with pytest.raises(ValueError, match=r"10\.0"):
        networks("10.0.0.1/8")
