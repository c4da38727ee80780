"""A customer takes a number on their phone: one a tap, in opening hours, and nobody else's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation

from zhoudao.doors.portal.help.guard import issue
from zhoudao.doors.portal.models import Knock
from zhoudao.doors.portal.queue import guard
from zhoudao.doors.portal.queue.waits import about
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.visits.commands.serving import begin_serving, finish_visit
from zhoudao.rooms.visits.models import State, Visit
from zhoudao.rooms.visits.tests.store import Counter, open_counter
from zhoudao.rooms.visits.told import told_of

PATH = "/s/nanjing/"


@pytest.fixture
def counter(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Counter:
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return open_counter(shop)


def phone(language: str = "en") -> Client:
    return Client(headers={"Accept-Language": language})


def takes(client: Client, counter: Counter, letter: str = "A", **given: str) -> Any:
    asked = {"form_token": issue(), "need": str(counter.needs[letter].id)} | given
    return client.post(PATH, asked, follow=True)


def test_the_page_says_what_for_how_many_wait_and_only_measured_waits(counter: Counter) -> None:
    counter.takes("A")
    page = phone().get(PATH).content.decode()
    assert "维修送修" in page
    assert "1 waiting" in page
    assert "wait not known yet" in page
    for _ in range(5):
        counter.takes("C")
        counter.serves(12)
    counter.takes("A")
    assert "about 25 min" in phone().get(PATH).content.decode()
    assert "约 25 分钟" in phone("zh-hans").get(PATH).content.decode()
    assert "約 25 分鐘" in phone("zh-hant").get(PATH).content.decode()


def test_a_number_is_followed_until_it_is_done(counter: Counter) -> None:
    client = phone()
    counter.takes("A")
    shown = takes(client, counter, name="王小姐", phone="138 1234 8000", case_number="C2026-000001")
    visit = Visit.objects.get(number="A002")
    path = shown.redirect_chain[-1][0].partition("?")[0]
    assert path == f"/n/{visit.token}/"
    assert told_of(visit).phone == "+8613812348000"
    assert "1 before you" in shown.content.decode()
    assert "王小姐" not in shown.content.decode(), "whoever looks over a shoulder reads no name"
    assert shown["Refresh"] == "20", "without scripts it is read again"
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    counter.serves(3)
    assert "You are next" in client.get(path, headers={"X-Part": "body"}).content.decode()
    counter.calls(counter="2")
    called = client.get(path).content.decode()
    assert "Please come to counter 2" in called
    begin_serving(visit_id=visit.id, viewer=counter.viewer("luo"), at=counter.shop.now)
    assert "being served at counter 2" in client.get(path).content.decode()
    finish_visit(visit_id=visit.id, viewer=counter.viewer("luo"), at=counter.shop.now)
    assert "Thank you for coming" in client.get(path).content.decode()


def test_a_double_tap_and_the_poster_scanned_again_lead_to_the_same_number(counter: Counter) -> None:
    client, token = phone(), issue()
    first, second = (takes(client, counter, form_token=token) for _ in range(2))
    assert first.redirect_chain == second.redirect_chain
    assert Visit.objects.count() == 1
    assert "You have a number here" in client.get(PATH).content.decode()
    assert "You have a number here" not in phone().get(PATH).content.decode()


def test_they_leave_and_leaving_twice_is_leaving_once(counter: Counter) -> None:
    client = phone()
    path = takes(client, counter).redirect_chain[-1][0]
    for _ in range(2):
        assert "not in the queue any more" in client.post(path, follow=True).content.decode()
    assert Event.objects.filter(type="visits.QueueLeft").count() == 1
    served = counter.takes("B")
    counter.serves(2)
    client.post(f"/n/{served.token}/")
    served.refresh_from_db()
    assert served.state == State.DONE


def test_a_closed_store_says_when_it_opens_and_gives_no_number(counter: Counter) -> None:
    counter.shop.now = datetime(2026, 3, 10, 15, tzinfo=UTC)
    assert "Open again Wednesday 11 March, 09:00" in phone().get(PATH).content.decode()
    refused = takes(phone(), counter)
    assert refused.status_code == 422
    counter.shop.now = datetime(2026, 3, 10, 23, tzinfo=UTC)
    assert "Open again today at 09:00" in phone().get(PATH).content.decode()
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"form_token": "forged"}, "open for too long"),
        ({"website": "http://spam"}, "open for too long"),
        ({"need": "x"}, "Choose what it is for"),
        ({"need": str(uuid4())}, "Choose what it is for"),
        ({"phone": "12"}, "no telephone number"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(counter: Counter, given: dict[str, str], words: str) -> None:
    refused = takes(phone(), counter, **({"name": "王小姐"} | given))
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert "王小姐" in refused.content.decode()
    assert not Visit.objects.exists()


def test_a_store_without_a_queue_and_a_foreign_number_lead_nowhere(counter: Counter) -> None:
    assert phone().get("/s/web/").status_code == 404
    assert phone().get("/s/nowhere/").status_code == 404
    assert phone().post("/s/nowhere/", {"form_token": issue()}).status_code == 404
    client, visit = phone(), counter.takes()
    answers = {client.get(f"/n/{token}/").status_code for token in ("x" * 27, visit.token[:-1] + "_", "short")}
    assert answers == {404}
    client.cookies["zd_number"] = "forged-forged-forged-forged"
    assert client.get(PATH).status_code == 200
    for _ in range(12):
        client.get(f"/n/{'y' * 27}/")
    assert client.get(f"/n/{visit.token}/").status_code == 429, "guessing ends"


def test_a_whole_stores_wifi_gets_numbers_but_no_machine_gets_all(counter: Counter) -> None:
    numbers = [takes(phone(), counter).status_code for _ in range(guard.NUMBERS.count)]
    assert set(numbers) == {200}
    assert takes(phone(), counter).status_code == 422
    Knock.objects.all().delete()
    by_phone = [takes(phone(), counter, phone="13812348000").status_code for _ in range(guard.PHONES.count + 1)]
    assert by_phone == [200] * guard.PHONES.count + [422]


def test_the_wall_names_numbers_and_counters_and_nobody(counter: Counter) -> None:
    counter.takes("A", name="王小姐")
    counter.takes("B", name="陈先生")
    counter.calls(counter="3")
    wall = phone().get("/s/nanjing/wall/").content.decode()
    assert "A001" in wall
    assert "counter 3" in wall
    assert "B001" in wall
    assert "小姐" not in wall
    assert "先生" not in wall


def test_pages_cost_few_statements_however_many_wait(counter: Counter, django_assert_max_num_queries: Any) -> None:
    visits = [counter.takes("A", name=f"顾客{n}") for n in range(30)]
    for path in (PATH, "/s/nanjing/wall/", f"/n/{visits[-1].token}/"):
        with django_assert_max_num_queries(12):
            assert phone().get(path).status_code == 200


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, ""),
        (0, "at once, or almost"),
        (1.2, "about 2 min"),
        (10, "about 10 min"),
        (10.1, "about 15 min"),
        (59, "about 1 hr"),
        (72, "about 1 hr 15 min"),
    ],
)
def test_a_wait_promises_no_more_than_was_measured(minutes: float | None, words: str) -> None:
    with translation.override("en"):
        assert about(timedelta(minutes=minutes) if minutes is not None else None) == words
