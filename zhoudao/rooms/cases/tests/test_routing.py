"""Who gets which case: rules, adviser, who knows the customer, order, overflow, and what no rule fits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from zhoudao.engines.routing import is_same
from zhoudao.ground.decisions.commands import publish
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.commands.queueing import fill_queue
from zhoudao.rooms.cases.commands.rerouting import overflow_case
from zhoudao.rooms.cases.commands.snoozing import snooze_case
from zhoudao.rooms.cases.commands.taking import take_next
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.routing import decisions_of, replayed
from zhoudao.rooms.cases.refusals import AtCapacity, MemberUnavailable, OutOfOrder
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.staff.commands import Terms, join_team, leave_team, set_availability, set_pushing, set_terms
from zhoudao.rooms.staff.models import Member

pytestmark = pytest.mark.django_db(transaction=True)
ASKS = "请问桌子什么时候到？"
SMOKES = "洗衣机漏水，冒烟了！"
LEAD = By("user:lead")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def fresh(case: Case) -> Case:
    return Case.objects.get(id=case.id)


def why(case: Case) -> str:
    return str(Event.objects.filter(primary_id=case.id, type="cases.CaseRouted").latest("seq").attributes["why"])


def told(case: Case, name: str) -> list[dict[str, Any]]:
    rows = Event.objects.filter(primary_id=case.id, type=f"cases.{name}").order_by("seq")
    return list(rows.values_list("attributes", flat=True))


def terms(shop: Shop, name: str, **said: Any) -> None:
    usual: dict[str, Any] = {"capacity": 3, "languages": (), "skills": (), "calendar_id": None}
    set_terms(user_id=shop.cast.people[name].pk, terms=Terms(**usual | said), by=LEAD, at=shop.now)
    dispatch.drain()


def present(shop: Shop, *names: str) -> None:
    """Only these of reception are there."""
    for name in ("wang", "li", "zhao"):
        here = name in names
        set_availability(user_id=shop.cast.people[name].pk, is_available=here, by=LEAD, at=shop.now)
    dispatch.drain()


def rules(shop: Shop, key: str, rows: list[dict[str, str]], outputs: list[str]) -> None:
    """This will publish a table with these rows: `when` is an expression over kind."""
    live = DecisionVersion.objects.get(key=key, is_live=True)
    fields = {"hitPolicy": "first", "inputs": [{"id": "kind", "name": "kind", "field": "kind"}]}
    content = fields | {"outputs": [{"id": one, "name": one, "field": one} for one in outputs], "rules": rows}
    asked = {"kind": "inquiry", "tier": "regular", "value_class": "", "language": "", "channel": "", "store": ""}
    expected = _first(rows, outputs)
    tests = [{"name": "it answers", "inputs": asked | {"kind": rows[0]["kind"].strip("'")}, "expect": expected}]
    publish(key=key, content=content, inputs=live.inputs, tests=tests, by=LEAD, at=shop.now)
    dispatch.drain()


def _first(rows: list[dict[str, str]], outputs: list[str]) -> Mapping[str, object]:
    said = {name: rows[0].get(name, "") for name in outputs}
    return {name: int(text) if text.isdigit() else text.strip("'") for name, text in said.items() if text}


def test_a_decision_is_kept_with_all_that_went_in_and_comes_out_the_same_again(shop: Shop) -> None:
    cases = [shop.hears(ASKS, who=f"v-{n}") for n in range(11)]
    resolve_case(case_id=cases[0].id, outcome="a", cause="b", viewer=shop.viewer("zhao"), at=shop.later(minutes=1))
    dispatch.drain()
    decision = told(cases[0], "CaseRouted")[0]
    assert decision["rules"] == {"cases.routing": [1, 5], "cases.queueing": [1, 6]}
    assert decision["asked"]["kind"] == "inquiry"
    assert len(decision["decision"]["people"]) == 3
    assert is_same(decision["decision"])
    assert [why(case) for case in cases[8:]] == ["only_one", "only_one", "all_full"]
    found = replayed(Event.objects.filter(type="cases.CaseRouted"))
    assert len(found) == Event.objects.filter(type="cases.CaseRouted").count() == 12
    assert all(one.is_same for one in found)
    assert [one.why for one in decisions_of(cases[9].id)] == ["all_full", "only_one"]


def test_a_rule_sends_cases_another_way_outside_the_hours_and_the_decision_can_be_made_again(shop: Shop) -> None:
    live = DecisionVersion.objects.get(key="cases.routing", is_live=True)
    fields = {"hitPolicy": "first", "inputs": [{"id": one, "name": one, "field": one} for one in ("in_hours", "hour")]}
    night = {"_id": "r1", "in_hours": "false", "hour": ">= 18 or < 9", "team": "'customer_relations'"}
    by_day = {"_id": "r2", "in_hours": "", "hour": "", "team": "'reception'"}
    outputs = [{"id": "team", "name": "team", "field": "team"}]
    asked = dict.fromkeys(live.inputs, "") | {"in_hours": False, "hour": 22}
    publish(
        key="cases.routing",
        content=fields | {"outputs": outputs, "rules": [night, by_day]},
        inputs=live.inputs | {"in_hours": "boolean", "hour": "number"},
        tests=[{"name": "at night", "inputs": asked, "expect": {"team": "customer_relations"}}],
        by=LEAD,
        at=shop.now,
    )
    dispatch.drain()
    by_daylight = shop.hears(ASKS, who="v-day")
    shop.now += timedelta(hours=12)
    at_night = shop.hears(ASKS, who="v-night")
    teams = [case.team.code if case.team else "" for case in (by_daylight, at_night)]
    assert teams == ["reception", "customer_relations"]
    assert [told(case, "CaseRouted")[0]["asked"]["in_hours"] for case in (by_daylight, at_night)] == [True, False]
    assert all(one.is_same for one in replayed(Event.objects.filter(type="cases.CaseRouted")))


def test_a_case_its_tier_table_has_no_row_for_is_opened_as_a_regular_one(shop: Shop) -> None:
    live = DecisionVersion.objects.get(key="cases.tier", is_live=True)
    asked = dict.fromkeys(live.inputs, "") | {"urgent": False, "kind": "care"}
    content = live.content | {"rules": [{**live.content["rules"][-1], "kind": "'care'", "tier": "'gold'"}]}
    tests = [{"name": "care", "inputs": asked, "expect": {"tier": "gold"}}]
    publish(key="cases.tier", content=content, inputs=live.inputs, tests=tests, by=LEAD, at=shop.now)
    assert [shop.hears(ASKS, who="v-1").tier, shop.hears("回访", who="v-2").tier] == ["regular", "regular"]


def test_a_decision_that_was_tampered_with_or_a_table_that_answers_otherwise_is_found(shop: Shop) -> None:
    case = shop.hears(ASKS)
    event = Event.objects.get(primary_id=case.id, type="cases.CaseRouted")
    event.attributes["decision"]["chosen"] = str(shop.cast.people["sun"].pk)
    assert not replayed([event])[0].is_same
    event.refresh_from_db()
    event.attributes["rules"]["cases.routing"] = [1, 2]
    assert not replayed([event])[0].is_same


def test_the_adviser_is_given_their_customers_case_also_when_others_are_less_busy(shop: Shop) -> None:
    shop.hears(ASKS, who="first")
    adviser = shop.cast.people["sun"]  # of another team
    customer = shop.hears("hello", who="vip").customer
    Customer.objects.filter(id=customer.id).update(adviser=adviser)
    close_everything(shop)
    case = shop.hears(ASKS, who="vip")
    assert (case.owner, why(case)) == (adviser, "adviser")


def test_a_busy_adviser_is_waited_for_and_then_somebody_else_is_asked(shop: Shop) -> None:
    present(shop, "wang", "li")
    wang = shop.cast.people["wang"]
    customer = shop.hears(ASKS, who="vip").customer
    Customer.objects.filter(id=customer.id).update(adviser=wang)
    close_everything(shop)
    terms(shop, "wang", capacity=1)
    assert shop.hears(ASKS, who="vip").owner == wang
    Case.objects.update(conversation=None)
    second = shop.hears("又有一个问题", who="vip2")
    Customer.objects.filter(id=second.customer_id).update(adviser=wang)
    close_case(case_id=second.id, viewer=shop.viewer("zhao"), at=shop.now, outcome="a", cause="b")
    dispatch.drain()
    held = shop.hears("还有一个问题", who="vip2")
    assert (held.owner, why(held)) == (None, "held_adviser")
    assert held.needs["adviser_until"] == (shop.now + timedelta(minutes=15)).isoformat()
    team = shop.cast.teams["reception"].id
    assert fill_queue(team, at=shop.later(minutes=14)) == 0
    assert fill_queue(team, at=shop.later(minutes=1)) == 1
    assert fresh(held).owner == shop.cast.people["li"]


def test_whoever_had_the_customers_last_case_is_asked_first(shop: Shop) -> None:
    first = shop.hears(ASKS, who="regular")
    close_everything(shop)
    for number in range(3):
        shop.hears(ASKS, who=f"v-{number}")
    again = shop.hears("又坏了", who="regular")
    assert (again.owner_id, why(again)) == (first.owner_id, "known")


def test_a_language_nobody_free_speaks_does_not_stop_the_line_behind(shop: Shop) -> None:
    present(shop, "wang")
    terms(shop, "wang", languages=("zh-Hans",))
    english = shop.hears("Where is my table? It should have been here last week.", who="a")
    assert (english.owner, why(english)) == (None, "nobody_here"), "the others would understand it, but are away"
    chinese = shop.hears(ASKS, who="b")
    assert chinese.owner == shop.cast.people["wang"]
    terms(shop, "wang", languages=("zh-Hans", "en"))
    assert fresh(english).owner == shop.cast.people["wang"], "the line is served when somebody learns it"


def test_a_language_nobody_of_the_team_speaks_is_told_to_a_lead(shop: Shop) -> None:
    for name in ("wang", "li", "zhao"):
        terms(shop, name, languages=("zh-Hans",))
    english = shop.hears("Where is my table? It should have been here last week.", who="a")
    assert (english.owner, why(english)) == (None, "nobody_able")
    notices = Notice.objects.filter(kind="stranded")
    assert [notice.user for notice in notices] == [shop.cast.people["zhao"]], "the lead of reception"
    shop.hears("Where is my chair?", who="b")
    assert notices.count() == 1, "once an hour for the same reason"


def test_the_line_is_served_when_somebody_comes_back_gets_more_room_or_joins(shop: Shop) -> None:
    present(shop)
    cases = [shop.hears(ASKS, who=f"v-{n}") for n in range(4)]
    assert [why(case) for case in cases] == ["nobody_here"] * 4
    terms(shop, "wang", capacity=1)
    present(shop, "wang")
    assert [bool(fresh(case).owner) for case in cases] == [True, False, False, False]
    terms(shop, "wang", capacity=2)
    assert [bool(fresh(case).owner) for case in cases] == [True, True, False, False]
    sun = shop.cast.people["sun"]
    join_team(user_id=sun.pk, team=shop.cast.teams["reception"], by=LEAD, at=shop.now)
    dispatch.drain()
    assert [fresh(case).owner for case in cases[2:]] == [sun, sun]


def test_snoozing_makes_room_for_the_next(shop: Shop) -> None:
    present(shop, "wang")
    terms(shop, "wang", capacity=1)
    first, second = shop.hears(ASKS, who="a"), shop.hears(ASKS, who="b")
    until = shop.now + timedelta(hours=3)
    snooze_case(case_id=first.id, until=until, viewer=shop.viewer("wang"), at=shop.now)
    dispatch.drain()
    assert fresh(second).owner == shop.cast.people["wang"]


def test_off_shift_nobody_is_given_anything_and_the_shift_begins_with_the_line(shop: Shop) -> None:
    shop.now = shop.now.replace(hour=12)  # eight in the evening
    case = shop.hears(ASKS)
    assert (case.owner, why(case)) == (None, "nobody_here")
    shop.now = (shop.now + timedelta(days=1)).replace(hour=1)  # nine in the morning
    assert fill_queue(shop.cast.teams["reception"].id, at=shop.now) == 1


def test_nobody_jumps_the_line_but_whom_a_rule_lets(shop: Shop) -> None:
    present(shop)
    first, second = shop.hears(ASKS, who="a"), shop.hears(ASKS, who="b")
    vip = shop.hears(ASKS, who="c")
    Case.objects.filter(id=vip.id).update(rank=2)
    Member.objects.filter(user=shop.cast.people["wang"]).update(is_available=True, capacity=2)  # nobody has heard yet
    newcomer = shop.hears(ASKS, who="d")
    assert newcomer.owner is None
    assert why(newcomer) == "line"
    assert [bool(fresh(case).owner) for case in (first, second, vip)] == [True, False, True]


def test_a_large_case_takes_more_of_a_capacity(shop: Shop) -> None:
    present(shop, "wang")
    complaints = [shop.hears("我要投诉！服务态度太差了", who=f"v-{n}") for n in range(2)]
    assert {case.kind for case in complaints} == {"complaint"}
    join_team(user_id=shop.cast.people["wang"].pk, team=shop.cast.teams["customer_relations"], by=LEAD, at=shop.now)
    dispatch.drain()
    assert complaints[0].points == 2
    assert [bool(fresh(case).owner) for case in complaints] == [True, False], "three points hold one complaint of two"


def test_an_emergency_goes_to_the_rapid_reaction_group_and_overflows_after_five_minutes(shop: Shop) -> None:
    case = shop.hears(SMOKES)
    assert (case.team, case.owner, why(case)) == (shop.cast.teams["rapid_reaction"], None, "nobody_in_team")
    assert not overflow_case(case.id, at=shop.later(minutes=4))
    assert overflow_case(case.id, at=shop.later(minutes=1))
    moved = fresh(case)
    assert (moved.team, moved.queued_at) == (shop.cast.teams["reception"], case.queued_at)
    assert moved.owner is not None
    assert told(case, "CaseAssigned")[0]["how"] == "overflow"
    assert not overflow_case(case.id, at=shop.now), "once"


def test_overflow_to_a_team_that_is_gone_leaves_the_case_and_tells_a_lead(shop: Shop) -> None:
    case = shop.hears(SMOKES)
    Case.objects.filter(id=case.id).update(needs={"overflow_team": "dissolved"})
    assert not overflow_case(case.id, at=shop.later(minutes=5))
    assert fresh(case).team == shop.cast.teams["rapid_reaction"]
    assert [one["why"] for one in told(case, "CaseStranded")] == ["nobody_in_team", "overflow_gone"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"kind": "'care'", "team": "'reception'"}, "no_rule"),
        ({"kind": "'inquiry'", "team": "'dissolved'"}, "team_gone"),
    ],
)
def test_what_no_rule_fits_waits_to_be_seen_a_lead_is_told_and_new_rules_take_it_up(
    shop: Shop, row: dict[str, str], reason: str
) -> None:
    rules(shop, "cases.routing", [row], ["team"])
    case = shop.hears(ASKS)
    assert (case.owner, case.team, why(case)) == (None, shop.cast.teams["reception"], reason)
    assert [one["why"] for one in told(case, "CaseStranded")] == [reason]
    assert fill_queue(shop.cast.teams["reception"].id, at=shop.now) == 0, "only people may decide"
    rules(shop, "cases.routing", [{"kind": "'inquiry'", "team": "'after_sales'"}], ["team"])
    assert fresh(case).owner == shop.cast.people["sun"]


def test_what_no_rule_fits_can_be_given_by_hand(shop: Shop) -> None:
    rules(shop, "cases.routing", [{"kind": "'care'", "team": "'reception'"}], ["team"])
    case = shop.hears(ASKS)
    assign_case(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now, team_id=shop.cast.teams["reception"].id)
    dispatch.drain()
    assert fresh(case).owner is not None


@pytest.mark.parametrize("rank", ["'soon'", "-4", "99999", "1.5", "null"])
def test_a_table_that_answers_nonsense_keeps_what_is_usual_within_bounds(shop: Shop, rank: str) -> None:
    rows = [{"kind": "'care'", "rank": "1"}, {"kind": "", "rank": rank}]
    rules(shop, "cases.queueing", rows, ["rank"])
    case = shop.hears(ASKS)
    assert case.owner is not None
    assert 0 <= case.rank <= 9


def test_a_case_whose_kind_or_tier_changes_while_it_waits_is_asked_about_anew(shop: Shop) -> None:
    from zhoudao.rooms.cases.commands.classifying import classify_case

    present(shop)
    case = shop.hears(ASKS)
    classify_case(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=3), kind="after_sales")
    dispatch.drain()
    moved = fresh(case)
    assert (moved.team, moved.owner) == (shop.cast.teams["after_sales"], shop.cast.people["sun"])
    assert moved.queued_at == case.queued_at


def test_a_team_that_pulls_is_given_nothing_and_takes_in_order(shop: Shop) -> None:
    reception = shop.cast.teams["reception"]
    set_pushing(team=reception, pushes=False, by=LEAD, at=shop.now)
    cases = [shop.hears(ASKS, who=f"v-{n}") for n in range(3)]
    assert [why(case) for case in cases] == ["pull"] * 3
    wang = shop.viewer("wang")
    taken = take_next(viewer=wang, at=shop.now)
    assert taken is not None
    assert (taken.id, taken.owner_id, why(cases[0])) == (cases[0].id, wang.user_id, "next")
    assert told(cases[0], "CaseAssigned")[0]["how"] == "pull"
    set_pushing(team=reception, pushes=True, by=LEAD, at=shop.now)
    dispatch.drain()
    assert all(fresh(case).owner for case in cases), "from now on it is pushed"


def test_taking_out_of_order_needs_a_reason_and_leaves_an_event(shop: Shop) -> None:
    set_pushing(team=shop.cast.teams["reception"], pushes=False, by=LEAD, at=shop.now)
    first, second = shop.hears(ASKS, who="a"), shop.hears(ASKS, who="b")
    wang = shop.viewer("wang")
    with pytest.raises(OutOfOrder):
        assign_case(case_id=second.id, viewer=wang, at=shop.now, member_id=wang.user_id)
    assert fresh(second).owner is None
    assign_case(case_id=second.id, viewer=wang, at=shop.now, member_id=wang.user_id, reason="customer_asked")
    assert told(second, "TakenOutOfOrder") == [{"reason": "customer_asked", "following": str(first.id)}]
    assign_case(case_id=first.id, viewer=wang, at=shop.now, member_id=wang.user_id)
    assert told(first, "TakenOutOfOrder") == [], "it was their turn"


def test_words_of_a_reason_are_not_written_into_the_log(shop: Shop) -> None:
    set_pushing(team=shop.cast.teams["reception"], pushes=False, by=LEAD, at=shop.now)
    shop.hears(ASKS, who="a")
    second, wang = shop.hears(ASKS, who="b"), shop.viewer("wang")
    assign_case(case_id=second.id, viewer=wang, at=shop.now, member_id=wang.user_id, reason="王小姐打了电话")
    assert told(second, "TakenOutOfOrder")[0]["reason"] == "other"


def test_who_has_no_room_or_no_team_is_given_no_next_case(shop: Shop) -> None:
    shop.hears(ASKS)
    terms(shop, "wang", capacity=0)
    with pytest.raises(AtCapacity):
        take_next(viewer=shop.viewer("wang"), at=shop.now)
    with pytest.raises(MemberUnavailable):
        take_next(viewer=shop.viewer("admin"), at=shop.now)
    leave_team(user_id=shop.cast.people["wang"].pk, team=shop.cast.teams["reception"], by=LEAD, at=shop.now)
    with pytest.raises(MemberUnavailable):
        take_next(viewer=shop.viewer("wang"), at=shop.now)


def test_somebody_who_may_not_sign_in_any_more_is_given_nothing(shop: Shop) -> None:
    present(shop, "wang")
    wang = shop.cast.people["wang"]
    wang.is_active = False
    wang.save()
    assert shop.hears(ASKS).owner is None


def close_everything(shop: Shop) -> None:
    for case in Case.objects.exclude(status="closed"):
        close_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, outcome="a", cause="b")
    dispatch.drain()
    shop.later(minutes=1)
