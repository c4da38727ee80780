"""The demo company's customers who can sign in: their cases, once."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.doors.cli import demo_portal
from zhoudao.doors.cli.demo_company import make_company
from zhoudao.doors.cli.founding import found_installation
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.queries.contacts import cases_seen, sight_of
from zhoudao.rooms.customers.queries import find_by_email

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def test_everyone_has_cases_and_the_buyer_sees_the_clerks() -> None:
    found_installation(at=NOON - timedelta(days=1))
    assert make_company(at=NOON - timedelta(days=1)) is not None
    assert demo_portal.live(at=NOON) == 4
    assert demo_portal.live(at=NOON) == 0
    dispatch.drain()
    seen = {}
    for name in ("customer", "buyer", "clerk"):
        [person] = find_by_email(f"{name}@demo.zhoudao.local")
        seen[name] = len(cases_seen(sight_of(person), is_open=True).cases)
    assert seen == {"customer": 2, "buyer": 2, "clerk": 1}
