"""The company's own app opens the portal with its user known: by its key, for us, now, once, on its own pages."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from zhoudao.doors.portal.guests import APP_COOKIE
from zhoudao.doors.portal.tests.test_home import BY, MAIL, browser, front_door, me, wrote
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.app_tokens import write
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.commands import Claim, find_or_create_customer
from zhoudao.rooms.customers.models import Customer, Identity, MergeSuggestion
from zhoudao.rooms.entrances.commands.app_keys import (
    OVERLAP,
    KeySaid,
    add_app_key,
    change_app_key,
    renew_app_secret,
    revoke_app_key,
)
from zhoudao.rooms.entrances.models import AppKey, Pass
from zhoudao.rooms.entrances.refusals import AppKeyNotFound, OriginUnsound

__all__ = ["front_door"]
ORIGIN = "https://app.shop.example"
_NONCES = count(1000)


class App:
    """The retailer's own server: it signs who its user is."""

    def __init__(self, shop: Shop, **said: Any) -> None:
        self.now = shop.now
        terms = KeySaid(said.pop("name", "Shop app"), **({"origins": [ORIGIN]} | said))
        self.key, self.secret = add_app_key(said=terms, at=shop.now, real_now=datetime.now(UTC), by=BY)

    def token(self, *, secret: str = "", key_id: str = "", **differs: Any) -> str:
        seconds = int(datetime.now(UTC).timestamp())
        claims = {
            "sub": "u-7", "aud": settings.BASE_URL, "iat": seconds, "exp": seconds + 120,
            "jti": f"nonce-{next(_NONCES)}", "email": MAIL, "phone": "13812348000", "name": "王芳", "locale": "zh-Hant",
        }  # fmt: skip
        return write(claims | differs, key_id=key_id or str(self.key.id), secret=secret or self.secret)


@pytest.fixture
def app(shop: Shop) -> App:
    return App(shop)


def opens(token: str, client: Client | None = None, **more: str) -> tuple[Any, Client]:
    """In a frame of the app's own page."""
    client = client or browser(**{"Sec-Fetch-Dest": "iframe"})
    answer = client.get("/portal/embed", {"token": token} | more)
    kept(client, answer)
    return answer, client


def kept(client: Client, answer: Any) -> None:
    """As a browser keeps the frame's cookie, which Django's client does not know."""
    if "Set-Cookie" in answer.headers:
        client.cookies[APP_COOKIE] = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]


def test_the_user_is_known_at_once_and_the_token_is_in_no_address_after_that(shop: Shop, app: App) -> None:
    case = wrote(shop, "Where is it?")
    answer, client = opens(app.token(), to="/portal/cases/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/portal/cases/")
    for part in ("HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"):
        assert part in answer.headers["Set-Cookie"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert case.number in client.get("/portal/cases/").content.decode()
    person = me()
    assert person.name == "王芳"
    proven = Identity.objects.filter(customer=person, verified_at__isnull=False).values_list("kind", flat=True)
    assert set(proven) == {"email", "phone", "external"}


def test_who_the_app_knows_is_the_same_next_time_by_their_number_alone(app: App) -> None:
    opens(app.token())
    opens(app.token(email="", phone=""))
    assert set(Pass.objects.values_list("customer", flat=True)) == {me().id}
    assert Event.objects.filter(type="entrances.SignedIn").count() == 1, "opening it again is no news"


def test_a_token_that_was_used_is_refused(app: App) -> None:
    token = app.token()
    first, _ = opens(token)
    again, thief = opens(token)
    assert (first.status_code, again.status_code) == (302, 403)
    assert thief.get("/portal/me/").status_code == 302
    assert Pass.objects.count() == 1


def test_two_who_use_one_token_at_once_are_one(app: App) -> None:
    token, barrier, got = app.token(), Barrier(2), []

    def use() -> None:
        barrier.wait()
        got.append(opens(token)[0].status_code)
        connection.close()

    threads = [Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [302, 403]


def _unsigned(token: str) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "k"}).encode()).decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


@pytest.mark.parametrize("attack", ["expired", "wrong key", "alg none", "audience", "unknown key", "no token", "long"])
def test_attacks_get_one_answer_and_nobody_in(shop: Shop, app: App, attack: str) -> None:
    other = App(shop, name="Other")
    seconds = int(datetime.now(UTC).timestamp())
    attacks: dict[str, Callable[[], str]] = {
        "expired": lambda: app.token(exp=seconds - 60),
        "wrong key": lambda: app.token(secret=other.secret),
        "alg none": lambda: _unsigned(app.token()),
        "audience": lambda: app.token(aud="https://other.example"),
        "unknown key": lambda: app.token(key_id="01980000-0000-7000-8000-000000000000"),
        "no token": lambda: "",
        "long": lambda: app.token(exp=seconds + 86400),
    }
    answer, _client = opens(attacks[attack]())
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)
    assert "open it once more" in answer.content.decode()
    assert not Pass.objects.exists()


def test_guessing_tokens_ends(app: App) -> None:
    assert [opens("x.y.z")[0].status_code for _ in range(11)] == [403] * 10 + [429]


def test_only_the_keys_own_pages_may_frame_it_and_only_for_who_came_by_it(app: App) -> None:
    _, client = opens(app.token())
    for address in ("/portal/", "/portal/cases/", "/help/question/", "/portal/chat/"):
        page = client.get(address)
        assert f"frame-ancestors {ORIGIN}" in page.headers["Content-Security-Policy"], address
        assert "X-Frame-Options" not in page.headers
    assert f'data-origins="{ORIGIN}"' in client.get("/portal/").content.decode()
    plain = browser().get("/portal/")
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]
    assert plain.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in client.get("/accounts/login/").headers["Content-Security-Policy"]
    change_app_key(key_id=app.key.id, said=KeySaid("Shop app", ["https://new.example"]), at=app.now, by=BY)
    assert "frame-ancestors https://new.example" in client.get("/portal/").headers["Content-Security-Policy"]


def test_a_refused_token_is_told_on_the_keys_own_pages(app: App) -> None:
    answer, _ = opens(app.token(exp=1))
    assert f"frame-ancestors {ORIGIN}" in answer.headers["Content-Security-Policy"]
    assert 'data-says="expired"' in answer.content.decode()
    unknown, _ = opens("x.y.z")
    assert "frame-ancestors 'none'" in unknown.headers["Content-Security-Policy"]


def test_two_secrets_count_while_one_replaces_the_other_and_none_after_revoking(app: App) -> None:
    before = app.secret
    real_now = datetime.now(UTC)
    app.secret = renew_app_secret(key_id=app.key.id, at=app.now, real_now=real_now, by=BY)
    assert opens(app.token())[0].status_code == 302
    assert opens(app.token(secret=before))[0].status_code == 302
    _, client = opens(app.token())
    renew_app_secret(key_id=app.key.id, at=app.now, real_now=real_now - OVERLAP, by=BY)
    assert opens(app.token())[0].status_code == 403, "a week is over"
    assert client.get("/portal/me/").status_code == 200
    revoke_app_key(key_id=app.key.id, at=app.now, real_now=real_now, by=BY)
    assert client.get("/portal/me/").status_code == 302, "whoever came in by it is out"
    assert AppKey.objects.get().secrets_sealed is None
    with pytest.raises(AppKeyNotFound):
        renew_app_secret(key_id=app.key.id, at=app.now, real_now=real_now, by=BY)


def test_secrets_are_sealed(app: App) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT k::text FROM entrances_appkey AS k")
        held = cursor.fetchone()[0]
    assert app.secret not in held
    assert app.secret.encode().hex() not in held


def test_where_number_and_address_are_two_customers_the_apps_own_number_decides(shop: Shop, app: App) -> None:
    li = find_or_create_customer(claims=[Claim("phone", "13812348000", verified=True)], name="李", at=shop.now, by=BY)
    wrote(shop, "Hello")
    _, client = opens(app.token())
    entered = Pass.objects.get().customer_id
    assert entered not in (li.id, me().id)
    assert MergeSuggestion.objects.count() == 2, "people decide"
    assert client.get("/portal/").context["lines"] == []


def test_user_numbers_of_two_realms_are_two_people(shop: Shop, app: App) -> None:
    other = App(shop, name="Other brand", realm="brand-b")
    for one in (app, other):
        opens(one.token(email="", phone="", name=""))
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    "origin", ["*", "https://*.shop.example", "http://shop.example", "shop.example", "https://a b"]
)
def test_origins_are_exact_and_encrypted(shop: Shop, origin: str) -> None:
    with pytest.raises(OriginUnsound):
        App(shop, origins=[origin])
    assert not AppKey.objects.exists()
