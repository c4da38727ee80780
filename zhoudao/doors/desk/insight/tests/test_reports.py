"""Reports on the desk: of our own cases and of files, from the question to the cases behind a number."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.events import RunStarted, TaskCompleted
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.insight.models import Report
from zhoudao.conduct.insight.own_log import BESIDE, own_log, steps_alone
from zhoudao.conduct.insight.reporting import ask_again, body_of, forget_reports
from zhoudao.doors.desk.insight import tasks
from zhoudao.engines.bpmn.check import check
from zhoudao.engines.bpmn.graph import Kind
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.decisions import expressions
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.webhooks.catalogue import words_of
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.tallies.rates import rates

SignIn = Callable[[str], Client]
PERIOD = {"object": "case", "since": "2026-03-01", "until": "2026-03-31"}
ROWS = "".join(
    f"{case},{step},2026-03-0{day} 1{case % 10}:00,{who}\n"
    for case in range(20)
    for day, (step, who) in enumerate((("open", "ann"), ("等待客户", "bea"), ("close", "ann")), 1)
)
LOG = f"ticket,what was done,when,who\n{ROWS}7,,2026-03-04 10:00,ann\n"


def a_day_of(shop: Shop) -> list[Case]:
    """Three cases; two are answered some hours later."""
    cases = [shop.hears(f"问题 {n}", who=f"v-{n}") for n in range(3)]
    for case in cases[:2]:
        shop.later(hours=1)
        reply_to_case(case_id=case.id, text="您好", viewer=shop.viewer("wang"), at=shop.now, real_now=shop.now)
    return cases


def made(client: Client, answer: Any) -> Report:
    """The report that was just asked for, made as the analyst makes it."""
    report = Report.objects.order_by("-id")[0]
    assert answer["Location"] == reverse("report", args=[report.id])
    assert "hx-trigger" in client.get(answer["Location"]).content.decode()
    tasks.make_report(str(report.id))
    report.refresh_from_db()
    return report


def test_our_own_cases_from_the_question_to_the_cases_behind(shop: Shop, sign_in: SignIn) -> None:
    cases, zhou = a_day_of(shop), sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    assert (report.state, report.cases) == ("done", 3)
    assert report.events == Event.objects.exclude(type__in=BESIDE).filter(
        object_ids__overlap=[case.id for case in cases]
    ).count()  # fmt: skip
    page = zhou.get(reverse("report", args=[report.id])).content.decode()
    assert "findings" in page
    assert 'id="process-map-zh-hans"' in page
    assert "%(" not in page
    body = body_of(report)
    with translation.override("en"):
        opened = words_of("cases.CaseOpened")
    assert opened in {step["name"] for step in body["maps"]["en"]["steps"]}
    behind = zhou.get(reverse("report_cases", args=[report.id]), {"of": "v0"}).content.decode()
    assert any(reverse("desk_case", args=[case.number]) in behind for case in cases)
    assert zhou.get(reverse("report_cases", args=[report.id]), {"of": "x9"}).status_code == 404


def test_own_events_are_one_statement_whole_objects_and_name_nobody(shop: Shop) -> None:
    cases = a_day_of(shop)
    since = shop.now - timedelta(days=1)
    with CaptureQueriesContext(connection) as asked:
        log = own_log("case", since=since, until=shop.now + timedelta(days=1), is_whole=True)
    assert len(asked) == 0, "one COPY, which Django does not count"
    assert set(log.cases) == {case.number for case in cases}
    for case in cases:
        rows = log.of(list(log.cases).index(case.number))
        events = Event.objects.filter(object_ids__contains=[case.id])
        assert len(log.activity[rows]) == events.count()
    assert all(name == "customer" or name.startswith("user:") for name in log.resources)
    assert len(own_log("case", since=since, until=since + timedelta(hours=1))) == 0
    assert len(own_log("case", since=since, until=shop.now + timedelta(days=1))) < len(log)


def test_a_file_is_read_its_columns_shown_and_read_otherwise_when_told(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    file = SimpleUploadedFile("tickets.csv", LOG.encode())
    report = made(zhou, zhou.post(reverse("insight_upload"), {"file": file}))
    assert (report.state, report.cases, report.events) == ("done", 20, 60)
    assert (report.mapping["case"], report.mapping["end"]) == ("ticket", "when")
    page = zhou.get(reverse("report", args=[report.id])).content.decode()
    assert "等待客户" in page
    assert "1 行未采用" in page
    answer = zhou.post(
        reverse("report_again", args=[report.id]),
        {"case": "who", "activity": ["what was done"], "end": "when", "start": "", "resource": "", "lifecycle": "",
         "zone": "Asia/Shanghai"},
    )  # fmt: skip
    report = made(zhou, answer)
    assert (report.state, report.cases, report.zone) == ("done", 2, "Asia/Shanghai")
    assert StoredFile.objects.filter(subject_id=report.id).count() == 3, "the file, one body, its log in columns"


def test_what_an_hour_costs_gives_every_finding_a_price(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("tickets.csv", LOG.encode())}))
    place = reverse("report_hour", args=[report.id])
    report = made(zhou, zhou.post(place, {"work": "60", "lying": "1.5", "material": ""}))
    assert report.hourly == {"work": "60.00", "lying": "1.50", "currency": "CNY", "material": ""}
    costs = body_of(report)["figures"]["costs"]
    assert (costs["currency"], costs["lying_hour"], costs["estimated"]) == ("CNY", 1.5, True)
    assert all("money" in each for each in body_of(report)["figures"]["findings"])
    page = zhou.get(reverse("report", args=[report.id])).content.decode()
    assert "¥" in page
    assert 'value="1.50"' in page
    for unsound in ({"work": "a lot"}, {"work": "-1"}, {"lying": "1e9"}, {"work": "0", "lying": "0"}):
        answer = zhou.post(place, unsound, follow=True).content.decode()
        assert "0 到一百万" in answer
    report = made(zhou, zhou.post(place, {"work": "1", "material": "who"}))
    assert (report.state, report.fault) == ("failed", "no_amounts")
    report = made(zhou, zhou.post(place, {}))
    assert (report.state, report.hourly) == ("done", {})


def test_our_own_events_begin_with_what_the_company_takes_work_to_cost(shop: Shop, sign_in: SignIn) -> None:
    a_day_of(shop)
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    page = zhou.get(reverse("report", args=[report.id])).content.decode()
    assert f'name="work" inputmode="decimal" value="{rates().minute_minor * 60 / 100:.2f}"' in page


def test_what_cannot_be_read_is_said_on_its_page_and_deleted_whole(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("x.csv", b"colour\nred\n")}))
    assert report.state == "failed"
    assert 'role="alert"' in zhou.get(reverse("report", args=[report.id])).content.decode()
    assert zhou.get(reverse("report_file", args=[report.id])).status_code == 404
    assert zhou.post(reverse("report_delete", args=[report.id])).status_code == 302
    assert (Report.objects.count(), StoredFile.objects.count()) == (0, 0)
    nothing = made(zhou, zhou.post(reverse("insight"), PERIOD | {"object": "repair"}))
    assert "该时段内没有发生" in zhou.get(reverse("report", args=[nothing.id])).content.decode()


def test_what_nobody_asked_for_in_a_year_and_a_month_goes_with_everything_read_for_it(
    shop: Shop, sign_in: SignIn
) -> None:
    zhou = sign_in("zhou")
    made(zhou, zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("old.csv", LOG.encode())}))
    shop.later(days=399)
    fresh = made(zhou, zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("new.csv", LOG.encode())}))
    assert forget_reports(at=shop.now) == 0
    assert forget_reports(at=shop.later(days=2)) == 1
    assert list(Report.objects.all()) == [fresh]
    assert set(StoredFile.objects.values_list("subject_id", flat=True)) == {fresh.id}
    assert Event.objects.filter(type="insight.ReportDeleted", actor="system:insight").count() == 1


@pytest.mark.parametrize(
    "given",
    [{"since": "2026-04-01"}, {"until": "soon"}, {"object": "x"}, {"since": "2001-01-01"}, {"until": "9999-12-31"}],
)
def test_an_unsound_question_is_refused_in_words(shop: Shop, sign_in: SignIn, given: dict[str, str]) -> None:
    answer = sign_in("zhou").post(reverse("insight"), PERIOD | given, follow=True)
    assert "不超过五年" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_report_is_made_once_and_anew_when_asked(shop: Shop, sign_in: SignIn) -> None:
    a_day_of(shop)
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    body = report.body_id
    tasks.make_report(str(report.id))
    report.refresh_from_db()
    assert report.body_id == body
    shop.hears("又一个", who="v-9")
    ask_again(report_id=report.id, at=shop.now)
    assert ask_again(report_id=report.id, at=shop.now).state == "asked", "one who waits already is not doubled"
    tasks.make_report(str(report.id))
    report.refresh_from_db()
    assert report.cases == 4


def test_files_to_keep_say_what_the_page_says(shop: Shop, sign_in: SignIn) -> None:
    a_day_of(shop)
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    alone = zhou.get(reverse("report_file", args=[report.id]))
    assert alone["Content-Disposition"].startswith("attachment")
    assert alone.content.decode().count('class="report"') == 3
    assert "<a href" not in alone.content.decode().replace('<a href="#', ""), "a file leads nowhere"
    assert "data-open-step" not in alone.content.decode().partition("<script")[0]
    figures = json.loads(zhou.get(reverse("report_figures", args=[report.id])).content)
    assert figures["log"]["events"] == report.events


def test_the_process_of_a_file_becomes_a_flow_that_can_be_deployed(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("t.csv", LOG.encode())}))
    drawn = zhou.get(reverse("report_flow", args=[report.id]))
    assert drawn["Content-Disposition"].endswith('.bpmn"')
    graph = parse(drawn.content)
    assert [node.name for node in graph.nodes if node.kind is Kind.USER] == ["open", "等待客户", "close"]
    assert not [problem for problem in check(graph, expressions=expressions) if problem.blocks]


def test_a_report_is_compared_with_a_flow_and_what_differs_is_drawn(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("t.csv", LOG.encode())}))
    drawn = zhou.get(reverse("report_flow", args=[report.id])).content
    address = reverse("report_beside", args=[report.id])
    fewer = SimpleUploadedFile("fewer.bpmn", drawn.replace(b'name="open"', b'name="begin"'))
    report = made(zhou, zhou.post(address, {"file": fewer}))
    page = zhou.get(reverse("report", args=[report.id])).content.decode()
    assert "flow-picture" in page
    assert "fewer" in page
    found = body_of(report)["figures"]["conformance"]
    assert (found["unmapped"], found["fitting_cases"]) == (["open"], 0)
    answer = zhou.post(address, {"file": SimpleUploadedFile("x.bpmn", b"<x/>")}, follow=True)
    assert "无法读取" in answer.content.decode()
    report = made(zhou, zhou.post(address))
    assert (report.flow_name, "flow-picture" in zhou.get(reverse("report", args=[report.id])).content.decode()) == (
        "",
        False,
    )
    assert StoredFile.objects.filter(subject_id=report.id).count() == 3, "the file, one body, its log in columns"


def test_our_own_steps_are_compared_with_the_flow_in_force(shop: Shop, sign_in: SignIn) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    a_day_of(shop)
    zhou = sign_in("zhou")
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    version = FlowVersion.objects.get(key="inquiry", is_live=True)
    report = made(zhou, zhou.post(reverse("report_beside", args=[report.id]), {"version": str(version.id)}))
    assert report.flow_name.endswith(f" {version.version}")
    assert body_of(report)["flow_fault"] == "no_steps", "nobody hears for flows in this shop"
    assert "没有完成任何流程环节" in zhou.get(reverse("report", args=[report.id])).content.decode()
    case, at = Case.objects.order_by("id")[0], shop.now
    for step in ("读懂来意", "答复客户"):
        record(TaskCompleted(step, "t"), at=at, by=By("user:x"), about=[About("case", case.id)])
    log = steps_alone(own_log("case", since=at - timedelta(days=2), until=at + timedelta(days=1)))
    assert [log.activities[step] for step in log.activity] == ["读懂来意", "答复客户"]
    assert list(log.cases) == [case.number]


def test_only_what_walked_a_flow_is_compared_with_it(shop: Shop, sign_in: SignIn) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    cases, zhou = a_day_of(shop), sign_in("zhou")
    for case, flow in zip(cases, ("inquiry", "inquiry", "complaint"), strict=True):
        record(RunStarted(flow, 1), at=shop.now, by=By("system"), about=[About("case", case.id)])
        record(
            TaskCompleted("答复客户", "t"),
            at=shop.now,
            by=By(shop.viewer("wang").actor),
            about=[About("case", case.id)],
        )
    report = made(zhou, zhou.post(reverse("insight"), PERIOD))
    version = FlowVersion.objects.get(key="inquiry", is_live=True)
    report = made(zhou, zhou.post(reverse("report_beside", args=[report.id]), {"version": str(version.id)}))
    assert body_of(report)["figures"]["conformance"]["cases"] == 2, "the third walked another flow"


def test_it_shows_the_whole_company_and_so_opens_to_no_place(shop: Shop, sign_in: SignIn) -> None:
    Grant.objects.filter(user=shop.cast.people["zhou"]).update(store=shop.cast.stores["nanjing"])
    assert sign_in("zhou").get(reverse("insight")).status_code == 403
    assert sign_in("wang").get(reverse("insight")).status_code == 403


def test_the_list_costs_as_many_statements_however_long_it_is(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    zhou.get(reverse("insight"))
    counts = []
    for _ in range(2):
        for _ in range(4):
            zhou.post(reverse("insight"), PERIOD)
        with CaptureQueriesContext(connection) as asked:
            zhou.get(reverse("insight"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
