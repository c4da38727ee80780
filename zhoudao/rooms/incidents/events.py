"""What happens to incidents, and to cases because of them."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.rooms.incidents.models import Part, Severity

name_codes({choice.value: choice.label for choice in (*Severity, *Part)})


@dataclass(frozen=True)
class IncidentOpened(Fact):
    """Somebody saw that many cases have one cause. `how` is hand or surge."""

    name: ClassVar[str] = "incidents.IncidentOpened"
    words: ClassVar = _("Incident %(number)s was opened: %(severity)s")
    number: str
    severity: str
    how: str


@dataclass(frozen=True)
class IncidentChanged(Fact):
    """Its title, cause, guidance, words for customers, severity or store changed."""

    name: ClassVar[str] = "incidents.IncidentChanged"
    words: ClassVar = _("The description was changed; severity: %(severity)s")
    severity: str
    is_public: bool


@dataclass(frozen=True)
class IncidentContained(Fact):
    """It spreads no further."""

    name: ClassVar[str] = "incidents.IncidentContained"
    words: ClassVar = _("The incident is contained")


@dataclass(frozen=True)
class IncidentResolved(Fact):
    """The cause is gone."""

    name: ClassVar[str] = "incidents.IncidentResolved"
    words: ClassVar = _("The incident is resolved")


@dataclass(frozen=True)
class IncidentReopened(Fact):
    """It was not over."""

    name: ClassVar[str] = "incidents.IncidentReopened"
    words: ClassVar = _("The incident was opened again")


@dataclass(frozen=True)
class PartGiven(Fact):
    """Somebody has a part now; nobody (`None`): it is free."""

    name: ClassVar[str] = "incidents.PartGiven"
    words: ClassVar = _("A part changed hands: %(part)s")
    part: str
    member: str | None


@dataclass(frozen=True)
class PlanStepDone(Fact):
    """A step of the plan was done."""

    name: ClassVar[str] = "incidents.PlanStepDone"
    words: ClassVar = _("Step %(place)s of the plan is done")
    place: int


@dataclass(frozen=True)
class PlanStepUndone(Fact):
    """A step of the plan is not done after all."""

    name: ClassVar[str] = "incidents.PlanStepUndone"
    words: ClassVar = _("Step %(place)s of the plan is not done after all")
    place: int


@dataclass(frozen=True)
class CasesJoined(Fact):
    """Cases were put into the incident with one click, or by themselves. `how` is hand, surge or merged."""

    name: ClassVar[str] = "incidents.CasesJoined"
    words: ClassVar = _("Cases joined: %(count)s")
    count: int
    how: str


@dataclass(frozen=True)
class CasesLeft(Fact):
    """Cases were taken out of the incident."""

    name: ClassVar[str] = "incidents.CasesLeft"
    words: ClassVar = _("Cases left: %(count)s")
    count: int


@dataclass(frozen=True)
class CaseJoinedIncident(Fact):
    """The case is part of something larger."""

    name: ClassVar[str] = "incidents.CaseJoinedIncident"
    words: ClassVar = _("Part of incident %(number)s")
    number: str
    how: str


@dataclass(frozen=True)
class CaseLeftIncident(Fact):
    """The case has nothing to do with it after all."""

    name: ClassVar[str] = "incidents.CaseLeftIncident"
    words: ClassVar = _("No longer part of incident %(number)s")
    number: str


@dataclass(frozen=True)
class RoundBegan(Fact):
    """All affected cases are written to (`say`) or resolved (`resolve`)."""

    name: ClassVar[str] = "incidents.RoundBegan"
    words: ClassVar = _("%(kind)s (%(count)s)")
    kind: str
    round_id: str
    count: int


@dataclass(frozen=True)
class RoundUndone(Fact):
    """What had not left yet was taken back."""

    name: ClassVar[str] = "incidents.RoundUndone"
    words: ClassVar = _("Taken back as far as possible: %(kind)s")
    kind: str
    round_id: str


name_codes({"say": _("One message to all"), "resolve": _("Resolve all cases")})
