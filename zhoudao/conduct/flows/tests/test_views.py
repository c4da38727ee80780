"""What the desk, the API and the customer see of a flow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.flows.commands import complete_task, ensure_shipped_flows, take_task
from zhoudao.conduct.flows.queries import case_flow, open_tasks, progress, task_view
from zhoudao.conduct.flows.refusals import TaskNotFound
from zhoudao.conduct.flows.tests.bench import MANAGER, ONE_TASK, Bench
from zhoudao.ground.eventlog.recording import About
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.conversations.events import ReplySent

pytestmark = pytest.mark.django_db
TWO_TEAMS = """
    start s
    and p
    user a team=reception
    user b team=after_sales
    and j
    end e
    s -> p
    p -> a -> j
    p -> b -> j
    j -> e
"""
CHOICE = """
    start s
    user look
    xor x default=x_no
    user yes
    user no
    end e
    s -> look -> x
    x -> yes : 1 == 2
    x => no
    yes -> e
    no -> e
"""


def complaint(bench: Bench) -> None:
    ensure_default_tables(bench.now)
    ensure_shipped_flows(bench.now)
    bench.case.kind = "complaint"
    bench.case.save()
    bench.opens()


def test_the_drawing_shows_what_is_done_where_we_are_and_what_comes_next(bench: Bench) -> None:
    bench.deploy(CHOICE)
    bench.opens()
    first = case_flow(bench.case.id, at=bench.now)
    assert first is not None
    states = {shape.id: shape.state for shape in first.shapes}
    assert states == {"s": "done", "look": "current", "x": "idle", "yes": "idle", "no": "next", "e": "idle"}
    bench.does("look")
    second = case_flow(bench.case.id, at=bench.now)
    assert second is not None
    assert {shape.id: shape.state for shape in second.shapes}["no"] == "current"
    assert {edge.id for edge in second.edges if edge.state == "done"} == {"s_look", "look_x", "x_no"}
    left, top, width, height = (float(part) for part in second.view_box.split())
    for shape in second.shapes:
        assert left <= shape.x
        assert shape.x + shape.width <= left + width
        assert top <= shape.y
        assert shape.y + shape.height <= top + height


def test_a_case_without_a_flow_has_no_drawing(bench: Bench) -> None:
    assert case_flow(bench.case.id, at=bench.now) is None
    assert progress(bench.case.id, "en") == []


def test_a_step_carries_its_instructions_and_form_in_the_readers_language(bench: Bench) -> None:
    complaint(bench)
    view = case_flow(bench.case.id, at=bench.now, viewer=bench.cast.viewer("admin"), language="en")
    assert view is not None
    (task,) = view.tasks
    assert task.team == "Reception"
    assert task.case_number == bench.case.number
    assert task.instructions.startswith("Check what happened")
    assert [(field.name, field.type, field.is_required) for field in task.fields] == [
        ("finding", "text", True),
        ("responsible_department", "choice", True),
    ]
    assert task.fields[1].label == "Responsible department"


def test_the_customer_reads_done_now_and_next_with_times(bench: Bench) -> None:
    complaint(bench)
    began = bench.now
    steps = progress(bench.case.id, "en")
    assert [(step.text, step.state) for step in steps[:3]] == [
        ("We received your complaint", "done"),
        ("Your complaint is confirmed", "done"),
        ("The department concerned is looking into it", "now"),
    ]
    assert steps[1].at == began
    assert steps[2].due_at == began + timedelta(hours=2)
    assert {step.state for step in steps[3:]} == {"next"}
    bench.later(hours=1)
    bench.does("investigate", finding="x", responsible_department="after_sales")
    bench.happens(
        ReplySent("m", False, True, True), about=[About("conversation", bench.case.conversation_id or bench.case.id)]
    )
    steps = progress(bench.case.id, "zh-hant")
    done = [step for step in steps if step.state == "done"]
    assert done[-1].text == "我們正在給您書面答覆"
    assert done[-1].at == bench.now


def test_people_see_the_tasks_of_their_teams_and_their_own(bench: Bench) -> None:
    bench.deploy(TWO_TEAMS)
    bench.opens()

    def seen(name: str) -> list[str]:
        return [task.element for task in open_tasks(bench.cast.viewer(name), at=bench.now).rows]

    assert (seen("wang"), seen("sun"), seen("admin")) == (["a"], ["b"], ["a", "b"])
    other = bench.task("b")
    assert task_view(other.id, bench.cast.viewer("wang"), at=bench.now) is None
    with pytest.raises(TaskNotFound):
        complete_task(task_id=other.id, result={}, by=MANAGER, at=bench.now, viewer=bench.cast.viewer("wang"))
    assert take_task(task_id=bench.task("a").id, viewer=bench.cast.viewer("wang"), at=bench.now).assignee_id
    (mine,) = open_tasks(bench.cast.viewer("wang"), at=bench.now, mine=True).rows
    assert (mine.assignee, mine.is_mine) == ("王芳", True)
    assert not open_tasks(bench.cast.viewer("li"), at=bench.now).rows[0].is_mine


def test_a_long_list_is_read_page_by_page_without_gap_or_repeat(bench: Bench) -> None:
    bench.deploy("start s\nuser a multi=7\nend e\ns -> a -> e")
    bench.opens()
    viewer, cursor, seen = bench.cast.viewer("admin"), "", []
    for _ in range(4):
        page = open_tasks(viewer, cursor, at=bench.now, limit=2)
        seen += [task.id for task in page.rows]
        cursor = page.next
    assert (len(seen), len(set(seen)), cursor) == (7, 7, "")


def test_the_panel_costs_four_statements(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    bench.opens()
    case_flow(bench.case.id, at=bench.now)
    with CaptureQueriesContext(connection) as asked:
        case_flow(bench.case.id, at=bench.now)
    assert len(asked) <= 4
