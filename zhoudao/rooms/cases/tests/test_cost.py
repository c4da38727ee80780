"""What a case costs: statements, which do not depend on the machine."""

from typing import Any

import pytest
from django.db import transaction

from zhoudao.rooms.cases.commands.contact import customer_wrote
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.staff.models import TeamSettings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def test_opening_a_case_with_its_promises_and_its_owner_is_six_statements(
    shop: Shop, django_assert_num_queries: Any
) -> None:
    shop.hears("你好，订单还没有发货", who="visitor-0")  # tables, rules and calendars are read once a process
    claims = [Claim("visitor", "visitor-2", scope="webchat")]
    inbound = Inbound(channel="webchat", external_id="m", claims=claims, text="你好，订单还没有发货")
    received = receive_message(inbound=inbound, at=shop.now)
    with transaction.atomic(), django_assert_num_queries(6):
        case = customer_wrote(message_id=received.message_id, at=shop.now)
        assert case is not None
    stored = Case.objects.get(id=case.id)
    assert stored.owner_id
    assert stored.promises.count() == 4
    assert stored.next_due_at == stored.promises.order_by("due_at").values_list("due_at", flat=True)[0]


def test_a_team_that_is_not_pushed_cases_keeps_them_in_its_queue(shop: Shop) -> None:
    TeamSettings.objects.filter(team__code="reception").update(pushes=False)
    assert shop.hears("你好，订单还没有发货").owner is None


def test_whoever_was_given_a_case_longest_ago_is_given_the_next(shop: Shop) -> None:
    owners = []
    for number in range(4):
        owners.append(shop.hears("你好，订单还没有发货", who=f"visitor-{number}").owner_id)
        shop.later(minutes=1)
    assert len(set(owners[:3])) == 3
    assert owners[3] == owners[0]
