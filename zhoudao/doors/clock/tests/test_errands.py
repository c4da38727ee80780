"""The clock looks after what teams ask of each other."""

import pytest

from zhoudao.doors.clock import knocks
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.teamwork.errands import ask_team

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_team_that_owes_an_answer_is_knocked_at_when_its_time_comes() -> None:
    shop = open_shop()
    case = shop.hears("什么时候发货")
    team, viewer = shop.cast.teams["after_sales"].id, shop.viewer("zhao")
    ask_team(case_id=case.id, team_id=team, question="有货吗", minutes=100, viewer=viewer, at=shop.now)
    assert list(knocks.errands_due(shop.now, shop.now)) == []

    for minutes in (80, 20):
        shop.later(minutes=minutes)
        for _what, knock in list(knocks.errands_due(shop.now, shop.now)):
            knock()

    assert list(knocks.errands_due(shop.later(days=1), shop.now)) == []
    told = Notice.objects.filter(user=shop.cast.people["sun"]).order_by("id").values_list("kind", flat=True)
    assert list(told) == ["errand_asked", "errand_due", "errand_late"]
