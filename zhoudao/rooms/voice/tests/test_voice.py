"""Customers are asked once, rate once, and the right person gets the credit."""

from uuid import UUID

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.commands.closing import close_case, reopen_case, resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseNotFound
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.voice import asking
from zhoudao.rooms.voice.commands import CaseStillOpen, RatingSettled, ScoreOutOfRange, rate_case
from zhoudao.rooms.voice.links import case_of, rating_path, rating_token
from zhoudao.rooms.voice.models import Rating
from zhoudao.rooms.voice.queries import given_name

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def answered(shop: Shop, case: Case, who: str) -> Case:
    reply_to_case(case_id=case.id, text="您好。", viewer=shop.viewer(who), at=shop.now, real_now=shop.now)
    dispatch.drain()
    return Case.objects.get(id=case.id)


def solved(shop: Shop, case: Case, who: str = "zhao") -> Case:
    resolve_case(case_id=case.id, outcome="solved", cause="question", viewer=shop.viewer(who), at=shop.now)
    dispatch.drain()
    return Case.objects.get(id=case.id)


def asked(case: Case) -> list[Message]:
    path = rating_path(case.id)
    return list(Message.objects.filter(conversation_id=str(case.conversation_id), is_auto=True, text__contains=path))


def test_whoever_answered_last_gets_the_credit_not_who_closed(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    answered(shop, case, "wang")
    case = solved(shop, answered(shop, case, "li"), who="zhao")
    rating = rate_case(case_id=case.id, score=4, comment="", at=shop.now)
    assert rating.member == shop.cast.people["li"]
    event = Event.objects.get(type="voice.CaseRated")
    li = str(shop.cast.people["li"].pk)
    assert (event.primary_id, event.attributes) == (case.id, {"score": 4, "member": li, "changed": False})
    assert timeline([case.id])[-1].text


def test_the_last_score_counts_and_each_change_is_told(shop: Shop) -> None:
    case = solved(shop, answered(shop, shop.hears("桌子呢？"), "wang"))
    for score in (2, 2, 5):  # the same again changes nothing
        rate_case(case_id=case.id, score=score, comment="", at=shop.now)
    events = Event.objects.filter(type="voice.CaseRated").order_by("seq")
    assert [(event.attributes["score"], event.attributes["changed"]) for event in events] == [(2, False), (5, True)]
    rate_case(case_id=case.id, score=5, comment="还不错", at=shop.later(hours=24))
    with pytest.raises(RatingSettled):
        rate_case(case_id=case.id, score=1, comment="", at=shop.later(seconds=1))
    assert Rating.objects.get().score == 5


def test_only_what_is_solved_is_rated_by_one_to_five(shop: Shop) -> None:
    case = shop.hears("桌子呢？")
    with pytest.raises(CaseStillOpen):
        rate_case(case_id=case.id, score=5, comment="", at=shop.now)
    case = solved(shop, case)
    for score in (0, 6):
        with pytest.raises(ScoreOutOfRange):
            rate_case(case_id=case.id, score=score, comment="", at=shop.now)
    with pytest.raises(CaseNotFound):
        rate_case(case_id=uuid7(), score=5, comment="", at=shop.now)


def test_nobody_is_credited_where_nobody_answered(shop: Shop) -> None:
    case = solved(shop, shop.hears("桌子呢？"))
    assert rate_case(case_id=case.id, score=3, comment="", at=shop.now).member is None


def test_the_customer_is_asked_once_in_their_language(shop: Shop) -> None:
    case = solved(shop, shop.hears("Where is my table?"))
    [question] = asked(case)
    assert case.number in question.text
    assert question.text.startswith("Your case")
    reopen_case(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1))
    dispatch.drain()
    solved(shop, case)
    assert len(asked(case)) == 1


def test_asking_again_for_the_same_event_sends_nothing(shop: Shop) -> None:
    case = solved(shop, shop.hears("桌子呢？"))
    asking.on_event(Event.objects.get(type="cases.CaseResolved"))
    assert len(asked(case)) == 1


def test_a_case_opened_again_meanwhile_is_not_asked_about(shop: Shop) -> None:
    case = shop.hears("桌子呢？")
    viewer = shop.viewer("zhao")
    resolve_case(case_id=case.id, outcome="solved", cause="question", viewer=viewer, at=shop.now)
    reopen_case(case_id=case.id, viewer=viewer, at=shop.now)
    dispatch.drain()
    assert asked(case) == []


def test_the_question_is_no_answer_of_a_person(shop: Shop) -> None:
    case = shop.hears("桌子呢？")
    close_case(case_id=case.id, outcome="solved", cause="question", viewer=shop.viewer("zhao"), at=shop.now)
    dispatch.drain()
    case.refresh_from_db()
    assert (case.first_human_contact_at, case.last_responder, case.status) == (None, None, "closed")


def test_a_rating_link_cannot_be_made_up() -> None:
    case_id = uuid7()
    token = rating_token(case_id)
    assert case_of(token) == case_id
    other = rating_token(uuid7())
    for forged in ("", "x", token[:-4], token + "AAAA", token[:22] + other[22:], "é" * 43, "A" * 43, token + "\n"):
        assert case_of(forged) is None
    flipped = [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(42)]
    assert {case_of(each) for each in flipped} == {None}
    assert isinstance(case_of(token), UUID)


@pytest.mark.parametrize(
    ("name", "given"),
    [("王小明", "小明"), ("欧阳小明", "小明"), ("王芳", "王芳"), ("Anna Berg", "Anna"), ("Li", "Li"), ("", "")],
)
def test_customers_see_a_first_name(name: str, given: str) -> None:
    assert given_name(name) == given
