"""The kiosk at the entrance: what it does for whoever stands there, and for nobody after them."""

import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from zhoudao.doors.portal.help.guard import issue
from zhoudao.doors.portal.kiosk import showing
from zhoudao.doors.portal.kiosk.device import COOKIE, TURN
from zhoudao.doors.portal.kiosk.looking import CASES, SCREENS
from zhoudao.doors.portal.models import Knock
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.visits.commands.devices import offer_pairing, revoke_device
from zhoudao.rooms.visits.commands.needs import set_line
from zhoudao.rooms.visits.models import Device, Visit
from zhoudao.rooms.visits.tests.store import Counter, open_counter

START = "/kiosk/"


@pytest.fixture
def counter(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Counter:
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    counter = open_counter(shop)
    Channel.objects.create(code="counter", kind="counter", store=counter.store)
    return counter


@pytest.fixture
def screen(counter: Counter) -> Client:
    """A tablet at Nanjing's entrance."""
    client = Client(headers={"Accept-Language": "en"})
    code = offer_pairing(store_id=counter.store.id, name="door", viewer=counter.viewer("luo"), at=counter.shop.now)
    answer = client.post("/kiosk/pair/", {"code": code})
    assert answer.status_code == 302
    client.get(START)
    for cookie in (COOKIE, TURN):
        morsel = client.cookies[cookie]
        assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Strict", "/kiosk/")
    return client


def posts(screen: Client, path: str, given: dict[str, str], *, follow: bool = True) -> Any:
    """As a form of the turn that goes on."""
    turn = screen.cookies[TURN].value
    return screen.post(path, given | {"turn": turn}, follow=follow)


def drops(screen: Client, counter: Counter, **given: str) -> Any:
    asked = {"form_token": issue(), "need": str(counter.needs["A"].id), "name": "陈先生", "phone": "13912340000"}
    answer = posts(screen, "/kiosk/drop-off/", asked | {"text": "磨豆机不转了"} | given)
    dispatch.drain()
    return answer


def test_checking_in_gives_a_number_and_a_code_for_the_phone(screen: Client, counter: Counter) -> None:
    assert "Take a number" in screen.get(START).content.decode()
    assert "维修送修" in screen.get("/kiosk/check-in/").content.decode()
    asked = {"form_token": issue(), "need": str(counter.needs["A"].id)}
    for _ in range(2):
        shown = posts(screen, "/kiosk/check-in/", asked).content.decode()
        assert "A001" in shown
        assert 'class="qr"' in shown
    visit = Visit.objects.get()
    assert visit.source == "kiosk"
    assert Event.objects.get(type="visits.NumberTaken").actor == f"device:{Device.objects.get().id}"


def test_what_one_customer_got_is_not_there_for_the_next(
    screen: Client, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"form_token": issue(), "need": str(counter.needs["A"].id)}
    answer = posts(screen, "/kiosk/check-in/", asked, follow=False)
    assert "A001" in screen.get(answer["Location"]).content.decode()
    assert "no-store" in screen.get(answer["Location"])["Cache-Control"]
    monkeypatch.setattr(showing, "SHOWN_SECONDS", -1)
    later = screen.get(answer["Location"])
    assert (later.status_code, later["Location"]) == (302, START)
    assert "A001" not in screen.get(START).content.decode()
    forged = screen.get(f"/kiosk/done/{signing.dumps(['visit', '0' * 32])}/")
    assert (forged.status_code, forged["Location"]) == (302, START)


def test_the_start_ends_the_turn_of_who_was_here_and_nothing_leads_back_to_it(screen: Client, counter: Counter) -> None:
    drops(screen, counter)
    case = Case.objects.get()
    pages = {
        "/kiosk/check-in/": {"form_token": issue(), "need": str(counter.needs["A"].id)},
        "/kiosk/progress/": {"number": case.number, "digits": "0000"},
        "/kiosk/drop-off/": {
            "form_token": issue(),
            "need": str(counter.needs["A"].id),
            "name": "陈先生",
            "phone": "12",
        },
    }
    turn = screen.cookies[TURN].value
    given = {path: posts(screen, path, asked, follow=False) for path, asked in pages.items()}
    links = [answer["Location"] for answer in given.values() if answer.status_code == 302]
    assert [screen.get(link).status_code for link in links] == [200, 200]
    assert screen.head(START).status_code == 200, "as the screen asks by itself when nobody touches it"
    assert [screen.get(link)["Location"] for link in links] == [START, START]
    for path, asked in pages.items():
        for old in (turn, ""):
            again = screen.post(path, asked | {"turn": old})
            assert (again.status_code, again["Location"]) == (302, START), "sent again out of the history"
    assert Visit.objects.count() == 1


def test_dropping_off_makes_a_case_of_the_fitting_kind_with_a_receipt(screen: Client, counter: Counter) -> None:
    token = issue()
    waiting = drops(screen, counter, form_token=token)
    assert "appears here in a moment" in waiting.content.decode()
    assert waiting["Refresh"] == "2"
    case = Case.objects.get()
    assert (case.kind, case.store, case.customer.name) == ("after_sales", counter.store, "陈先生")
    receipt = screen.get(waiting.redirect_chain[-1][0]).content.decode()
    assert case.number in receipt
    assert "13912340000" not in receipt
    assert Event.objects.get(type="conversations.VisitNoted").actor == f"device:{Device.objects.get().id}"
    drops(screen, counter, form_token=token)
    assert Case.objects.count() == 1, "pressed twice it is one case"
    assert "before with other words" in drops(screen, counter, form_token=token, text="别的").content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"phone": "12"}, "no telephone number"),
        ({"phone": ""}, "required"),
        ({"text": ""}, "required"),
        ({"form_token": "forged"}, "too old or was changed"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    screen: Client, counter: Counter, given: dict[str, str], words: str
) -> None:
    refused = drops(screen, counter, **given)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Case.objects.exists()


def test_a_case_is_shown_by_number_and_last_four_digits_and_unknown_is_like_wrong(
    screen: Client, counter: Counter
) -> None:
    drops(screen, counter)
    case = Case.objects.get()
    shown = posts(screen, "/kiosk/progress/", {"number": case.number.lower(), "digits": "0000"}).content.decode()
    assert case.number in shown
    assert "our turn" in shown
    for private in ("陈", "13912340000", "磨豆机"):
        assert private not in shown
    answers = set()
    for number, digits in ((case.number, "1111"), (case.number, ""), ("C2026-999999", "0000"), ("x", "０００0")):
        answer = posts(screen, "/kiosk/progress/", {"number": number, "digits": digits})
        answers.add((answer.status_code, re.sub(r'value="\w{64}"', "", answer.content.decode())))
    assert len(answers) == 1
    assert answers.pop()[0] == 422


def test_guessing_ends_for_the_screen_and_for_the_case(screen: Client, counter: Counter) -> None:
    drops(screen, counter)
    case = Case.objects.get()
    for n in range(CASES.count):
        assert posts(screen, "/kiosk/progress/", {"number": case.number, "digits": f"111{n}"}).status_code == 422
    right = {"number": case.number, "digits": "0000"}
    assert posts(screen, "/kiosk/progress/", right).status_code == 429
    Knock.objects.all().delete()
    for n in range(SCREENS.count):
        posts(screen, "/kiosk/progress/", {"number": f"C2026-00{n:04}", "digits": "1111"})
    assert posts(screen, "/kiosk/progress/", right).status_code == 429


def test_a_scanned_slip_or_number_is_enough(screen: Client, counter: Counter) -> None:
    drops(screen, counter)
    case, visit = Case.objects.get(), counter.takes()
    scanned = posts(screen, "/kiosk/progress/", {"number": f"http://shop.example/p/{case.progress_token}/"})
    assert case.number in scanned.content.decode()
    number = posts(
        screen,
        "/kiosk/progress/",
        {"number": f"http://shop.example/n/{visit.token}/?language=en"},
    )
    assert "A001" in number.content.decode()
    assert posts(screen, "/kiosk/progress/", {"number": f"http://x/p/{'y' * 27}/"}).status_code == 422


def test_no_other_browser_and_no_revoked_screen_is_a_kiosk(screen: Client, counter: Counter) -> None:
    stranger = Client(headers={"Accept-Language": "en"})
    need = str(counter.needs["A"].id)
    for client, token in ((stranger, ""), (stranger, "forged" * 8)):
        client.cookies[COOKIE] = token
        assert "belongs to no store" in client.get(START).content.decode()
        assert client.post("/kiosk/check-in/", {"form_token": issue(), "need": need})["Location"] == START
        assert client.post("/kiosk/progress/", {"number": "x"})["Location"] == START
    revoke_device(device_id=Device.objects.get().id, viewer=counter.viewer("luo"), at=counter.shop.now)
    assert "belongs to no store" in screen.get(START).content.decode()
    asked = {"form_token": issue(), "need": need}
    assert posts(screen, "/kiosk/check-in/", asked, follow=False)["Location"] == START
    assert not Visit.objects.exists()


def test_a_form_of_another_site_is_refused(screen: Client, counter: Counter) -> None:
    page = screen.get("/kiosk/check-in/")
    assert page["Referrer-Policy"] == "same-origin"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = screen.cookies
    asked = {"form_token": issue(), "need": str(counter.needs["A"].id)}
    assert strict.post("/kiosk/check-in/", asked).status_code == 403
    assert not Visit.objects.exists()


def test_wrong_codes_are_counted(counter: Counter) -> None:
    client = Client(headers={"Accept-Language": "en"})
    answers = [client.post("/kiosk/pair/", {"code": f"WRONG{n:03}"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_a_closed_or_foreign_need_gives_no_number(screen: Client, counter: Counter) -> None:
    for need in ("x", "0" * 32):
        refused = posts(screen, "/kiosk/check-in/", {"form_token": issue(), "need": need})
        assert refused.status_code == 422
    set_line(
        store_id=counter.store.id, calendar_id=None, is_paused=True, viewer=counter.shop.viewer("admin"),
        at=counter.shop.now,
    )  # fmt: skip
    asked = {"form_token": issue(), "need": str(counter.needs["A"].id)}
    assert posts(screen, "/kiosk/check-in/", asked).status_code == 422
    assert "/kiosk/check-in/" not in screen.get(START).content.decode()
    assert not Visit.objects.exists()
