"""Which redesign fits which finding, and how many hours of cases it may save: a function of the finding's own numbers.

Eight patterns of the best practices of business process redesign. Each gain is a range: `most`, if all of the time the
finding stands for vanishes that the pattern can reach; `least`, under the stated, more careful assumption.

Source: Reijers & Liman Mansar (2005), Best practices in business process redesign: an overview and qualitative
evaluation of successful redesign heuristics, Omega 33(4), 283-306: task composition (merge), task elimination and
control addition (drop), task automation (automate), parallelism (parallel), contact reduction and integration (ask
earlier), case manager and order assignment (one-stop), triage (triage), empower (empower).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from zhoudao.kit.frozen import frozen

Found = Mapping[str, Any]
SAMPLE, SOME = 0.1, 0.5


class Pattern(StrEnum):
    MERGE = "merge"
    """One person does both steps, one after the other."""
    DROP = "drop"
    """The step is left out, or done for a sample."""
    AUTOMATE = "automate"
    """A rule or a program does it."""
    PARALLEL = "parallel"
    """Both steps begin at once."""
    ASK_EARLIER = "ask_earlier"
    """Everything is asked for where the case begins."""
    ONE_STOP = "one_stop"
    """One person keeps the case."""
    TRIAGE = "triage"
    """Cases are sorted at the door."""
    EMPOWER = "empower"
    """Who has the case may decide it."""


class Assumption(StrEnum):
    """What the careful end of a range stands on."""

    USUAL_STAYS = "usual_stays"
    """Every wait falls to the usual one (the median), none below it."""
    ONE_STAYS = "one_stays"
    """Once a case it still happens; every further time vanishes."""
    HALF = "half"
    """Half of the cases can be served so."""
    SAMPLE_STAYS = "sample_stays"
    """It goes where the same follows anyway, but for a sample of one in ten."""
    HALF_BY_RULE = "half_by_rule"
    """A rule decides half of what passes anyway."""


@frozen
class Proposal:
    """A pattern that fits, with hours of cases it may save: 0 ≤ least ≤ most ≤ the finding's hours."""

    pattern: Pattern
    least: float
    most: float
    assumption: Assumption


def proposals(finding: Found) -> list[Proposal]:
    """The patterns that fit a finding ({kind, what, hours, count, cases, …} as in a diagnosis's figures), in the order
    of what they may save at least; none for a kind that is not known.
    """
    kind = str(finding.get("kind", ""))
    if kind == "cause":
        kind = next(iter(list(finding.get("what", ()))[1:2]), "")
    made = [_proposal(pattern, assumption, finding) for pattern, assumption in FITS.get(kind, ())]
    return sorted(made, key=lambda one: -one.least)


def _proposal(pattern: Pattern, assumption: Assumption, finding: Found) -> Proposal:
    hours = max(float(finding.get("hours", 0.0)), 0.0)
    most = hours * _passes(finding) if assumption is Assumption.HALF_BY_RULE else hours
    return Proposal(pattern, min(max(_LEAST[assumption](finding, hours), 0.0), most), most, assumption)


def _passes(finding: Found) -> float:
    return min(max(float(finding.get("passes", 1.0)), 0.0), 1.0)


def _usual_stays(finding: Found, hours: float) -> float:
    return hours - float(finding.get("count", 0)) * float(finding.get("median_hours", 0.0))


def _one_stays(finding: Found, hours: float) -> float:
    count, cases = float(finding.get("count", 0)), float(finding.get("cases", 0))
    return hours * (count - cases) / count if count else 0.0


_LEAST: dict[Assumption, Callable[[Found, float], float]] = {
    Assumption.USUAL_STAYS: _usual_stays,
    Assumption.ONE_STAYS: _one_stays,
    Assumption.HALF: lambda _finding, hours: hours * SOME,
    Assumption.SAMPLE_STAYS: lambda finding, hours: hours * _passes(finding) * (1 - SAMPLE),
    Assumption.HALF_BY_RULE: lambda finding, hours: hours * _passes(finding) * SOME,
}

P, A = Pattern, Assumption  # the table below is read as one
FITS: dict[str, tuple[tuple[Pattern, Assumption], ...]] = {
    # Work lies between two steps: it does not where one person goes on, or both have begun.
    "slow": ((P.MERGE, A.USUAL_STAYS), (P.PARALLEL, A.HALF), (P.AUTOMATE, A.HALF)),
    # Cases stand because somebody outside is to answer: ask once, and where it begins.
    "outside": ((P.ASK_EARLIER, A.ONE_STAYS), (P.PARALLEL, A.HALF)),
    # Done again: something was missing the first time, or who did it was not able to finish it.
    "at_once": ((P.ASK_EARLIER, A.HALF), (P.AUTOMATE, A.HALF)),
    "again": ((P.ASK_EARLIER, A.ONE_STAYS), (P.EMPOWER, A.HALF)),
    # To and fro: sort before the first hands it on, or let one keep it.
    "to_and_fro": ((P.TRIAGE, A.ONE_STAYS), (P.ONE_STOP, A.HALF)),
    "reopened": ((P.ASK_EARLIER, A.HALF), (P.ONE_STOP, A.HALF)),
    # The finding's hours are what hand-overs wait longer than one person doing both.
    "handed": ((P.ONE_STOP, A.ONE_STAYS), (P.EMPOWER, A.HALF)),
    # Whoever checks what almost always passes checks too much.
    "check": ((P.DROP, A.SAMPLE_STAYS), (P.AUTOMATE, A.HALF_BY_RULE), (P.EMPOWER, A.HALF)),
    # Customers get in touch again: their first answer was not whole, or went past who knows.
    "contacts": ((P.ASK_EARLIER, A.HALF), (P.ONE_STOP, A.HALF)),
    # Information is put right: ask for it, or check it, where it comes in.
    "put_right": ((P.ASK_EARLIER, A.HALF), (P.AUTOMATE, A.HALF)),
    # Written down and passed on: a program does that, or whoever did the step before.
    "by_hand": ((P.AUTOMATE, A.HALF), (P.MERGE, A.HALF)),
    "batching": ((P.AUTOMATE, A.HALF), (P.MERGE, A.HALF)),
    "prioritisation": ((P.TRIAGE, A.HALF),),
    # Its people are busy: the simple cases go another way, or need nobody.
    "contention": ((P.TRIAGE, A.HALF), (P.AUTOMATE, A.HALF)),
    # Nobody is on duty who may: a rule may at any hour, and so may who is there.
    "unavailability": ((P.EMPOWER, A.HALF), (P.AUTOMATE, A.HALF)),
    "extraneous": ((P.MERGE, A.HALF), (P.EMPOWER, A.HALF)),
}
