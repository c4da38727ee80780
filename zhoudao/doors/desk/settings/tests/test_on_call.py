"""The on-call page: a roster written, its holes seen, wrong lines named, and a test page whose fate is shown."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from zhoudao.doors.desk.settings.on_call_hint import uncovered
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.ground.notices.kinds import sentence
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.commands.paging import start_paging
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.staff.absences import note_absence
from zhoudao.rooms.staff.models import Member, OnCall
from zhoudao.rooms.staff.roster import DAYS, Entry, duties_of, holes, roster_of, week_of
from zhoudao.rooms.staff.rostering import RosterMoved, RosterUnsound, set_roster

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/settings/on-call/rapid_reaction/"


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    for name in ("wang", "li"):
        Member.objects.get(user=shop.cast.people[name]).teams.add(shop.cast.teams["rapid_reaction"])
        Grant.objects.create(user=shop.cast.people[name], role="agent", team=shop.cast.teams["rapid_reaction"])
    return shop


def sign_in(shop: Shop, name: str) -> Client:
    client = Client()
    client.force_login(shop.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def line(shop: Shop, n: int, who: str, **given: object) -> dict[str, object]:
    fields: dict[str, object] = {"who": shop.cast.people[who].id, "days": list(DAYS), "start": "00:00", "end": "00:00"}
    fields |= {"order": n, "from": "", "until": ""} | given
    return {f"{name}-{n}": value for name, value in fields.items()}


def form(shop: Shop, *lines: dict[str, object], **more: object) -> dict[str, object]:
    team = shop.cast.teams["rapid_reaction"]
    sent: dict[str, object] = {"zone": "Asia/Shanghai", "version": roster_of(team.id).version}
    sent["line"] = [str(number) for number in range(1, len(lines) + 1)]
    for one in lines:
        sent |= one
    return sent | more


def on_call(shop: Shop, name: str, **given: object) -> Entry:
    return Entry(shop.cast.people[name].id, **given)  # type: ignore[arg-type]  # words of a test


def write(shop: Shop, *entries: Entry, version: str | None = None) -> None:
    team = shop.cast.teams["rapid_reaction"]
    set_roster(team=team, zone="Asia/Shanghai", entries=entries, by=By("test:"), at=shop.now, version=version)


def test_a_fresh_installation_says_that_nobody_is_on_call_and_what_to_do(shop: Shop) -> None:
    client = sign_in(shop, "admin")
    assert client.get("/desk/settings/on-call/").headers["Location"] == PATH
    page = client.get(PATH).content.decode()
    assert "这个组没有人值班" in page
    assert 'id="uncovered"' in page
    assert 'id="uncovered"' in client.get("/desk/settings/people/").content.decode()


def test_a_roster_is_written_in_its_order_and_pages_by_it(shop: Shop) -> None:
    client = sign_in(shop, "admin")
    asked = form(
        shop, line(shop, 1, "wang", order=2), line(shop, 2, "li", order=1), {**line(shop, 3, "wang"), "who-3": ""}
    )
    assert client.post(PATH, asked).status_code == 302
    assert [row.member.user.name for row in OnCall.objects.order_by("rank")] == ["李强", "王芳"]
    assert Event.objects.filter(type="staff.RosterChanged").count() == 1
    page = client.get(PATH).content.decode()
    assert "这一周每个小时都有人值班" in page
    assert 'id="uncovered"' not in page
    assert 'class="is-hole' not in page
    Member.objects.update(is_available=False)
    case = shop.hears("油烟机冒烟了，很危险！")
    assert case.pages.get().member == shop.cast.people["li"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": []},
        {"days": ["someday"]},
        {"start": "25:00"},
        {"start": "08:00", "end": "08:00"},
        {"from": "2026-03-12", "until": "2026-03-11"},
    ],
)
def test_a_wrong_line_is_named_and_what_was_typed_stays(shop: Shop, wrong: dict[str, object]) -> None:
    write(shop, on_call(shop, "wang"))
    asked = form(shop, line(shop, 1, "wang"), line(shop, 2, "li", **wrong))
    answer = sign_in(shop, "admin").post(PATH, asked)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "第 2 行" in page
    assert f'<option value="{shop.cast.people["li"].id}" selected>' in page
    assert OnCall.objects.count() == 1


def test_somebody_who_is_not_of_the_team_cannot_be_on_call_for_it(shop: Shop) -> None:
    with pytest.raises(RosterUnsound) as refused:
        write(shop, on_call(shop, "wang"), on_call(shop, "sun"))
    assert refused.value.line == 2
    with pytest.raises(RosterUnsound):
        set_roster(team=shop.cast.teams["rapid_reaction"], zone="Moon/Crater", entries=[], by=By("test:"), at=shop.now)


def test_of_two_who_write_at_once_the_second_is_told(shop: Shop) -> None:
    before = roster_of(shop.cast.teams["rapid_reaction"].id).version
    write(shop, on_call(shop, "wang"), version=before)
    with pytest.raises(RosterMoved):
        write(shop, on_call(shop, "li"), version=before)
    answer = sign_in(shop, "admin").post(PATH, form(shop, line(shop, 1, "li"), version=before))
    assert answer.status_code == 422
    assert OnCall.objects.get().member.user == shop.cast.people["wang"]


def test_a_roster_reads_as_it_was_written(shop: Shop) -> None:
    night = on_call(shop, "li", days=("fri", "sat"), start="22:00", end="06:00")
    dated = on_call(shop, "wang", from_date=datetime(2026, 3, 9).date(), until_date=datetime(2026, 3, 11).date())
    write(shop, night, dated)
    assert roster_of(shop.cast.teams["rapid_reaction"].id).entries == [night, dated]


def test_holes_are_found_to_the_half_hour_and_shown(shop: Shop) -> None:
    write(shop, on_call(shop, "wang", start="08:00", end="20:30"))
    duties = duties_of(shop.cast.teams["rapid_reaction"].id)
    zone = ZoneInfo("Asia/Shanghai")
    (hole,) = holes(duties, shop.now)
    assert [moment.astimezone(zone).strftime("%d %H:%M") for moment in hole] == ["10 20:30", "11 08:00"]
    day, spans = week_of(duties, shop.now.date(), zone=zone)[0]
    assert day == shop.now.date()
    assert [(len(span.people), span.steps) for span in spans] == [(0, 16), (1, 25), (0, 7)]
    page = sign_in(shop, "admin").get(PATH).content.decode()
    assert page.count('class="is-hole') >= 13
    assert uncovered(at=datetime(2026, 3, 10, 2, tzinfo=UTC)) == hole


def test_the_hint_goes_when_somebody_always_is(shop: Shop) -> None:
    write(shop, on_call(shop, "wang", start="08:00", end="20:00"), on_call(shop, "li", start="20:00", end="08:00"))
    assert uncovered(at=shop.now) is None


def test_a_test_page_reaches_whoever_is_on_call_and_shows_that_they_saw_it(shop: Shop) -> None:
    write(shop, on_call(shop, "wang"), on_call(shop, "li"))
    client = sign_in(shop, "admin")
    shown = client.post(f"{PATH}test/").content.decode()
    assert "王芳" in shown
    assert "李强" in shown
    notice = Notice.objects.get(user=shop.cast.people["wang"], kind="page_test")
    assert notice.address == PATH
    assert notice.mail_at is not None
    assert notice.mail_at - notice.at < timedelta(minutes=1)
    Notice.objects.filter(id=notice.id).update(read_at=clock.now())
    assert client.get(f"{PATH}tests/").content.decode().count("已看到") == 1


def test_with_nobody_on_call_a_test_says_so(shop: Shop) -> None:
    shown = sign_in(shop, "admin").post(f"{PATH}test/").content.decode()
    assert 'role="alert"' in shown
    assert not Notice.objects.exists()


def test_a_lead_writes_their_teams_roster_and_does_not_see_others(shop: Shop) -> None:
    lead = sign_in(shop, "zhao")
    assert lead.get("/desk/settings/on-call/").headers["Location"] == "/desk/settings/on-call/reception/"
    assert lead.get(PATH).status_code == 404
    assert lead.post(f"{PATH}test/").status_code == 404
    Grant.objects.create(user=shop.cast.people["zhao"], role="team_lead", team=shop.cast.teams["rapid_reaction"])
    assert sign_in(shop, "zhao").post(PATH, form(shop, line(shop, 1, "li"))).status_code == 302


def test_who_may_only_look_changes_nothing(shop: Shop) -> None:
    client = sign_in(shop, "zhou")  # an analyst
    assert client.get(PATH).status_code == 200
    assert client.post(PATH, form(shop, line(shop, 1, "li"))).status_code == 200
    assert not OnCall.objects.exists()
    assert client.post(f"{PATH}test/").status_code == 403
    assert sign_in(shop, "wang").get(PATH).status_code == 403


def test_the_page_costs_at_most_twelve_statements(shop: Shop) -> None:
    write(shop, on_call(shop, "wang"), on_call(shop, "li"))
    client = sign_in(shop, "admin")
    client.post(f"{PATH}test/")
    client.get(PATH)
    with CaptureQueriesContext(connection) as asked:
        client.get(PATH)
    assert len(asked) <= 12


def test_an_urgent_case_nobody_came_for_stands_on_the_board(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    Case.objects.filter(id=case.id).update(tier="urgent", team=shop.cast.teams["rapid_reaction"])
    assert 'id="unreached"' not in sign_in(shop, "admin").get("/desk/board/").content.decode()
    start_paging(case.id, at=shop.now)
    page = sign_in(shop, "admin").get("/desk/board/").content.decode()
    assert 'id="unreached"' in page
    assert f"/desk/cases/{case.number}/" in page


def told(shop: Shop, name: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(user=shop.cast.people[name], kind__startswith="on_call_").order_by("id")
    with translation.override("en"):
        return [(row.kind, sentence(row.kind, row.attributes)) for row in rows]


def test_whoever_is_put_on_moved_or_replaced_is_told_at_which_hours_and_nobody_else(shop: Shop) -> None:
    write(shop, on_call(shop, "wang"), on_call(shop, "li", days=("sat", "sun"), start="08:00", end="20:00"))
    assert told(shop, "wang") == [("on_call_set", "You are on call for Rapid reaction: 00:00–24:00 (Asia/Shanghai)")]
    hours = "Sat, Sun 08:00–20:00 (Asia/Shanghai)"
    assert told(shop, "li") == [("on_call_set", f"You are on call for Rapid reaction: {hours}")]
    shop.later(minutes=1)
    write(shop, on_call(shop, "li", days=("sat", "sun"), start="08:00", end="20:00"))
    assert told(shop, "wang")[1:] == [("on_call_ended", "You are no longer on call for Rapid reaction")]
    assert len(told(shop, "li")) == 1
    assert not told(shop, "zhao")


def test_somebody_who_may_not_see_the_teams_cases_cannot_be_on_call_and_is_not_offered(shop: Shop) -> None:
    write(shop, on_call(shop, "wang"), on_call(shop, "li", start="08:00", end="20:00"))
    Grant.objects.filter(user=shop.cast.people["wang"], team=shop.cast.teams["rapid_reaction"]).delete()
    with pytest.raises(RosterUnsound):
        write(shop, on_call(shop, "wang"))
    assert [duty.member for duty in duties_of(shop.cast.teams["rapid_reaction"].id)] == [str(shop.cast.people["li"].id)]
    assert "王芳" not in sign_in(shop, "admin").get(PATH).content.decode()
    assert uncovered(at=shop.now) is not None


def test_an_absence_is_a_hole(shop: Shop) -> None:
    write(shop, on_call(shop, "wang"))
    away = shop.now + timedelta(hours=2), shop.now + timedelta(hours=5)
    wang = shop.cast.people["wang"].id
    note_absence(user_id=wang, starts_at=away[0], ends_at=away[1], by=By("test:"), at=shop.now)
    assert uncovered(at=shop.now) == away


def test_a_lead_of_one_team_who_only_looks_at_another_writes_only_their_own(shop: Shop) -> None:
    Grant.objects.create(user=shop.cast.people["zhao"], role="analyst", team=shop.cast.teams["rapid_reaction"])
    lead = sign_in(shop, "zhao")
    assert lead.get(PATH).status_code == 200
    lead.post(PATH, form(shop, line(shop, 1, "li")))
    assert not OnCall.objects.exists()


def test_a_lead_of_another_team_neither_writes_the_roster_nor_pages_for_a_test(shop: Shop) -> None:
    team = shop.cast.teams["rapid_reaction"]
    write(shop, on_call(shop, "wang"))
    Grant.objects.create(user=shop.cast.people["zhao"], role="analyst", team=team)
    lead, told = sign_in(shop, "zhao"), Notice.objects.count()
    assert lead.get(PATH).status_code == 200
    assert lead.post(f"{PATH}test/").status_code == 404
    lead.post(PATH, form(shop))
    assert Notice.objects.count() == told
    assert [entry.user_id for entry in roster_of(team.id).entries] == [shop.cast.people["wang"].pk]
