"""The clock tells of initiatives that are late and of audits that are due, once."""

import pytest

from zhoudao.conduct.improvement.telling import register_kinds
from zhoudao.conduct.improvement.tests.test_audits import an_audit
from zhoudao.conduct.improvement.tests.test_initiatives import begun
from zhoudao.doors.clock import improvement_knocks
from zhoudao.doors.clock.rounds import ROUNDS
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import open_shop


@pytest.mark.django_db(transaction=True)
def test_what_is_late_or_due_is_told_once_by_the_clock() -> None:
    register_kinds()
    shop = open_shop()
    begun(shop, owner="wang")
    an_audit(shop)
    rounds = [one.find for one in ROUNDS if one.find.__module__ == improvement_knocks.__name__]
    assert len(rounds) == 2

    def knock() -> list[str]:
        for find in rounds:
            for _what, call in find(shop.now, shop.now):
                call()
        return sorted(Notice.objects.exclude(kind="initiative").values_list("kind", flat=True))

    assert knock() == ["audit"]
    shop.later(days=57)
    assert knock() == ["audit", "initiative_late"], "of the same audit's day nobody is told twice"
    assert [[*find(shop.now, shop.now)] for find in rounds] == [[], []]
