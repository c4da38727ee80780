"""When customers are asked: not at night, not too often, never against their will."""

from datetime import UTC, datetime, time, timedelta

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.closing import close_case, reopen_case, resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands.sides import open_side
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.customers.commands.joining import merge_customers
from zhoudao.rooms.voice.asking import ask_when_due
from zhoudao.rooms.voice.figures import follow_ups
from zhoudao.rooms.voice.links import rating_path
from zhoudao.rooms.voice.models import Asking, OptOut, Spared
from zhoudao.rooms.voice.opting import (
    FollowUpUnsound,
    NewFollowUpRule,
    allow_follow_up,
    refuse_follow_up,
    set_follow_up_rule,
)

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = datetime(2026, 3, 10, 15, tzinfo=UTC)  # eleven at night in Shanghai
BY = By("user:test")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def rule(shop: Shop, *, is_on: bool = True, delay: int = 0, rest: int = 7) -> None:
    """Quiet from 21 to 9."""
    set_follow_up_rule(NewFollowUpRule(is_on, delay, time(21), time(9), rest), by=BY, at=shop.now)


def solved(shop: Shop, *, who: str = "visitor-1", kind: str = "webchat") -> Case:
    """A customer's case, solved now."""
    Channel.objects.filter(code="webchat").update(kind="webchat")
    case = shop.hears("桌子什么时候到？", who=who)
    Channel.objects.filter(code="webchat").update(kind=kind)
    close_case(case_id=case.id, outcome="solved", cause="question", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    return Case.objects.get(id=case.id)


def questions(case: Case) -> int:
    rows = Message.objects.filter(conversation_id=str(case.conversation_id), is_auto=True)
    return rows.filter(text__contains=rating_path(case.id)).count()


def knock(shop: Shop, case: Case) -> None:
    ask_when_due(case.id, at=shop.now, real_now=shop.now)


def test_at_night_a_mail_waits_until_morning_and_is_sent_once(shop: Shop) -> None:
    shop.now = NIGHT
    case = solved(shop, kind="email")
    asking = Asking.objects.get()
    assert (questions(case), asking.asked_at) == (0, None)
    assert asking.due_at == datetime(2026, 3, 11, 1, tzinfo=UTC)
    shop.later(hours=9)
    knock(shop, case)
    assert questions(case) == 0
    shop.later(hours=1)
    knock(shop, case)
    knock(shop, case)
    assert questions(case) == 1


def test_the_web_chat_rings_nowhere_so_no_hour_is_quiet_for_it(shop: Shop) -> None:
    shop.now = NIGHT
    assert questions(solved(shop)) == 1


def test_a_delay_is_waited_for_and_a_case_opened_again_meanwhile_is_not_asked_about(shop: Shop) -> None:
    rule(shop, delay=120)
    case = solved(shop)
    shop.later(minutes=119)
    knock(shop, case)
    assert questions(case) == 0
    reopen_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now)
    shop.later(minutes=5)
    knock(shop, case)
    assert (questions(case), Asking.objects.get().spared) == (0, Spared.OPEN_AGAIN)
    resolve_case(case_id=case.id, outcome="solved", cause="question", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    shop.later(minutes=121)
    knock(shop, case)
    assert questions(case) == 1


def test_the_same_customer_is_asked_once_in_seven_days(shop: Shop) -> None:
    assert questions(solved(shop)) == 1
    shop.later(days=6)
    second = solved(shop)
    assert (questions(second), Asking.objects.get(case=second).spared) == (0, Spared.LATELY)
    shop.later(days=1, minutes=1)
    assert questions(solved(shop)) == 1


def test_another_customer_is_asked_nevertheless(shop: Shop) -> None:
    assert [questions(solved(shop, who=who)) for who in ("anna", "ben")] == [1, 1]


def test_joined_records_rest_and_refuse_together(shop: Shop) -> None:
    first = solved(shop, who="phone")
    second = shop.hears("椅子呢？", who="tablet")
    merge_customers(survivor_id=first.customer_id, loser_id=second.customer_id, at=shop.now, by=BY)
    third = solved(shop, who="tablet")
    assert Asking.objects.get(case=third).spared == Spared.LATELY
    refuse_follow_up(case_id=third.id, at=shop.now)
    shop.later(days=30)
    assert Asking.objects.get(case=solved(shop, who="phone")).spared == Spared.OPTED_OUT


def test_who_refuses_is_never_asked_until_they_allow_it(shop: Shop) -> None:
    case = solved(shop)
    refuse_follow_up(case_id=case.id, at=shop.now)
    refuse_follow_up(case_id=case.id, at=shop.now)
    assert Event.objects.filter(type="voice.FollowUpRefused").count() == OptOut.objects.count() == 1
    shop.later(days=30)
    second = solved(shop)
    assert (questions(second), Asking.objects.get(case=second).spared) == (0, Spared.OPTED_OUT)
    allow_follow_up(case_id=case.id, at=shop.now)
    shop.later(days=30)
    assert questions(solved(shop)) == 1


@pytest.mark.parametrize("kind", ["phone", "counter", "form"])
def test_nobody_is_asked_by_a_channel_that_carries_no_writing(shop: Shop, kind: str) -> None:
    case = solved(shop, kind=kind)
    assert (questions(case), Asking.objects.get().spared) == (0, Spared.SPOKEN)


def test_who_came_to_the_counter_and_went_on_by_mail_is_asked_by_mail(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    assert case.conversation_id is not None
    Channel.objects.filter(code="webchat").update(kind="counter")
    mail = Channel.objects.create(code="mail", kind="email", store=shop.cast.stores["web"])
    side = open_side(main_id=case.conversation_id, channel_id=mail.id, customer_id=case.customer_id, at=shop.now, by=BY)
    close_case(case_id=case.id, outcome="solved", cause="question", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    asked = Message.objects.get(is_auto=True, text__contains=rating_path(case.id))
    assert (asked.conversation_id, Asking.objects.get().asked_at) == (side.id, shop.now)


def test_switched_off_nobody_is_asked_and_it_is_said_why(shop: Shop) -> None:
    rule(shop, is_on=False)
    case = solved(shop)
    assert questions(case) == 0
    found = follow_ups(shop.viewer("admin"), days=28, at=shop.now)
    assert (found.asked, found.rated, found.planned, found.share, len(found.spared)) == (0, 0, 0, None, 1)


@pytest.mark.parametrize(
    "new",
    [
        NewFollowUpRule(True, -1, None, None, 7),
        NewFollowUpRule(True, 50_000, None, None, 7),
        NewFollowUpRule(True, 0, time(21), None, 7),
        NewFollowUpRule(True, 0, None, None, 400),
    ],
)
def test_an_unsound_rule_is_refused_and_the_old_one_stays(shop: Shop, new: NewFollowUpRule) -> None:
    rule(shop, delay=5)
    with pytest.raises(FollowUpUnsound):
        set_follow_up_rule(new, by=BY, at=shop.now)
    case = solved(shop)
    assert Asking.objects.get(case=case).due_at == shop.now + timedelta(minutes=5)
