"""The programme around it: its plan, people, money and risks; what was seen on the spot, audits, one that is over."""

from datetime import datetime, time, timedelta
from typing import Any

from zhoudao.conduct.improvement.commands.audits import Given, hold_audit, set_audit
from zhoudao.conduct.improvement.commands.audits import Plan as AuditPlan
from zhoudao.conduct.improvement.commands.initiatives import change_initiative, move_initiative, note_result
from zhoudao.conduct.improvement.commands.measures import tick_measure
from zhoudao.conduct.improvement.commands.observing import Row, observe
from zhoudao.conduct.improvement.commands.programmes import (
    Charter,
    add_budget_line,
    add_concern,
    add_member,
    add_milestone,
    begin_programme,
    close_programme,
    note_spent,
    settle_concern,
    take_initiative,
    tick_milestone,
)
from zhoudao.conduct.improvement.drafts import Draft, Goal
from zhoudao.conduct.improvement.models import Audit, Programme, Stage
from zhoudao.conduct.pilots.commands import optimise_pilot
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.models import Finding
from zhoudao.conduct.pilots.models import Stage as PilotStage
from zhoudao.doors.cli.demo_circle import PILOT, STARTS, WEEK, Story, hours_to_solution, tick_all, viewer

PROGRAMME, OVER, AUDIT = "投诉提速", "退款审批限额", "投诉记录抽查"
_QUESTIONS = "查明的情况写清楚了吗？\n答复说明了责任和办法吗？\n回访问了是否落实吗？"
_PHASES = (
    ("as_is", "看清现状：八周的投诉", 0, 8),
    ("redesign", "重画投诉流程，在实验室里试", 8, 9),
    ("standard", "写先答复的话术和权限", 8, 9),
    ("training", "两店的人练一周", 8, 9),
    ("pilot", "南京、广州试行六周", 9, 15),
    ("roll_out", "全部门店", 16, 20),
)


def programme_begun(story: Story, at: datetime) -> bool:
    """Its charter, team, plan, money and risks."""
    if Programme.objects.filter(title=PROGRAMME).exists():
        return True
    goals = "投诉客户当天得到答复；解决时间的中位数减半；重新打开的不比现在多。"
    charter = Charter(PROGRAMME, story.manager.user_id, goals, "complaint", 0.8)
    one = begin_programme(charter=charter, viewer=story.manager, at=at)
    given: dict[str, Any] = {"programme_id": one.id, "viewer": story.manager}
    for email, part in (("he.rui", "负责人"), ("lin.feng", "客户关系"), ("hu.yue", "一线"), ("gao.yuan", "数据")):
        add_member(user_id=viewer(email).user_id, part=part, **given)
    for phase, words, since, until in _PHASES:
        days = story.day(story.began + since * WEEK), story.day(story.began + until * WEEK - timedelta(days=3))
        add_milestone(phase=phase, words=words, owner_id=story.manager.user_id, days=days, **given)
    for words, planned in (("培训两店", 600_000), ("流程改造", 1_500_000), ("客户补偿", 800_000)):
        add_budget_line(words=words, planned_minor=planned, **given)
    for words, happened, likelihood, impact, counter in _CONCERNS:
        marks = {"words": words, "has_happened": happened, "likelihood": likelihood, "impact": impact}
        add_concern(given={**marks, "counter": counter, "owner_id": story.manager.user_id}, **given)
    return True


_CONCERNS = (
    ("先答复的话说错，客户更生气", False, 3, 4, "话术先由客户关系组长看过，每周抽查"),
    ("部门觉得不用再查了，质量问题漏掉", False, 2, 5, "不认可的一律调查；质检每月看投诉原因"),
    ("广州店新人多，培训来不及", True, 3, 3, "从杭州店借一位带教两周"),
)


def seen_on_the_spot(story: Story, at: datetime) -> bool:
    """A morning beside whoever looks into complaints, and what they say of it."""
    one = story.initiative
    assert one is not None  # a chapter before
    if one.observations.exists():
        return True
    morning = (
        Row(time(9, 10), time(9, 25), "打开一批投诉，看哪些要问仓库", False),
        Row(time(9, 25), time(10, 40), "等仓库回电话", True),
        Row(time(10, 40), time(10, 55), "记录查明的情况，转回客户关系", False),
        Row(time(10, 55), time(11, 30), "等组长看补偿", True),
    )
    day = story.day(at)
    given: dict[str, Any] = {"initiative_id": one.id, "viewer": story.manager, "at": at}
    observe(how="watched", step="调查原因", day=day, rows=morning, note="仓库周一才集中回。", **given)
    said = "七成的投诉，客户来的时候我就知道怎么答，但流程要先等部门查完。"
    observe(how="interview", step="答复客户", day=day, rows=(), note=said, **given)
    programme = Programme.objects.filter(title=PROGRAMME).first()
    if programme is not None:
        take_initiative(programme_id=programme.id, initiative_id=one.id, is_in=True, viewer=story.manager)
    return True


def audit_held(story: Story, at: datetime) -> bool:
    """A look at the records every few weeks, and what was found the first time. Set and held in one: no clock of today
    is to remind of one that was due then.
    """
    if Audit.objects.filter(title=AUDIT).exists():
        return True
    plan = AuditPlan(AUDIT, _QUESTIONS, 12, story.manager.user_id, story.day(at), "complaint")
    one = set_audit(plan=plan, viewer=story.manager, at=at - 4 * WEEK)
    answers = (Given(True), Given(False, "二十件里有六件没写责任在谁"), Given(True, "两件没有回访记录，已补"))
    hold_audit(audit_id=one.id, answers=answers, viewer=story.manager, at=at)
    return True


def earlier_one_begun(story: Story, at: datetime) -> bool:
    """A smaller programme, begun before."""
    if Programme.objects.filter(title=OVER).exists():
        return True
    charter = Charter(OVER, viewer("lin.feng").user_id, "组长当天批完退款；超过限额的不超过一成。", "", 0.8)
    one = begin_programme(charter=charter, viewer=story.manager, at=at)
    given: dict[str, Any] = {"programme_id": one.id, "viewer": story.manager}
    add_member(user_id=viewer("lin.feng").user_id, part="负责人", **given)
    for phase, words, since, until in (("as_is", "数一个月的审批", 1, 4), ("standard", "定新的限额", 4, 6)):
        days = story.day(story.began + since * WEEK), story.day(story.began + until * WEEK)
        add_milestone(phase=phase, words=words, owner_id=viewer("lin.feng").user_id, days=days, **given)
    add_budget_line(words="系统设置", planned_minor=100_000, **given)
    marks = {"words": "限额一放宽，补偿越批越多", "has_happened": False, "likelihood": 3, "impact": 3}
    counter = {"counter": "每月看一次人均补偿", "owner_id": viewer("lin.feng").user_id}
    add_concern(given=marks | counter, **given)
    return True


def earlier_one_closed(story: Story, at: datetime) -> bool:
    """It ends with what was learned."""
    one = Programme.objects.get(title=OVER)
    if one.closed_at is not None:
        return True
    given: dict[str, Any] = {"programme_id": one.id, "viewer": story.manager}
    for row in one.milestones.all():
        tick_milestone(row_id=row.id, day=row.due_date, at=at, **given)
    for concern in one.concerns.filter(closed_at=None):
        settle_concern(row_id=concern.id, at=at, **given)
    for line in one.budget.all():
        note_spent(row_id=line.id, actual_minor=86_000, **given)
    words = "审批几乎都通过，等的时间比看的时间长。限额先不动，等投诉提速的试点有结果再一起改。"
    close_programme(closing=words, at=at, **given)
    return True


def on_its_way(story: Story, at: datetime) -> bool:
    """The pilot has begun: the register, the plan and the money follow."""
    one, pilot = story.initiative, story.pilot
    assert one is not None  # chapters before
    assert pilot is not None
    if one.pilot_id != pilot.id:
        goal = Goal(words=one.goal, baseline=one.baseline, target=one.target)
        draft = Draft(
            one.title, one.owner_id, one.due_date, problem=one.problem, flow_key=one.flow_key,
            flow_version=one.flow_version, steps=one.steps, goal=goal, pilot_id=pilot.id, pilot_name=PILOT,
        )  # fmt: skip
        change_initiative(initiative_id=one.id, draft=draft, viewer=story.manager, at=at)
    if one.stage == Stage.PLAN:
        move_initiative(initiative_id=one.id, seen="plan", stage="do", viewer=story.manager, at=at)
    _programme_at(story, at, until=STARTS, spent=(540_000, 420_000, 0))
    return True


def first_week_seen(story: Story, at: datetime) -> bool:
    """The first week was looked at together."""
    pilot = story.pilot
    assert pilot is not None
    tick_all(story, pilot, PilotStage.RUN, at)
    programme = Programme.objects.get(title=PROGRAMME)
    for concern in programme.concerns.filter(has_happened=True, closed_at=None):
        settle_concern(programme_id=programme.id, row_id=concern.id, viewer=story.manager, at=at)
    return True


def compared(story: Story, at: datetime) -> bool:
    """Its weeks are over: compared, and ready to be decided by whoever looks at it."""
    pilot = story.pilot
    assert pilot is not None
    if pilot.stage == PilotStage.RUN:
        optimise_pilot(pilot_id=pilot.id, viewer=story.manager, at=at)
        for of in (Finding.Of.PLAN, Finding.Of.COMPARISON):
            ask_finding(pilot, of, at=at)
        return False
    return not pilot.findings.filter(state__in=("asked", "making")).exists()


def checked(story: Story, at: datetime) -> bool:
    """What it came to, on the register and in the plan."""
    one, pilot = story.initiative, story.pilot
    assert one is not None
    assert pilot is not None
    _programme_at(story, at, until=STARTS + 6 * WEEK, spent=(580_000, 900_000, 260_000))
    if one.stage == Stage.DO:
        for measure in one.measures.filter(done_at=None):
            tick_measure(initiative_id=one.id, measure_id=measure.id, is_done=True, viewer=story.manager, at=at)
        move_initiative(initiative_id=one.id, seen="do", stage="check", viewer=story.manager, at=at)
    if one.result is None:
        reached = hours_to_solution(since=story.began + STARTS, until=at)
        note_result(initiative_id=one.id, value=reached, day=story.day(at), viewer=story.manager, at=at)
    return True


def _programme_at(story: Story, at: datetime, *, until: timedelta, spent: tuple[int, ...]) -> None:
    """Milestones reached until then, and what it has cost."""
    programme = Programme.objects.get(title=PROGRAMME)
    given: dict[str, Any] = {"programme_id": programme.id, "viewer": story.manager}
    for row in programme.milestones.filter(done_date=None, due_date__lt=story.day(story.began + until)):
        tick_milestone(row_id=row.id, day=row.due_date, at=at, **given)
    for line, minor in zip(programme.budget.order_by("id"), spent, strict=True):
        note_spent(row_id=line.id, actual_minor=minor, **given)
