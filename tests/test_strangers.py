"""What strangers send: names of hosts, hops, words with marks in them, and pages nobody stated a permission for."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.test_matrix import filled
from tests.test_permissions import guarded, routes
from zhoudao.doors.api import limits as of_programs
from zhoudao.doors.portal import limits as of_customers
from zhoudao.ground.accounts.middleware import PermissionMiddleware
from zhoudao.ground.accounts.permits import permission_of
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, add_note, receive_message

pytestmark = pytest.mark.django_db(transaction=True)
MARKED = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'{{7*7}}"
BAD = ("<img src=x", "<script>alert(2)")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "[::1]",
        "evil.example\\@x",
    ],
)
def test_a_host_we_are_not_is_refused(host: str) -> None:
    assert settings.ALLOWED_HOSTS != ["*"]
    with_debug: Any = {"HTTP_HOST": host}
    for path in ("/portal/", "/accounts/login/", "/desk/"):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(settings, "ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
            assert Client().get(path, **with_debug).status_code == 400


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Host"])
def test_no_header_changes_where_our_links_lead(shop: Shop, header: str) -> None:
    for path in ("/portal/sign-in/", "/accounts/login/", "/widget.js", "/api/v1/openapi.json"):
        answer = Client().get(path, headers={header: "evil.example"})
        body = b"".join(getattr(answer, "streaming_content", ())) if answer.streaming else answer.content
        assert b"evil.example" not in body
        assert "evil.example" not in str(dict(answer.headers))


@pytest.mark.parametrize("address_of", [of_customers.address_of, of_programs.address_of])
def test_only_the_last_hop_of_our_own_proxy_is_believed(address_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.2", headers={"X-Forwarded-For": "127.0.0.1, 198.51.100.7", "X-Real-IP": "127.0.0.1"}
    )
    monkeypatch.setattr(settings, "SECURE", False)
    assert address_of(request) == "10.0.0.2", "without a proxy anybody writes that header"
    monkeypatch.setattr(settings, "SECURE", True)
    assert address_of(request) == "198.51.100.7", "what was written before our proxy counts for nothing"


def test_a_view_that_states_no_permission_is_refused_to_everybody(shop: Shop) -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    request = RequestFactory().get("/")
    request.user = shop.cast.people["admin"]
    with pytest.raises(PermissionDenied):
        PermissionMiddleware(forgotten).process_view(request, forgotten, (), {})


def wrote(shop: Shop) -> Case:
    """A stranger whose name, topic, words and file's name are marks, and colleagues who repeat them."""
    inbound = Inbound(
        "webchat",
        "m-marked",
        [Claim("visitor", "v", scope="webchat"), Claim("phone", "13812348000"), Claim("email", "x@y.example")],
        name=MARKED[:70],
        text=MARKED,
        html=f"<p>{MARKED}</p>",
        subject=MARKED,
        order_number="O-1",
        uploads=[Upload(f"{MARKED}.html".replace("/", ""), f"<html>{MARKED}</html>".encode())],
    )
    got = receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    case = Case.objects.get(conversation_id=got.conversation_id)
    zhao = shop.viewer("zhao")
    add_note(conversation_id=got.conversation_id, text=MARKED, by=By(zhao.actor), author_name=MARKED[:40], at=shop.now)
    return case


def test_what_strangers_write_is_words_on_every_page(shop: Shop) -> None:
    case = wrote(shop)
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    client = Client()
    client.force_login(shop.cast.people["admin"], backend="zhoudao.ground.accounts.backends.WithGrants")
    values = {"number": case.number, "customer_id": str(case.customer_id), "code": "webchat"}
    paths = {filled(prefix + str(entry.pattern), values) for prefix, entry in routes() if _is_page(prefix, entry)}
    paths |= {f"/p/{case.progress_token}/", f"/r/{case.progress_token}/"}
    shown = 0
    for path in sorted(paths):
        for query in ({}, {"q": MARKED}, {"view": "all"}):
            answer = client.get(path, query)
            assert answer.status_code != 500, path
            if answer.streaming:
                continue
            page = answer.content.decode(errors="replace")
            if "html" in answer.headers.get("Content-Type", ""):
                assert not any(bad in page for bad in BAD), path
                assert "script-src 'self'" in answer.headers["Content-Security-Policy"], path
            shown += "onerror=alert" in page
    assert shown > 15, "the words were shown"
    assert len(guarded()) > 100


def _is_page(prefix: str, entry: Any) -> bool:
    names = set(entry.pattern.converters)
    inside = names <= {"number", "customer_id", "code"} and not prefix.startswith("api/v1/")
    return (inside and permission_of(entry.callback) != PUBLIC) or (not names and not prefix.startswith("api/v1/"))
