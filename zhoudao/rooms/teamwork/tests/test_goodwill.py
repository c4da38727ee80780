"""Granting on the spot, asking who may, deciding, and never more than a month allows."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.viewer import of_user
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.models import Notice
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseAlreadyClosed, CaseNotFound
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.teamwork.approvers import set_deputy
from zhoudao.rooms.teamwork.approving import check_approval, decide_approval
from zhoudao.rooms.teamwork.authority import ensure_default_limits, month_of, set_limit
from zhoudao.rooms.teamwork.goodwill import grant_goodwill, withdraw_goodwill
from zhoudao.rooms.teamwork.models import Approval, Goodwill, Spend
from zhoudao.rooms.teamwork.refusals import (
    AmountUnsound,
    ApprovalNotFound,
    ApprovalOver,
    DeputyUnsound,
    GoodwillUnknown,
    GoodwillWordless,
    LimitUnsound,
    NobodyApproves,
    OwnApproval,
    RoleUnknown,
)
from zhoudao.rooms.teamwork.spending import spent_in, waiting_for

pytestmark = pytest.mark.django_db(transaction=True)
BY = By("user:x")


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    ensure_default_limits()
    manager = User.objects.create_user(email="qian@example.com", name="钱经理")
    Grant.objects.create(user=manager, role="process_manager")
    shop.cast.people["qian"] = manager
    return shop


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("洗衣机不转了")


def grants(shop: Shop, case: Case, who: str, amount: Money, kind: str = "refund", reason: str = "机器坏了") -> Goodwill:
    viewer = shop.viewer(who)
    return grant_goodwill(case_id=case.id, kind=kind, amount=amount, reason=reason, viewer=viewer, at=shop.now)


def decides(shop: Shop, one: Goodwill, who: str, *, approve: bool = True, reason: str = "") -> Goodwill:
    step = Approval.objects.filter(goodwill=one).order_by("-asked_at", "-id").first()
    assert step is not None
    return decide_approval(
        approval_id=step.id, is_approved=approve, reason=reason, viewer=shop.viewer(who), at=shop.now
    )


def waits_at(one: Goodwill) -> str:
    return Approval.objects.get(goodwill=one, decided_at=None).role


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__name", flat=True))


def test_within_the_limit_it_counts_at_once(shop: Shop, case: Case) -> None:
    one = grants(shop, case, "wang", yuan(100))
    assert (one.state, one.granted_role, one.granted_by) == ("granted", "agent", shop.cast.people["wang"])
    fact = Event.objects.get(type="teamwork.GoodwillGranted")
    assert (fact.attributes["amount_minor"], fact.attributes["currency"]) == (10_000, "CNY")
    assert "机器坏了" not in str(fact.attributes)
    assert Spend.objects.get().spent_minor == 10_000


def test_above_it_walks_the_chain_as_far_as_needed(shop: Shop, case: Case) -> None:
    one = grants(shop, case, "wang", yuan(3000))
    assert (one.state, waits_at(one)) == ("asked", "team_lead")
    assert told("approval_asked") == {"赵敏"}
    assert not Spend.objects.filter(spent_minor__gt=0).exists()
    decides(shop, one, "zhao")
    assert waits_at(one) == "process_manager"
    one = decides(shop, one, "qian")
    assert (one.state, one.granted_role) == ("granted", "process_manager")
    assert told("approval_given") == {"王芳"}
    assert Spend.objects.get(user=shop.cast.people["qian"], kind="refund").spent_minor == 300_000


def test_a_leads_own_wish_begins_above_them(shop: Shop, case: Case) -> None:
    assert waits_at(grants(shop, case, "zhao", yuan(3000))) == "process_manager"


def test_the_head_of_the_chain_decides_anything(shop: Shop, case: Case) -> None:
    one = grants(shop, case, "wang", yuan(80_000))
    decides(shop, one, "zhao")
    decides(shop, one, "qian")
    assert decides(shop, one, "admin").state == "granted"


def test_a_refusal_says_why_and_nothing_is_spent(shop: Shop, case: Case) -> None:
    one = grants(shop, case, "wang", yuan(300))
    with pytest.raises(GoodwillWordless):
        decides(shop, one, "zhao", approve=False)
    assert waits_at(one) == "team_lead", "nothing half-done"
    assert decides(shop, one, "zhao", approve=False, reason="先换货").state == "refused"
    assert told("approval_refused") == {"王芳"}
    assert not Spend.objects.filter(spent_minor__gt=0).exists()
    with pytest.raises(ApprovalOver):
        decides(shop, one, "zhao")


def test_several_small_ones_in_one_case_are_one_big_one(shop: Shop, case: Case) -> None:
    assert grants(shop, case, "wang", yuan(60)).state == "granted"
    assert grants(shop, case, "wang", yuan(60)).state == "asked"
    assert grants(shop, case, "wang", yuan(60), kind="gift").state == "granted"


def test_the_month_is_used_up_and_the_next_begins_anew(shop: Shop) -> None:
    cases = [shop.hears("坏了", who=f"v-{number}") for number in range(12)]
    states = [grants(shop, case, "wang", yuan(100)).state for case in cases[:11]]
    assert states == ["granted"] * 10 + ["asked"]
    shop.later(days=31)
    assert grants(shop, cases[11], "wang", yuan(100)).state == "granted"


def test_a_line_of_the_tiers_own_beats_the_general_one(shop: Shop, case: Case) -> None:
    set_limit(role="agent", kind="refund", tier=case.tier, per_case=yuan(5), per_month=yuan(5), at=shop.now, by=BY)
    assert grants(shop, case, "wang", yuan(6)).state == "asked"


@pytest.mark.parametrize("both", [1, 2])
def test_two_at_once_never_pass_the_month_together(shop: Shop, both: int) -> None:
    set_limit(role="agent", kind="refund", per_case=yuan(100), per_month=yuan(150), at=shop.now, by=BY)
    cases = [shop.hears("坏了", who=f"v-{number}") for number in range(6)]
    start = Barrier(len(cases))
    faults: list[Exception] = []

    def one(case: Case) -> None:
        try:
            start.wait()
            grants(shop, case, "wang", yuan(100))
        except Exception as fault:  # a thread's failure must fail the test
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Goodwill.objects.filter(state="granted").count() == 1
    assert Goodwill.objects.filter(state="asked").count() == 5
    assert Spend.objects.get().spent_minor == 10_000


def test_one_approval_is_decided_once_by_whoever_is_first(shop: Shop, case: Case) -> None:
    other = User.objects.create_user(email="wu@example.com", name="吴")
    Grant.objects.create(user=other, role="team_lead", team=shop.cast.teams["reception"])
    shop.cast.people["wu"] = other
    asked = grants(shop, case, "wang", yuan(300))
    start, ends = Barrier(2), []

    def decide(who: str) -> None:
        try:
            start.wait()
            decides(shop, asked, who)
            ends.append("done")
        except ApprovalOver:
            ends.append("over")
        finally:
            connections.close_all()

    threads = [Thread(target=decide, args=[who]) for who in ("zhao", "wu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["done", "over"]
    assert sum(Spend.objects.values_list("spent_minor", flat=True)) == 30_000


def test_nobody_approves_their_own(shop: Shop, case: Case) -> None:
    Grant.objects.create(user=shop.cast.people["wang"], role="process_manager")
    one = grants(shop, case, "wang", yuan(6000))
    assert waits_at(one) == "administrator", "their own role is passed over"
    lead = grants(shop, case, "li", yuan(300))
    Grant.objects.create(user=shop.cast.people["li"], role="team_lead")
    with pytest.raises(OwnApproval):
        decides(shop, lead, "li")
    assert waits_at(lead) == "team_lead"


def test_who_lost_the_role_cannot_decide_any_more(shop: Shop, case: Case) -> None:
    one = grants(shop, case, "wang", yuan(300))
    Grant.objects.filter(user=shop.cast.people["zhao"]).update(role="agent")
    with pytest.raises(ApprovalNotFound):
        decides(shop, one, "zhao")
    assert waiting_for(shop.viewer("zhao"), at=shop.now) == []
    step = Approval.objects.get()
    check_approval(step.id, at=step.due_at)
    assert waits_at(one) == "process_manager", "what nobody can decide goes up when its time is over"


def test_what_nobody_above_can_decide_is_refused_and_not_kept(shop: Shop, case: Case) -> None:
    Grant.objects.filter(role__in=["team_lead", "process_manager", "administrator"]).delete()
    with pytest.raises(NobodyApproves):
        grants(shop, case, "wang", yuan(300))
    assert not Goodwill.objects.exists()


def test_somebody_of_another_team_neither_sees_nor_decides(shop: Shop, case: Case) -> None:
    Grant.objects.create(user=shop.cast.people["sun"], role="team_lead", team=shop.cast.teams["after_sales"])
    one = grants(shop, case, "wang", yuan(300))
    assert waiting_for(shop.viewer("sun"), at=shop.now) == []
    with pytest.raises(ApprovalNotFound):
        decides(shop, one, "sun")
    with pytest.raises(CaseNotFound):
        grants(shop, case, "sun", yuan(1))


def test_while_the_lead_is_away_the_deputy_decides_with_the_leads_limits(shop: Shop, case: Case) -> None:
    li, zhao = shop.cast.people["li"], shop.cast.people["zhao"]
    set_deputy(user_id=zhao.pk, deputy_id=li.pk, until=shop.now + timedelta(days=3), at=shop.now)
    one = grants(shop, case, "wang", yuan(300))
    assert told("approval_asked") == {"李强"}
    assert [step.goodwill for step in waiting_for(shop.viewer("li"), at=shop.now)] == [one]
    assert waiting_for(shop.viewer("zhao"), at=shop.now) == []
    with pytest.raises(ApprovalNotFound):
        decides(shop, one, "zhao")
    one = decides(shop, one, "li")
    assert (one.granted_by, one.granted_role) == (zhao, "team_lead")
    assert Approval.objects.get().decided_by == li


def test_a_deputy_never_decides_what_they_asked(shop: Shop, case: Case) -> None:
    wang, zhao = shop.cast.people["wang"], shop.cast.people["zhao"]
    set_deputy(user_id=zhao.pk, deputy_id=wang.pk, until=shop.now + timedelta(days=3), at=shop.now)
    assert waits_at(grants(shop, case, "wang", yuan(300))) == "process_manager"


def test_back_again_one_decides_oneself(shop: Shop, case: Case) -> None:
    li, zhao = shop.cast.people["li"], shop.cast.people["zhao"]
    set_deputy(user_id=zhao.pk, deputy_id=li.pk, until=shop.now + timedelta(days=3), at=shop.now)
    one = grants(shop, case, "wang", yuan(300))
    set_deputy(user_id=zhao.pk, deputy_id=None, until=None, at=shop.now)
    with pytest.raises(ApprovalNotFound):
        decides(shop, one, "li")
    assert decides(shop, one, "zhao").state == "granted"


@pytest.mark.parametrize("days", [-1, 0, 100])
def test_a_deputy_for_no_time_or_too_long_is_refused(shop: Shop, days: int) -> None:
    li, zhao = shop.cast.people["li"], shop.cast.people["zhao"]
    until = shop.now + timedelta(days=days)
    for deputy in (li.pk, zhao.pk, uuid4()):
        with pytest.raises(DeputyUnsound):
            set_deputy(user_id=zhao.pk, deputy_id=deputy, until=until, at=shop.now)


def test_reminded_then_passed_on_and_the_last_keeps_it(shop: Shop, case: Case) -> None:
    one = grants(shop, case, "wang", yuan(300))
    for role, above in (("team_lead", "process_manager"), ("process_manager", "administrator")):
        step = Approval.objects.get(goodwill=one, decided_at=None)
        assert (step.role, step.due_at > shop.now) == (role, True)
        assert step.next_at is not None
        check_approval(step.id, at=step.next_at)
        check_approval(step.id, at=step.next_at)
        check_approval(step.id, at=step.due_at)
        check_approval(step.id, at=step.due_at)
        assert waits_at(one) == above
        shop.now = step.due_at
    assert told("approval_due") == {"赵敏", "钱经理"}
    last = Approval.objects.get(goodwill=one, decided_at=None)
    check_approval(last.id, at=last.due_at)
    assert waits_at(one) == "administrator"
    assert Approval.objects.filter(goodwill=one, decision="passed_on").count() == 2
    assert Event.objects.filter(type="teamwork.ApprovalLate").count() == 3
    assert decides(shop, one, "admin").state == "granted"


def test_who_asked_may_withdraw_and_nobody_else(shop: Shop, case: Case) -> None:
    one = grants(shop, case, "wang", yuan(300))
    with pytest.raises(ApprovalNotFound):
        withdraw_goodwill(goodwill_id=one.id, viewer=shop.viewer("zhao"), at=shop.now)
    withdraw_goodwill(goodwill_id=one.id, viewer=shop.viewer("wang"), at=shop.now)
    with pytest.raises(ApprovalOver):
        decides(shop, one, "zhao")
    with pytest.raises(ApprovalOver):
        withdraw_goodwill(goodwill_id=one.id, viewer=shop.viewer("wang"), at=shop.now)


Refused = tuple[dict[str, Any], type[Exception]]


@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"kind": "house"}, GoodwillUnknown),
        ({"amount": yuan(0)}, AmountUnsound),
        ({"amount": yuan(-5)}, AmountUnsound),
        ({"amount": yuan(10**11)}, AmountUnsound),
        ({"reason": "  "}, GoodwillWordless),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    shop: Shop, case: Case, differs: dict[str, Any], refusal: type[Exception]
) -> None:
    usual: dict[str, Any] = {"kind": "refund", "amount": yuan(1), "reason": "x"}
    with pytest.raises(refusal):
        grants(shop, case, "wang", **(usual | differs))
    assert not Goodwill.objects.exists()


def test_a_closed_case_gets_nothing(shop: Shop, case: Case) -> None:
    Case.objects.filter(id=case.id).update(status="closed", outcome="answered", cause="other")
    with pytest.raises(CaseAlreadyClosed):
        grants(shop, case, "wang", yuan(1))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (
            lambda at: set_limit(role="king", kind="refund", per_case=yuan(1), per_month=yuan(1), at=at, by=BY),
            RoleUnknown,
        ),
        (
            lambda at: set_limit(role="api", kind="refund", per_case=yuan(1), per_month=yuan(1), at=at, by=BY),
            RoleUnknown,
        ),
        (lambda at: set_limit(role="agent", kind="x", per_case=yuan(1), per_month=yuan(1), at=at, by=BY), LimitUnsound),
        (
            lambda at: set_limit(role="agent", kind="gift", per_case=yuan(-1), per_month=yuan(1), at=at, by=BY),
            LimitUnsound,
        ),
        (
            lambda at: set_limit(role="agent", kind="gift", per_case=yuan(2), per_month=yuan(1), at=at, by=BY),
            LimitUnsound,
        ),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(
    shop: Shop, change: Callable[..., Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        change(shop.now)


def test_use_stands_beside_the_limit_for_whose_cases_one_sees(shop: Shop, case: Case) -> None:
    grants(shop, case, "wang", yuan(60))
    grants(shop, shop.hears("坏了", who="v-2"), "wang", yuan(90))
    grants(shop, case, "zhao", yuan(20), kind="gift")
    wang, zhao = spent_in(shop.viewer("admin"), month_of(shop.now))
    assert (wang.user.name, wang.role, wang.spent, wang.limit, wang.share) == (
        "王芳",
        "agent",
        yuan(150),
        yuan(1000),
        15,
    )
    assert (wang.count, len(wang.cases), zhao.kind) == (2, 2, "gift")
    assert spent_in(of_user(shop.cast.people["sun"]), month_of(shop.now)) == []
    assert spent_in(shop.viewer("admin"), month_of(shop.now + timedelta(days=40))) == []
