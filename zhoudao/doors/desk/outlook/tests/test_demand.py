"""Sudden demand is noticed, told, met by whoever can move, and over by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.insight.demand import AlarmIsOver, CannotHelp, look_for_demand, move_to_help
from zhoudao.conduct.insight.helpers import who_could_move
from zhoudao.conduct.insight.models import DemandAlarm, DemandHelp
from zhoudao.doors.desk.outlook import tasks
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.commands import join_team, leave_team, set_availability
from zhoudao.rooms.staff.models import Absence, Member

SignIn = Callable[[str], Client]
BY = By("user:lead")


def came(shop: Shop, like: Case, count: int, *, since: timedelta, days_ago: int = 0) -> None:
    """So many cases within the last while, that long ago; solved unless they came today."""
    start = shop.now - timedelta(days=days_ago) - since
    Case.objects.bulk_create(
        Case(
            number=f"D{days_ago}-{place}-{shop.now:%H%M}", customer_id=like.customer_id, store_id=like.store_id,
            team_id=like.team_id, status=Status.OPEN if not days_ago else Status.CLOSED,
            outcome="x" if days_ago else "", cause="y" if days_ago else "", updated_at=start, queued_at=start,
            opened_at=start + since * (place / count),
        )
        for place in range(count)
    )  # fmt: skip


@pytest.fixture
def rush(shop: Shop) -> DemandAlarm:
    """Six weeks of eight cases in two hours, and today forty."""
    like = shop.hears("hello")
    for week in range(1, 8):
        came(shop, like, 8, since=timedelta(hours=2), days_ago=7 * week)
    came(shop, like, 40, since=timedelta(hours=2))
    [alarm] = look_for_demand(at=shop.now)
    return alarm


def test_five_times_as_much_as_usual_is_an_alarm_and_its_lead_is_told_once(shop: Shop, rush: DemandAlarm) -> None:
    assert rush.team == shop.cast.teams["reception"]
    assert rush.step == ""
    assert rush.count >= 35
    assert rush.expected < 12
    assert shop.now - timedelta(hours=2, minutes=30) <= rush.began_at < shop.now
    again = look_for_demand(at=shop.now)
    assert [one.id for one in again] == [rush.id]
    told = Notice.objects.filter(user=shop.cast.people["zhao"], key=f"demand:{rush.id}")
    assert told.count() == 1


def test_what_is_usual_for_the_time_is_no_alarm(shop: Shop) -> None:
    like = shop.hears("hello")
    for week in range(8):
        came(shop, like, 8, since=timedelta(hours=2), days_ago=7 * week)
    assert look_for_demand(at=shop.now) == []


def test_a_company_two_weeks_old_knows_no_usual(shop: Shop) -> None:
    like = shop.hears("hello")
    came(shop, like, 1, since=timedelta(hours=2), days_ago=14)
    came(shop, like, 60, since=timedelta(hours=2))
    assert look_for_demand(at=shop.now) == []


def test_looking_costs_the_same_however_much_came(shop: Shop, rush: DemandAlarm) -> None:
    with CaptureQueriesContext(connection) as looked:
        look_for_demand(at=shop.now)
    assert len(looked) <= 9


@pytest.fixture
def neighbour(shop: Shop) -> Member:
    """Sun of after-sales may take cases of the reception too, and is at work."""
    Grant.objects.create(user=shop.cast.people["sun"], role="agent", team=shop.cast.teams["reception"])
    return Member.objects.get(user=shop.cast.people["sun"])


def test_who_could_move_is_at_work_has_room_and_may(shop: Shop, rush: DemandAlarm, neighbour: Member) -> None:
    team, sun = rush.team, neighbour.user_id
    [mover] = who_could_move(team.id, at=shop.now)
    assert (mover.user_id, mover.load) == (sun, 0)
    assert mover.fits > 0
    set_availability(user_id=sun, is_available=False, by=BY, at=shop.now)
    assert who_could_move(team.id, at=shop.now) == []
    set_availability(user_id=sun, is_available=True, by=BY, at=shop.now)
    assert who_could_move(team.id, at=shop.now + timedelta(hours=12)) == [], "off shift"
    away = Absence.objects.create(
        user_id=sun, starts_at=shop.now - timedelta(hours=1), ends_at=shop.now + timedelta(hours=1), noted_by="x"
    )
    assert who_could_move(team.id, at=shop.now) == []
    away.delete()
    Member.objects.filter(user=sun).update(capacity=0)
    assert who_could_move(team.id, at=shop.now) == []
    Member.objects.filter(user=sun).update(capacity=20)
    Grant.objects.filter(user=sun, role="agent").delete()
    assert who_could_move(team.id, at=shop.now) == [], "may not see its cases"


def test_whoever_moves_is_given_what_waits_and_is_back_when_it_is_over(
    shop: Shop, rush: DemandAlarm, neighbour: Member
) -> None:
    sun, own = neighbour.user_id, shop.cast.teams["after_sales"]
    move_to_help(alarm_id=rush.id, user_id=sun, viewer=shop.viewer("zhao"), at=shop.now)
    assert set(neighbour.teams.all()) == {own, rush.team}
    assert Case.objects.filter(owner=sun, team=rush.team).exists()
    assert Notice.objects.filter(user=sun, key=f"demand:{rush.id}:help").exists()
    held = Case.objects.filter(owner=sun).count()
    shop.later(hours=20)
    assert look_for_demand(at=shop.now) == []
    rush.refresh_from_db()
    assert rush.ended_at is not None
    assert set(neighbour.teams.all()) == {own}
    assert Case.objects.filter(owner=sun).count() == held, "what they hold they keep"
    with pytest.raises(AlarmIsOver):
        move_to_help(alarm_id=rush.id, user_id=sun, viewer=shop.viewer("zhao"), at=shop.now)


def test_nobody_is_moved_who_is_not_on_the_list(shop: Shop, rush: DemandAlarm) -> None:
    with pytest.raises(CannotHelp):
        move_to_help(alarm_id=rush.id, user_id=shop.cast.people["sun"].id, viewer=shop.viewer("zhao"), at=shop.now)
    assert not DemandHelp.objects.exists()


def test_a_second_rush_brings_them_back_only_from_there(shop: Shop, rush: DemandAlarm, neighbour: Member) -> None:
    """Who left the team by hand meanwhile is not taken out of anything."""
    move_to_help(alarm_id=rush.id, user_id=neighbour.user_id, viewer=shop.viewer("zhao"), at=shop.now)
    leave_team(user_id=neighbour.user_id, team=rush.team, by=BY, at=shop.now)
    join_team(user_id=neighbour.user_id, team=shop.cast.teams["order_processing"], by=BY, at=shop.now)
    shop.later(hours=20)
    look_for_demand(at=shop.now)
    assert {team.code for team in neighbour.teams.all()} == {"after_sales", "order_processing"}


def test_one_click_on_the_page_moves_somebody(
    shop: Shop, rush: DemandAlarm, neighbour: Member, sign_in: SignIn
) -> None:
    client, address = sign_in("admin"), reverse("demand_help", args=[rush.id])
    page = client.get(reverse("outlook")).content.decode()
    assert "客服接待" in page
    assert f'value="{neighbour.user_id}"' in page
    assert client.post(address, {"user": str(neighbour.user_id)}).status_code == 302
    assert rush.team in neighbour.teams.all()
    assert "孙丽" in client.get(reverse("outlook")).content.decode()
    assert client.post(address, {"user": "nobody"}).status_code == 302


def test_an_alarm_of_elsewhere_does_not_exist(shop: Shop, rush: DemandAlarm, sign_in: SignIn) -> None:
    lead = shop.cast.people["sun"]
    Grant.objects.create(user=lead, role="team_lead", team=shop.cast.teams["after_sales"])
    answer = sign_in("sun").post(reverse("demand_help", args=[rush.id]), {"user": str(lead.id)})
    assert answer.status_code == 404
    assert sign_in("wang").post(reverse("demand_help", args=[rush.id]), {"user": "x"}).status_code == 403


def test_the_analyst_looks(shop: Shop, rush: DemandAlarm) -> None:
    shop.later(hours=20)
    tasks.look(shop.now.isoformat())
    rush.refresh_from_db()
    assert rush.ended_at == shop.now
