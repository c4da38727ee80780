"""Settings and profile: who may change what, and what is refused."""

import re

import pytest
from django.test import Client

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.models import ApiToken, User
from zhoudao.ground.accounts.tests.cast import PASSWORD, Cast, company
from zhoudao.ground.accounts.tokens import find_token
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.promise_rules import forget, rules_of
from zhoudao.rooms.staff.commands import save_calendar
from zhoudao.rooms.staff.models import Calendar

BACKEND = "zhoudao.ground.accounts.backends.WithGrants"
PLACES = ["people/", "people/new/", "channels/", "promises/", "calendars/", "tokens/"]


@pytest.fixture
def cast(db: None) -> Cast:
    forget()
    return company()


def sign_in(cast: Cast, name: str) -> Client:
    """A browser of this colleague."""
    client = Client()
    client.force_login(cast.people[name], backend=BACKEND)
    return client


@pytest.mark.parametrize("place", PLACES)
def test_administrators_open_every_page_and_agents_none(cast: Cast, place: str) -> None:
    assert sign_in(cast, "admin").get(f"/desk/settings/{place}").status_code == 200
    assert sign_in(cast, "wang").get(f"/desk/settings/{place}").status_code == 403


def test_a_new_person_gets_a_password_once_and_must_change_it(cast: Cast) -> None:
    said = {"email": "New@example.com", "name": "新人", "role": ["agent"], "is_active": "on"}
    page = sign_in(cast, "admin").post("/desk/settings/people/new/", said)
    password = page.context["password"]
    newcomer = Client()

    landed = newcomer.post("/accounts/login/", {"login": "new@example.com", "password": password}, follow=True)

    assert landed.redirect_chain[-1][0] == "/accounts/password/change/"
    chosen = {"oldpassword": password, "password1": "a long way home", "password2": "a long way home"}
    newcomer.post("/accounts/password/change/", chosen)
    assert newcomer.get("/desk/").status_code == 200


def test_the_same_address_twice_is_refused(cast: Cast) -> None:
    said = {"email": "wang@example.com", "name": "王芳", "role": ["agent"], "is_active": "on"}

    assert sign_in(cast, "admin").post("/desk/settings/people/new/", said).status_code == 422
    assert User.objects.filter(email__iexact="wang@example.com").count() == 1


def test_roles_change_and_are_written_down(cast: Cast) -> None:
    wang, team = cast.people["wang"], cast.teams["after_sales"]
    said = {"role": ["team_lead"], "store": [""], "team": [str(team.id)], "is_active": "on"}

    sign_in(cast, "admin").post(f"/desk/settings/people/{wang.pk}/", said)

    assert [(grant.role, grant.team) for grant in wang.grants.all()] == [("team_lead", team)]
    assert Event.objects.get(type="accounts.AccessChanged").primary_id == wang.pk


def test_the_last_administrator_stays(cast: Cast) -> None:
    admin = cast.people["admin"]

    answer = sign_in(cast, "admin").post(f"/desk/settings/people/{admin.pk}/", {"role": ["agent"], "is_active": "on"})

    assert answer.status_code == 422
    assert admin.grants.get().role == "administrator"


def test_whoever_was_shut_out_is_out_at_once(cast: Cast) -> None:
    wang = sign_in(cast, "wang")
    assert wang.get("/desk/").status_code == 200

    sign_in(cast, "admin").post(f"/desk/settings/people/{cast.people['wang'].pk}/", {"role": ["agent"]})

    assert wang.get("/desk/").status_code == 302


def test_a_promise_is_edited_for_those_to_come(cast: Cast) -> None:
    said = {"tier": "urgent", "kind": "plan", "target_minutes": "90", "basis": "business", "warn_shares": "60，90%"}

    assert sign_in(cast, "admin").post("/desk/settings/promises/", said).status_code == 302

    rule = rules_of("urgent")["plan"]
    assert (rule.target_minutes, rule.basis, rule.warn_shares) == (90, "business", [60, 90])
    assert not rule.pauses_while_waiting


@pytest.mark.parametrize(
    "wrong", [{"target_minutes": "0"}, {"warn_shares": "150"}, {"kind": "luck"}, {"basis": "moon"}]
)
def test_an_unsound_promise_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    said = {"tier": "urgent", "kind": "plan", "target_minutes": "90", "basis": "elapsed", "warn_shares": "50"}

    refused = sign_in(cast, "admin").post("/desk/settings/promises/", said | wrong)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert all(f'value="{value}"' in page for name, value in wrong.items() if name in ("target_minutes", "warn_shares"))
    assert rules_of("urgent")["plan"].target_minutes == 120


def test_hours_are_typed_as_people_write_them_and_checked(cast: Cast) -> None:
    week = {"mon": [("09:00", "18:00")]}
    row = save_calendar(code="office", names={}, content=Hours.weekly("Asia/Shanghai", week).to_json())
    client, address = sign_in(cast, "admin"), f"/desk/settings/calendars/{row.id}/"

    assert client.post(address, {"mon": "9:00-18"}).status_code == 422
    assert client.post(address, {"mon": "09:00–12:00，13:00-18:00", "fri": "21:00–06:00"}).status_code == 302

    content = Calendar.objects.get().content["week"]
    assert content == {"mon": [["09:00", "12:00"], ["13:00", "18:00"]], "fri": [["21:00", "06:00"]]}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"mon": "9:00-18"}, "星期一：“9:00”不是时间"),
        ({"tue": "09:00–12:00, 11:00–13:00"}, "“09:00–12:00”与“11:00–13:00”（星期二）重叠"),
        ({"wed": "09:00–09:00"}, "星期三：“09:00–09:00”开始即结束"),
        ({"special_days": "明天"}, "特殊日期以日期开头"),
        ({}, "没有任何时间"),
    ],
)
def test_wrong_hours_are_refused_in_the_readers_language(cast: Cast, typed: dict[str, str], words: str) -> None:
    week = {"mon": [("09:00", "18:00")]}
    row = save_calendar(code="office", names={}, content=Hours.weekly("Asia/Shanghai", week).to_json())
    refused = sign_in(cast, "admin").post(f"/desk/settings/calendars/{row.id}/", {"special_days": ""} | typed)
    page = refused.content.decode()
    assert (refused.status_code, words in page) == (422, True)
    assert all(value.replace("-", "–") in page.replace("-", "–") for value in typed.values())


def test_special_days_are_a_line_each_and_a_wrong_one_is_refused_with_everything_typed(cast: Cast) -> None:
    week = {"mon": [("09:00", "18:00")]}
    row = save_calendar(code="office", names={}, content=Hours.weekly("Asia/Shanghai", week).to_json())
    client, address = sign_in(cast, "admin"), f"/desk/settings/calendars/{row.id}/"
    said = {"mon": "09:00–18:00", "special_days": "2026-10-01 国庆节\n\n2026-12-31 09:00-12:00，13:00–15:00 年末 盘点"}

    assert client.post(address, said).status_code == 302
    assert Calendar.objects.get().content["specials"] == {
        "2026-10-01": {"name": "国庆节", "windows": []},
        "2026-12-31": {"name": "年末 盘点", "windows": [["09:00", "12:00"], ["13:00", "15:00"]]},
    }
    assert "2026-12-31 09:00–12:00, 13:00–15:00 年末 盘点" in client.get(address).content.decode()
    for wrong in ("2026-13-01 那天", "明天", "2026-12-31 15:00–14:00,14:30–16:00"):
        refused = client.post(address, said | {"special_days": wrong})
        assert (refused.status_code, wrong in refused.content.decode()) == (422, True)
    assert len(Calendar.objects.get().content["specials"]) == 2
    assert client.post(address, said | {"special_days": ""}).status_code == 302
    assert Calendar.objects.get().content["specials"] == {}


def test_a_token_is_shown_once_and_revoked_for_good(cast: Cast) -> None:
    client = sign_in(cast, "admin")
    page = client.post("/desk/settings/tokens/", {"name": "店铺", "scopes": ["messages:write"]}).content.decode()
    text = re.search(r"zd_[\w-]+", page)
    assert text
    assert find_token(text[0], at=now()) is not None
    assert text[0] not in client.get("/desk/settings/tokens/").content.decode()

    client.post(f"/desk/settings/tokens/{ApiToken.objects.get().id}/revoke/")

    assert find_token(text[0], at=now()) is None


def test_a_profile_keeps_language_and_theme(cast: Cast) -> None:
    client = sign_in(cast, "wang")
    client.post("/desk/profile/", {"name": "王芳", "language": "en", "theme": "dark"})

    page = client.get("/desk/profile/").content.decode()

    assert '<html lang="en" data-theme="dark">' in page
    assert client.post("/desk/profile/", {"name": "", "language": "xx", "theme": "dark"}).status_code == 422


def test_signing_in_lands_in_the_workspace(cast: Cast) -> None:
    client = Client()
    assert client.post("/accounts/login/", {"login": "wang@example.com", "password": "wrong"}).status_code == 200

    landed = client.post("/accounts/login/", {"login": "wang@example.com", "password": PASSWORD}, follow=True)

    assert landed.redirect_chain[-1][0] == "/desk/"


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/2fa/", "/accounts/password/change/", "/nowhere/"])
def test_no_page_carries_a_script_or_style_of_its_own(cast: Cast, address: str) -> None:
    client = Client() if address.endswith("login/") else sign_in(cast, "wang")
    page = client.get(address).content.decode()

    assert "<style" not in page
    assert not re.search(r'<[^>]+\s(?:style|on\w+)="', page)
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", page)


def test_what_is_not_there_is_said_in_our_own_words(cast: Cast) -> None:
    answer = sign_in(cast, "wang").get("/nowhere/")

    assert answer.status_code == 404
    assert "rail-mark" in answer.content.decode()
