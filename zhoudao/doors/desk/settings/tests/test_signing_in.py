"""Signing in at the desk: no door that nobody asked for, an end to guessing, and a way back for who forgot."""

import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from tests.test_permissions import routes
from zhoudao.ground.accounts.models import Grant, Guess, User
from zhoudao.ground.accounts.tests.cast import PASSWORD, Cast, company
from zhoudao.ground.eventlog.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "zhoudao.ground.accounts.backends.WithGrants"
PAGES = {"login/", "logout/", "inactive/", "reauthenticate/", "password/change/"}
TRIES = 20


@pytest.fixture(autouse=True)
def cast() -> Cast:
    cache.clear()
    return company()


def enters(login: str, password: str, address: str = "203.0.113.1") -> tuple[int, bool, str]:
    """Status, whether they are in, and what the page says."""
    client = Client(REMOTE_ADDR=address, headers={"Accept-Language": "en"})
    answer = client.post("/accounts/login/", {"login": login, "password": password})
    said = answer.content.decode().replace(login, "…")
    return (
        answer.status_code,
        "_auth_user_id" in client.session,
        re.sub(r'value="\w{64}"', "", said).partition("<form")[2].partition('name="login"')[0],
    )


def test_of_the_librarys_pages_only_those_we_use_are_there() -> None:
    found = {prefix + str(entry.pattern) for prefix, entry in routes(get_resolver()) if prefix.startswith("accounts/")}
    found |= {
        str(entry.pattern) for prefix, entry in routes(get_resolver()) if str(entry.pattern).startswith("accounts/")
    }
    assert {one.removeprefix("accounts/") for one in found if "2fa/" not in one} == PAGES


@pytest.mark.parametrize("page", ["password/reset/", "signup/", "email/", "confirm-email/", "password/set/"])
def test_nobody_signs_up_or_has_a_link_mailed_to_an_address_they_type(cast: Cast, page: str) -> None:
    client = Client()
    for _ in range(2):
        for address in ("wang@example.com", "victim@elsewhere.example"):
            assert client.post(f"/accounts/{page}", {"email": address, "password1": PASSWORD}).status_code == 404
        client.force_login(cast.people["wang"], backend=BACKEND)
    assert mail.outbox == []
    assert User.objects.get(name="王芳").email == "wang@example.com"


def test_five_wrong_passwords_end_the_guessing_also_of_the_right_one() -> None:
    for _ in range(5):
        assert not enters("wang@example.com", "wrong password")[1]
    assert not enters("wang@example.com", PASSWORD)[1]
    assert enters("li@example.com", PASSWORD)[1], "others come in as ever"


def test_a_hundred_addresses_guess_no_better_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = User.check_password

    def counted(self: User, raw: str) -> bool:
        asked.append(raw)
        return real(self, raw)

    monkeypatch.setattr(User, "check_password", counted)
    gate = threading.Barrier(TRIES)

    def guess(n: int) -> None:
        gate.wait()
        enters("wang@example.com", f"guess number {n}", f"203.0.113.{n}")
        connection.close()

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(TRIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 < len(asked) <= 5, "counted before it is looked at"


def test_another_process_goes_on_counting_and_who_is_right_has_not_guessed() -> None:
    for n in range(2):
        assert not enters("wang@example.com", "wrong password", f"203.0.113.{n}")[1]
    assert enters("wang@example.com", PASSWORD, "203.0.113.7")[1]
    cache.clear()  # what a process keeps in its own memory, another has not
    for n in range(3):
        assert not enters("wang@example.com", "wrong password", f"203.0.113.{n + 2}")[1]
    cache.clear()
    assert not enters("wang@example.com", PASSWORD, "203.0.113.9")[1]
    Guess.objects.update(since=datetime.now(UTC) - timedelta(minutes=6))
    assert enters("wang@example.com", PASSWORD, "203.0.113.9")[1]
    assert not any(b"wang" in bytes(key) for key in Guess.objects.values_list("key", flat=True))


def test_one_address_guesses_no_better_at_many_people() -> None:
    for n in range(10):
        enters(f"nobody-{n}@example.com", "wrong password")
        cache.clear()
    assert not enters("li@example.com", PASSWORD)[1]
    assert enters("li@example.com", PASSWORD, "203.0.113.9")[1]


def test_whether_somebody_works_here_is_not_told() -> None:
    known = enters("wang@example.com", "wrong password")
    unknown = enters("nobody@example.com", "wrong password", "203.0.113.2")
    assert known == unknown


def test_who_forgot_their_password_gets_a_new_one_once_and_is_out_everywhere(cast: Cast) -> None:
    there, admin = Client(), Client()
    there.force_login(cast.people["wang"], backend=BACKEND)
    admin.force_login(cast.people["admin"], backend=BACKEND)
    assert there.get("/desk/").status_code == 200
    page: Any = admin.post(f"/desk/settings/people/{cast.people['wang'].pk}/password/")
    assert page.status_code == 200
    assert there.get("/desk/").status_code == 302
    assert not enters("wang@example.com", PASSWORD)[1]
    assert enters("wang@example.com", page.context["password"])[1]
    assert User.objects.get(name="王芳").must_change_password
    event = Event.objects.get(type="accounts.PasswordRenewed")
    assert page.context["password"] not in str(event.attributes)


def test_nobody_gives_a_password_to_who_may_do_more(cast: Cast) -> None:
    wang = cast.people["wang"]
    wang.grants.all().delete()
    Grant.objects.create(user=wang, role="administrator", store=cast.stores["nanjing"])
    client = Client()
    client.force_login(wang, backend=BACKEND)
    before = User.objects.get(name="管理员").password
    assert client.post(f"/desk/settings/people/{cast.people['admin'].pk}/password/").status_code == 302
    assert User.objects.get(name="管理员").password == before
    client.force_login(cast.people["zhao"], backend=BACKEND)
    assert client.post(f"/desk/settings/people/{cast.people['li'].pk}/password/").status_code == 403
