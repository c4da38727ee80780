"""Devices that come again: how often the same fault comes back, and what an extension covers."""

from datetime import date
from uuid import uuid4

import pytest

from zhoudao.rooms.repairs.commands.ending import sign_off
from zhoudao.rooms.repairs.commands.owning import extend_warranty
from zhoudao.rooms.repairs.commands.working import begin_repair, check_repair, finish_repair
from zhoudao.rooms.repairs.queries.listing import Repeats, is_repeated, repeats
from zhoudao.rooms.repairs.tests.test_repairing import LATER, of
from zhoudao.rooms.repairs.tests.workshop import A_DAY, CLERK, MA, TEN, asked, device, judged, sold

pytestmark = pytest.mark.django_db


def test_how_often_a_repair_comes_back_is_known() -> None:
    order = sold()
    ends = []
    for days, fault in ((1, "seal"), (60, "seal"), (70, "pump"), (160, "seal")):
        repair = judged(asked(order, at=TEN + days * A_DAY), fault, at=TEN + days * A_DAY)
        begin_repair(**of(repair))
        finish_repair(**of(repair), is_solved=True)
        check_repair(**of(repair, MA), is_passed=True)
        ends.append(sign_off(**of(repair), name="王", drawn=None))
    assert [is_repeated(one) for one in ends] == [False, True, False, False]
    assert repeats(TEN, LATER) == Repeats(4, 1)
    assert repeats(TEN, LATER).rate == 0.25
    assert repeats(LATER, LATER + A_DAY).rate is None


def test_an_extension_covers_what_the_table_does_not() -> None:
    order = sold()
    one = device(order)
    extend_warranty(device_id=one.id, months=12, is_sold=True, reason="延保", key=uuid4(), by=CLERK, at=TEN)
    repair = asked(order, at=LATER)
    assert (repair.is_covered, repair.covered_why, repair.covered_until) == (True, "extended", date(2028, 3, 10))
