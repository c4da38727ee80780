"""What pages show of risks and of what the clock found."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.incidents.models import Incident, Risk, Surge

SHOWN = 5
MOST_RISKS = 300


@frozen
class Proposal:
    """Something found, with a few of its cases that the viewer may see."""

    surge: Surge
    cases: list[Case]

    @property
    def words(self) -> str:
        """What they have in common, for people."""
        return joined_pieces(self.surge.pieces)


@frozen
class RiskRow:
    """A risk, and whether it is time to look at it again."""

    risk: Risk
    is_overdue: bool


def proposals(viewer: Viewer, limit: int = 5) -> list[Proposal]:
    """What nobody has decided yet, newest first (a statement, and one for each with its cases)."""
    rows = Surge.objects.filter(state="proposed").select_related("risk", "store").order_by("-found_at", "-id")
    return [Proposal(surge, _some(surge.case_ids, viewer)) for surge in rows[:limit]]


def alike_outside(incident: Incident) -> int:
    """How many open cases look the same as those of an incident and are in none (two statements)."""
    found = [one for ids in incident.surges.values_list("case_ids", flat=True) for one in ids]
    if not found or not incident.is_under_way:
        return 0
    rows = Case.objects.filter(id__in=found, incident_id=None)
    return rows.exclude(status__in=[Status.CLOSED, Status.MERGED]).count()


def risks(today: date, *, is_retired: bool = False) -> list[RiskRow]:
    """The register, by flow (one statement)."""
    rows = Risk.objects.filter(retired_at__isnull=not is_retired).select_related("owner", "store")
    found = rows.order_by("flow", "title", "id")[:MOST_RISKS]
    return [RiskRow(risk, risk.retired_at is None and risk.due_date < today) for risk in found]


def risk_choices() -> list[tuple[UUID, str]]:
    """The risks whose plan an incident may begin with (one statement)."""
    rows = Risk.objects.filter(retired_at=None).order_by("title", "id")
    return list(rows.values_list("id", "title")[:MOST_RISKS])


def joined_pieces(pieces: Sequence[str]) -> str:
    """Pieces that follow each other put together again: 付款, 款页, 页面 → 付款页面."""
    left, words = list(pieces), []
    while left:
        word = left.pop(0)
        while (more := next((one for one in left if one[:-1] and word.endswith(one[:-1])), None)) is not None:
            left.remove(more)
            word += more[-1]
        while (before := next((one for one in left if one[1:] and word.startswith(one[1:])), None)) is not None:
            left.remove(before)
            word = before[0] + word
        words.append(word)
    return "、".join(words)


def _some(case_ids: Sequence[str], viewer: Viewer) -> list[Case]:
    rows = Case.objects.filter(visible(viewer), id__in=list(case_ids)).order_by("-opened_at", "-id")
    return list(rows[:SHOWN])
