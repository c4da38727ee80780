"""Paging: until somebody takes it, never silently given up, and also for what was made urgent by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.classifying import classify_case
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.paging import AGAIN, EVERY, escalate_case, page_next
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.commands.taking import take_next
from zhoudao.rooms.cases.models import Alarm, Case, Page
from zhoudao.rooms.cases.queries.paging import unreached
from zhoudao.rooms.cases.queries.routing import decisions_of
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.staff.absences import note_absence
from zhoudao.rooms.staff.models import Member, OnCall

pytestmark = pytest.mark.django_db(transaction=True)
SMOKE = "油烟机冒烟了，很危险！"


@pytest.fixture
def shop() -> Shop:
    """Wang and Li are on call for rapid reaction and work there; both are away, so routing gives them nothing."""
    shop = open_shop()
    team = shop.cast.teams["rapid_reaction"]
    for rank, name in enumerate(("wang", "li")):
        member = Member.objects.get(user=shop.cast.people[name])
        member.teams.add(team)
        Grant.objects.create(user=shop.cast.people[name], role="agent", team=team)
        OnCall.objects.create(team=team, member=member, rank=rank)
    Member.objects.filter(user__in=[shop.cast.people["wang"], shop.cast.people["li"]]).update(is_available=False)
    return shop


def called(case: Case) -> list[str]:
    return list(case.pages.order_by("paged_at").values_list("member__name", flat=True))


def passes(shop: Shop, case: Case, steps: int) -> None:
    for _ in range(steps):
        shop.now += EVERY
        page_next(case.id, at=shop.now)
    dispatch.drain()


def raised(shop: Shop, case: Case, by: str = "zhao") -> Case:
    classify_case(case_id=case.id, viewer=shop.viewer(by), at=shop.later(minutes=1), tier="urgent")
    dispatch.drain()
    case.refresh_from_db()
    return case


def told(case: Case, type_: str) -> list[str]:
    rows = Event.objects.filter(primary_id=case.id, type=type_).order_by("seq")
    return [event.attributes.get("why", "") for event in rows]


@pytest.mark.parametrize("how", ["takes", "takes_next", "answers", "solves"])
def test_nobody_is_paged_once_somebody_took_answered_or_solved_it(shop: Shop, how: str) -> None:
    case = shop.hears(SMOKE)
    li = shop.viewer("li")
    if how == "takes":
        assign_case(case_id=case.id, viewer=li, at=shop.now, member_id=li.user_id)
    elif how == "takes_next":
        assert take_next(viewer=li, at=shop.now) == case
    elif how == "answers":
        Case.objects.filter(id=case.id).update(owner=li.user_id)
        reply_to_case(case_id=case.id, text="请先断电，马上到", viewer=li, at=shop.now, real_now=shop.now)
        dispatch.drain()
    else:
        resolve_case(case_id=case.id, outcome="answered", cause="product", viewer=li, at=shop.now)
    passes(shop, case, 6)
    assert called(case) == ["王芳"]
    assert Alarm.objects.get(case=case).ended_at is not None
    assert told(case, "cases.PagingEnded")[0] in ("paging_taken", "paging_answered", "paging_over")


def test_being_given_it_is_not_taking_it(shop: Shop) -> None:
    case = shop.hears(SMOKE)
    sun = shop.cast.people["sun"]
    Member.objects.get(user=sun).teams.add(shop.cast.teams["rapid_reaction"])
    Grant.objects.create(user=sun, role="agent", team=shop.cast.teams["rapid_reaction"])
    assign_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, member_id=sun.id)
    passes(shop, case, 1)
    assert called(case) == ["王芳", "李强"]
    viewer = shop.viewer("sun")
    assign_case(case_id=case.id, viewer=viewer, at=shop.now, member_id=viewer.user_id)
    passes(shop, case, 2)
    assert called(case) == ["王芳", "李强"]


def test_a_roster_called_in_vain_is_said_once_and_begun_anew(shop: Shop) -> None:
    case = shop.hears(SMOKE)
    passes(shop, case, 3)
    assert called(case) == ["王芳", "李强", "王芳", "李强"]
    assert told(case, "cases.CaseEscalated") == []
    passes(shop, case, 1)
    assert told(case, "cases.CaseEscalated") == ["nobody_reached"]
    assert [one.number for one in unreached(shop.viewer("admin"))] == [case.number]
    assert unreached(shop.viewer("sun")) == []
    passes(shop, case, 2)
    assert len(called(case)) == 4
    passes(shop, case, 1)
    assert AGAIN == 3 * EVERY
    assert called(case)[4:] == ["王芳"]
    assert [one.number for one in unreached(shop.viewer("admin"))] == [case.number]
    li = shop.viewer("li")
    assign_case(case_id=case.id, viewer=li, at=shop.now, member_id=li.user_id)
    assert unreached(shop.viewer("admin")) == []


def test_two_clocks_that_look_at_once_call_one_person(shop: Shop) -> None:
    case = shop.hears(SMOKE)
    at = shop.now + EVERY

    def look(_: int) -> object:
        try:
            return page_next(case.id, at=at)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as clocks:
        called_at_once = [member for member in clocks.map(look, range(4)) if member]
    assert called_at_once == [shop.cast.people["li"].id]
    assert called(case) == ["王芳", "李强"]


def test_with_nobody_on_call_it_looks_again_and_finds_who_came_on_duty(shop: Shop) -> None:
    OnCall.objects.all().update(from_date="2026-03-11")
    case = shop.hears(SMOKE)
    assert told(case, "cases.CaseEscalated") == ["nobody_on_call"]
    page_next(case.id, at=shop.now)
    assert told(case, "cases.CaseEscalated") == ["nobody_on_call"]
    OnCall.objects.all().update(from_date=None)
    passes(shop, case, 3)
    assert called(case) == ["王芳"]


def test_a_case_nobody_has_made_urgent_by_hand_pages_and_waits_with_rapid_reaction(shop: Shop) -> None:
    Member.objects.update(is_available=False)
    case = shop.hears("桌子什么时候到？")
    assert not Page.objects.exists()
    raised(shop, case)
    assert (case.owner, case.team) == (None, shop.cast.teams["rapid_reaction"])
    assert called(case) == ["王芳"]
    assert decisions_of(case.id)[-1].why == "nobody_here"


def test_one_somebody_owns_is_offered_and_stays_theirs_while_nobody_is_free(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    assert case.owner == shop.cast.people["zhao"]
    raised(shop, case)
    assert (case.owner, case.team) == (shop.cast.people["zhao"], shop.cast.teams["rapid_reaction"])
    assert called(case) == ["王芳"]
    assert decisions_of(case.id)[-1].why == "nobody_here"
    assert {table for table, _, _ in decisions_of(case.id)[-1].rules} == {"cases.routing", "cases.queueing"}


def test_one_somebody_owns_goes_to_whoever_of_rapid_reaction_is_free(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    Member.objects.filter(user=shop.cast.people["li"]).update(is_available=True)
    raised(shop, case)
    assert case.owner == shop.cast.people["li"]
    given = Event.objects.filter(primary_id=case.id, type="cases.CaseAssigned").latest("seq").attributes
    assert given["previous_owner"] == str(shop.cast.people["zhao"].id)
    assert given["how"] == "rules"
    assert decisions_of(case.id)[-1].owner == given["owner"]


def test_one_that_was_answered_before_is_paged_for_too(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    reply_to_case(case_id=case.id, text="明天送到", viewer=shop.viewer("zhao"), at=shop.now, real_now=shop.now)
    dispatch.drain()
    raised(shop, case)
    assert called(case) == ["王芳"]


def test_what_was_urgent_already_is_not_paged_twice(shop: Shop) -> None:
    case = shop.hears(SMOKE)
    classify_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, kind="complaint")
    for tier in ("urgent", "urgent"):
        classify_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, tier=tier)
    dispatch.drain()
    assert called(case) == ["王芳"]


def test_nobody_is_paged_for_what_somebody_on_call_is_at(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    Case.objects.filter(id=case.id).update(owner=shop.cast.people["li"])
    reply_to_case(case_id=case.id, text="我来看", viewer=shop.viewer("li"), at=shop.now, real_now=shop.now)
    dispatch.drain()
    raised(shop, case)
    assert case.owner == shop.cast.people["li"]
    assert called(case) == []


def test_a_tier_set_back_ends_it_and_set_again_begins_it(shop: Shop) -> None:
    case = raised(shop, shop.hears("桌子什么时候到？"))
    classify_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, tier="regular")
    dispatch.drain()
    assert Alarm.objects.get(case=case).ended_why == "paging_over"
    raised(shop, case, "admin")
    assert Alarm.objects.get(case=case).ended_at is None
    assert len(called(case)) == 2


def test_a_step_of_a_flow_pages_only_for_what_is_in_nobodys_hands(shop: Shop) -> None:
    case = shop.hears(SMOKE)
    escalate_case(case_id=case.id, why="promise_at_risk", at=shop.later(minutes=1), actor="flow:x/1")
    assert called(case) == ["王芳"]
    li = shop.viewer("li")
    assign_case(case_id=case.id, viewer=li, at=shop.now, member_id=li.user_id)
    escalate_case(case_id=case.id, why="promise_at_risk", at=shop.later(minutes=1), actor="flow:x/1")
    passes(shop, case, 2)
    assert called(case) == ["王芳"]


def test_dates_of_a_duty_are_days_of_its_zone_both_included(shop: Shop) -> None:
    duty = OnCall.objects.all()[0]
    duty.content = {"zone": "Asia/Shanghai", "week": {"tue": [["00:00", "24:00"]], "wed": [["00:00", "24:00"]]}}
    duty.from_date = duty.until_date = shop.now.date()  # the tenth, a Tuesday
    begins = shop.now.replace(hour=16) - timedelta(days=1)
    assert not duty.duty().covers(begins - timedelta(minutes=1))
    assert duty.duty().covers(begins)
    assert duty.duty().covers(begins + timedelta(hours=23, minutes=59))
    assert not duty.duty().covers(begins + timedelta(hours=24))


def test_whoever_is_away_is_not_called_and_is_again_when_back(shop: Shop) -> None:
    away = {"starts_at": shop.now - timedelta(hours=1), "ends_at": shop.now + EVERY + timedelta(minutes=1)}
    note_absence(user_id=shop.cast.people["wang"].id, **away, by=By("test:"), at=shop.now)
    case = shop.hears(SMOKE)
    passes(shop, case, 2)
    assert called(case) == ["李强", "李强", "王芳"]


def test_whoever_may_not_open_the_case_is_not_called(shop: Shop) -> None:
    team = shop.cast.teams["rapid_reaction"]
    wang = Grant.objects.filter(user=shop.cast.people["wang"], team=team)
    wang.update(store=shop.cast.stores["nanjing"])
    case = shop.hears(SMOKE)
    assert case.store == shop.cast.stores["web"]
    assert called(case) == ["李强"]
    wang.update(store=shop.cast.stores["web"])
    passes(shop, case, 1)
    assert called(case) == ["李强", "王芳"]


def test_whoever_left_the_team_is_not_called(shop: Shop) -> None:
    Member.objects.get(user=shop.cast.people["wang"]).teams.remove(shop.cast.teams["rapid_reaction"])
    assert called(shop.hears(SMOKE)) == ["李强"]


def test_a_night_in_which_nobody_comes_tells_the_leads_ever_more_seldom(shop: Shop) -> None:
    OnCall.objects.all().delete()
    case = shop.hears(SMOKE)
    began = shop.now
    passes(shop, case, 8 * 12)
    said = Event.objects.filter(primary_id=case.id, type="cases.CaseEscalated").order_by("seq")
    minutes = [(event.occurred_at - began) // timedelta(minutes=1) for event in said]
    assert minutes == [0, 15, 45, 105, 225, 465]


def test_those_on_call_are_called_all_night_though_the_leads_are_not(shop: Shop) -> None:
    case = shop.hears(SMOKE)
    passes(shop, case, 8 * 12)
    assert len(called(case)) == 56
    assert told(case, "cases.CaseEscalated") == ["nobody_reached"] * 5
