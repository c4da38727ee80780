"""Satisfaction on the board, recounted from the event log."""

from datetime import timedelta

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.voice.board import rated, satisfaction
from zhoudao.rooms.voice.commands import rate_case

pytestmark = pytest.mark.django_db(transaction=True)


def test_satisfaction_is_the_share_of_happy_ratings_of_the_log() -> None:
    shop = open_shop()
    for index, score in enumerate([5, 4, 2]):
        case = shop.hears("请问怎么退货？", who=f"visitor-{index}")
        resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
        rate_case(case_id=case.id, score=score, comment="", at=shop.later(minutes=5))
    cases, start, end = Case.objects.all(), shop.now - timedelta(days=1), shop.now + timedelta(seconds=1)

    said = satisfaction(cases, start=start, end=end)

    scores = [event.attributes["score"] for event in Event.objects.filter(type="voice.CaseRated")]
    assert (said.ratings, said.happy) == (len(scores), sum(score >= 4 for score in scores)) == (3, 2)
    assert said.mean == pytest.approx(sum(scores) / len(scores))
    assert rated(cases, start=start, end=end).count() == said.ratings
    assert satisfaction(cases.none(), start=start, end=end).share is None
