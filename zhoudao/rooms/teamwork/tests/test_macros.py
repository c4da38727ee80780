"""Macros on one case and on many: what is done, what is refused and why, what is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.teamwork.batches import (
    ask_batch,
    batch_of,
    begin_batch,
    begin_undo,
    look_ahead,
    work_batch,
)
from zhoudao.rooms.teamwork.commands import Wording, save_reply
from zhoudao.rooms.teamwork.macros import NewMacro, macros, save_macro
from zhoudao.rooms.teamwork.models import Batch, Macro
from zhoudao.rooms.teamwork.refusals import (
    BatchNotFound,
    MacroBroken,
    MacroEmpty,
    MacroNotFound,
    NothingChosen,
    ShareNotAllowed,
)
from zhoudao.rooms.teamwork.steps import Moment, Steps, check

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def cases(shop: Shop) -> list[Case]:
    return [shop.hears("什么时候发货", who=f"visitor-{number}") for number in range(3)]


def moment(shop: Shop, who: str = "zhao") -> Moment:
    return Moment(shop.viewer(who), shop.now, shop.now)


def asked(shop: Shop, cases: list[Case], who: str = "zhao", **steps: Any) -> Batch:
    return ask_batch(Steps(**steps), [case.id for case in cases], viewer=shop.viewer(who), at=shop.now)


def run(shop: Shop, batch: Batch, who: str = "zhao") -> dict[str, int]:
    begin_batch(batch_id=batch.id, viewer=shop.viewer(who), at=shop.now)
    assert work_batch(batch.id, moment(shop, who)) == 0
    return counted(batch)


def undo(shop: Shop, batch: Batch, who: str = "zhao") -> dict[str, int]:
    begin_undo(batch_id=batch.id, viewer=shop.viewer(who), at=shop.now)
    assert work_batch(batch.id, moment(shop, who)) == 0
    return counted(batch)


def counted(batch: Batch) -> dict[str, int]:
    states = list(batch.items.values_list("state", flat=True))
    return {state: states.count(state) for state in set(states)}


def fresh(cases: list[Case], *names: str) -> list[tuple[Any, ...]]:
    return list(Case.objects.filter(id__in=[case.id for case in cases]).order_by("number").values_list(*names))


def test_all_steps_are_done_to_every_case_each_with_its_own_events(shop: Shop, cases: list[Case]) -> None:
    team = str(shop.cast.teams["after_sales"].id)
    batch = asked(shop, cases, tier="value_added", team=team, reason="新品", note="批量转组", snooze_hours=3)

    assert run(shop, batch) == {"done": 3}

    until = shop.now + timedelta(hours=3)
    expected = [("value_added", shop.cast.teams["after_sales"].id, "snoozed", until)] * 3
    assert fresh(cases, "tier", "team_id", "status", "snoozed_until") == expected
    assert Message.objects.filter(direction="note", text="批量转组").count() == 3
    for case in cases:
        types = set(Event.objects.filter(primary_id=case.id).values_list("type", flat=True))
        assert {"cases.CaseClassified", "cases.CaseAssigned", "cases.CaseSnoozed"} <= types
    assert Event.objects.filter(type="teamwork.BatchBegan").count() == 1


def test_a_canned_reply_is_filled_in_for_each_case(shop: Shop, cases: list[Case]) -> None:
    bodies = {"zh-Hans": "{{case.number}} 明天发货"}
    canned = save_reply(Wording("发货", bodies), viewer=shop.viewer("zhao"), at=shop.now)

    run(shop, asked(shop, cases, canned=str(canned.id)))

    texts = set(Message.objects.filter(direction="out", is_auto=False).values_list("text", flat=True))
    assert texts == {f"{case.number} 明天发货" for case in cases}
    canned.refresh_from_db()
    assert canned.uses == 3


def test_looking_ahead_changes_nothing_and_names_what_will_not_be_possible(shop: Shop, cases: list[Case]) -> None:
    closed, taken, free = cases
    Case.objects.filter(id=closed.id).update(status="closed", outcome="answered", cause="other")
    Case.objects.filter(id=free.id).update(owner=None)
    before, events = fresh(cases, "owner_id", "team_id", "status", "tier"), Event.objects.count()
    batch = asked(shop, cases, tier="urgent", member=str(shop.cast.people["zhao"].id))

    hindered = {one.number: one.refusal for one in look_ahead(batch, moment(shop))}

    assert hindered == {closed.number: "CaseAlreadyClosed", taken.number: "ReasonMissing"}
    assert fresh(cases, "owner_id", "team_id", "status", "tier") == before
    assert Event.objects.count() == events
    assert run(shop, batch) == {"refused": 2, "done": 1}
    assert fresh([closed, taken], "tier") == [("regular",), ("regular",)]  # of what is refused nothing is done


def test_everything_is_taken_back_as_it_was(shop: Shop, cases: list[Case]) -> None:
    before = fresh(cases, "owner_id", "team_id", "status", "kind", "tier")
    team = str(shop.cast.teams["after_sales"].id)
    canned = save_reply(Wording("发货", {"zh-Hans": "明天发货"}), viewer=shop.viewer("zhao"), at=shop.now)
    steps = {"kind": "complaint", "tier": "urgent", "team": team, "reason": "x", "canned": str(canned.id)}
    batch = asked(shop, cases, outcome="solved", cause="logistics", **steps)
    run(shop, batch)
    assert {row[0] for row in fresh(cases, "status")} == {"resolved"}

    assert undo(shop, batch) == {"undone": 3}

    assert fresh(cases, "owner_id", "team_id", "status", "kind", "tier") == before
    replies = Message.objects.filter(direction="out", is_auto=False)
    assert set(replies.values_list("status", flat=True)) == {"undone"}
    assert undo(shop, batch) == {"undone": 3}


def test_what_somebody_changed_since_stays_as_they_left_it(shop: Shop, cases: list[Case]) -> None:
    batch = asked(shop, cases, tier="value_added")
    run(shop, batch)
    to = shop.cast.people["zhao"].id
    assign_case(case_id=cases[0].id, viewer=shop.viewer("zhao"), at=shop.now, member_id=to, reason="cannot_wait")

    assert undo(shop, batch) == {"undone": 2, "kept": 1}

    assert sorted(row[0] for row in fresh(cases, "tier")) == ["regular", "regular", "value_added"]


def test_a_run_that_is_killed_goes_on_where_it_ended_and_does_nothing_twice(shop: Shop, cases: list[Case]) -> None:
    batch = asked(shop, cases, note="一次")
    begin_batch(batch_id=batch.id, viewer=shop.viewer("zhao"), at=shop.now)

    assert work_batch(batch.id, moment(shop), most=2) == 1
    assert work_batch(batch.id, moment(shop)) == 0
    assert work_batch(batch.id, moment(shop)) == 0

    assert Message.objects.filter(direction="note").count() == 3
    batch.refresh_from_db()
    assert (batch.state, batch.finished_at) == ("done", shop.now)


def test_only_what_one_may_see_is_touched_and_a_batch_is_its_askers(shop: Shop, cases: list[Case]) -> None:
    with pytest.raises(NothingChosen):
        asked(shop, cases, "sun", note="x")
    batch = asked(shop, cases, note="x")

    assert batch_of(shop.viewer("li"), batch.id) is None
    with pytest.raises(BatchNotFound):
        begin_batch(batch_id=batch.id, viewer=shop.viewer("li"), at=shop.now)
    shop.cast.people["zhao"].grants.update(team=shop.cast.teams["after_sales"])
    Case.objects.update(owner=None)
    assert run(shop, batch) == {"refused": 3}  # rights are looked at when it is done
    assert not Message.objects.filter(direction="note").exists()


def test_asking_again_forgets_what_was_only_asked(shop: Shop, cases: list[Case]) -> None:
    first = asked(shop, cases, note="x")
    done = asked(shop, cases, note="y")
    run(shop, done)
    asked(shop, cases, note="z")

    assert not Batch.objects.filter(id=first.id).exists()
    assert Batch.objects.count() == 2


def test_a_macro_that_names_what_is_gone_says_what_to_mend(shop: Shop, cases: list[Case]) -> None:
    canned = save_reply(Wording("发货", {"zh-Hans": "明天发货"}), viewer=shop.viewer("zhao"), at=shop.now)
    li, team = shop.cast.people["li"], shop.cast.teams["customer_relations"]
    steps = Steps(member=str(li.id), team=str(team.id), reason="x", canned=str(canned.id))
    macro = save_macro(NewMacro("转", steps), viewer=shop.viewer("zhao"), at=shop.now)
    li.is_active = False
    li.save()
    team.settings.delete()
    team.delete()
    canned.retired_at = shop.now
    canned.save()

    with pytest.raises(MacroBroken) as refused:
        asked(shop, cases, **macro.steps)

    assert refused.value.detail == "team,member,canned"
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        (Steps(), MacroEmpty),
        (Steps(reason="x"), MacroEmpty),
        (Steps(outcome="solved"), MacroBroken),
        (Steps(kind="pigeon"), MacroBroken),
        (Steps(team="not an id"), MacroBroken),
        (Steps(snooze_hours=-1), MacroBroken),
    ],
)
def test_steps_that_make_no_sense_are_no_macro(shop: Shop, steps: Steps, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check(steps, shop.viewer("zhao"))
    with pytest.raises(refusal):
        save_macro(NewMacro("x", steps), viewer=shop.viewer("zhao"), at=shop.now)
    assert not Macro.objects.exists()


def test_macros_are_shared_like_canned_replies(shop: Shop) -> None:
    steps, zhao, li = Steps(note="x"), shop.viewer("zhao"), shop.viewer("li")
    team = shop.cast.teams["reception"].id
    own = save_macro(NewMacro("我的", steps), viewer=zhao, at=shop.now)
    shared = save_macro(NewMacro("组", steps, "team", team), viewer=zhao, at=shop.now)

    assert list(macros(li)) == [shared]
    assert not macros(shop.viewer("sun")).exists()
    with pytest.raises(ShareNotAllowed):
        save_macro(NewMacro("组", steps, "team", team), viewer=li, at=shop.now)
    with pytest.raises(ShareNotAllowed):
        save_macro(NewMacro("改", steps), viewer=li, at=shop.now, macro_id=shared.id)
    with pytest.raises(MacroNotFound):
        save_macro(NewMacro("改", steps), viewer=li, at=shop.now, macro_id=own.id)


def test_taking_back_many_takes_rows_of_many_only_once(shop: Shop, cases: list[Case]) -> None:
    batch = asked(shop, cases, outcome="solved", cause="product")
    run(shop, batch)
    undo(shop, batch)

    reopened = Event.objects.filter(type="cases.CaseReopened")
    assert reopened.count() == 3
    assert {event.actor for event in reopened} == {shop.viewer("zhao").actor}
