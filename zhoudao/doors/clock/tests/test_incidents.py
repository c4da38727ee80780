"""A round through the cases of an incident goes on when whoever did it is gone."""

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.clock import knocks
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.incidents.commands.joining import join_case
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.reviewing import give_action
from zhoudao.rooms.incidents.commands.rounds import SAY, Wanted, ask_round, begin_round

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_silent_round_is_handed_to_a_worker_once() -> None:
    shop, real = open_shop(), datetime.now(UTC)
    lead = shop.viewer("zhao")
    row = open_incident(Description("支付页面打不开"), viewer=lead, at=shop.now)
    join_case(incident_id=row.id, case_id=shop.hears("付不了款").id, viewer=lead, at=shop.now)
    asked = ask_round(Wanted({"en": "We are on it."}), kind=SAY, incident_id=row.id, viewer=lead, at=shop.now)
    begin_round(round_id=asked.id, viewer=lead, at=shop.now, real_now=real)
    assert list(knocks.rounds_to_resume(shop.now, real + timedelta(seconds=5))) == []
    for _ in range(2):
        for _what, knock in knocks.rounds_to_resume(shop.now, real + timedelta(seconds=30)):
            knock()
    jobs = ProcrastinateJob.objects.filter(task_name="incidents.work_round")
    assert [job.args for job in jobs] == [{"round_id": str(asked.id)}]


def test_what_was_to_be_done_by_yesterday_is_told_once_to_its_owner_and_the_lead() -> None:
    shop = open_shop()
    row = open_incident(Description("支付页面打不开"), viewer=shop.viewer("zhao"), at=shop.now)
    wang, due = shop.cast.people["wang"], shop.now.date() + timedelta(days=3)
    given = {"incident_id": row.id, "viewer": shop.viewer("zhao"), "at": shop.now}
    give_action(words="加到期提醒", owner_id=wang.pk, due_date=due, **given)  # type: ignore[arg-type]  # a test's own fields
    assert list(knocks.actions_late(shop.now, shop.now)) == []
    shop.later(days=4)
    for _ in range(2):
        for _what, knock in list(knocks.actions_late(shop.now, shop.now)):
            knock()
    late = Notice.objects.filter(kind="incident_action_late")
    assert sorted(notice.user.name for notice in late) == ["王芳", "赵敏"]


def test_the_analyst_is_asked_to_look_for_surges_and_not_twice() -> None:
    shop = open_shop()
    for _ in range(2):
        for _what, knock in knocks.surges_to_find(shop.now, shop.now):
            knock()
    assert ProcrastinateJob.objects.filter(task_name="incidents.look_for_surges", queue_name="analyst").count() == 1
