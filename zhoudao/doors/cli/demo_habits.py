"""How the demo company's people work, and what that does to the cases of its past.

Investigations lie: they are looked into by teams that keep office hours, and the warehouse answers on Mondays. Some
complaints go to another team and back. What is granted above an agent's limit waits for a lead, who nearly always
agrees. Calls afterwards are made on Mondays where they can wait. One shop is slower than the others.
"""

import json
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from zhoudao.conduct.flows.models import Task
from zhoudao.doors.cli.demo_street import Life
from zhoudao.engines.worktime import due
from zhoudao.ground.accounts.models import Team, User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.complaints.commands import Said, answer_complaint
from zhoudao.rooms.complaints.models import Way
from zhoudao.rooms.staff.models import Member
from zhoudao.rooms.teamwork.approving import decide_approval
from zhoudao.rooms.teamwork.goodwill import grant_goodwill
from zhoudao.rooms.teamwork.models import Approval

_WORDS = Path(__file__).parent / "demo_data" / "past.json"
_SLOWER = {"chengdu": 1.7}
_RELATIONS, _RECEPTION = "customer_relations", "reception"
_ON_MONDAYS, _THERE_AND_BACK, _GRANTED, _AGREED, _COMES_BACK, _RATED = 0.35, 0.3, 0.35, 0.97, 0.1, 0.5
_TOLD = 0.7  # of those who wait for an investigation, so many hear meanwhile that there is one
_ANSWERED_FIRST = 0.14  # of those who got an answer before anybody looked into it, so many do not agree with it


@cache
def words() -> dict[str, Any]:
    """What people say in it."""
    found: dict[str, Any] = json.loads(_WORDS.read_text())
    return found


class Crew:
    """Who works in which team, as viewers, and by which hours."""

    def __init__(self) -> None:
        self._teams = {team.code: team for team in Team.objects.all()}
        self._people: dict[str, list[Viewer]] = {}

    def one(self, team: str, rng: Random) -> Viewer:
        """Somebody of a team."""
        return rng.choice(self._of(team))

    def agent(self, rng: Random) -> Viewer:
        """Somebody of customer relations who leads nobody."""
        return rng.choice([one for one in self._of(_RELATIONS) if "team_lead" not in one.roles])

    def lead(self) -> Viewer:
        """Who leads customer relations."""
        return self.who_decides("team_lead")

    def who_decides(self, role: str) -> Viewer:
        """Who decides in this role about what is above an agent's limit."""
        if role == "team_lead":
            return next(one for one in self._of(_RELATIONS) if role in one.roles)
        return of_user(User.objects.filter(grants__role=role, is_active=True).order_by("email")[0])

    def team(self, code: str) -> Team:
        """The team itself."""
        return self._teams[code]

    def in_hours(self, since: datetime, hours: float, team: str) -> datetime:
        """When so many of a team's working hours have passed."""
        return due(since, timedelta(hours=hours), calendar(team_calendar_id(self._teams[team].id)))

    def _of(self, team: str) -> list[Viewer]:
        if team not in self._people:
            rows = Member.objects.filter(teams__code=team, user__is_active=True).select_related("user")
            self._people[team] = [of_user(row.user) for row in rows.order_by("user__email")]
        return self._people[team]


class Complaint:
    """A complaint as this company sees to it, whichever version of its flow the case walks."""

    def __init__(self, about: dict[str, str], crew: Crew) -> None:
        self.about, self.crew = about, crew
        self.found = False

    def __call__(self, life: Life) -> None:
        """This will lead it from there to its end."""
        slower = _SLOWER.get(life.matter.store, 1.0)
        if life.rng.random() < _THERE_AND_BACK:
            self._goes_round(life)
        while task := life.task():
            _STEPS[task.element](self, life, task, slower)
        if life.task() is None and life.case.resolved_at is None:  # its flow is over, it is not
            self._agrees(life, self.crew.one(_RELATIONS, life.rng))

    def _goes_round(self, life: Life) -> None:
        """To the department that is to blame, which sends it back; some go round twice."""
        other = "after_sales" if self.about["department"] == _RELATIONS else self.about["department"]
        for _round in range(1 if life.rng.random() < 0.7 else 2):
            for team, reason in ((other, "other_skill"), (_RELATIONS, "wrong_place")):
                life.at(self.crew.in_hours(life.moment, life.rng.uniform(0.5, 3), other))
                to, into = self.crew.one(team, life.rng), self.crew.team(team)
                done = assign_case(
                    case_id=life.case_id, team_id=into.id, member_id=to.user_id, viewer=self.crew.lead(),
                    reason=reason, at=life.moment,
                )  # fmt: skip
                life.does(done)

    def investigated(self, life: Life, task: Task, slower: float) -> None:
        """Looked into by the department: within a day or two, or on its next Monday."""
        team = self.about["department"]
        if not self.found and life.rng.random() < _TOLD:
            life.at(self.crew.in_hours(life.moment, life.rng.uniform(0.3, 3.5), _RELATIONS))
            life.answers(life.rng.choice(words()["told"]), self.crew.agent(life.rng), expects_answer=False)
        if not self.found and life.rng.random() < _ON_MONDAYS:
            life.at(_monday(life.moment, life.rng))
        else:
            life.at(self.crew.in_hours(life.moment, slower * life.rng.uniform(3, 11), team))
        self.found = True
        result = {"finding": self.about["finding"], "responsible_department": team}
        life.completes(task, result, self.crew.one(team, life.rng))
        if life.rng.random() < _GRANTED:
            self._grants(life)

    def _grants(self, life: Life) -> None:
        """Something above an agent's limit: the lead is asked."""
        asker = self.crew.agent(life.rng)
        life.at(self.crew.in_hours(life.moment, life.rng.uniform(0.2, 1), _RELATIONS))
        amount = Money(life.rng.randrange(12_000, 45_000, 1_000), clock.currency())
        given: dict[str, Any] = {"kind": "refund", "amount": amount, "reason": self.about["finding"]}
        one = life.does(grant_goodwill(case_id=life.case_id, viewer=asker, at=life.moment, **given))
        agreed = life.rng.random() < _AGREED
        said = "" if agreed else "金额偏高，先换货再谈补偿。"
        while step := Approval.objects.filter(goodwill=one, decided_at=None).first():
            life.at(self.crew.in_hours(life.moment, life.rng.uniform(3, 13), _RELATIONS))
            who = self.crew.who_decides(step.role)
            done = decide_approval(
                approval_id=step.id, is_approved=agreed, reason=said, viewer=who, at=life.moment
            )  # fmt: skip
            life.does(done)

    def answered(self, life: Life, _task: Task, slower: float) -> None:
        """The customer has the answer, on record, and agrees, or does not."""
        life.at(self.crew.in_hours(life.moment, slower * life.rng.uniform(1, 5), _RELATIONS))
        agent = self.crew.one(_RELATIONS, life.rng)
        said = Said(Way.WRITING, self.about["answer"], self.about["cause"], life.moment)
        given: dict[str, Any] = {"viewer": agent, "at": life.moment, "real_now": life.moment}
        life.does(answer_complaint(case_id=life.case_id, said=said, **given))
        self._agrees(life, agent)

    def _agrees(self, life: Life, agent: Viewer) -> None:
        doubts = _COMES_BACK if self.found else _ANSWERED_FIRST
        life.at(self.crew.in_hours(life.moment, life.rng.uniform(0.5, 9), _RELATIONS))
        life.resolves("compensated" if life.rng.random() < 0.3 else "solved", self.about["cause"], agent)
        if life.case.reopened == 0 and life.rng.random() < doubts:
            life.after(hours=life.rng.uniform(4, 30))
            life.writes(life.rng.choice(words()["not_settled"]))
            if self.found and life.task() is None:  # a flow that does not look into it again: answered once more
                self._agrees(life, agent)
        elif life.rng.random() < _RATED:
            life.after(minutes=life.rng.uniform(20, 300))
            rate(life)

    def followed_up(self, life: Life, task: Task, _slower: float) -> None:
        """Called afterwards: on Monday where that is near, else within two days."""
        monday = _monday(life.moment, life.rng)
        near = monday - life.moment < timedelta(days=3)
        life.at(monday if near else self.crew.in_hours(life.moment, life.rng.uniform(6, 22), _RELATIONS))
        result = {"satisfied": "on", "remark": life.rng.choice(words()["remarks"])}
        life.completes(task, result, self.crew.one(_RELATIONS, life.rng))


class Inquiry:
    """A question: answered within the hour, asked again by some, solved."""

    def __init__(self, about: dict[str, str], crew: Crew) -> None:
        self.about, self.crew = about, crew

    def __call__(self, life: Life) -> None:
        """This will lead it from there to its end."""
        slower = _SLOWER.get(life.matter.store, 1.0)
        agent = self.crew.one(_RECEPTION, life.rng)
        for again in range(2):
            life.at(self.crew.in_hours(life.moment, slower * life.rng.uniform(0.1, 0.8), _RECEPTION))
            life.answers(self.about["answer"], agent)
            if again or life.rng.random() > 0.2:
                break
            life.after(minutes=life.rng.uniform(5, 90))
            life.writes(life.rng.choice(words()["again"]))
        life.at(self.crew.in_hours(life.moment, slower * life.rng.uniform(0.3, 2), _RECEPTION))
        life.resolves("answered", "information", agent)
        if life.rng.random() < _RATED:
            life.after(minutes=life.rng.uniform(10, 200))
            rate(life)


def rate(life: Life) -> None:
    """The longer it took, the fewer stars."""
    case = life.case
    assert case.resolved_at is not None
    days = (case.resolved_at - case.opened_at) / timedelta(days=1)
    best = 5.2 - 0.55 * min(days, 6.0) - (0.8 if case.reopened else 0.0)
    score = min(5, max(1, round(life.rng.gauss(best, 0.8))))
    life.rates(score, life.rng.choice(words()["comments"][str(score)]))


def _monday(at: datetime, rng: Random) -> datetime:
    """Some minute of the next Monday's morning round."""
    day = at.astimezone(clock.zone()).date()
    monday = datetime.combine(day + timedelta(days=7 - day.weekday()), time(9, 10), clock.zone())
    return monday + timedelta(minutes=rng.uniform(0, 40))


_STEPS = {
    "investigate": Complaint.investigated,
    "answer": Complaint.answered,
    "follow_up": Complaint.followed_up,
}
