"""A customer's cases, a line each: whose turn it is, what is next, and until when."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from zhoudao.doors.portal.progress.promised import Promised, promised
from zhoudao.doors.portal.progress.turns import turn_of, turn_words
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import mask_personal
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.contacts import Sight

_TURNS = ("yours", "ours", "solved")


@frozen
class Line:
    """One case. `next` is the promise that is due first; `is_own` false for a colleague's of the organisation."""

    case: Case
    subject: str
    turn: str
    turn_words: str
    next: Promised | None
    is_own: bool
    address: str


def lines_of(cases: Sequence[Case], sight: Sight, now: datetime) -> list[Line]:
    """These cases, what waits for the customer first."""
    found = [_line(case, sight, now) for case in cases]
    return sorted(found, key=lambda line: _TURNS.index(line.turn))


def _line(case: Case, sight: Sight, now: datetime) -> Line:
    told = promised(case, list(case.promises.all()), now)
    turn = turn_of(case)
    ahead = next((one for one in told if one.state in ("running", "missed")), None) if turn == "ours" else None
    return Line(
        case=case,
        subject=mask_personal(case.subject)[0],
        turn=turn,
        turn_words=turn_words(case, now),
        next=ahead,
        is_own=sight.is_own(case),
        address=reverse("portal:case", args=[case.number]),
    )
