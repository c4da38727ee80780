"""A hold past its time is told to its owner and the leads of those who clear up exceptions: once, together."""

from datetime import timedelta

import pytest
from django.utils import translation

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.notices.models import Notice
from zhoudao.ground.notices.queries import notices_of
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.orders.commands.holds import open_hold, take_hold
from zhoudao.rooms.orders.commands.overdue import holds_past_due, note_overdue
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Hold
from zhoudao.rooms.orders.tests.bazaar import BY, placed
from zhoudao.rooms.orders.tests.reviewing import open_review

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    open_review(shop.now)
    lead = User.objects.create_user(email="lead@example.com", password="x" * 14, name="组长")
    Grant.objects.create(user=lead, role="team_lead")
    shop.cast.people["lead"] = lead
    return shop


def held(shop: Shop, number: str = "H-1") -> Hold:
    order = placed(at=shop.now, external_number=number)
    due_at = shop.now + timedelta(hours=1)
    return open_hold(order_id=order.id, reason="other", due_at=due_at, by=BY, at=shop.now)


def clock_looks(shop: Shop, **later: float) -> int:
    at = shop.later(**later)
    count = sum(note_overdue(one, at=at) for one in holds_past_due(at, limit=9))
    dispatch.drain()
    return count


def told(shop: Shop, name: str) -> int:
    return Notice.objects.filter(user=shop.cast.people[name], kind="hold_overdue").count()


def test_its_owner_and_the_lead_are_told_once(shop: Shop) -> None:
    hold = held(shop)
    take_hold(hold_id=hold.id, owner_id=shop.cast.people["wang"].id, by=BY, at=shop.now)
    assert clock_looks(shop, minutes=59) == 0
    assert clock_looks(shop, minutes=2) == 1
    assert clock_looks(shop, hours=30) == 0
    assert (told(shop, "wang"), told(shop, "lead")) == (1, 1)
    notice = Notice.objects.filter(user=shop.cast.people["wang"]).get()
    assert notice.address == f"/desk/orders/{hold.order.number}/"


def test_several_of_a_quarter_of_an_hour_are_one_notice(shop: Shop) -> None:
    first, second = held(shop), held(shop, "H-2")
    assert clock_looks(shop, hours=2) == 2
    notice = Notice.objects.get(user=shop.cast.people["lead"])
    assert set(notice.attributes["items"]) == {first.order.number, second.order.number}
    assert notice.address == "/desk/orders/holds/?whose=late"
    with translation.override("zh-hans"):
        assert "2 个订单" in notices_of(shop.cast.people["lead"].id)[0].text


def test_what_was_ended_meanwhile_is_told_to_nobody(shop: Shop) -> None:
    hold = held(shop)
    at = shop.later(hours=2)
    release_hold(hold_id=hold.id, outcome="wrong", by=BY, at=at)
    assert holds_past_due(at, limit=9) == []
    assert note_overdue(hold.id, at=at) is False
    dispatch.drain()
    assert told(shop, "lead") == 0
