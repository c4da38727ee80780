"""What happens to incidents, and to cases because of them."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.incidents.models import Part, Severity

name_codes({choice.value: choice.label for choice in (*Severity, *Part)})


@frozen
class IncidentOpened(Fact):
    """Somebody saw that many cases have one cause. `how` is hand or surge."""

    name: ClassVar[str] = "incidents.IncidentOpened"
    words: ClassVar = _("Incident %(number)s was opened: %(severity)s")
    number: str
    severity: str
    how: str


@frozen
class IncidentChanged(Fact):
    """Its title, cause, guidance, words for customers, severity or store changed."""

    name: ClassVar[str] = "incidents.IncidentChanged"
    words: ClassVar = _("The description was changed; severity: %(severity)s")
    severity: str
    is_public: bool


@frozen
class IncidentContained(Fact):
    """It spreads no further."""

    name: ClassVar[str] = "incidents.IncidentContained"
    words: ClassVar = _("The incident is contained")


@frozen
class IncidentResolved(Fact):
    """The cause is gone."""

    name: ClassVar[str] = "incidents.IncidentResolved"
    words: ClassVar = _("The incident is resolved")


@frozen
class IncidentReopened(Fact):
    """It was not over."""

    name: ClassVar[str] = "incidents.IncidentReopened"
    words: ClassVar = _("The incident was opened again")


@frozen
class PartGiven(Fact):
    """Somebody has a part now; nobody (`None`): it is free."""

    name: ClassVar[str] = "incidents.PartGiven"
    words: ClassVar = _("A part changed hands: %(part)s")
    part: str
    member: str | None


@frozen
class PlanStepDone(Fact):
    """A step of the plan was done."""

    name: ClassVar[str] = "incidents.PlanStepDone"
    words: ClassVar = _("Step %(place)s of the plan is done")
    place: int


@frozen
class PlanStepUndone(Fact):
    """A step of the plan is not done after all."""

    name: ClassVar[str] = "incidents.PlanStepUndone"
    words: ClassVar = _("Step %(place)s of the plan is not done after all")
    place: int


@frozen
class CasesJoined(Fact):
    """Cases were put into the incident with one click, or by themselves. `how` is hand, surge or merged."""

    name: ClassVar[str] = "incidents.CasesJoined"
    words: ClassVar = _("Cases joined: %(count)s")
    count: int
    how: str


@frozen
class CasesLeft(Fact):
    """Cases were taken out of the incident."""

    name: ClassVar[str] = "incidents.CasesLeft"
    words: ClassVar = _("Cases left: %(count)s")
    count: int


@frozen
class CaseJoinedIncident(Fact):
    """The case is part of something larger."""

    name: ClassVar[str] = "incidents.CaseJoinedIncident"
    words: ClassVar = _("Part of incident %(number)s")
    number: str
    how: str


@frozen
class CaseLeftIncident(Fact):
    """The case has nothing to do with it after all."""

    name: ClassVar[str] = "incidents.CaseLeftIncident"
    words: ClassVar = _("No longer part of incident %(number)s")
    number: str


@frozen
class RoundBegan(Fact):
    """All affected cases are written to (`say`) or resolved (`resolve`)."""

    name: ClassVar[str] = "incidents.RoundBegan"
    words: ClassVar = _("%(kind)s (%(count)s)")
    kind: str
    round_id: str
    count: int


@frozen
class RoundUndone(Fact):
    """What had not left yet was taken back."""

    name: ClassVar[str] = "incidents.RoundUndone"
    words: ClassVar = _("Taken back as far as possible: %(kind)s")
    kind: str
    round_id: str


@frozen
class IncidentReviewed(Fact):
    """The review was written, or rewritten."""

    name: ClassVar[str] = "incidents.IncidentReviewed"
    words: ClassVar = _("The review was written")


@frozen
class ActionGiven(Fact):
    """Somebody has something to do until a day."""

    name: ClassVar[str] = "incidents.ActionGiven"
    words: ClassVar = _("To be done until %(due_date)s")
    action_id: str
    member: str
    due_date: str


@frozen
class ActionDone(Fact):
    """It is done."""

    name: ClassVar[str] = "incidents.ActionDone"
    words: ClassVar = _("Something to be done is done")
    action_id: str


@frozen
class ActionReopened(Fact):
    """It is not done after all."""

    name: ClassVar[str] = "incidents.ActionReopened"
    words: ClassVar = _("Something to be done is not done after all")
    action_id: str


@frozen
class SurgeProposed(Fact):
    """The clock found many new cases that look alike; `risk` is the one whose threshold was passed."""

    name: ClassVar[str] = "incidents.SurgeProposed"
    words: ClassVar = _("An incident is proposed: %(count)s customers within %(minutes)s minutes")
    surge_id: str
    count: int
    minutes: int
    risk: str | None


@frozen
class SurgeConfirmed(Fact):
    """Somebody made it an incident."""

    name: ClassVar[str] = "incidents.SurgeConfirmed"
    words: ClassVar = _("The proposal was confirmed")
    surge_id: str
    incident_id: str


@frozen
class SurgeDismissed(Fact):
    """Somebody said that it is none."""

    name: ClassVar[str] = "incidents.SurgeDismissed"
    words: ClassVar = _("The proposal was dismissed")
    surge_id: str


@frozen
class RiskSaved(Fact):
    """A risk was noted, changed, retired or taken up again."""

    name: ClassVar[str] = "incidents.RiskSaved"
    words: ClassVar = _("The register of risks was changed: %(flow)s")
    flow: str
    is_measured: bool
    is_retired: bool


@frozen
class RiskReviewed(Fact):
    """Somebody looked at a risk and found it still right."""

    name: ClassVar[str] = "incidents.RiskReviewed"
    words: ClassVar = _("A risk was looked at")
    risk_id: str


name_codes({"say": _("One message to all"), "resolve": _("Resolve all cases")})
