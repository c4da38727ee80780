"""A message becomes a case, somebody answers, promises are kept or broken, it is solved and closed."""

from datetime import timedelta

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.closing import close_after_grace, close_case, reopen_case, resolve_case
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.commands.replying import note_on_case, reply_to_case
from zhoudao.rooms.cases.commands.snoozing import snooze_case, wake_case
from zhoudao.rooms.cases.commands.taking import take_next
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.refusals import (
    CaseAlreadyClosed,
    CaseMerged,
    CaseNotFound,
    OutcomeMissing,
    ReasonMissing,
)
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def answer(shop: Shop, case: Case, *, expects_answer: bool = True) -> Case:
    reply_to_case(
        case_id=case.id,
        text="您好，马上为您查。",
        viewer=shop.viewer("wang"),
        at=shop.now,
        real_now=shop.now,
        expects_answer=expects_answer,
    )
    dispatch.drain()
    return Case.objects.get(id=case.id)


def clock(case: Case, kind: str) -> Promise:
    return Promise.objects.filter(case=case, kind=kind).latest("started_at", "id")


def facts(case: Case) -> list[str]:
    rows = Event.objects.filter(primary_id=case.id).order_by("seq")
    return [name.split(".")[1] for name in rows.values_list("type", flat=True)]


def test_a_first_message_opens_a_case_with_an_owner_and_promises(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    assert (case.kind, case.tier, case.status) == ("inquiry", "regular", "open")
    assert case.team == shop.cast.teams["reception"]
    assert case.owner is not None
    assert set(case.promises.values_list("kind", flat=True)) == {"first_contact", "answer", "next_update", "resolution"}
    assert clock(case, "first_contact").due_at == shop.now + timedelta(hours=4)
    assert case.next_due_at == shop.now + timedelta(hours=4)
    assert facts(case)[0] == "CaseOpened"


def test_a_second_message_joins_the_same_case(shop: Shop) -> None:
    first = shop.hears("请问桌子什么时候到？")
    shop.later(minutes=1)
    second = shop.hears("订单号 O2026-000812")
    assert first.id == second.id
    assert Case.objects.count() == 1
    assert second.preview == "订单号 O2026-000812"


def test_danger_is_urgent_and_counts_every_minute(shop: Shop) -> None:
    case = shop.hears("洗衣机漏水，冒烟了！")
    assert case.tier == "urgent"
    assert clock(case, "first_contact").due_at == shop.now + timedelta(minutes=30)
    assert clock(case, "plan").due_at == shop.now + timedelta(hours=2)


def test_an_answer_keeps_its_promises_and_waits_for_the_customer(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    shop.later(minutes=20)
    case = answer(shop, case)
    assert case.status == "waiting"
    assert case.first_human_contact_at == shop.now
    assert case.first_responder == case.last_responder == shop.cast.people["wang"]
    assert clock(case, "first_contact").kept_at == shop.now
    assert clock(case, "resolution").due_at is None  # paused
    shop.later(hours=1)
    case = shop.hears("还没有到")
    assert case.status == "open"
    resolution = clock(case, "resolution")
    assert resolution.due_at is not None
    assert resolution.pauses[0][1] is not None
    assert clock(case, "answer").started_at == shop.now


def test_an_answer_that_expects_none_keeps_the_case_open(shop: Shop) -> None:
    case = answer(shop, shop.hears("请问桌子什么时候到？"), expects_answer=False)
    assert case.status == "open"
    assert clock(case, "next_update").ended_at is None


def test_a_promise_warns_at_its_shares_and_breaks_at_its_time(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    promise = clock(case, "first_contact")
    for minutes, warned, broken in [(119, 0, False), (120, 50, False), (192, 80, False), (240, 80, True)]:
        check_promise(promise.id, at=case.opened_at + timedelta(minutes=minutes))
        promise.refresh_from_db()
        assert (promise.warned_share, promise.broken_at is not None) == (warned, broken)
    assert promise.broken_at == promise.due_at
    check_promise(promise.id, at=case.opened_at + timedelta(days=1))
    assert facts(case).count("PromiseBroken") == 1


def test_a_late_answer_is_broken_and_done(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    shop.later(hours=5)
    case = answer(shop, case)
    promise = clock(case, "first_contact")
    assert promise.broken_at == case.opened_at + timedelta(hours=4)
    assert promise.kept_at == shop.now


def test_nobody_closes_without_outcome_and_cause(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    with pytest.raises(OutcomeMissing):
        close_case(case_id=case.id, viewer=shop.viewer("wang"), at=shop.now)


def test_resolved_then_grace_then_closed_then_a_linked_new_case(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    resolve_case(case_id=case.id, outcome="answered", cause="delivery", viewer=shop.viewer("wang"), at=shop.now)
    dispatch.drain()
    assert clock(case, "resolution").kept_at == shop.now
    assert not close_after_grace(case.id, at=shop.now + timedelta(hours=47))
    assert close_after_grace(case.id, at=shop.later(hours=48))
    dispatch.drain()
    again = shop.hears("桌子又坏了")
    assert again.id != case.id
    assert [link.target_id for link in again.links.all()] == [case.id]


def test_a_reply_within_the_grace_period_reopens(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    resolve_case(case_id=case.id, outcome="answered", cause="delivery", viewer=shop.viewer("wang"), at=shop.now)
    dispatch.drain()
    shop.later(hours=3)
    again = shop.hears("还是没有到")
    assert (again.id, again.status, again.reopened) == (case.id, "open", 1)
    assert clock(again, "resolution").ended_at is None


def test_a_closed_case_takes_no_answer_but_can_be_reopened(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    close_case(case_id=case.id, viewer=shop.viewer("wang"), at=shop.now, outcome="answered", cause="delivery")
    with pytest.raises(CaseAlreadyClosed):
        answer(shop, case)
    assert reopen_case(case_id=case.id, viewer=shop.viewer("wang"), at=shop.now).status == "open"


def test_taking_a_case_from_somebody_needs_a_reason(shop: Shop) -> None:
    case = shop.hears("请问桌子什么时候到？")
    other = next(name for name in ("wang", "li") if shop.cast.people[name] != case.owner)
    viewer = shop.viewer(other)
    with pytest.raises(ReasonMissing):
        assign_case(case_id=case.id, viewer=viewer, at=shop.now, member_id=viewer.user_id)
    taken = assign_case(case_id=case.id, viewer=viewer, at=shop.now, member_id=viewer.user_id, reason="shift_over")
    assert taken.owner == shop.cast.people[other]


def test_load_is_shared_and_the_queue_drains_when_somebody_frees_up(shop: Shop) -> None:
    cases = [shop.hears("请问桌子什么时候到？", who=f"v-{n}") for n in range(10)]
    owners = [case.owner_id for case in cases[:9]]
    assert {owners.count(owner) for owner in owners} == {3}  # three people with room for three each
    assert cases[9].owner_id is None
    answer(shop, cases[0])
    assert Case.objects.get(id=cases[9].id).owner_id == cases[0].owner_id


def test_next_case_is_the_oldest_waiting_one(shop: Shop) -> None:
    for member in ("wang", "li", "zhao"):
        shop.cast.people[member].member.is_available = False
        shop.cast.people[member].member.save()
    first = shop.hears("请问桌子什么时候到？", who="a")
    shop.later(minutes=1)
    urgent = shop.hears("着火了！", who="b", conversation_id=None)
    assert first.owner is None
    urgent_team = Case.objects.get(id=urgent.id).team
    taken = take_next(viewer=shop.viewer("wang"), at=shop.now)
    assert taken is not None
    assert taken.id == (urgent.id if urgent_team == shop.cast.teams["reception"] else first.id)


def test_a_merge_sends_later_messages_to_the_survivor_and_can_be_undone(shop: Shop) -> None:
    keep, lose = shop.hears("桌子什么时候到？", who="a"), shop.hears("我的桌子呢？", who="b")
    lead = shop.viewer("zhao")
    merge_cases(case_id=lose.id, into_id=keep.id, viewer=lead, at=shop.now)
    with pytest.raises(CaseMerged):
        resolve_case(case_id=lose.id, outcome="x", cause="y", viewer=lead, at=shop.now)
    shop.later(minutes=5)
    shop.hears("有人吗？", who="b")
    assert Case.objects.get(id=keep.id).preview == "有人吗？"
    assert Case.objects.get(id=lose.id).promises.filter(ended_at=None).count() == 0
    undone = undo_merge(case_id=lose.id, viewer=lead, at=shop.now)
    assert undone.status == "open"
    assert clock(undone, "first_contact").due_at == lose.opened_at + timedelta(hours=4)


def test_snoozed_cases_come_back_at_their_moment_or_when_the_customer_writes(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    snooze_case(case_id=case.id, until=shop.now + timedelta(hours=2), viewer=shop.viewer("wang"), at=shop.now)
    assert not wake_case(case.id, at=shop.now + timedelta(hours=1))
    assert wake_case(case.id, at=shop.now + timedelta(hours=2))
    snooze_case(case_id=case.id, until=shop.now + timedelta(hours=9), viewer=shop.viewer("wang"), at=shop.now)
    assert shop.hears("在吗").status == "open"


def test_another_teams_case_does_not_exist(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    with pytest.raises(CaseNotFound):
        note_on_case(case_id=case.id, text="看看", viewer=shop.viewer("sun"), at=shop.now)
