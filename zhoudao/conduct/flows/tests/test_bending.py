"""One case leaves its drawn way: what is left out, done again, put in, given to others, moved – and taken back."""

from datetime import timedelta

import pytest

from zhoudao.conduct.flows.bends import Why, note_of, set_limit, words_of
from zhoudao.conduct.flows.commands import cancel_run
from zhoudao.conduct.flows.commands.bent_tasks import Doer
from zhoudao.conduct.flows.models import Bend, Incident, Run, RunStatus, Task, Timer
from zhoudao.conduct.flows.queries import case_flow, progress
from zhoudao.conduct.flows.refusals import (
    BendGetsStuck,
    BendLimitReached,
    BendNotAllowed,
    BendOver,
    BendReasonMissing,
    BendUnsound,
    DateTooFar,
    DateUnsound,
    FormIncomplete,
    NobodyThere,
    RunNotMoving,
    StepNotFound,
    StepNotOpen,
    StepProtected,
)
from zhoudao.conduct.flows.registry import Call
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench, commands, facts_of
from zhoudao.conduct.flows.tests.bending import WHY, Bender, a_bender
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.refusals import CaseNotFound

pytestmark = pytest.mark.django_db
LINE = """
    start s
    user first text=受理 target=PT4H
    user second text=核实 team=after_sales
    user third text=答复
    end e
    s -> first -> second -> third -> e
"""
FORK = """
    start s
    user look form=fault,note
    xor x default=x_calm
    and split
    user left
    user right
    and join
    user calm
    user last
    xor m
    end e
    s -> look -> x
    x -> split : fault == "fire"
    x => calm
    split -> left -> join
    split -> right -> join
    join -> m
    calm -> m
    m -> last -> e
"""


def test_a_step_is_left_out_and_the_case_goes_on_behind_it(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bench.later(hours=1)
    bend = bender.skips("first")
    assert bench.open_elements() == ["second"]
    assert (bend.kind, bend.element, bend.role, bend.reason, bend.minutes) == (
        "skip",
        "first",
        "team_lead",
        "customer_wish",
        -180,
    )
    assert facts_of(bender.run)[-3:] == ["StepSkipped first", "TaskOpened second", "TaskCancelled first"]
    event = Event.objects.get(type="flows.StepSkipped")
    assert (event.actor, event.attributes["kind"], event.attributes["bend"]) == (
        bender.viewer.actor,
        "skip",
        str(bend.id),
    )


def test_why_in_ones_own_words_is_sealed_and_in_no_event(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bend = bender.skips("first")
    bender.adds("second")
    assert words_of(bend) == WHY.words
    assert b"138" not in bytes(bend.words_sealed or b"")
    assert not [
        event for event in Event.objects.all() if "138" in str(event.attributes) or "仓库" in str(event.attributes)
    ]


def test_what_was_left_out_is_drawn_so_and_the_customer_is_not_told_it_was_done(bench: Bench) -> None:
    a_bender(bench, LINE).skips("first")
    flow = case_flow(bench.case.id, at=bench.now)
    assert flow is not None
    assert {shape.id: shape.state for shape in flow.shapes}["first"] == "skipped"
    assert [(step.text, step.state) for step in progress(bench.case.id, "zh-hans")] == [
        ("核实", "now"),
        ("答复", "next"),
    ]


def test_what_later_conditions_ask_for_is_said_by_who_leaves_out(bench: Bench) -> None:
    bender = a_bender(bench, FORK)
    with pytest.raises(FormIncomplete, match="note: undeclared"):
        bender.skips("look", {"note": "x"})
    bender.skips("look", {"fault": "fire"})
    assert bench.open_elements() == ["left", "right"]
    bender.run.refresh_from_db()
    assert bender.run.data == {"fault": "fire"}


def test_values_the_flow_cannot_go_on_with_are_refused_and_nothing_has_changed(bench: Bench) -> None:
    lines = """
        start s
        user ask form=amount
        xor x default=x_small
        user big
        user small
        end e
        s -> ask -> x
        x -> big : amount + 1 > 10
        x => small
        big -> e
        small -> e
    """
    bender = a_bender(bench, lines)
    with pytest.raises(BendGetsStuck):
        bender.skips("ask", {"amount": "many"})
    assert (bench.open_elements(), Bend.objects.count(), Incident.objects.count()) == (["ask"], 0, 0)
    assert "StepSkipped ask" not in facts_of(bender.run)


def test_a_protected_step_is_neither_left_out_nor_done_again(bench: Bench) -> None:
    lines = LINE.replace("user first", 'user first "protected=skip repeat"')
    bender = a_bender(bench, lines)
    with pytest.raises(StepProtected):
        bender.skips("first")
    bench.does("first")
    with pytest.raises(StepProtected):
        bender.goes_back("second", "first")


def test_an_earlier_step_is_done_again_with_all_between(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bench.does("first")
    bench.later(minutes=30)
    bench.does("second")
    bend = bender.goes_back("third", "first")
    assert (bench.open_elements(), bend.minutes, bend.back_from) == (["first"], 30, "third")
    states = [(step.text, step.state) for step in progress(bench.case.id, "zh-hans")]
    assert states == [("受理", "now"), ("核实", "next"), ("答复", "next")]
    for element in ("first", "second", "third"):
        bench.does(element)
    assert Run.objects.get().status == RunStatus.COMPLETED


def test_going_back_where_parallel_paths_are_open_is_refused_by_name(bench: Bench) -> None:
    bender = a_bender(bench, FORK)
    bench.does("look", fault="fire")
    with pytest.raises(BendUnsound) as refused:
        bender.goes_back("left", "look")
    assert (refused.value.code, refused.value.detail) == ("paths-open", "right")
    assert bench.open_elements() == ["left", "right"]
    with pytest.raises(StepNotFound):
        bender.goes_back("left", "last")


def test_an_added_step_holds_the_flow_but_not_the_person(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bend = bender.adds("first")
    added = Task.objects.get(added_to__isnull=False)
    assert (added.team, note_of(added), added.element) == (
        bench.cast.teams["after_sales"],
        "请打电话给 13800138000",
        "first",
    )
    bench.finishes(Task.objects.get(element="first", added_to=None))
    assert [task.name for task in Task.objects.filter(completed_at=None, cancelled_at=None)] == [added.name]
    bench.later(minutes=45)
    bench.finishes(added, actor="user:sun", came_of_it="还有货")
    assert bench.open_elements() == ["second"]
    bend.refresh_from_db()
    assert (bend.minutes, Run.objects.get().added) == (45, 0)
    assert facts_of(bender.run)[2:] == [
        "StepAdded first",
        "TaskCompleted first",
        "AddedStepDone first",
        "TaskOpened second",
    ]


def test_the_step_may_also_be_done_after_what_was_added(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bender.adds("first")
    bender.adds("first")
    added = list(Task.objects.filter(added_to__isnull=False).order_by("id"))
    bench.finishes(added[0])
    bench.finishes(Task.objects.get(element="first", added_to=None))
    assert Task.objects.filter(element="second").count() == 0
    bench.finishes(added[1])
    assert bench.open_elements() == ["second"]


def test_what_was_added_goes_with_the_step_it_stands_at(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bender.adds("first")
    bender.skips("first")
    assert (bench.open_elements(), Run.objects.get().added) == (["second"], 0)


def test_a_step_is_given_to_others_who_are_told(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    sun = bench.cast.people["sun"]
    bender.gives("first", Doer(bench.cast.teams["after_sales"].id, sun.id))
    task = bench.task("first")
    assert (task.team, task.assignee) == (bench.cast.teams["after_sales"], sun)
    told = set(Notice.objects.filter(kind="step_given").values_list("user__name", flat=True))
    assert told == {"孙丽", "王芳", "李强"}  # who has it now and who had it, not who did it
    with pytest.raises(NobodyThere):
        bender.gives("first", Doer(bench.cast.teams["after_sales"].id, bench.cast.people["li"].id))


def test_a_date_moves_within_the_days_a_role_may_from_where_it_first_was(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    due = bench.now + timedelta(hours=4)
    bend = bender.moves("first", due + timedelta(days=7))
    assert (bench.task("first").due_at, bend.minutes) == (due + timedelta(days=7), 7 * 24 * 60)
    with pytest.raises(DateTooFar) as refused:
        bender.moves("first", due + timedelta(days=8))
    assert refused.value.detail == "7"
    with pytest.raises(DateUnsound):
        bender.moves("first", bench.now)


def test_limits_are_a_roles_own_and_count_the_case(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    set_limit(role="team_lead", kind="skip", per_case=1, most_days=0, at=bench.now, by=MANAGER)
    bend = bender.skips("first")
    with pytest.raises(BendLimitReached):
        bender.skips("second")
    bender.undoes(bend)
    bender.skips("first")  # what was taken back does not count
    with pytest.raises(BendNotAllowed):
        Bender(bench, bender.run, "wang").skips("second")
    assert Bender(bench, bender.run, "admin").skips("second").role == "administrator"


def test_nobody_bends_what_they_may_not_see_or_without_a_reason(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    with pytest.raises(CaseNotFound):
        Bender(bench, bender.run, "sun").skips("first")
    for why in (Why(""), Why("because"), Why("another_reason", "  ")):
        with pytest.raises(BendReasonMissing):
            bender.skips("first", why=why)


def test_a_run_that_is_over_or_rests_is_not_bent(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    token = bender.token("first")
    cancel_run(run_id=bender.run.id, why="by_hand", at=bench.now, by=MANAGER)
    with pytest.raises(RunNotMoving):
        bender.skips("first")
    assert token
    with pytest.raises(RunNotMoving):
        bender.adds("first")


def test_what_is_stuck_is_left_out_and_the_run_is_free_again(bench: Bench) -> None:
    def fail(call: Call) -> None:
        raise ConnectionError("the bank is away")

    lines = """
        start s
        service charge command=money.charge
        xor x default=x_b
        user a
        user b
        end e
        s -> charge -> x
        x -> a : paid
        x => b
        a -> e
        b -> e
    """
    with commands(money__charge=fail):
        bender = a_bender(bench, lines, inputs="paid:boolean")
        assert Run.objects.get().status == RunStatus.INCIDENT
        with pytest.raises(FormIncomplete, match="paid"):
            bender.skips("charge", {"paid": "perhaps"})
        bend = bender.skips("charge", {"paid": "true"})
    assert (Run.objects.get().status, bench.open_elements()) == (RunStatus.RUNNING, ["a"])
    assert not Incident.objects.filter(resolved_at=None).exists()
    assert "StepCompleted charge" not in facts_of(bender.run)
    with pytest.raises(BendOver):
        bender.undoes(bend)  # the incident is settled; it does not come back


def test_a_bend_is_taken_back_while_nothing_has_happened_since(bench: Bench) -> None:
    lines = LINE + "boundary late host=first timer=PT2H\nend e2\nlate -> e2"
    bender = a_bender(bench, lines)
    before, timer = bench.task("first"), Timer.objects.get()
    bend = bender.skips("first")
    assert not Timer.objects.exists()
    bench.later(minutes=5)
    bender.undoes(bend)
    assert [task.id for task in Task.objects.filter(completed_at=None, cancelled_at=None)] == [before.id]
    assert (Timer.objects.get().due_at, Timer.objects.get().token) == (timer.due_at, timer.token)
    assert facts_of(bender.run)[-1] == "BendTakenBack first"
    bench.does("first")
    assert bench.open_elements() == ["second"]
    again = bender.goes_back("second", "first")
    bender.undoes(again)
    assert bench.open_elements() == ["second"]
    last = bender.skips("second")
    bench.does("third")
    with pytest.raises(RunNotMoving):
        bender.undoes(last)


def test_what_has_gone_on_since_is_not_taken_back(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bend = bender.skips("first")
    bench.does("second")
    with pytest.raises(BendOver):
        bender.undoes(bend)
    automatic = "start s\nuser a\nservice n command=x.y\nuser b\nend e\ns -> a -> n -> b -> e"
    with commands(x__y=lambda call: None):
        bench.deploy(automatic, key="complaint")
        run = bench.opens_another(bench.case.store, kind="complaint")
        case, bench.case = bench.case, type(bench.case).objects.get(id=run.object_id)
        bench.case.team = case.team
        bench.case.save()
        other = Bender(bench, run)
        acted = other.skips("a")
        with pytest.raises(BendOver):
            other.undoes(acted)


def test_added_given_and_moved_are_taken_back_too(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    due = bench.task("first").due_at
    assert due is not None
    added = bender.adds("first")
    moved = bender.moves("first", due + timedelta(days=1))
    bender.undoes(moved)
    assert Task.objects.get(element="first", added_to=None).due_at == due
    bench.finishes(Task.objects.get(element="first", added_to=None))
    bender.undoes(added)
    assert (bench.open_elements(), Run.objects.get().added) == (["second"], 0)
    given = bender.gives("second", Doer(bench.cast.teams["reception"].id))
    bender.undoes(given)
    assert bench.task("second").team == bench.cast.teams["after_sales"]
    with pytest.raises(BendOver):
        bender.undoes(given)


def test_a_step_that_is_done_is_no_longer_bent(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    task = bench.does("first")
    assert bender.token("first") == 0
    with pytest.raises(StepNotOpen):
        bender.skips("first")
    with pytest.raises(StepNotOpen):
        bender.moves("first", bench.now + timedelta(days=1))
    assert task.completed_at
