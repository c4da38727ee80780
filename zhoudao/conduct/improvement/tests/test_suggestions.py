"""Suggestions of staff: made by anybody, answered, thanked for, counted."""

from datetime import timedelta

import pytest

from zhoudao.conduct.improvement.commands.suggestions import (
    accept_suggestion,
    decline_suggestion,
    merge_suggestion,
    suggest,
)
from zhoudao.conduct.improvement.models import Suggestion
from zhoudao.conduct.improvement.queries.suggestions import all_suggestions, answering, suggestions_of
from zhoudao.conduct.improvement.refusals import (
    AnsweredAlready,
    InitiativeNotFound,
    ReasonMissing,
    SuggestionNotFound,
    SuggestionUnsound,
)
from zhoudao.conduct.improvement.telling import register_kinds
from zhoudao.conduct.improvement.tests.test_initiatives import a_draft, begun
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    register_kinds()
    return open_shop()


def suggested(shop: Shop, who: str = "wang", words: str = "先问订单号") -> Suggestion:
    return suggest(words=words, benefit="少一次来回", viewer=shop.viewer(who), at=shop.now)


def test_accepted_it_becomes_an_initiative_and_its_colleague_is_thanked(shop: Shop) -> None:
    one = suggested(shop)
    made = accept_suggestion(suggestion_id=one.id, draft=a_draft(shop), viewer=shop.viewer("admin"), at=shop.now)
    one.refresh_from_db()
    assert (one.answer, one.initiative_id, one.answered_by_id) == ("accepted", made.id, shop.cast.people["admin"].pk)
    assert [notice.user.name for notice in Notice.objects.filter(kind="suggestion")] == ["王芳"]
    assert Event.objects.get(type="improvement.InitiativeBegun").attributes["source"] == "suggestion"
    with pytest.raises(AnsweredAlready):
        decline_suggestion(suggestion_id=one.id, reason="x", viewer=shop.viewer("admin"), at=shop.now)


def test_declined_it_says_why_and_merged_with_what(shop: Shop) -> None:
    one, other, running = suggested(shop), suggested(shop, "li"), begun(shop)
    admin = shop.viewer("admin")
    with pytest.raises(ReasonMissing):
        decline_suggestion(suggestion_id=one.id, reason=" ", viewer=admin, at=shop.now)
    decline_suggestion(suggestion_id=one.id, reason="法规要求如此", viewer=admin, at=shop.now)
    with pytest.raises(InitiativeNotFound):
        merge_suggestion(suggestion_id=other.id, initiative_id=None, viewer=admin, at=shop.now)
    merge_suggestion(suggestion_id=other.id, initiative_id=running.id, viewer=admin, at=shop.now)
    answers = dict(Suggestion.objects.values_list("made_by__name", "answer"))
    assert answers == {"王芳": "declined", "李强": "merged"}


def test_only_who_writes_the_register_answers_and_nobody_suggests_nothing(shop: Shop) -> None:
    one = suggested(shop)
    with pytest.raises(SuggestionNotFound):
        decline_suggestion(suggestion_id=one.id, reason="x", viewer=shop.viewer("zhao"), at=shop.now)
    with pytest.raises(SuggestionUnsound):
        suggested(shop, words="  ")
    assert "13912345678" not in suggested(shop, words="打给 13912345678").words


def test_everybody_sees_their_own_and_how_fast_they_are_answered_is_counted(shop: Shop) -> None:
    first, _second = suggested(shop), suggested(shop, "li")
    assert [one.id for one in suggestions_of(shop.cast.people["wang"].pk, after=None)[0]] == [first.id]
    assert answering(shop.now).share is None, "none is due yet"
    shop.later(days=3)
    decline_suggestion(suggestion_id=first.id, reason="x", viewer=shop.viewer("admin"), at=shop.now)
    found = answering(shop.now)
    assert (found.made, found.waiting, found.in_time, found.due, found.share) == (2, 1, 1, 1, 1.0)
    shop.later(days=12)
    found = answering(shop.now)
    assert (found.in_time, found.due, found.share) == (1, 2, 0.5), "who waits longer than two weeks counts as late"
    assert len(all_suggestions(is_waiting=True, after=None)[0]) == 1
    assert len(all_suggestions(is_waiting=False, after=None)[0]) == 2
    assert answering(shop.now + timedelta(days=366)).made == 0
