"""What a macro does, step by step: read from what somebody asked for, checked, done to one case, taken back.

The order is fixed: what is decided, what is said, its rest or its end, and last who has it from now on.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from zhoudao.ground.accounts.models import Team, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.commands import assigning, classifying, closing, snoozing
from zhoudao.rooms.cases.commands.returning import return_case
from zhoudao.rooms.cases.models import Case, Kind, Status, Tier
from zhoudao.rooms.cases.transfers import OTHER, REASONS
from zhoudao.rooms.conversations.commands import undo_reply
from zhoudao.rooms.conversations.refusals import TooLateToUndo
from zhoudao.rooms.staff.models import Member
from zhoudao.rooms.teamwork.commands import Reply, answer
from zhoudao.rooms.teamwork.models import CannedReply
from zhoudao.rooms.teamwork.queries import readable
from zhoudao.rooms.teamwork.refusals import CaseChanged, MacroBroken, MacroEmpty
from zhoudao.rooms.teamwork.variables import fill, language_of, values_for
from zhoudao.rooms.teamwork.watching import note

UNDO_SECONDS = 30  # a reply to many leaves a little later, so that it can be taken back from all
LONGEST_SNOOZE_HOURS = 24 * 90


@frozen
class Steps:
    """What is done to a case; what is empty is not done. Ids as text, so that it is its own JSON."""

    kind: str = ""
    tier: str = ""
    team: str = ""
    member: str = ""
    reason: str = ""
    note: str = ""
    canned: str = ""
    snooze_hours: int = 0
    outcome: str = ""
    cause: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Steps":
        """Steps as they were stored."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return replace(cls(), **known)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {name: value for name, value in asdict(self).items() if value}


@frozen
class Done:
    """What is needed to take it back: how the case was before and after, and the reply that waits to leave."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    message: str = ""


@frozen
class Moment:
    """Who does it and when: `at` in the company's time, `real_now` for the seconds to take back."""

    viewer: Viewer
    at: datetime
    real_now: datetime


def check(steps: Steps, viewer: Viewer) -> None:
    """This will refuse steps that can be done to no case, naming what to mend (`team`, `member`, `canned`, …).

    Raises: MacroEmpty, MacroBroken
    """
    if not steps.stored().keys() - {"reason"}:
        raise MacroEmpty
    known: dict[str, Callable[[], bool]] = {
        "kind": lambda: steps.kind in Kind.values,
        "tier": lambda: steps.tier in Tier.values,
        "team": lambda: Team.objects.filter(id=_key(steps.team), closed_at=None).exists(),
        "member": lambda: Member.objects.filter(user_id=_key(steps.member), user__is_active=True).exists(),
        "canned": lambda: _canned(steps, viewer) is not None,
        "snooze_hours": lambda: 0 < steps.snooze_hours <= LONGEST_SNOOZE_HOURS,
        "outcome": lambda: bool(steps.cause),
        "cause": lambda: bool(steps.outcome),
    }
    broken = [name for name, is_sound in known.items() if getattr(steps, name) and not is_sound()]
    if broken:
        raise MacroBroken(",".join(broken))


def perform(steps: Steps, case_id: UUID, moment: Moment) -> Done:
    """This will do the steps to one case; the caller's transaction makes it all or nothing.

    Raises: whatever the commands of its steps raise
    """
    before, message = _state(case_id), ""
    viewer, at = moment.viewer, moment.at
    if steps.kind or steps.tier:
        classifying.classify_case(
            case_id=case_id, viewer=viewer, at=at, kind=steps.kind or None, tier=steps.tier or None
        )
    if steps.note:
        note(case_id=case_id, text=steps.note, viewer=viewer, at=at)
    if steps.canned:
        message = _reply(steps, case_id, moment)
    if steps.snooze_hours:
        until = at + timedelta(hours=steps.snooze_hours)
        snoozing.snooze_case(case_id=case_id, until=until, viewer=viewer, at=at)
    if steps.outcome:
        closing.resolve_case(case_id=case_id, outcome=steps.outcome, cause=steps.cause, viewer=viewer, at=at)
    if steps.team or steps.member:
        _assign(steps, case_id, moment)  # last: whoever gives a case to another team may lose sight of it
    return Done(before, _state(case_id), message)


def take_back(done: Done, case_id: UUID, moment: Moment) -> None:
    """This will bring a case back to how it was; a note stays, and so does a reply that has left.

    Raises: CaseChanged when somebody has changed it since, and whatever the commands raise
    """
    viewer, at, was = moment.viewer, moment.at, done.before
    if _state(case_id) != done.after and not _only_sent(_state(case_id), done.after):
        raise CaseChanged
    if (was["owner"], was["team"]) != (done.after["owner"], done.after["team"]):
        owner, team = was["owner"], was["team"]
        return_case(case_id=case_id, owner_id=uuid_in(owner), team_id=uuid_in(team), actor=viewer.actor, at=at)
    if done.message:
        _unsend(done.message, moment)
    if done.after["status"] == Status.RESOLVED and was["status"] != Status.RESOLVED:
        closing.reopen_case(case_id=case_id, viewer=viewer, at=at)
    if done.after["status"] == Status.SNOOZED and was["status"] != Status.SNOOZED:
        snoozing.wake_case(case_id, at=at, actor=viewer.actor)
    if (was["kind"], was["tier"]) != (done.after["kind"], done.after["tier"]):
        classifying.classify_case(case_id=case_id, viewer=viewer, at=at, kind=was["kind"], tier=was["tier"])


def named(steps: Steps) -> dict[str, str]:
    """The names of the people, teams and texts that steps speak of, for showing."""
    team = Team.objects.filter(id=_key(steps.team)).first() if steps.team else None
    member = User.objects.filter(id=_key(steps.member)).first() if steps.member else None
    canned = CannedReply.objects.filter(id=_key(steps.canned)).first() if steps.canned else None
    return {
        "team": str(team) if team else "",
        "member": member.name if member else "",
        "canned": canned.title if canned else "",
    }


def _assign(steps: Steps, case_id: UUID, moment: Moment) -> None:
    member, team = uuid_in(steps.member), uuid_in(steps.team)
    case = Case.objects.only("owner", "team").get(id=case_id)
    if (member and case.owner_id == member) or (team and not member and case.team_id == team and not case.owner_id):
        return  # it is there already
    assigning.assign_case(
        case_id=case_id,
        viewer=moment.viewer,
        at=moment.at,
        member_id=member,
        team_id=team,
        **_why(steps.reason),
    )


def _why(reason: str) -> dict[str, str]:
    """A code; macros saved before there were codes say it in words."""
    return {"reason": reason} if reason in REASONS or not reason.strip() else {"reason": OTHER, "words": reason}


def _reply(steps: Steps, case_id: UUID, moment: Moment) -> str:
    canned = _canned(steps, moment.viewer)
    if canned is None:
        raise MacroBroken("canned")
    case = Case.objects.select_related("customer", "store", "team", "conversation").get(id=case_id)
    text = fill(pick(canned.bodies, language_of(case)), values_for(case, moment.viewer, at=moment.at)).text
    message = answer(
        Reply(text, canned=[canned.id]),
        case_id=case_id,
        viewer=moment.viewer,
        at=moment.at,
        real_now=moment.real_now,
        undo_seconds=UNDO_SECONDS,
    )
    return str(message.id)


def _unsend(message: str, moment: Moment) -> None:
    try:
        undo_reply(message_id=UUID(message), viewer=moment.viewer, at=moment.at)
    except TooLateToUndo:
        return  # it has left: the case goes back, the words stay said


def _only_sent(now: Mapping[str, str], then: Mapping[str, str]) -> bool:
    """Whether all that changed is that the reply has left: the case waits for the customer now."""
    return dict(now) | {"status": ""} == dict(then) | {"status": ""} and now["status"] == Status.WAITING


def _canned(steps: Steps, viewer: Viewer) -> CannedReply | None:
    return CannedReply.objects.filter(readable(viewer), id=_key(steps.canned), retired_at=None).first()


def _state(case_id: UUID) -> dict[str, str]:
    row = Case.objects.values("status", "kind", "tier", "owner_id", "team_id").get(id=case_id)
    return {name.removesuffix("_id"): str(value or "") for name, value in row.items()}


def _key(text: str) -> UUID:
    """The key somebody said; rubbish finds nothing."""
    return uuid_in(text) or UUID(int=0)
