"""A round through the cases of an incident goes on when whoever did it is gone."""

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.clock import knocks
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.incidents.commands.joining import join_case
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
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
