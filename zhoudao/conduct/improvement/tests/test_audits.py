"""Audits: set, told of on their day, held; what was found."""

from datetime import date, timedelta

import pytest

from zhoudao.conduct.improvement.commands.audits import Given, Plan, end_audit, hold_audit, remind_of_audit, set_audit
from zhoudao.conduct.improvement.models import Audit, AuditResult
from zhoudao.conduct.improvement.refusals import AuditNotFound, RowUnsound
from zhoudao.conduct.improvement.telling import register_kinds
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    register_kinds()
    return open_shop()


def an_audit(
    shop: Shop, *, questions: str = "先问订单号？\n\n当天答复？", weeks: int = 4, day: date | None = None
) -> Audit:
    plan = Plan("投诉巡检", questions, weeks, shop.cast.people["wang"].pk, day or shop.now.date(), "complaint")
    return set_audit(plan=plan, viewer=shop.viewer("admin"), at=shop.now)


def held(shop: Shop, one: Audit, *answers: Given) -> AuditResult:
    return hold_audit(audit_id=one.id, answers=answers, viewer=shop.viewer("admin"), at=shop.now)


def test_its_owner_is_told_once_on_its_day_and_again_the_next_time(shop: Shop) -> None:
    one = an_audit(shop, day=shop.now.date() + timedelta(days=2))
    assert not remind_of_audit(one.id, at=shop.now)
    shop.later(days=2)
    assert [remind_of_audit(one.id, at=shop.now) for _ in range(2)] == [True, False]
    held(shop, one, Given(True), Given(True))
    shop.later(weeks=4)
    assert remind_of_audit(one.id, at=shop.now)
    assert [notice.user.name for notice in Notice.objects.filter(kind="audit")] == ["王芳", "王芳"]
    end_audit(audit_id=one.id, viewer=shop.viewer("admin"), at=shop.now)
    shop.later(weeks=9)
    assert not remind_of_audit(one.id, at=shop.now)


def test_every_question_is_answered_and_what_is_not_good_says_what_was_seen(shop: Shop) -> None:
    one = an_audit(shop)
    assert one.questions == ["先问订单号？", "当天答复？"]
    for wrong in ([Given(True)], [Given(True), Given(False)], [Given(True), Given(False, "  ")]):
        with pytest.raises(RowUnsound):
            held(shop, one, *wrong)
    result = held(shop, one, Given(True), Given(False, "隔了三天，电话 13912345678"))
    assert (result.findings, "13912345678" in str(result.answers)) == (1, False)


def test_the_next_day_keeps_its_rhythm_unless_it_is_long_over(shop: Shop) -> None:
    one, today = an_audit(shop), shop.now.date()
    shop.later(days=3)
    held(shop, one, Given(True), Given(True))
    one.refresh_from_db()
    assert one.next_date == today + timedelta(weeks=4)
    shop.later(weeks=20)
    held(shop, one, Given(True), Given(True))
    one.refresh_from_db()
    assert one.next_date == shop.now.date() + timedelta(weeks=4)


def test_an_audit_that_cannot_be_is_refused(shop: Shop) -> None:
    with pytest.raises(RowUnsound):
        an_audit(shop, questions=" \n ")
    with pytest.raises(RowUnsound):
        an_audit(shop, weeks=0)
    with pytest.raises(RowUnsound):
        an_audit(shop, day=shop.now.date() - timedelta(days=1))
    plan = Plan("x", "y", 4, shop.cast.people["wang"].pk, shop.now.date())
    with pytest.raises(AuditNotFound):
        set_audit(plan=plan, viewer=shop.viewer("zhou"), at=shop.now)
