"""The lines and their people, being there and away, the next case, and why a case is where it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.models import Member, TeamSettings

SignIn = Callable[[str], Client]
ASKS = "请问桌子什么时候到？"
LINE = "/desk/routing/reception/"


def text(response: Any) -> str:
    return str(response.content.decode())


def person(shop: Shop, name: str, team: str = "reception") -> str:
    return f"/desk/routing/{team}/people/{shop.cast.people[name].pk}/"


@pytest.fixture
def crowded(shop: Shop) -> list[Case]:
    """Twelve questions before three people with room for three each: three wait."""
    return [shop.hears(ASKS, who=f"v-{number}") for number in range(12)]


def test_a_lead_sees_who_waits_how_long_and_why_and_who_works(shop: Shop, crowded: list[Case], sign_in: SignIn) -> None:
    shop.later(minutes=42)
    page = sign_in("zhao").get(LINE)
    assert page.status_code == 200
    assert page.context["here"].count == 3
    assert page.context["here"].waited == timedelta(minutes=42)
    assert [row.number for _one, row in page.context["waiting"]] == [case.number for case in crowded[9:]]
    assert {one.why for one, _row in page.context["waiting"]} == {"all_full"}
    assert [(one.person.load, one.person.capacity) for one in page.context["people"]] == [(3, 3)] * 3
    assert "王芳" in text(page)
    assert "最久已等 42 分钟" in text(page)
    assert [rule.number for rule in page.context["rules"]] == [1, 4, 5]


def test_the_page_costs_at_most_twelve_statements(shop: Shop, crowded: list[Case], sign_in: SignIn) -> None:
    client = sign_in("admin")
    client.get(LINE)
    with CaptureQueriesContext(connection) as sent:
        client.get(LINE)
    assert len(sent) <= 12


def test_the_first_page_is_the_longest_line(shop: Shop, crowded: list[Case], sign_in: SignIn) -> None:
    assert sign_in("admin").get("/desk/routing/").headers["Location"] == LINE


def test_an_empty_line_and_a_team_of_nobody_say_what_that_means(shop: Shop, sign_in: SignIn) -> None:
    page = text(sign_in("admin").get("/desk/routing/rapid_reaction/"))
    assert "没有人在等待" in page
    assert "无人处理此队列" in page


def test_another_teams_line_does_not_exist(shop: Shop, sign_in: SignIn) -> None:
    lead = sign_in("zhao")
    for address in ("/desk/routing/after_sales/", person(shop, "sun", "after_sales"), "/desk/routing/nothing/"):
        assert lead.get(address).status_code == 404
    assert lead.post("/desk/routing/after_sales/pushing/").status_code == 404
    assert lead.get(person(shop, "sun")).status_code == 404, "sun is not of reception"


def test_agents_see_no_line_and_analysts_change_nothing(shop: Shop, sign_in: SignIn) -> None:
    assert sign_in("wang").get(LINE).status_code == 403
    analyst = sign_in("zhou")
    page = analyst.get(LINE)
    assert page.status_code == 200
    assert person(shop, "wang") not in text(page)
    assert analyst.post(f"{LINE}pushing/").status_code == 403


def test_more_room_serves_the_line_at_once(shop: Shop, crowded: list[Case], sign_in: SignIn) -> None:
    lead = sign_in("zhao")
    said = {"capacity": "5", "languages": ["zh-Hans"], "skills": "Legal，warranty", "is_available": "on"}
    assert lead.post(person(shop, "wang"), said).headers["HX-Redirect"] == LINE
    dispatch.drain()
    member = Member.objects.get(user=shop.cast.people["wang"])
    assert (member.capacity, member.languages, member.skills) == (5, ["zh-Hans"], ["legal", "warranty"])
    assert [case.owner_id for case in Case.objects.filter(id__in=[one.id for one in crowded[9:11]])] == [
        member.user_id
    ] * 2 or Case.objects.filter(owner=member.user).count() == 5


@pytest.mark.parametrize(
    "said",
    [
        {"capacity": ""},
        {"capacity": "-1"},
        {"capacity": "501"},
        {"capacity": "many"},
        {"capacity": "3", "languages": ["klingon"]},
        {"capacity": "3", "skills": "x" * 41},
        {"capacity": "3", "skills": ",".join(f"s{n}" for n in range(41))},
        {"capacity": "3", "skills": "two words"},
        {"capacity": "3", "calendar": "no-calendar"},
    ],
)
def test_terms_that_make_no_sense_come_back_and_nothing_changes(
    shop: Shop, sign_in: SignIn, said: dict[str, Any]
) -> None:
    answer = sign_in("zhao").post(person(shop, "wang"), said)
    assert answer.status_code == 422
    assert "容量在 0 到 500 之间" in text(answer)
    assert Member.objects.get(user=shop.cast.people["wang"]).capacity == 3


def test_colleagues_join_and_leave_a_team(shop: Shop, sign_in: SignIn) -> None:
    lead, sun = sign_in("zhao"), shop.cast.people["sun"]
    assert "孙丽" in text(lead.get(f"{LINE}join/"))
    assert lead.post(f"{LINE}join/", {"user": "rubbish"}).status_code == 422
    assert lead.post(f"{LINE}join/", {"user": str(sun.pk)}).status_code == 204
    assert Member.objects.get(user=sun).teams.count() == 2
    assert lead.post(f"{person(shop, 'sun')}leave/").status_code == 204
    assert Member.objects.get(user=sun).teams.count() == 1


def test_a_team_takes_its_cases_itself_from_now_on(shop: Shop, sign_in: SignIn) -> None:
    lead = sign_in("zhao")
    assert lead.post(f"{LINE}pushing/", {"pushes": ""}).status_code == 302
    assert shop.hears(ASKS).owner is None
    assert "按顺序自行领取" in text(lead.get(LINE))
    lead.post(f"{LINE}pushing/", {"pushes": "yes"})
    dispatch.drain()
    assert not Case.objects.filter(owner=None).exists()


def test_going_away_and_coming_back(shop: Shop, sign_in: SignIn) -> None:
    wang = sign_in("wang")
    assert "在岗" in text(wang.get("/desk/me/"))
    assert "离开" in text(wang.post("/desk/me/", {"here": ""}))
    others = {shop.hears(ASKS, who=f"v-{number}").owner for number in range(3)}
    assert shop.cast.people["wang"] not in others
    assert Event.objects.get(type="staff.MemberChanged").attributes["is_available"] is False
    assert "在岗" in text(wang.post("/desk/me/", {"here": "yes"}))
    assert text(sign_in("admin").get("/desk/me/")).strip() == "", "who takes no cases is nothing"
    assert sign_in("admin").post("/desk/me/", {"here": "yes"}).status_code == 204


def test_the_next_case_opens_and_nothing_left_is_said(shop: Shop, sign_in: SignIn) -> None:
    TeamSettings.objects.update(pushes=False)
    case, wang = shop.hears(ASKS), sign_in("wang")
    assert wang.post("/desk/next/").headers["HX-Redirect"] == f"/desk/cases/{case.number}/?view=mine"
    nothing = wang.post("/desk/next/")
    assert nothing.status_code == 204
    assert "HX-Redirect" not in nothing.headers
    assert "desk:notice" in nothing.headers["HX-Trigger"]
    assert sign_in("admin").post("/desk/next/").status_code == 204, "who is in no team is told so"


def test_why_me_and_why_it_waits(shop: Shop, crowded: list[Case], sign_in: SignIn) -> None:
    lead = sign_in("zhao")
    given = lead.get(f"/desk/cases/{crowded[0].number}/why/")
    assert given.context["last"].why == "least_loaded"
    assert given.context["last"].is_same
    assert "能处理的人中相对最空闲" in text(given)
    assert given.context["rules"] == [("cases.routing", 1, 5), ("cases.queueing", 1, 6)]
    waits = lead.get(f"/desk/cases/{crowded[11].number}/why/")
    assert (waits.context["standing"].ahead, waits.context["standing"].why) == (2, "all_full")
    assert "能处理的人都在忙" in text(waits)
    assert sign_in("sun").get(f"/desk/cases/{crowded[0].number}/why/").status_code == 404
    Case.objects.filter(id=crowded[0].id).update(owner=shop.cast.people["sun"])
    assert lead.get(f"/desk/cases/{crowded[0].number}/why/").context["by_hand"]
