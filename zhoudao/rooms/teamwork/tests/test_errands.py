"""Asking another department: its own clock, its own eyes, and an answer that comes back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.commands.closing import close_case
from zhoudao.rooms.cases.commands.merging import merge_cases
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseAlreadyClosed, CaseNotFound
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.queries import thread
from zhoudao.rooms.teamwork.errands import (
    answer_errand,
    ask_team,
    check_errand,
    errand_for,
    errands_for,
    errands_of,
    withdraw_errand,
)
from zhoudao.rooms.teamwork.models import Errand
from zhoudao.rooms.teamwork.refusals import ErrandEmpty, ErrandNotFound, ErrandOver, TeamGone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("什么时候发货")


def asks(shop: Shop, case: Case, question: str = "仓库还有货吗？", minutes: int = 240, who: str = "zhao") -> Errand:
    team = shop.cast.teams["after_sales"].id
    return ask_team(
        case_id=case.id, team_id=team, question=question, minutes=minutes, viewer=shop.viewer(who), at=shop.now
    )


def answers(shop: Shop, errand: Errand, text: str = "有，明天发", who: str = "sun") -> Errand:
    return answer_errand(errand_id=errand.id, answer=text, viewer=shop.viewer(who), at=shop.now)


def told(shop: Shop, name: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(user=shop.cast.people[name]).order_by("at", "id")
    return [(row.kind, row.address) for row in rows]


def test_the_other_team_sees_the_question_and_not_the_case(shop: Shop, case: Case) -> None:
    errand = asks(shop, case)

    assert list(errands_for(shop.viewer("sun"))) == [errand]
    assert errand_for(shop.viewer("sun"), errand.id) == errand
    assert not errands_for(shop.viewer("li")).exists()
    assert errand_for(shop.viewer("li"), errand.id) is None
    assert told(shop, "sun") == [("errand_asked", f"/desk/errands/{errand.id}/")]


def test_the_answer_comes_back_as_a_note_that_customers_never_see(shop: Shop, case: Case) -> None:
    errand = asks(shop, case)
    shop.later(hours=1)

    answers(shop, errand)

    note = Message.objects.get(direction="note")
    assert "有，明天发" in note.text
    assert note.author_name == "孙丽"
    assert case.conversation_id is not None
    said = [message.text for message in thread([case.conversation_id], audience="customer")]
    assert not any("明天发" in text or "仓库" in text for text in said)
    assert told(shop, "zhao") == [("errand_answered", f"/desk/cases/{case.number}/")]
    assert Event.objects.get(type="teamwork.ErrandAnswered").attributes["late"] is False
    with pytest.raises(ErrandOver):
        answers(shop, errand)


def test_the_promise_counts_the_other_teams_working_hours(shop: Shop, case: Case) -> None:
    shop.now = datetime(2026, 3, 10, 9, tzinfo=UTC)  # five in the afternoon in Shanghai; they go home at six

    errand = asks(shop, case, minutes=120)

    assert errand.due_at == datetime(2026, 3, 11, 2, tzinfo=UTC)  # ten on the next morning
    assert errand.next_at == datetime(2026, 3, 11, 1, 36, tzinfo=UTC)  # with a fifth of it left


def test_the_team_is_reminded_once_and_both_sides_are_told_when_it_is_late(shop: Shop, case: Case) -> None:
    errand = asks(shop, case, minutes=100)
    check_errand(errand.id, at=shop.now)
    assert [kind for kind, _ in told(shop, "sun")] == ["errand_asked"]

    check_errand(errand.id, at=shop.later(minutes=80))
    check_errand(errand.id, at=shop.now)
    assert [kind for kind, _ in told(shop, "sun")] == ["errand_asked", "errand_due"]
    check_errand(errand.id, at=shop.later(minutes=20))
    check_errand(errand.id, at=shop.later(days=1))

    assert [kind for kind, _ in told(shop, "sun")] == ["errand_asked", "errand_due", "errand_late"]
    assert told(shop, "zhao") == [("errand_late", f"/desk/cases/{case.number}/")]
    assert Event.objects.filter(type="teamwork.ErrandLate").count() == 1
    answers(shop, errand)
    assert Event.objects.get(type="teamwork.ErrandAnswered").attributes["late"] is True


def test_what_is_withdrawn_is_neither_answered_nor_reminded_of(shop: Shop, case: Case) -> None:
    errand = asks(shop, case)
    with pytest.raises(ErrandNotFound):
        withdraw_errand(errand_id=errand.id, viewer=shop.viewer("sun"), at=shop.now)

    withdraw_errand(errand_id=errand.id, viewer=shop.viewer("wang"), at=shop.now)

    assert not errands_for(shop.viewer("sun")).exists()
    assert errands_of([case.id]) == []
    check_errand(errand.id, at=shop.later(days=9))
    assert [kind for kind, _ in told(shop, "sun")] == ["errand_asked"]
    shop.later(days=-9)
    with pytest.raises(ErrandOver):
        answers(shop, errand)


def test_the_answer_to_a_merged_case_reaches_the_survivor(shop: Shop, case: Case) -> None:
    errand = asks(shop, case)
    other = shop.hears("同一件事", who="visitor-2")
    merge_cases(case_id=case.id, into_id=other.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1))

    answers(shop, errand)

    assert Message.objects.get(direction="note").conversation_id == other.conversation_id


def test_phone_numbers_in_questions_and_answers_are_masked(shop: Shop, case: Case) -> None:
    errand = answers(shop, asks(shop, case, "请致电 13812348000"), "已联系 13812348000")

    assert errand.question == "请致电 138****8000"
    assert errand.answer == "已联系 138****8000"


def test_what_makes_no_sense_is_refused_and_nothing_asked(shop: Shop, case: Case) -> None:
    for question, minutes in (("  ", 60), ("有货吗", 0), ("有货吗", 10**6)):
        with pytest.raises(ErrandEmpty):
            asks(shop, case, question, minutes)
    with pytest.raises(CaseNotFound):
        asks(shop, case, who="sun")
    for team in (None, uuid4()):
        with pytest.raises(TeamGone):
            ask_team(case_id=case.id, team_id=team, question="?", minutes=9, viewer=shop.viewer("zhao"), at=shop.now)
    close_case(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now, outcome="solved", cause="product")
    with pytest.raises(CaseAlreadyClosed):
        asks(shop, case)
    assert not Errand.objects.exists()
    errand = Errand(id=uuid4())
    with pytest.raises(ErrandNotFound):
        answers(shop, errand)
