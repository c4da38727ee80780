"""Key nodes on the desk: asked for, waited for, read, their cases opened, made goals."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.events import RunStarted, TaskCompleted
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.improvement.commands.initiatives import begin_initiative
from zhoudao.conduct.improvement.drafts import Draft
from zhoudao.conduct.insight.models import KeyNodeStudy, NodeGoal, Report
from zhoudao.conduct.insight.reporting import Period, ask_report, ask_report_of_file, compare_report
from zhoudao.conduct.insight.studying import ask_key_nodes, study_body
from zhoudao.doors.desk.insight import tasks
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.voice.models import Rating

SignIn = Callable[[str], Client]
ROWS = "".join(
    f"{day}-{turn},受理,2026-0{1 + day // 28}-{1 + day % 28:02} {hour:02}:00,2026-0{1 + day // 28}-{1 + day % 28:02} "
    f"{hour:02}:{10 + day % 7},ann\n"
    f"{day}-{turn},维修,2026-0{1 + day // 28}-{1 + day % 28:02} {hour + 2:02}:00,"
    f"2026-0{1 + day // 28}-{1 + day % 28:02} {hour + 5:02}:{10 + day % 7},bea\n"
    for day in range(50)
    for turn, hour in enumerate((8, 14))
)
LOG = f"ticket,step,start time,end time,resource\n{ROWS}"


def report_of(shop: Shop, content: str = LOG) -> Report:
    report = ask_report_of_file(
        name="tickets.csv", content=content.encode(), zone="UTC", viewer=shop.viewer("zhou"), at=shop.now
    )
    tasks.make_report(str(report.id))
    report.refresh_from_db()
    assert report.state == "done"
    return report


def studied(shop: Shop) -> Report:
    report = report_of(shop)
    ask_key_nodes(report_id=report.id, faster=20, viewer=shop.viewer("zhou"), at=shop.now)
    tasks.find_key_nodes(str(report.id))
    return report


def test_a_manager_asks_waits_reads_which_step_decides_and_opens_its_cases(shop: Shop, sign_in: SignIn) -> None:
    report, zhou = report_of(shop), sign_in("zhou")
    address = reverse("key_nodes", args=[report.id])
    assert address in zhou.get(reverse("report", args=[report.id])).content.decode()
    assert zhou.post(reverse("key_nodes_ask", args=[report.id]), {"faster": "50"})["Location"] == address
    assert "hx-trigger" in zhou.get(address).content.decode()
    tasks.find_key_nodes(str(report.id))
    page = zhou.get(address).content.decode()
    assert "%(" not in page
    assert page.index("维修") < page.index("受理"), "what takes three hours comes before what takes a quarter"
    study = KeyNodeStudy.objects.get(report=report)
    first, second = study_body(study)["figures"]
    assert first["median_seconds"][2] < -3600
    assert first["median_seconds"][0] < second["median_seconds"][0] <= 0
    assert (first["share"], first["is_cut"], first["rating"]) == (1.0, True, None)
    card = study_body(study)["pages"]["en"]["cards"][0]
    assert card["median"].startswith("If “维修” took 50 % less time, half of all cases would be done ")
    assert card["who"] == "1 person"
    assert "there is no way around it" in card["links"]
    behind = zhou.get(reverse("report_cases", args=[report.id]), {"of": card["cases"]}).content.decode()
    assert "49-1" in behind
    assert Event.objects.filter(type="insight.KeyNodesAsked").count() == 1


def test_a_step_that_the_diagnosis_found_fault_with_says_so(shop: Shop) -> None:
    study = KeyNodeStudy.objects.get(report=studied(shop))
    cards = study_body(study)["pages"]["en"]["cards"]
    problem = next(card["problem"] for card in cards if card["problem"])
    assert problem["of"].startswith("f")
    assert problem["advice"]


def test_it_is_found_once_kept_sealed_and_gone_with_its_report(shop: Shop, sign_in: SignIn) -> None:
    report = studied(shop)
    study = KeyNodeStudy.objects.get(report=report)
    body, files = study.body_id, StoredFile.objects.filter(subject_id=report.id).count()
    tasks.find_key_nodes(str(report.id))
    assert KeyNodeStudy.objects.get(report=report).body_id == body
    waiting = ask_key_nodes(report_id=report.id, faster=30, viewer=shop.viewer("zhou"), at=shop.now)
    again = ask_key_nodes(report_id=report.id, faster=40, viewer=shop.viewer("zhou"), at=shop.now)
    assert (waiting.faster, again.faster) == (30, 30), "what waits is left alone"
    tasks.find_key_nodes(str(report.id))
    assert StoredFile.objects.filter(subject_id=report.id).count() == files, "one study in place of the other"
    assert sign_in("zhou").post(reverse("report_delete", args=[report.id])).status_code == 302
    assert (KeyNodeStudy.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_goal_is_set_listed_on_its_card_and_dropped(shop: Shop, sign_in: SignIn) -> None:
    report, zhou = studied(shop), sign_in("zhou")
    element = study_body(KeyNodeStudy.objects.get(report=report))["figures"][0]["element"]
    day = (shop.now + timedelta(days=60)).date().isoformat()
    owner = shop.cast.people["zhou"]
    given = {"element": element, "percent": "25", "due": day, "owner": str(owner.id)}
    assert zhou.post(reverse("node_goal", args=[report.id]), given).status_code == 302
    page = zhou.get(reverse("key_nodes", args=[report.id])).content.decode()
    assert "减少 25 %" in page
    assert day in page
    assert "已立项" not in page
    body, viewer = study_body(KeyNodeStudy.objects.get(report=report)), shop.viewer("admin")
    about = {"flow_key": body["flow"], "steps": body["names"][element]}
    draft = Draft("少等一天", owner.id, (shop.now + timedelta(days=60)).date(), **about)
    one = begin_initiative(draft=draft, viewer=viewer, at=shop.now)
    page = sign_in("admin").get(reverse("key_nodes", args=[report.id])).content.decode()
    assert page.count(reverse("initiative", args=[one.id])) == 1, "what goes on about a step stands on its card alone"
    goal = NodeGoal.objects.get()
    fact = Event.objects.get(type="insight.NodeGoalSet")
    assert (fact.attributes["element"], fact.attributes["percent"]) == (element, 25)
    assert zhou.post(reverse("node_goal", args=[report.id]), {"drop": str(goal.id)}).status_code == 302
    assert not NodeGoal.objects.exists()
    assert zhou.post(reverse("node_goal", args=[report.id]), {"drop": str(goal.id)}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"percent": "0"}, {"percent": "96"}, {"percent": "x"}, {"due": "2020-01-01"}, {"due": "soon"}, {"owner": "x"},
     {"element": "none"}],
)  # fmt: skip
def test_an_unsound_goal_is_refused_in_words(shop: Shop, sign_in: SignIn, wrong: dict[str, str]) -> None:
    report, zhou = studied(shop), sign_in("zhou")
    element = study_body(KeyNodeStudy.objects.get(report=report))["figures"][0]["element"]
    day = (shop.now + timedelta(days=60)).date().isoformat()
    given = {"element": element, "percent": "25", "due": day, "owner": str(shop.cast.people["zhou"].id)} | wrong
    answer = zhou.post(reverse("node_goal", args=[report.id]), given, follow=True)
    assert "1 到 95" in answer.content.decode()
    assert not NodeGoal.objects.exists()


def test_of_our_own_cases_the_flow_compared_is_studied_and_ratings_stand_beside(shop: Shop, sign_in: SignIn) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    zhou, begun, by = sign_in("zhou"), shop.now, By(shop.viewer("wang").actor)
    for number in range(6):
        case = shop.hears(f"问题 {number}", who=f"v-{number}")
        record(RunStarted("inquiry", 1), at=shop.now, by=By("system"), about=[About("case", case.id)])
        for step in ("读懂来意", "答复客户"):
            shop.later(hours=number + 1)
            record(TaskCompleted(step, "t"), at=shop.now, by=by, about=[About("case", case.id)])
        Rating.objects.create(case=case, score=5 - number % 3, rated_at=shop.now)
    period = Period(begun - timedelta(days=1), shop.now + timedelta(days=1), "UTC")
    report = ask_report(period=period, name="我们的", object_type="case", viewer=shop.viewer("zhou"), at=shop.now)
    tasks.make_report(str(report.id))
    version = FlowVersion.objects.get(key="inquiry", is_live=True)
    compare_report(report_id=report.id, source=bytes(version.source), name="咨询", at=shop.now)
    tasks.make_report(str(report.id))
    ask_key_nodes(report_id=report.id, faster=20, viewer=shop.viewer("zhou"), at=shop.now)
    tasks.find_key_nodes(str(report.id))
    study = KeyNodeStudy.objects.get(report=report)
    assert (study.state, study.fault) == ("done", "")
    body = study_body(study)
    assert body["flow"] == "inquiry"
    answer = next(card for card in body["pages"]["en"]["cards"] if card["name"] == "答复客户")
    assert answer["rating"].startswith("6 cases that passed it were rated: not enough")
    assert answer["cases"].startswith("s"), "its cases are those the report keeps"
    assert answer["who"] == pick(shop.cast.teams["reception"].names, "en"), "a team of ours by its name"
    page = zhou.get(reverse("key_nodes", args=[report.id])).content.decode()
    assert "6 件有评分" in page
    assert "只有 6 个个案" in page


def test_who_may_not_write_reads_and_asks_nothing(shop: Shop, sign_in: SignIn) -> None:
    report = studied(shop)
    for name in ("key_nodes_ask", "node_goal"):
        assert sign_in("wang").post(reverse(name, args=[report.id]), {"faster": "20"}).status_code == 403
    assert sign_in("wang").get(reverse("key_nodes", args=[report.id])).status_code == 403
    Grant.objects.filter(user=shop.cast.people["zhou"]).update(store=shop.cast.stores["nanjing"])
    assert sign_in("zhou").get(reverse("key_nodes", args=[report.id])).status_code == 403


def test_a_report_that_is_not_made_has_none_and_how_much_faster_is_bounded(shop: Shop, sign_in: SignIn) -> None:
    zhou, report = sign_in("zhou"), report_of(shop)
    for faster in ("4", "91", "x"):
        answer = zhou.post(reverse("key_nodes_ask", args=[report.id]), {"faster": faster}, follow=True)
        assert "5 到 90" in answer.content.decode()
    assert not KeyNodeStudy.objects.exists()
    Report.objects.update(state="failed")
    assert zhou.get(reverse("key_nodes", args=[report.id])).status_code == 404
    assert zhou.post(reverse("key_nodes_ask", args=[report.id]), {"faster": "20"}).status_code == 404


def test_what_cannot_be_simulated_is_said_on_its_page(shop: Shop, sign_in: SignIn) -> None:
    at_once = "ticket,step,ended,who\n" + "".join(f"{n},ask,2026-01-0{1 + n % 9} 10:00,ann\n" for n in range(40))
    report = report_of(shop, at_once)
    ask_key_nodes(report_id=report.id, faster=20, viewer=shop.viewer("zhou"), at=shop.now)
    tasks.find_key_nodes(str(report.id))
    study = KeyNodeStudy.objects.get(report=report)
    assert (study.state, study.fault) == ("failed", "No step of this flow takes any time.")
    assert 'role="alert"' in sign_in("zhou").get(reverse("key_nodes", args=[report.id])).content.decode()


def test_the_page_costs_as_many_statements_however_many_goals_there_are(shop: Shop, sign_in: SignIn) -> None:
    report, zhou = studied(shop), sign_in("zhou")
    element = study_body(KeyNodeStudy.objects.get(report=report))["figures"][0]["element"]
    day = (shop.now + timedelta(days=60)).date().isoformat()
    given = {"element": element, "percent": "25", "due": day, "owner": str(shop.cast.people["zhou"].id)}
    address = reverse("key_nodes", args=[report.id])
    zhou.get(address)
    counts = []
    for _ in range(2):
        for _ in range(3):
            zhou.post(reverse("node_goal", args=[report.id]), given)
        with CaptureQueriesContext(connection) as asked:
            zhou.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14
