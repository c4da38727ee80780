"""The full circle in the demo company's past: found in a report, tried on paper, then in two of its shops.

Each chapter does its part once, at its moment between the cases of those months, and says whether it is done: what the
analyst works out is waited for. Everything goes through the commands of the pages; every figure is the analyst's.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import fmean

from zhoudao.conduct.flows.commands import save_draft
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.improvement.commands.initiatives import begin_initiative
from zhoudao.conduct.improvement.commands.measures import add_measure, tick_measure, tie_numbers
from zhoudao.conduct.improvement.commands.suggestions import merge_suggestion, suggest
from zhoudao.conduct.improvement.drafts import Draft, Goal, Origin
from zhoudao.conduct.improvement.findings import Taken, finding_of
from zhoudao.conduct.improvement.models import Initiative, Suggestion
from zhoudao.conduct.improvement.patterns import proposals
from zhoudao.conduct.improvement.training import note_training
from zhoudao.conduct.insight.experimenting import Start, add_variant, ask_experiment, begin_experiment
from zhoudao.conduct.insight.models import Experiment, KeyNodeStudy, NodeGoal, Report
from zhoudao.conduct.insight.reporting import Period, ask_report, body_of, compare_report
from zhoudao.conduct.insight.studying import ask_key_nodes, set_goal
from zhoudao.conduct.pilots.commands import Plan, choose_stores, plan_pilot, start_pilot, tick_item
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.measured import Frame
from zhoudao.conduct.pilots.models import Finding, Pilot, Stage
from zhoudao.conduct.pilots.outcomes import outcome
from zhoudao.doors.cli.demo_redraw import answered_first
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen

WEEK = timedelta(weeks=1)
LOOKED_AT, STARTS, RUNS = 8 * WEEK, 9 * WEEK, 6
REPORT, PILOT = "投诉与咨询 · 改进之前", "投诉先答复"
TRIED, BESIDE = ("guangzhou", "nanjing"), ("beijing", "chengdu", "hangzhou", "shanghai-jingan")
_STEP, _ELEMENT = "调查原因", "investigate"
_SUGGESTED = "投诉先给客户一个答复，别等部门查完；多数客户要的是有人管，不是调查报告。"
_MEASURES = (
    "写好先答复的话术和权限",
    "南京、广州两店的人先练一周",
    "每周看一次不认可的投诉",
    "对照六周的结果，决定推广还是收回",
)


@frozen
class Story:
    """When it began, and who leads it."""

    began: datetime
    manager: Viewer

    @property
    def flow(self) -> FlowVersion:
        """The complaint flow as it was shipped."""
        return FlowVersion.objects.filter(key="complaint").order_by("version")[0]

    @property
    def report(self) -> Report | None:
        """What it begins with."""
        return Report.objects.select_related("body", "flow").filter(name=REPORT).first()

    @property
    def pilot(self) -> Pilot | None:
        """What it comes to."""
        return Pilot.objects.filter(name=PILOT).first()

    @property
    def initiative(self) -> Initiative | None:
        """What of the register it is."""
        report = self.report
        return Initiative.objects.filter(report_id=report.id).first() if report else None

    @property
    def by(self) -> By:
        """The same person, as events know them."""
        return By(self.manager.actor)

    def day(self, at: datetime) -> date:
        """The day it is at head office."""
        return at.astimezone(clock.zone()).date()


Chapter = Callable[[Story, datetime], bool]


def viewer(email: str) -> Viewer:
    """One of the demo company's people, by the first part of their address."""
    return of_user(User.objects.get(email__startswith=f"{email}@"))


def suggested(_story: Story, at: datetime) -> bool:
    """An agent says what would help."""
    if not Suggestion.objects.filter(words=_SUGGESTED).exists():
        benefit = "客户少等一天，我们少接一次催促。"
        suggest(
            words=_SUGGESTED, benefit=benefit, flow_key="complaint", step=_STEP, viewer=viewer("hu.yue"), at=at
        )  # fmt: skip
    return True


def diagnosed(story: Story, at: datetime) -> bool:
    """The first weeks in a report, beside the flow they walked."""
    report = story.report
    if report is None:
        period = Period(story.began, story.began + LOOKED_AT, str(clock.zone()))
        ask_report(period=period, name=REPORT, object_type="case", viewer=story.manager, at=at)
        return False
    if report.is_waited_for:
        return False
    if report.flow is None:
        row = story.flow
        compare_report(report_id=report.id, source=bytes(row.source), name=f"投诉 · {row.version}", at=at)
        return False
    return True


def key_nodes_found(story: Story, at: datetime) -> bool:
    """Which step matters most, and a goal on it."""
    report = story.report
    assert report is not None  # the chapter before
    study = KeyNodeStudy.objects.filter(report=report).first()
    if study is None:
        ask_key_nodes(report_id=report.id, faster=30, viewer=story.manager, at=at)
        return False
    if study.is_waited_for:
        return False
    if study.state == "done" and not NodeGoal.objects.filter(flow="complaint", element=_ELEMENT).exists():
        owner, due = story.manager.user_id, story.day(at) + 20 * WEEK
        assert owner is not None
        set_goal(
            report_id=report.id, element=_ELEMENT, percent=40, owner_id=owner, due_date=due, today=story.day(at),
            viewer=story.manager, at=at,
        )  # fmt: skip
    return True


def registered(story: Story, at: datetime) -> bool:
    """The finding on the register, with the redesign that fits it and what is to be done."""
    report = story.report
    assert report is not None  # a chapter before
    if story.initiative is not None:
        return True
    found = _finding(report)
    offered = proposals(found.figures)
    chosen = offered[0] if offered else None
    hours = hours_to_solution(since=story.began, until=at)
    draft = Draft(
        "投诉先答复，不认可再调查", story.manager.user_id, story.day(at) + 20 * WEEK, problem=found.said("zh-Hans")[1],
        flow_key="complaint", flow_version=1, steps=_STEP,
        goal=Goal(words="试点两店的投诉多久解决（平均小时）", baseline=hours, target=round(hours / 2, 1)),
    )  # fmt: skip
    gain = (chosen.least, chosen.most) if chosen else None
    pattern = chosen.pattern.value if chosen else ""
    origin = Origin("finding", report.id, report.name, found.place, found.kept, pattern, gain)
    one = begin_initiative(draft=draft, origin=origin, viewer=story.manager, at=at)
    tie_numbers(one, list(found.numbers), at=at)
    for words in _MEASURES:
        add_measure(initiative_id=one.id, words=words, viewer=story.manager, at=at)
    suggestion = Suggestion.objects.filter(words=_SUGGESTED, answer="").first()
    if suggestion is not None:
        merge_suggestion(suggestion_id=suggestion.id, initiative_id=one.id, viewer=story.manager, at=at)
    return True


def tried_on_paper(story: Story, at: datetime) -> bool:
    """Two ways beside today in the lab."""
    report = story.report
    assert report is not None  # a chapter before
    one = Experiment.objects.select_related("base").filter(report_id=report.id).first()
    if one is None:
        row = story.flow
        start = Start(
            flow=bytes(row.source), flow_name=f"投诉 · {row.version} · {REPORT}", report_id=report.id, today="现在"
        )
        begin_experiment(start=start, name=PILOT, viewer=story.manager, at=at)
        return False
    if one.is_waited_for:
        return False
    if one.base_id is not None and one.body_id is None and one.variants.count() == 1:
        quicker = [{"do": "faster", "step": _ELEMENT, "percent": 50}]
        add_variant(experiment_id=one.id, name="动手的时间减半", changes=quicker)
        add_variant(experiment_id=one.id, name="先答复，不调查", changes=[{"do": "leave_out", "step": _ELEMENT}])
        ask_experiment(experiment_id=one.id, job="run", at=at)
        return False
    return True


def drawn(story: Story, at: datetime) -> bool:
    """Drawn anew in the studio, and its pilot planned: two shops, four beside them."""
    if story.pilot is not None:
        return True
    row, user_id = story.flow, story.manager.user_id
    assert user_id is not None
    source = answered_first(bytes(row.source))
    save_draft(
        key="complaint", source=source, revision=0, by=story.by, at=at, user_id=user_id, began_with=row.id
    )  # fmt: skip
    plan = Plan(
        name=PILOT, question="先答复、客户不认可再调查，投诉是否更快解决，又不更常被重新打开？", kind="complaint",
        outcomes=("resolution", "satisfaction", "reopened", "kept"), least=6.0, draft_key="complaint",
        start_date=story.day(story.began + STARTS), weeks=RUNS, before_weeks=8, owner_id=user_id,
    )  # fmt: skip
    pilot = plan_pilot(plan=plan, viewer=story.manager, at=at)
    stores = dict(Store.objects.filter(code__in=[*TRIED, *BESIDE]).values_list("code", "id"))
    sides = {"pilots": [stores[code] for code in TRIED], "controls": [stores[code] for code in BESIDE]}
    choose_stores(pilot_id=pilot.id, viewer=story.manager, at=at, **sides)
    return True


def trained(story: Story, at: datetime) -> bool:
    """Everybody who answers complaints or calls afterwards has practised the new version."""
    pilot = story.pilot
    assert pilot is not None  # the chapter before
    assert pilot.version is not None
    crew = User.objects.filter(grants__team__code="customer_relations", is_active=True)
    everywhere = User.objects.filter(member__teams__code="customer_relations", is_active=True)
    ids = {*crew.values_list("id", flat=True), *everywhere.values_list("id", flat=True)}
    for element in ("answer", "follow_up"):
        note_training(
            key="complaint", element=element, version=pilot.version.version, user_ids=ids, day=story.day(at),
            viewer=story.manager, at=at,
        )  # fmt: skip
    return True


def started(story: Story, at: datetime) -> bool:
    """Its list is ticked; from here on the two shops take the new version."""
    pilot, one = story.pilot, story.initiative
    assert pilot is not None  # a chapter before
    if pilot.stage == Stage.PREPARE:
        tick_all(story, pilot, Stage.PREPARE, at)
        start_pilot(pilot_id=pilot.id, viewer=story.manager, at=at)
        ask_finding(pilot, Finding.Of.PLAN, at=at)  # counted anew, from the weeks before its start
    if one is not None:
        for measure in one.measures.order_by("added_at", "id")[:2]:
            tick_measure(initiative_id=one.id, measure_id=measure.id, is_done=True, viewer=story.manager, at=at)
    return True


def hours_to_solution(*, since: datetime, until: datetime) -> float:
    """How long complaints of the shops it is tried in took, on average, as pilots count it."""
    stores = tuple(Store.objects.filter(code__in=TRIED).values_list("id", flat=True))
    rows = outcome("resolution").all_of(Frame(stores, since, until, until, "complaint"))
    return round(fmean(row.value for row in rows), 1)


def tick_all(story: Story, pilot: Pilot, stage: str, at: datetime) -> None:
    """This will tick what is on the list of a stage."""
    for item in pilot.items.filter(stage=stage, ticked_at=None):
        tick_item(pilot_id=pilot.id, item_id=item.id, is_done=True, viewer=story.manager, at=at)


def _finding(report: Report) -> Taken:
    body = body_of(report)
    findings = body["figures"]["findings"]
    named = [place for place, each in enumerate(findings) if any(_STEP in str(name) for name in each["what"])]
    found = finding_of(report, body, named[0] if named else 0)
    assert found is not None  # a report of hundreds of cases finds something
    return found
