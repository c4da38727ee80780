"""An answer that does not arrive is somebody's work again: the case owes it, and who wrote it is told."""

from datetime import UTC, datetime

import pytest

from zhoudao.ground.accounts.managing import set_access
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.cases.tests.test_sides import BY_MAIL, answers, says
from zhoudao.rooms.conversations.commands import begin_sending, mark_failed, mark_sent
from zhoudao.rooms.conversations.models import Channel, Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    Channel.objects.create(code="mail", kind="email", store=shop.cast.stores["web"])
    return shop


def asked(shop: Shop) -> Case:
    """A case of a mail, which zhao has."""
    case = Case.objects.get(conversation=says(shop, "mail", BY_MAIL).conversation)
    Case.objects.filter(id=case.id).update(owner=shop.cast.people["zhao"])
    return case


def leaves(shop: Shop, message: Message) -> None:
    begin_sending(message_id=message.id, real_now=datetime.now(UTC))
    mark_sent(message_id=message.id, at=shop.now)
    dispatch.drain()


def comes_back(shop: Shop, message: Message) -> None:
    mark_failed(message_id=message.id, reason="550 no such user", at=shop.later(minutes=2))
    dispatch.drain()


def told(shop: Shop, kind: str = "reply_failed") -> list[str]:
    names = {person.pk: name for name, person in shop.cast.people.items()}
    return [names[row.user_id] for row in Notice.objects.filter(kind=kind).order_by("id")]


def test_a_case_no_longer_waits_for_a_customer_who_heard_nothing(shop: Shop) -> None:
    case = asked(shop)
    sent = answers(shop, case)
    leaves(shop, sent)
    case.refresh_from_db()
    assert (case.status, case.awaits_us) == ("waiting", False)
    comes_back(shop, sent)
    case.refresh_from_db()
    assert (case.status, case.awaits_us) == ("open", True)
    assert Promise.objects.filter(case=case, kind="answer", ended_at=None).count() == 1, "the answer is owed anew"
    assert told(shop) == ["zhao"]
    notice = Notice.objects.get(kind="reply_failed")
    assert notice.address == f"/desk/cases/{case.number}/"


def test_what_was_followed_by_more_words_changes_no_turn(shop: Shop) -> None:
    case = asked(shop)
    first = answers(shop, case)
    leaves(shop, first)
    leaves(shop, answers(shop, case, text="另外，请问颜色？"))
    comes_back(shop, first)
    case.refresh_from_db()
    assert case.status == "waiting"
    assert told(shop) == ["zhao"], "but it is told: those words are missing"


def test_of_several_one_is_told_once_and_a_solved_case_stays_solved(shop: Shop) -> None:
    cases = [asked(shop)]
    sent = answers(shop, cases[0], text="换新的已寄出。")
    leaves(shop, sent)
    resolve_case(case_id=cases[0].id, viewer=shop.viewer("zhao"), at=shop.now, outcome="solved", cause="other")
    comes_back(shop, sent)
    comes_back(shop, sent)
    cases[0].refresh_from_db()
    assert cases[0].status == "resolved"
    assert told(shop) == ["zhao"]


def test_whose_author_left_is_told_to_who_has_the_case_else_to_the_leads(shop: Shop) -> None:
    case = asked(shop)
    sent = answers(shop, case)
    leaves(shop, sent)
    Case.objects.filter(id=case.id).update(owner=shop.cast.people["wang"])
    set_access(
        user_id=shop.cast.people["zhao"].pk, grants=[], is_active=False, viewer=shop.viewer("admin"), at=shop.now
    )
    dispatch.drain()
    comes_back(shop, sent)
    assert told(shop) == ["wang"]
    Notice.objects.all().delete()
    Case.objects.filter(id=case.id).update(owner=None)
    Message.objects.filter(id=sent.id).update(status="sent")
    comes_back(shop, sent)
    assert told(shop) == ["admin"], "no lead is left"


def test_what_a_machine_said_in_vain_calls_nobody(shop: Shop) -> None:
    case = asked(shop)
    sent = answers(shop, case)
    Message.objects.filter(id=sent.id).update(is_auto=True)
    leaves(shop, sent)
    before = Case.objects.get(id=case.id).status
    comes_back(shop, sent)
    assert Case.objects.get(id=case.id).status == before
    assert told(shop) == []
