"""A link with a token for somebody else: it leads nobody into a stranger's account, and takes nobody out of theirs."""

from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.portal.guests import APP_COOKIE, COOKIE
from zhoudao.doors.portal.tests.test_embed import App, app, kept, opens
from zhoudao.doors.portal.tests.test_home import asks, browser, enters, front_door, me
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.entrances.codes import code_of
from zhoudao.rooms.entrances.models import Challenge, Nonce, Pass

__all__ = ["app", "front_door"]
WINDOW = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
MINI = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50 miniProgram/wx0123456789abcdef"


def follows(token: str, client: Client | None = None, **headers: str) -> Any:
    """A link somebody sent, in a window of its own."""
    return (client or browser()).get(
        "/portal/embed", {"token": token, "to": "/portal/cases/"}, headers=WINDOW | headers
    )


def agrees(token: str, client: Client) -> Any:
    form = {"token": token, "to": "/portal/cases/"}
    return client.post("/portal/embed", form, headers=WINDOW | {"Sec-Fetch-Site": "same-origin"})


def stranger(app: App, **more: str) -> str:
    return app.token(**({"sub": "stranger", "email": "", "phone": "13900001111", "name": "张三丰"} | more))


def test_a_link_lets_nobody_in_by_itself_and_says_for_whom_it_is(app: App) -> None:
    client = browser()
    token = stranger(app)
    page = follows(token, client)
    text = page.content.decode()
    assert page.status_code == 200
    assert not Pass.objects.exists()
    assert not {COOKIE, APP_COOKIE} & set(client.cookies)
    assert "张**" in text
    assert "139****1111" in text
    assert "张三丰" not in text
    assert "Shop app" in text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert not Nonce.objects.exists(), "whoever only looks, a mail scanner too, uses nothing up"


def test_who_agrees_is_in_once(app: App) -> None:
    client, token = browser(), stranger(app)
    follows(token, client)
    answer = agrees(token, client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/portal/cases/")
    assert APP_COOKIE not in answer.cookies, "a window's cookie, which other sites' posts do not carry"
    assert answer.cookies[COOKIE]["samesite"] == "Lax"
    assert client.get("/portal/me/", headers=WINDOW).status_code == 200
    again = browser()
    assert follows(token, again).status_code == 403


def test_whoever_is_signed_in_stays_who_they_are(shop: Shop, app: App) -> None:
    client = enters()
    assert "You are signed in here as somebody else" in follows(stranger(app), client).content.decode()
    assert client.get("/portal/", headers=WINDOW).context["guest"].customer == me()


def test_another_sites_post_is_asked_like_its_link(app: App) -> None:
    client, token, other = browser(), stranger(app), stranger(app)
    assert agrees(token, client).status_code == 200, "never asked"
    client.cookies.clear()
    follows(other, client)
    assert agrees(token, client).status_code == 200, "asked about another token"
    assert not Pass.objects.exists()


def test_a_windows_pages_heed_no_frames_cookie(app: App) -> None:
    _, client = opens(stranger(app))
    assert client.get("/portal/me/").status_code == 200, "in its frame"
    assert client.get("/portal/me/", headers=WINDOW).status_code == 302, "an old browser keeps it for its windows too"


def test_in_a_frame_of_a_page_of_our_site_the_apps_user_counts_and_in_a_window_who_came_in_there(app: App) -> None:
    client = enters()
    answer = client.get("/portal/embed", {"token": stranger(app)}, headers={"Sec-Fetch-Dest": "iframe"})
    kept(client, answer)
    framed = client.get("/portal/", headers={"Sec-Fetch-Dest": "iframe"}).context["guest"]
    assert framed.way == "app"
    assert client.get("/portal/", headers=WINDOW).context["guest"].customer == me()


@pytest.mark.parametrize("says", [{"X-Zhoudao-App": "1"}, {"User-Agent": MINI}])
def test_the_apps_own_window_says_so_and_is_in_at_once(app: App, says: dict[str, str]) -> None:
    client = browser()
    assert follows(stranger(app), client, **says).status_code == 302
    assert client.get("/portal/me/", headers=WINDOW).status_code == 200


def test_who_is_signed_in_as_the_same_is_not_asked_again(app: App) -> None:
    client, token = browser(), stranger(app)
    follows(token, client)
    agrees(token, client)
    assert follows(stranger(app), client).status_code == 302


def test_more_proven_in_a_frame_stays_in_the_frame(app: App) -> None:
    _, client = opens(stranger(app))
    assert asks(client).status_code == 302
    answer = client.post("/portal/sign-in/code/", {"code": code_of(Challenge.objects.get().id)})
    assert COOKIE not in answer.cookies
    kept(client, answer)
    assert client.get("/portal/me/").status_code == 200
    assert Pass.objects.get().proven_at
