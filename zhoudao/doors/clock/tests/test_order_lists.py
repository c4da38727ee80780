"""Lists of orders whose reader or taker failed are taken up again, once."""

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.clock import knocks
from zhoudao.ground.accounts.models import User
from zhoudao.rooms.orders.commands.handing_in import hand_in
from zhoudao.rooms.orders.models import OrderList

TEN = datetime(2026, 3, 10, 2, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_list_nobody_reads_or_takes_in_any_more_is_taken_up_again_once() -> None:
    user = User.objects.create(email="clerk@example.com")
    row = hand_in(name="x.csv", content=b"a,b\n1,2\n", user_id=user.pk, at=TEN)
    for state, task in (("reading", "desk.read_list"), ("running", "desk.take_list")):
        OrderList.objects.update(state=state)
        for _ in range(2):
            for _what, knock in knocks.lists_to_resume(TEN + timedelta(minutes=1), TEN):
                knock()
        [job] = ProcrastinateJob.objects.filter(task_name=task)
        assert job.args == {"list_id": str(row.id)}
    assert list(knocks.lists_to_resume(TEN + timedelta(days=2), TEN)) == []
