"""Stores, teams and working hours: added and changed by who settles for the whole company, refused in words."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.calendars import team_calendar_id
from zhoudao.rooms.staff.models import Calendar, TeamSettings
from zhoudao.rooms.staff.places import found_calendar

BACKEND = "zhoudao.ground.accounts.backends.WithGrants"
SETTINGS = "/desk/settings/"
SUZHOU = {"name_zh-Hans": "苏州二店", "name_en": "Suzhou 2", "kind": "shop", "city": "苏州"}


@pytest.fixture
def cast(db: None) -> Cast:
    return company()


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["admin"], backend=BACKEND)
    return client


@pytest.fixture
def nights(db: None) -> Calendar:
    names = {"zh-Hans": "夜班", "en": "Nights"}
    return found_calendar(code="nights", names=names, zone="Asia/Shanghai", by=By("user:test"), at=now())


def test_a_store_is_added_and_renamed_and_both_are_on_record(admin: Client) -> None:
    assert (
        admin.post(
            f"{SETTINGS}stores/new/", SUZHOU | {"code": "Suzhou-2", "zone": "Asia/Shanghai", "street": "观前街 8 号"}
        ).status_code
        == 302
    )
    store = Store.objects.get(code="suzhou-2")
    assert (store.names, store.kind, store.city) == ({"zh-Hans": "苏州二店", "en": "Suzhou 2"}, "shop", "苏州")
    assert store.street == "观前街 8 号"
    page = admin.get(f"{SETTINGS}stores/").content.decode()
    assert "苏州二店" in page
    changed = {"name_zh-Hans": "苏州观前店", "kind": "shop", "code": "other", "zone": "UTC"}
    assert admin.post(f"{SETTINGS}stores/{store.id}/", changed).status_code == 302
    store.refresh_from_db()
    assert (store.code, store.zone, store.names) == ("suzhou-2", "Asia/Shanghai", {"zh-Hans": "苏州观前店"})
    assert Event.objects.filter(type="accounts.StoreSaved", primary_id=store.id).count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "苏州"}, "代码以字母开头"),
        ({"code": "2nd"}, "代码以字母开头"),
        ({"code": "nanjing"}, "已有使用这个代码的"),
        ({"name_zh-Hans": " ", "name_en": ""}, "至少用一种语言"),
        ({"zone": "Asia/Suzhou"}, "没有这个时区"),
        ({"kind": "castle"}, "castle"),
    ],
)
def test_a_store_that_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    admin: Client, wrong: dict[str, str], words: str
) -> None:
    before = Store.objects.count()
    told = SUZHOU | {"code": "suzhou-2", "zone": "Asia/Shanghai"} | wrong
    answer = admin.post(f"{SETTINGS}stores/new/", told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="苏州"' in page
    assert Store.objects.count() == before


def test_a_team_is_added_with_its_hours_and_its_clocks_run_by_others_once_they_are_changed(
    admin: Client, nights: Calendar
) -> None:
    days = found_calendar(code="days", names={"en": "Days"}, zone="Asia/Shanghai", by=By("user:test"), at=now())
    store = Store.objects.get(code="nanjing")
    told = {"name_en": "Installation", "code": "installation", "calendar": str(nights.id), "store": str(store.id)}
    assert admin.post(f"{SETTINGS}teams/new/", told).status_code == 302
    team = Team.objects.get(code="installation")
    assert (team.store, team_calendar_id(team.id)) == (store, nights.id)
    assert TeamSettings.objects.get(team=team).pushes
    changed = {"name_en": "Fitters", "calendar": str(days.id)}
    assert admin.post(f"{SETTINGS}teams/{team.id}/", changed).status_code == 302
    team.refresh_from_db()
    assert (team.names, team.store, team_calendar_id(team.id)) == ({"en": "Fitters"}, store, days.id)
    assert "Fitters" in admin.get(f"{SETTINGS}teams/").content.decode()


@pytest.mark.parametrize("wrong", [{"code": "reception"}, {"calendar": ""}, {"name_en": ""}, {"store": "nowhere"}])
def test_a_team_that_cannot_be_is_refused_and_leaves_nothing(
    admin: Client, nights: Calendar, wrong: dict[str, str]
) -> None:
    before = Team.objects.count()
    told = {"name_en": "Installation", "code": "installation", "calendar": str(nights.id), "store": ""}
    assert admin.post(f"{SETTINGS}teams/new/", told | wrong).status_code == 422
    assert Team.objects.count() == before


def test_working_hours_are_added_as_an_office_week_and_then_changed(admin: Client) -> None:
    told = {"name_zh-Hans": "周末班", "code": "weekend", "zone": "Asia/Shanghai"}
    made = admin.post(f"{SETTINGS}calendars/new/", told)
    row = Calendar.objects.get(code="weekend")
    assert made.headers["Location"] == f"{SETTINGS}calendars/{row.id}/"
    assert row.content["week"]["mon"] == [["09:00", "18:00"]]
    assert admin.post(f"{SETTINGS}calendars/new/", told).status_code == 422
    assert admin.post(f"{SETTINGS}calendars/{row.id}/", {"sat": "10:00–20:00"}).status_code == 302
    row.refresh_from_db()
    assert row.content["week"]["sat"] == [["10:00", "20:00"]]


@pytest.mark.parametrize("name", ["wang", "zhao", "sun", "zhou"])
def test_nobody_else_adds_any(cast: Cast, name: str) -> None:
    client = Client()
    client.force_login(cast.people[name], backend=BACKEND)
    for place in ("stores/new/", "teams/new/", "calendars/new/"):
        assert client.post(f"{SETTINGS}{place}", {"name_en": "X", "code": "x"}).status_code == 403


def test_long_lists_are_read_a_page_at_a_time_at_the_same_cost(admin: Client) -> None:
    def cost(place: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(f"{SETTINGS}{place}").status_code == 200
        return len(seen)

    cost("stores/")  # what a process keeps is read
    few: dict[str, Any] = {place: cost(place) for place in ("stores/", "teams/")}
    Store.objects.bulk_create([Store(code=f"shop-{n:03}", names={"en": f"Shop {n}"}) for n in range(60)])
    Team.objects.bulk_create([Team(code=f"team-{n:03}", names={"en": f"Team {n}"}) for n in range(60)])
    for place, before in few.items():
        assert cost(place) == before <= 12
        page = admin.get(f"{SETTINGS}{place}").content.decode()
        seen = page.count("</tr>") - 1
        cursor = page.partition("?cursor=")[2].partition('"')[0]
        assert (seen, bool(cursor)) == (25, True)
        assert cursor not in admin.get(f"{SETTINGS}{place}?cursor={cursor}").content.decode().partition("?cursor=")[0]
