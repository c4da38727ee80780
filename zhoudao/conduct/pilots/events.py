"""What happens to pilots."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.pilots.models import Decision, Stage, Why
from zhoudao.conduct.pilots.outcomes import OUTCOMES
from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen


def coded(code: str) -> str:
    """A pilot's code as sentences name it: other rooms have a resolution, too."""
    return f"pilot_{code}"


name_codes({coded(choice.value): choice.label for choice in [*Stage, *Decision, *Why]})
name_codes({coded(one.code): one.title for one in OUTCOMES.values()})


@frozen
class PilotPlanned(Fact):
    """Somebody wants to try a change: of which outcome it is to be judged, from which day, for how many weeks."""

    name: ClassVar[str] = "pilots.PilotPlanned"
    words: ClassVar = _("A pilot is planned from %(start_date)s for %(weeks)s weeks")
    outcome: str
    start_date: str
    weeks: int
    is_everywhere: bool


@frozen
class PilotStoresChosen(Fact):
    """Where it is tried, and where not: codes of stores."""

    name: ClassVar[str] = "pilots.PilotStoresChosen"
    words: ClassVar = _("The pilot is tried in %(pilot)s, beside %(control)s")
    pilot: str
    control: str


@frozen
class PilotItemTicked(Fact):
    """Something of the checklist is done, or is not after all; one of one's own is `own`."""

    name: ClassVar[str] = "pilots.PilotItemTicked"
    words: ClassVar = _("Checklist of the pilot: %(item)s (%(stage)s)")
    item: str
    stage: str
    is_done: bool


@frozen
class PilotStarted(Fact):
    """From now on the pilot's stores work by it."""

    name: ClassVar[str] = "pilots.PilotStarted"
    words: ClassVar = _("The pilot started in %(stores)s")
    flow: str
    version: int
    stores: str
    left_open: int


@frozen
class PilotAdvanced(Fact):
    """A stage is over; `left_open` items of its checklist were not ticked, for a reason that was stated."""

    name: ClassVar[str] = "pilots.PilotAdvanced"
    words: ClassVar = _("The pilot is at the next stage: %(stage)s")
    stage: str
    left_open: int


@frozen
class PilotPhaseBegun(Fact):
    """The next version took the place of the piloted one, in the same stores."""

    name: ClassVar[str] = "pilots.PilotPhaseBegun"
    words: ClassVar = _("Phase %(number)s of the pilot began")
    number: int
    flow: str
    version: int


@frozen
class PilotHarmSeen(Fact):
    """A stop rule fired: this outcome is worse than chance explains."""

    name: ClassVar[str] = "pilots.PilotHarmSeen"
    words: ClassVar = _("The pilot does harm: %(outcome)s")
    outcome: str
    phase: int


@frozen
class PilotDecided(Fact):
    """What became of it, and why; more words stand in the pilot."""

    name: ClassVar[str] = "pilots.PilotDecided"
    words: ClassVar = _("The pilot is over: %(decision)s (%(why)s)")
    decision: str
    why: str


@frozen
class PilotGivenUp(Fact):
    """It was deleted before it began."""

    name: ClassVar[str] = "pilots.PilotGivenUp"
    words: ClassVar = _("A pilot was given up before it began")
