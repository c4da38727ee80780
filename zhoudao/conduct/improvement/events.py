"""What happens in the register."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.improvement.models import Answer, Decision, Stage
from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

name_codes({f"stage_{code}": words for code, words in Stage.choices})
name_codes({f"decision_{code}": words for code, words in Decision.choices})
name_codes({f"suggestion_{code}": words for code, words in Answer.choices})


@frozen
class InitiativeBegun(Fact):
    """Somebody is to change how work goes; `source`: finding, case, suggestion, audit or hand."""

    name: ClassVar[str] = "improvement.InitiativeBegun"
    words: ClassVar = _("An initiative begins, until %(due)s")
    source: str
    pattern: str
    owner_id: str
    due: str


@frozen
class InitiativeChanged(Fact):
    """What an initiative is about, or its goal, owner or day, is another."""

    name: ClassVar[str] = "improvement.InitiativeChanged"
    words: ClassVar = _("The plan of the initiative was changed (until %(due)s)")
    owner_id: str
    due: str


@frozen
class InitiativeMoved(Fact):
    """An initiative came to another stage."""

    name: ClassVar[str] = "improvement.InitiativeMoved"
    words: ClassVar = _("From “%(before)s” to “%(stage)s”")
    before: str
    stage: str


@frozen
class ResultNoted(Fact):
    """What the figure of an initiative's goal is after the change."""

    name: ClassVar[str] = "improvement.ResultNoted"
    words: ClassVar = _("Result noted: %(value)s (target %(target)s)")
    value: float
    target: float | None


@frozen
class InitiativeDecided(Fact):
    """What is made of an initiative's result."""

    name: ClassVar[str] = "improvement.InitiativeDecided"
    words: ClassVar = _("Decided: %(decision)s (round %(round)s)")
    decision: str
    round: int


@frozen
class MeasureTicked(Fact):
    """A measure is done; `is_done` false: not after all."""

    name: ClassVar[str] = "improvement.MeasureTicked"
    words: ClassVar = _("A measure was ticked or unticked")
    measure_id: str
    is_done: bool


@frozen
class InitiativeLate(Fact):
    """An initiative is not closed by its day."""

    name: ClassVar[str] = "improvement.InitiativeLate"
    words: ClassVar = _("The initiative is late (due %(due)s)")
    due: str


@frozen
class SuggestionMade(Fact):
    """A colleague suggests something."""

    name: ClassVar[str] = "improvement.SuggestionMade"
    words: ClassVar = _("A colleague suggests something")
    flow: str


@frozen
class SuggestionAnswered(Fact):
    """A suggestion has its answer."""

    name: ClassVar[str] = "improvement.SuggestionAnswered"
    words: ClassVar = _("A suggestion was answered: %(answer)s")
    answer: str


@frozen
class ProgrammeBegun(Fact):
    """Somebody begins a programme."""

    name: ClassVar[str] = "improvement.ProgrammeBegun"
    words: ClassVar = _("A programme begins")
    flow: str


@frozen
class ProgrammeChanged(Fact):
    """What a programme is about, or how many must be trained (per cent), is another."""

    name: ClassVar[str] = "improvement.ProgrammeChanged"
    words: ClassVar = _("The programme was changed: %(threshold)s %% must be trained")
    flow: str
    threshold: int


@frozen
class ProgrammeClosed(Fact):
    """A programme is over."""

    name: ClassVar[str] = "improvement.ProgrammeClosed"
    words: ClassVar = _("The programme is closed")
    flow: str


@frozen
class MilestoneTicked(Fact):
    """A milestone is reached; `is_done` false: not after all."""

    name: ClassVar[str] = "improvement.MilestoneTicked"
    words: ClassVar = _("A milestone was ticked or unticked")
    milestone_id: str
    is_done: bool


@frozen
class PeopleTrained(Fact):
    """People were trained for a step of a flow."""

    name: ClassVar[str] = "improvement.PeopleTrained"
    words: ClassVar = _("%(count)s people were trained for “%(step)s”")
    flow: str
    version: int
    step: str
    count: int


@frozen
class WentUnready(Fact):
    """A version went live although too few were trained in so many places."""

    name: ClassVar[str] = "improvement.WentUnready"
    words: ClassVar = _("Version %(version)s went live although too few were trained in %(places)s places")
    flow: str
    version: int
    places: int


@frozen
class AuditSet(Fact):
    """A flow is to be looked at regularly."""

    name: ClassVar[str] = "improvement.AuditSet"
    words: ClassVar = _("An audit is set, every %(every_weeks)s weeks")
    flow: str
    every_weeks: int


@frozen
class AuditHeld(Fact):
    """An audit was held; `findings` of its questions were not answered well."""

    name: ClassVar[str] = "improvement.AuditHeld"
    words: ClassVar = _("An audit was held: %(findings)s findings in %(questions)s questions")
    flow: str
    questions: int
    findings: int
