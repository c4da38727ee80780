"""Bending the open case from its panel."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from zhoudao.conduct.flows.models import Bend, Task
from zhoudao.conduct.flows.tests.bench import Bench
from zhoudao.conduct.flows.tests.bending import a_bender
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.rooms.cases.commands.promising import make_promises

SignIn = Callable[[str], Client]
LINE = """
    start s
    user first name=受理 form=fault
    xor x default=x_b
    user a name=上门
    user b name=答复
    xor m
    user last name=回访 protected=skip
    end e
    s -> first -> x
    x -> a : fault == "fire"
    x => b
    a -> m
    b -> m
    m -> last -> e
"""


def sheet(bench: Bench) -> str:
    return reverse("desk_bend", args=[bench.case.number])


def bent(client: Client, bench: Bench, kind: str, **given: Any) -> Any:
    page = client.get(sheet(bench))
    step = page.context["step"]
    body = {"step": step.key if step else "", "kind": kind, "reason": "customer_wish"} | given
    return client.post(sheet(bench), body)


def said(answer: Any) -> dict[str, Any]:
    notice: dict[str, Any] = json.loads(answer["HX-Trigger"])["desk:notice"]
    return notice


def test_the_panel_offers_it_to_who_may_and_the_sheet_opens(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    panel = reverse("desk_flow", args=[bench.case.number])
    assert sheet(bench) in sign_in("zhao").get(panel).content.decode()
    assert sheet(bench) not in sign_in("wang").get(panel).content.decode()
    assert sign_in("wang").get(sheet(bench)).status_code == 403
    page = sign_in("zhao").get(sheet(bench)).content.decode()
    assert "f-fault" in page


def test_a_step_is_left_out_with_what_later_steps_ask_for_and_taken_back(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    zhao = sign_in("zhao")
    answer = bent(zhao, bench, "skip", **{"f-fault": "fire"})
    assert (answer.status_code, bench.open_elements()) == (204, ["a"])
    assert "flow-changed" in json.loads(answer["HX-Trigger"])
    undone = zhao.post(said(answer)["undo"])
    assert (undone.status_code, bench.open_elements()) == (204, ["first"])
    assert said(zhao.post(said(answer)["undo"]))["bad"]


def test_a_refusal_comes_back_with_what_was_written(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    answer = bent(sign_in("zhao"), bench, "skip", reason="another_reason", words="", **{"f-fault": "火"})
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#sheet-in")
    assert "火" in answer.content.decode()
    assert Bend.objects.count() == 0


def test_a_step_that_went_on_meanwhile_is_not_mistaken_for_the_next(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    zhao = sign_in("zhao")
    step = zhao.get(sheet(bench)).context["step"]
    bench.does("first", fault="ice")
    answer = zhao.post(sheet(bench), {"step": step.key, "kind": "skip", "reason": "no_time"})
    assert answer.status_code == 422
    assert bench.open_elements() == ["b"]


def test_added_given_and_moved_by_the_form(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    zhao, teams = sign_in("zhao"), bench.cast.teams
    answer = bent(zhao, bench, "add", name="问仓库", instructions="今天要", doer=str(teams["after_sales"].id))
    assert answer.status_code == 204
    added = Task.objects.get(added_to__isnull=False)
    assert (added.name, added.team) == ("问仓库", teams["after_sales"])
    work = sign_in("sun").get(reverse("desk_task", args=[added.id])).content.decode()
    assert "今天要" in work
    assert "came_of_it" in work
    doer = f"{teams['reception'].id}:{bench.cast.people['li'].id}"
    assert bent(zhao, bench, "reassign", doer=doer).status_code == 204
    task = Task.objects.get(element="first", added_to=None)
    assert task.assignee == bench.cast.people["li"]
    assert bent(zhao, bench, "move", due_at="2026-03-12T18:00", what="").status_code == 204
    task.refresh_from_db()
    assert task.due_at is not None
    assert task.due_at.isoformat() == "2026-03-12T10:00:00+00:00"  # by the reader's own clock
    assert bent(zhao, bench, "move", due_at="yesterday").status_code == 422


def test_back_to_an_earlier_step_or_why_not(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    bench.does("first", fault="ice")
    bench.does("b")
    zhao = sign_in("zhao")
    page = zhao.get(sheet(bench), {"kind": "repeat"})
    assert [(back.element, why) for back, why in page.context["backs"]] == [("first", ""), ("b", "")]
    assert bent(zhao, bench, "skip").status_code == 422  # protected
    assert bent(zhao, bench, "repeat", element="first").status_code == 204
    assert bench.open_elements() == ["first"]


def test_a_promise_moves_and_the_customer_reads_why(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    make_promises(bench.case, ["resolution"], at=bench.now, actor="system:test")
    bench.case.save()
    promise = bench.case.promises.get(kind="resolution")
    due = promise.due_at
    assert due is not None
    zhao = sign_in("zhao")
    answer = bent(zhao, bench, "move", what=str(promise.id), due_at="2026-03-17T16:30", reason="waits_outside")
    assert answer.status_code == 204
    promise.refresh_from_db()
    assert promise.due_at is not None
    assert promise.due_at.isoformat() == "2026-03-17T08:30:00+00:00"
    page = Client().get(f"/p/{bench.case.progress_token}/?language=en").content.decode()
    assert "because we are still waiting for a supplier or carrier" in page
    assert "17 Mar 2026, 16:30" in page
    explained = reverse("desk_clock", args=[bench.case.number, promise.id])
    assert "2026-03-17 16:30" in zhao.get(explained).content.decode()
    zhao.post(said(answer)["undo"])
    promise.refresh_from_db()
    assert promise.due_at == due
    assert "supplier" not in Client().get(f"/p/{bench.case.progress_token}/?language=en").content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "跳过：受理（客户要求）"), ("zh-hant", "跳過：受理（客戶要求）"), ("en", "Left out: 受理")],
)
def test_the_timeline_says_it_in_three_languages(bench: Bench, sign_in: SignIn, language: str, words: str) -> None:
    a_bender(bench, LINE)
    bent(sign_in("zhao"), bench, "skip", **{"f-fault": "fire"})
    with translation.override(language):
        assert any(line.text.startswith(words) for line in timeline([bench.case.id]))


def test_the_sheet_costs_at_most_twelve_statements(
    bench: Bench, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    bender = a_bender(bench, LINE)
    for _ in range(4):
        bender.adds("first")
    bender.moves("first", bench.now + timedelta(days=1))
    zhao = sign_in("zhao")
    zhao.get(sheet(bench))
    with django_assert_max_num_queries(12):
        zhao.get(sheet(bench), {"kind": "add"})
