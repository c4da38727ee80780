"""Initiatives: who begins them, what each stage needs, what came of them, who is reminded."""

from datetime import date, timedelta
from typing import Any

import pytest

from zhoudao.conduct.improvement.commands.initiatives import (
    begin_initiative,
    change_initiative,
    decide_initiative,
    move_initiative,
    note_result,
    remind_of_initiative,
)
from zhoudao.conduct.improvement.commands.measures import add_measure, drop_measure, tick_measure, tie_case, untie_case
from zhoudao.conduct.improvement.drafts import Draft, Goal, Origin
from zhoudao.conduct.improvement.models import Initiative, Measure
from zhoudao.conduct.improvement.queries.register import Asked, board, closed_lately, of_case, page
from zhoudao.conduct.improvement.refusals import (
    CaseNotFound,
    DecisionMissing,
    GoalMissing,
    GoalUnsound,
    InitiativeNotFound,
    InitiativeUnsound,
    MeasuresMissing,
    MeasuresOpen,
    NotThere,
    ResultMissing,
)
from zhoudao.conduct.improvement.telling import register_kinds
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.targets.tests.days import lived

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "cases.first_reply"


@pytest.fixture
def shop() -> Shop:
    register_kinds()
    return open_shop()


def a_draft(shop: Shop, owner: str = "admin", **more: Any) -> Draft:
    """Eight weeks to halve what is lost."""
    goal = more.pop("goal", Goal(words="每月小时数", baseline=120.0, target=60.0))
    due = shop.now.date() + timedelta(days=56)
    return Draft(title="少转一次手", owner_id=shop.cast.people[owner].pk, due_date=due, goal=goal, **more)


def begun(shop: Shop, owner: str = "admin", **more: Any) -> Initiative:
    return begin_initiative(draft=a_draft(shop, owner, **more), viewer=shop.viewer("admin"), at=shop.now)


def moved(shop: Shop, one: Initiative, stage: str, who: str = "admin") -> Initiative:
    now = Initiative.objects.get(id=one.id)
    return move_initiative(initiative_id=one.id, seen=now.stage, stage=stage, viewer=shop.viewer(who), at=shop.now)


def with_measure(shop: Shop, one: Initiative, *, is_done: bool = False) -> Measure:
    made = add_measure(initiative_id=one.id, words="一人跟到底", viewer=shop.viewer("admin"), at=shop.now)
    if is_done:
        ticked(shop, one, made)
    return made


def ticked(shop: Shop, one: Initiative, measure: Measure, who: str = "admin") -> Measure:
    asked: dict[str, Any] = {"measure_id": measure.id, "is_done": True, "viewer": shop.viewer(who), "at": shop.now}
    return tick_measure(initiative_id=one.id, **asked)


def test_it_goes_from_plan_to_decision_and_each_stage_asks_for_what_it_needs(shop: Shop) -> None:
    one, admin = begun(shop, goal=Goal()), shop.viewer("admin")
    with pytest.raises(GoalMissing):
        moved(shop, one, "do")
    change_initiative(initiative_id=one.id, draft=a_draft(shop), viewer=admin, at=shop.now)
    with pytest.raises(MeasuresMissing):
        moved(shop, one, "do")
    measure = with_measure(shop, one)
    moved(shop, one, "do")
    with pytest.raises(MeasuresOpen):
        moved(shop, one, "check")
    ticked(shop, one, measure)
    moved(shop, one, "check")
    with pytest.raises(ResultMissing):
        moved(shop, one, "act")
    shop.later(days=30)
    note_result(initiative_id=one.id, value=70.0, viewer=admin, at=shop.now)
    moved(shop, one, "act")
    with pytest.raises(DecisionMissing):
        decide_initiative(initiative_id=one.id, decision="standardise", reason=" ", viewer=admin, at=shop.now)
    decide_initiative(initiative_id=one.id, decision="standardise", reason="有效", viewer=admin, at=shop.now)
    one.refresh_from_db()
    assert (one.stage, one.decision, one.result, one.result_date) == ("closed", "standardise", 70.0, shop.now.date())
    types = [line.type.partition(".")[2] for line in timeline([one.id])]
    moves = ["InitiativeMoved"] * 4
    assert types == [
        "InitiativeBegun", "InitiativeChanged", moves[0], "MeasureTicked", moves[1], "ResultNoted", moves[2],
        "InitiativeDecided", moves[3],
    ]  # fmt: skip


def test_a_result_to_be_bettered_begins_the_next_round_from_what_was_reached(shop: Shop) -> None:
    one, admin = begun(shop), shop.viewer("admin")
    with_measure(shop, one, is_done=True)
    for stage in ("do", "check"):
        moved(shop, one, stage)
    note_result(initiative_id=one.id, value=90.0, viewer=admin, at=shop.now)
    moved(shop, one, "act")
    decide_initiative(initiative_id=one.id, decision="adapt", reason="只到一半", viewer=admin, at=shop.now)
    one.refresh_from_db()
    assert (one.stage, one.round, one.baseline, one.target, one.result) == ("plan", 2, 90.0, 60.0, None)
    assert (one.decision, one.reason) == ("adapt", "只到一半")


def test_it_does_not_jump_and_goes_on_only_from_where_it_was_seen(shop: Shop) -> None:
    one, admin = begun(shop), shop.viewer("admin")
    with_measure(shop, one, is_done=True)
    for seen, stage in (("plan", "check"), ("do", "check"), ("plan", "closed"), ("x", "do")):
        with pytest.raises(NotThere):
            move_initiative(initiative_id=one.id, seen=seen, stage=stage, viewer=admin, at=shop.now)
    moved(shop, one, "do")
    moved(shop, one, "plan")
    decide_initiative(initiative_id=one.id, decision="drop", reason="不值得", viewer=admin, at=shop.now)
    with pytest.raises(NotThere):
        change_initiative(initiative_id=one.id, draft=a_draft(shop), viewer=admin, at=shop.now)
    with pytest.raises(NotThere):
        with_measure(shop, one)


def test_a_figures_baseline_and_result_are_counted_from_its_days(shop: Shop) -> None:
    lived(CODE, [60.0] * 28, until=shop.now.date())
    one = begun(shop, goal=Goal(metric=CODE, target=30.0))
    assert one.baseline == 60.0
    with_measure(shop, one, is_done=True)
    moved(shop, one, "do")
    moved(shop, one, "check")
    one.refresh_from_db()
    assert one.result is None, "the day it began is not over"
    with pytest.raises(ResultMissing):
        note_result(initiative_id=one.id, value=None, viewer=shop.viewer("admin"), at=shop.now)
    shop.later(days=8)
    lived(CODE, [20.0] * 7, until=shop.now.date())
    note_result(initiative_id=one.id, value=None, viewer=shop.viewer("admin"), at=shop.now)
    one.refresh_from_db()
    assert one.result == 20.0, "only whole days since it began"


@pytest.mark.parametrize(
    "wrong",
    [Goal(metric="no.such"), Goal(metric="cases.promises_kept", target=1.5), Goal(words="x", target=-1.0)],
)
def test_a_goal_that_cannot_be_is_refused(shop: Shop, wrong: Goal) -> None:
    with pytest.raises(GoalUnsound):
        begun(shop, goal=wrong)


def test_an_initiative_without_title_owner_or_a_day_ahead_is_refused(shop: Shop) -> None:
    admin, draft = shop.viewer("admin"), a_draft(shop)
    wrong: list[dict[str, Any]] = [
        {"title": " "},
        {"owner_id": None},
        {"due_date": shop.now.date() - timedelta(days=1)},
        {"due_date": date(2030, 1, 1)},
    ]
    for one in wrong:
        given = {"title": draft.title, "owner_id": draft.owner_id, "due_date": draft.due_date} | one
        with pytest.raises(InitiativeUnsound):
            begin_initiative(draft=Draft(**given), viewer=admin, at=shop.now)


def test_its_owner_works_on_it_and_nobody_else_without_the_right(shop: Shop) -> None:
    with pytest.raises(InitiativeNotFound):
        begin_initiative(draft=a_draft(shop), viewer=shop.viewer("zhou"), at=shop.now)
    one = begun(shop, owner="wang")
    measure = with_measure(shop, one)
    moved(shop, one, "do", who="wang")
    with pytest.raises(InitiativeNotFound):
        ticked(shop, one, measure, who="li")
    ticked(shop, one, measure, who="wang")
    Grant.objects.filter(user=shop.cast.people["admin"]).update(store=shop.cast.stores["web"])
    with pytest.raises(InitiativeNotFound):
        moved(shop, one, "check")


def test_an_owner_is_told_once_of_what_is_theirs_and_once_that_it_is_late(shop: Shop) -> None:
    one = begun(shop, owner="wang")
    assert [notice.user.name for notice in Notice.objects.filter(kind="initiative")] == ["王芳"]
    shop.later(days=57)
    assert [remind_of_initiative(one.id, at=shop.now) for _ in range(2)] == [True, False]
    assert [notice.user.name for notice in Notice.objects.filter(kind="initiative_late")] == ["王芳"]
    change_initiative(
        initiative_id=one.id, draft=a_draft(shop, "wang"), viewer=shop.viewer("admin"), at=shop.now
    )  # a new day
    shop.later(days=57)
    assert remind_of_initiative(one.id, at=shop.now)
    assert Notice.objects.filter(kind="initiative_late").count() == 2
    decide_initiative(initiative_id=one.id, decision="drop", reason="x", viewer=shop.viewer("admin"), at=shop.now)
    assert not remind_of_initiative(one.id, at=shop.now)


def test_cases_are_tied_both_ways_and_only_those_one_may_see(shop: Shop) -> None:
    case = shop.hears("又转给别人了？")
    one = begun(shop, owner="wang")
    admin = shop.viewer("admin")
    for _ in range(2):
        tie = tie_case(initiative_id=one.id, number=case.number, viewer=admin, at=shop.now)
    assert [found.id for found in of_case([case.id])] == [one.id]
    with pytest.raises(CaseNotFound):
        tie_case(initiative_id=one.id, number="C2026-999999", viewer=admin, at=shop.now)
    untie_case(initiative_id=one.id, tie_id=tie.id, viewer=admin)
    assert of_case([case.id]) == []


def test_what_is_written_names_no_customer(shop: Shop) -> None:
    one = begun(shop, problem="客户 13912345678 等了三天")
    assert "13912345678" not in one.problem
    events = Event.objects.filter(primary_id=one.id).values_list("attributes", flat=True)
    assert "少转一次手" not in str(list(events)), "an event holds no words"


def test_the_board_shows_what_is_asked_for(shop: Shop) -> None:
    today = shop.now.date()
    mine = begun(shop, owner="wang", flow_key="complaint")
    other = begun(shop)
    assert [one.id for one in board(Asked(owner_id=mine.owner_id), today=today)["plan"]] == [mine.id]
    assert [one.id for one in board(Asked(flow="complaint"), today=today)["plan"]] == [mine.id]
    assert board(Asked(is_late=True), today=today)["plan"] == []
    assert len(board(Asked(is_late=True), today=today + timedelta(days=60))["plan"]) == 2
    decide_initiative(initiative_id=other.id, decision="drop", reason="x", viewer=shop.viewer("admin"), at=shop.now)
    assert [one.id for one in closed_lately(Asked(), today=today)] == [other.id]
    assert [one.id for one in page(Asked(stage="closed"), today=today, after=None)[0]] == [other.id]
    assert len(page(Asked(stage="all"), today=today, after=None)[0]) == 2


def test_the_list_goes_on_where_the_page_before_ended(shop: Shop) -> None:
    for _ in range(27):
        shop.later(minutes=1)
        begun(shop)
    first, after = page(Asked(), today=shop.now.date(), after=None)
    second, end = page(Asked(), today=shop.now.date(), after=after)
    assert (len(first), len(second), end) == (25, 2, None)
    assert len({one.id for one in [*first, *second]}) == 27


def test_what_is_not_to_be_done_after_all_is_taken_away(shop: Shop) -> None:
    one = begun(shop)
    done, open_ = with_measure(shop, one, is_done=True), with_measure(shop, one)
    for measure in (done, open_):
        drop_measure(initiative_id=one.id, measure_id=measure.id, viewer=shop.viewer("admin"))
    assert list(one.measures.all()) == [done]


def test_where_it_comes_from_is_kept(shop: Shop) -> None:
    origin = Origin("finding", report_name="三月", place=2, finding={"kind": "slow"}, pattern="merge", gain=(4.0, 9.0))
    one = begin_initiative(draft=a_draft(shop), origin=origin, viewer=shop.viewer("admin"), at=shop.now)
    one.refresh_from_db()
    assert (one.report_name, one.finding_place, one.finding, one.pattern) == ("三月", 2, {"kind": "slow"}, "merge")
    assert (one.gain_least, one.gain_most) == (4.0, 9.0)
