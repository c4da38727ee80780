"""The bell, the list, the choices, and mentioning from the composer."""

import json
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.notices.models import Notice, Wish
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.teamwork.models import Watch

SignIn = Callable[[str], Client]


def mention(shop: Shop, sign_in: SignIn, text: str = "@李强 请看", **said: str) -> str:
    case = shop.hears("什么时候发货？")
    sign_in("zhao").post(f"/desk/cases/{case.number}/write/", {"mode": "note", "text": text} | said)
    return case.number


def test_a_mention_rings_and_leads_to_the_case(shop: Shop, sign_in: SignIn) -> None:
    number = mention(shop, sign_in)
    li = sign_in("li")
    assert "bell-count" in li.get("/desk/notices/bell/").content.decode()
    assert "bell-count" not in sign_in("wang").get("/desk/notices/bell/").content.decode()
    assert f"赵敏 在 {number} 里提到了您" in li.get("/desk/notices/").content.decode()
    notice = Notice.objects.get()

    assert li.get(f"/desk/notices/{notice.id}/")["Location"] == f"/desk/cases/{number}/"

    assert "bell-count" not in li.get("/desk/notices/bell/").content.decode()
    assert sign_in("wang").get(f"/desk/notices/{notice.id}/").status_code == 404


def test_all_can_be_read_at_once(shop: Shop, sign_in: SignIn) -> None:
    mention(shop, sign_in)
    li = sign_in("li")

    page = li.post("/desk/notices/read/", headers={"HX-Request": "true"}).content.decode()

    assert "is-unread" not in page
    assert not Notice.objects.filter(read_at=None).exists()


def test_by_its_address_the_list_is_a_page_of_its_own(shop: Shop, sign_in: SignIn) -> None:
    number = mention(shop, sign_in)
    li = sign_in("li")
    page = li.get("/desk/notices/").content.decode()
    assert page.startswith("<!doctype html>")
    assert f"赵敏 在 {number} 里提到了您" in page
    assert not li.get("/desk/notices/", headers={"HX-Request": "true"}).content.decode().startswith("<!doctype html>")

    page = li.post("/desk/notices/read/", follow=True).content.decode()

    assert page.startswith("<!doctype html>")
    assert "is-unread" not in page


def test_the_bell_costs_little(shop: Shop, sign_in: SignIn) -> None:
    mention(shop, sign_in)
    client = sign_in("li")
    client.get("/desk/notices/bell/")

    with CaptureQueriesContext(connection) as statements:
        client.get("/desk/notices/bell/")

    assert len(statements) <= 5, [statement["sql"][:90] for statement in statements]


def test_everybody_chooses_for_themselves(shop: Shop, sign_in: SignIn) -> None:
    li = sign_in("li")
    said = {"way-mentioned": "none", "quiet_from": "22:00", "quiet_until": "08:00", "zone": "Asia/Shanghai"}

    assert li.post("/desk/notices/choices/", said).status_code == 302
    mention(shop, sign_in)

    assert not Notice.objects.exists()
    page = li.get("/desk/notices/choices/").content.decode()
    assert 'value="22:00"' in page
    assert Wish.objects.get().user == shop.cast.people["li"]


def test_what_makes_no_sense_is_said_and_nothing_kept(shop: Shop, sign_in: SignIn) -> None:
    li = sign_in("li")
    for said in ({"zone": "Mars"}, {"quiet_from": "22:00"}, {"quiet_from": "25:00", "quiet_until": "08:00"}):
        answer = li.post("/desk/notices/choices/", said)
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode() or 'role="alert"' in answer.content.decode()
    assert not Wish.objects.exists()


def test_an_at_offers_only_who_may_see_the_case(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货？")
    client = sign_in("zhao")
    address = f"/desk/cases/{case.number}/colleagues/"

    everybody = client.get(address).content.decode()

    assert "李强" in everybody
    assert "孙丽" not in everybody
    assert "赵敏" not in everybody
    assert 'role="option"' not in client.get(address, {"q": "孙"}).content.decode()
    assert "王芳" in client.get(address, {"q": "wan"}).content.decode()
    assert sign_in("sun").get(address).status_code == 404


def test_who_may_be_mentioned_is_asked_of_everybody_at_once(shop: Shop, sign_in: SignIn) -> None:
    address = f"/desk/cases/{shop.hears('什么时候发货？').number}/colleagues/"
    client = sign_in("zhao")
    client.get(address)

    with CaptureQueriesContext(connection) as statements:
        client.get(address)

    assert len(statements) <= 6, [statement["sql"][:90] for statement in statements]


def test_watching_begins_and_ends_beside_the_case(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货？")
    client, address = sign_in("zhou"), f"/desk/cases/{case.number}/watch/"

    begun = client.post(address)
    assert "周杰" in begun.content.decode()
    assert "周杰" in client.get(f"/desk/cases/{case.number}/side/").content.decode()
    assert json.loads(begun["HX-Trigger"])["desk:notice"]["text"]
    ended = client.post(address, {"end": "1"})

    assert "周杰" not in ended.content.decode()
    assert not Watch.objects.exists()
    assert sign_in("sun").post(address).status_code == 404
