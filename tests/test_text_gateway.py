"""Codes by text message: set up at the desk, sent to a gateway that checks every signature, and used to come in."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.channels.codes.sending import send_code
from zhoudao.doors.desk.inbox.tests.conftest import shop, sign_in
from zhoudao.kit.outgoing import networks
from zhoudao.kit.signed_hooks import verify
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.entrances.codes import code_of
from zhoudao.rooms.entrances.models import Challenge

__all__ = ["shop", "sign_in"]
pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[str], Client]


class SmsGateway:
    """A gateway that speaks the protocol: checks the signature, takes or refuses."""

    def __init__(self) -> None:
        gateway = self
        self.secret, self.status, self.taken = "", 200, []  # type: tuple[str, int, list[dict[str, Any]]]

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                id_, seconds, signatures = (
                    str(self.headers[f"webhook-{name}"]) for name in ("id", "timestamp", "signature")
                )
                verify(id_, seconds, signatures, body, [gateway.secret], real_now=datetime.now(UTC))
                if gateway.status == 200:
                    gateway.taken.append(json.loads(body))
                self.send_response(gateway.status)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/sms"


@pytest.fixture
def gateway(settings: Any) -> Iterator[SmsGateway]:
    settings.OUTGOING_NETWORKS = networks("127.0.0.1")
    made = SmsGateway()
    yield made
    made.server.shutdown()
    made.server.server_close()


def set_up(desk: Client, gateway: SmsGateway) -> None:
    shown = desk.post("/desk/settings/portal/texts/", {"url": gateway.url, "is_active": "on"}).content.decode()
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", shown)
    assert found
    gateway.secret = found[0]


def test_a_test_message_arrives_signed_and_its_result_is_seen(sign_in: SignIn, gateway: SmsGateway) -> None:
    desk = sign_in("admin")
    set_up(desk, gateway)
    assert "whsec_" not in desk.get("/desk/settings/portal/texts/").content.decode()
    sent = desk.post("/desk/settings/portal/texts/try/", {"number": "138 1234 8000"})
    test = Challenge.objects.get()
    assert "hx-get" in desk.get(sent.headers["Location"]).content.decode()
    send_code(test.id, real_now=datetime.now(UTC))
    [message] = gateway.taken
    assert (message["type"], message["data"]["to"]) == ("sms.message", "+8613812348000")
    assert code_of(test.id) in message["data"]["text"]
    result = desk.get(f"/desk/settings/portal/texts/try/?test={test.id}", headers={"HX-Request": "true"})
    assert "circle-check" in result.content.decode()


@pytest.mark.parametrize(("status", "attempts"), [(403, 1), (503, 3)])
def test_what_the_gateway_refuses_is_said_and_what_passes_is_tried_again(
    sign_in: SignIn, gateway: SmsGateway, status: int, attempts: int
) -> None:
    desk = sign_in("admin")
    set_up(desk, gateway)
    gateway.status = status
    desk.post("/desk/settings/portal/texts/try/", {"number": "13812348000"})
    test = Challenge.objects.get()
    for _ in range(attempts):
        send_code(test.id, real_now=datetime.now(UTC))
    test.refresh_from_db()
    assert (test.attempts, test.sent_at) == (attempts, None)
    page = desk.get(f"/desk/settings/portal/texts/?test={test.id}").content.decode()
    assert "refused" in page


def test_customers_sign_in_by_phone_once_there_is_a_gateway(shop: Shop, sign_in: SignIn, gateway: SmsGateway) -> None:
    Channel.objects.create(code="mail", kind="email", store=shop.cast.stores["web"])
    phone = Client(headers={"Accept-Language": "en"})

    def asks() -> Any:
        shown = phone.get("/portal/sign-in/")
        form = {"form_token": shown.context["form_token"], "reached_at": "138 1234 8000", "next": ""}
        return phone.post("/portal/sign-in/", form)

    assert asks().status_code == 422
    set_up(sign_in("admin"), gateway)
    assert asks().status_code == 302
    challenge = Challenge.objects.get()
    send_code(challenge.id, real_now=datetime.now(UTC))
    code = re.findall(r"\d{6}", gateway.taken[0]["data"]["text"])[0]
    assert phone.post("/portal/sign-in/code/", {"code": code}).status_code == 302
    assert phone.get("/portal/me/").status_code == 200
