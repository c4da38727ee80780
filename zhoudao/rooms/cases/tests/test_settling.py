"""A plan given by phone, and a promise missed for a reason: what a person says of a clock."""

from uuid import UUID

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.settling import explain_breach, settle_promise
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.refusals import (
    CaseAlreadyClosed,
    CaseNotFound,
    PromiseNotMissed,
    PromiseNotRunning,
    ReasonUnknown,
    SettledByResolving,
    WayMissing,
)
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    """Urgent: it is owed a plan."""
    return shop.hears("油烟机冒烟了，有焦味！")


def clock(case: Case, kind: str) -> Promise:
    return case.promises.get(kind=kind, started_at=case.opened_at)


def settle(shop: Shop, case: Case, kind: str, how: str = "by_phone", who: str = "admin") -> Case:
    return settle_promise(
        case_id=case.id, promise_id=clock(case, kind).id, how=how, viewer=shop.viewer(who), at=shop.now
    )


def test_a_plan_given_by_phone_keeps_the_plan_the_first_contact_and_the_update(shop: Shop, case: Case) -> None:
    shop.later(minutes=20)

    settled = settle(shop, case, "plan")

    assert {clock(case, kind).kept_at for kind in ("plan", "first_contact", "next_update")} == {shop.now}
    assert (settled.first_human_contact_at, settled.status, settled.awaits_us) == (shop.now, "open", False)
    assert case.promises.filter(kind="next_update", ended_at=None).get().started_at == shop.now
    said = Event.objects.get(type="cases.PromiseSettled").attributes
    assert (said["promise"], said["how"]) == ("plan", "by_phone")
    assert Event.objects.filter(type="cases.FirstHumanContact").count() == 1


def test_settled_late_is_done_but_missed(shop: Shop, case: Case) -> None:
    due = clock(case, "plan").due_at
    shop.later(hours=3)
    settle(shop, case, "plan")
    promise = clock(case, "plan")
    assert (promise.kept_at, promise.broken_at) == (shop.now, due)


def test_settling_twice_is_refused_and_changes_nothing(shop: Shop, case: Case) -> None:
    settle(shop, case, "plan")
    first = shop.now
    shop.later(minutes=5)
    with pytest.raises(PromiseNotRunning):
        settle(shop, case, "plan")
    assert clock(case, "plan").kept_at == first


def test_the_solution_is_promised_until_the_case_is_resolved(shop: Shop, case: Case) -> None:
    with pytest.raises(SettledByResolving):
        settle(shop, case, "resolution")


def test_how_it_was_done_has_to_be_said(shop: Shop, case: Case) -> None:
    with pytest.raises(WayMissing):
        settle(shop, case, "plan", how="somehow")
    assert clock(case, "plan").kept_at is None


def test_a_closed_case_owes_nothing(shop: Shop, case: Case) -> None:
    Case.objects.filter(id=case.id).update(status="closed", outcome="answered", cause="other")
    with pytest.raises(CaseAlreadyClosed):
        settle(shop, case, "plan")


def test_somebody_elses_case_does_not_exist(shop: Shop, case: Case) -> None:
    with pytest.raises(CaseNotFound):
        settle(shop, case, "plan", who="sun")
    with pytest.raises(CaseNotFound):
        explain(shop, case, "plan", who="sun")


def test_a_clock_of_another_case_is_not_this_ones(shop: Shop, case: Case) -> None:
    other = shop.hears("洗衣机漏水，冒烟了！", who="visitor-2")
    with pytest.raises(PromiseNotRunning):
        settle_promise(
            case_id=other.id,
            promise_id=clock(case, "plan").id,
            how="by_phone",
            viewer=shop.viewer("admin"),
            at=shop.now,
        )


def explain(shop: Shop, case: Case, kind: str, reason: str = "needs_supplier", who: str = "admin") -> Promise:
    promise_id: UUID = clock(case, kind).id
    return explain_breach(case_id=case.id, promise_id=promise_id, reason=reason, viewer=shop.viewer(who), at=shop.now)


def test_why_a_promise_was_missed_can_be_said_and_said_anew(shop: Shop, case: Case) -> None:
    shop.later(hours=3)
    explain(shop, case, "plan")
    explain(shop, case, "plan", "our_mistake")
    assert clock(case, "plan").broken_reason == "our_mistake"
    said = Event.objects.filter(type="cases.BreachExplained").order_by("seq")
    assert [event.attributes["reason"] for event in said] == ["needs_supplier", "our_mistake"]


def test_nothing_is_admitted_of_a_promise_that_still_holds(shop: Shop, case: Case) -> None:
    with pytest.raises(PromiseNotMissed):
        explain(shop, case, "plan")


def test_only_known_reasons_reach_the_customer(shop: Shop, case: Case) -> None:
    shop.later(hours=3)
    with pytest.raises(ReasonUnknown):
        explain(shop, case, "plan", "dog_ate_it")
    assert clock(case, "plan").broken_reason == ""
