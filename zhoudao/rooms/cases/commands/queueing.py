"""Pushing: a new case finds somebody or stands in line, and a line is served when somebody frees up."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.engines.routing import Choice, Given, choose, plan, written
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import Entry, record_all
from zhoudao.rooms.cases.commands.holding import about, by_of, tell
from zhoudao.rooms.cases.events import CaseAssigned, CaseRouted, CaseStranded
from zhoudao.rooms.cases.lines import Standing, heads, in_line
from zhoudao.rooms.cases.models import WORKING, Case, Status
from zhoudao.rooms.cases.routing import Ruling, wish_of
from zhoudao.rooms.cases.routing_words import WITHOUT_END
from zhoudao.rooms.cases.staffing import Around, around, lock_routing, people_of
from zhoudao.rooms.staff.models import TeamSettings

ROUTING = "system:routing"
_FIRST_CHUNK, _CHUNK, _MOST = 30, 200, 100
_TODAY = timedelta(days=1)  # further back the past is lived over, and is nothing to those who wait now


def place(case: Case, met: Around, ruling: Ruling, asked: dict[str, Any], *, at: datetime) -> list[Fact]:
    """This will give a new case to whom routing chooses, or leave it in line; returns what is to be told of it.

    Whoever calls holds the routing lock and saves the case.
    """
    choice, decision = _decided(case, met, ruling.trouble, at)
    team = str(case.team_id) if case.team_id else None
    facts: list[Fact] = [CaseRouted(choice.why, choice.person, team, decision, ruling.rules, asked)]
    if choice.person is not None:
        facts.append(_given_to(case, choice.person, at))
    if choice.why in WITHOUT_END:
        facts.append(CaseStranded(choice.why, team))
    return facts


def give_to_somebody(case: Case, *, at: datetime) -> bool:
    """This will push a case nobody has to whom routing chooses; False when it stays in line.

    The caller holds the case and saves it.
    """
    if case.team_id is None or case.owner_id is not None or "trouble" in case.needs:
        return False
    lock_routing()
    adviser = case.needs.get("adviser")
    met = around(case, customers=[], adviser=UUID(adviser) if adviser else None, at=at)
    choice, decision = _decided(case, met, "", at)
    if choice.person is None:
        return False
    routed = CaseRouted(choice.why, choice.person, str(case.team_id), decision)
    tell(case, routed, _given_to(case, choice.person, at), actor=ROUTING, at=at)
    return True


def fill_queues(team_ids: Iterable[UUID], *, at: datetime) -> int:
    """This will serve the lines of these teams, the one whose first case comes first before the others."""
    return sum(fill_queue(team_id, at=at) for team_id in heads(list(team_ids)))


@transaction.atomic
def fill_queue(team_id: UUID, *, at: datetime) -> int:
    """This will push a team's waiting cases, in order, to whoever is free; returns how many found somebody.

    A case somebody else holds at this moment is passed over until the next time.
    """
    if TeamSettings.objects.filter(team_id=team_id, pushes=False).exists():
        return 0
    lock_routing()
    given = 0
    for part in planned(team_id, at=at):
        given += _give([*part], at=at)
        if given >= _MOST:
            break
    return given


def planned(team_id: UUID, *, at: datetime) -> Iterator[Iterator[Given]]:
    """Who is given what of a team's line, a piece of the line at a time: whom the first few suit is soon found.

    Go through a piece before the next. What was written down of it counts there; the caller holds routing's lock.
    """
    kept, after = set[str](), None
    spoken: tuple[list[str] | None, list[str]] | None = None
    for length in chain([_FIRST_CHUNK], repeat(_CHUNK)):
        line = in_line([team_id], limit=length, after=after, could=spoken)
        if not line:
            return
        people = people_of(team_id, at=at, also=_advisers(line))
        yield plan((one.waiting for one in line), people, at=at, kept=kept)
        able = [one for one in people if not one.state and one.load < one.capacity]
        if len(line) < length or not able:
            return
        languages = (
            None if any(not one.languages for one in able) else sorted({c for one in able for c in one.languages})
        )
        spoken, after = (languages, sorted({code for one in able for code in one.skills})), line[-1]


def _decided(case: Case, met: Around, trouble: str, at: datetime) -> tuple[Choice, dict[str, Any]]:
    """The choice, and the event's record of it, with what kept it from being carried out."""
    wish = wish_of(case.needs, case.points)
    if trouble or not met.pushes:
        return Choice(None, trouble or "pull", ()), {}
    choice = choose(wish, met.people, at=at)
    decision = written(wish, met.people, choice, at=at)
    if choice.person is not None and met.has_line:
        choice = Choice(None, "line", choice.codes)
    return choice, decision


def _give(planned: Sequence[Given], *, at: datetime) -> int:
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True).select_related("conversation__channel")
    rows = rows.filter(owner=None, status__in=WORKING, opened_at__lte=at + _TODAY)
    found = rows.filter(id__in=[one.case.id for one in planned]) if planned else []
    cases = {str(case.id): case for case in found}
    entries = []
    for one in planned:
        case = cases.get(one.case.id)
        if case is None or one.choice.person is None:
            continue
        decision = written(one.case.wish, one.people, one.choice, at=at)
        routed = CaseRouted(one.choice.why, one.choice.person, str(case.team_id), decision)
        for fact in (routed, _given_to(case, one.choice.person, at)):
            entries.append(Entry(fact, about(case), by_of(case, ROUTING)))
        case.save(update_fields=["owner", "given_at", "status", "updated_at"])
    if entries:
        record_all(entries, at=at, by=by_of(next(iter(cases.values())), ROUTING))
    return len(entries) // 2


def _given_to(case: Case, person: str, at: datetime) -> CaseAssigned:
    case.owner_id, case.given_at = UUID(person), at
    case.updated_at = max(case.updated_at, at)
    if case.status == Status.NEW:
        case.status = Status.OPEN
    team = str(case.team_id) if case.team_id else None
    return CaseAssigned(owner=person, team=team, previous_owner=None, previous_team=team, how="push")


def _advisers(line: Sequence[Standing]) -> list[UUID]:
    return [UUID(one.waiting.wish.adviser) for one in line if one.waiting.wish.adviser]
