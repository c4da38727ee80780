"""Writing, sharing, retiring and using canned replies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.languages import FALLBACK
from zhoudao.kit.text import fold
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.teamwork.events import CannedReplyRetired, CannedReplySaved, CannedReplyUsed
from zhoudao.rooms.teamwork.models import CannedReply, Scope
from zhoudao.rooms.teamwork.queries import may_change, readable
from zhoudao.rooms.teamwork.refusals import (
    ReplyNotFound,
    ReplyUntitled,
    ReplyWordless,
    ShareNotAllowed,
    VariablesOpen,
    VariableUnknown,
)
from zhoudao.rooms.teamwork.variables import VARIABLES, variables_in

SHARE = "replies:share"
LONGEST_BODY = 10_000
LANGUAGES = (FALLBACK, "zh-Hant", "en")


@dataclass(frozen=True)
class Wording:
    """A canned reply as somebody wants it: bodies by language tag, and for whom it is."""

    title: str
    bodies: Mapping[str, str]
    shortcut: str = ""
    scope: str = Scope.OWN
    team_id: UUID | None = None


@transaction.atomic
def save_reply(wording: Wording, *, viewer: Viewer, at: datetime, reply_id: UUID | None = None) -> CannedReply:
    """This will keep a canned reply, new or changed.

    Raises: ReplyNotFound, ShareNotAllowed, ReplyUntitled, ReplyWordless, VariableUnknown
    """
    reply = _held(reply_id, viewer) if reply_id else CannedReply()
    bodies = _checked(wording)
    team = Team.objects.filter(id=wording.team_id).first() if wording.scope == Scope.TEAM and wording.team_id else None
    reply.owner_id = viewer.user_id if wording.scope == Scope.OWN else None
    reply.team = team
    if (wording.scope == Scope.TEAM and team is None) or not _may(viewer, reply):
        raise ShareNotAllowed
    reply.title, reply.shortcut = wording.title.strip()[:80], "".join(wording.shortcut.split()).lstrip("/")[:30]
    reply.bodies, reply.changed_at = bodies, at
    reply.search = fold(" ".join([reply.shortcut, reply.title, *bodies.values()]))
    reply.save()
    _tell(reply, CannedReplySaved(reply.scope, str(team.id) if team else None), viewer, at)
    return reply


@transaction.atomic
def retire_reply(*, reply_id: UUID, viewer: Viewer, at: datetime, is_retired: bool = True) -> CannedReply:
    """This will stop offering a canned reply, or offer it again.

    Raises: ReplyNotFound, ShareNotAllowed
    """
    reply = _held(reply_id, viewer)
    reply.retired_at = at if is_retired else None
    reply.save(update_fields=["retired_at"])
    _tell(reply, CannedReplyRetired(is_retired), viewer, at)
    return reply


@transaction.atomic
def answer(
    *,
    case_id: UUID,
    text: str,
    viewer: Viewer,
    at: datetime,
    real_now: datetime,
    undo_seconds: int = 0,
    canned: Iterable[UUID] = (),
) -> Message:
    """This will answer the customer as `reply_to_case` does, never with a variable left standing, and count what
    canned replies it began with.

    Raises: VariablesOpen, and whatever `reply_to_case` raises
    """
    if left := variables_in(text):
        raise VariablesOpen("、".join(left))
    message = reply_to_case(
        case_id=case_id, text=text, viewer=viewer, at=at, real_now=real_now, undo_seconds=undo_seconds
    )
    used = CannedReply.objects.select_for_update().filter(readable(viewer), id__in=list(canned)[:10])
    for reply in used.order_by("id"):
        CannedReply.objects.filter(id=reply.id).update(uses=F("uses") + 1, used_at=at)
        _tell(reply, CannedReplyUsed(str(case_id)), viewer, at)
    return message


def _held(reply_id: UUID, viewer: Viewer) -> CannedReply:
    reply = CannedReply.objects.select_for_update().filter(readable(viewer), id=reply_id).first()
    if reply is None:
        raise ReplyNotFound
    if not _may(viewer, reply):
        raise ShareNotAllowed
    return reply


def _may(viewer: Viewer, reply: CannedReply) -> bool:
    return may_change(viewer, owner_id=reply.owner_id, team_id=reply.team_id, share=SHARE)


def _checked(wording: Wording) -> dict[str, str]:
    if not wording.title.strip():
        raise ReplyUntitled
    asked = {language: wording.bodies.get(language, "").replace("\0", "").strip() for language in LANGUAGES}
    bodies = {language: text[:LONGEST_BODY] for language, text in asked.items() if text}
    if not bodies:
        raise ReplyWordless
    unknown = [name for text in bodies.values() for name in variables_in(text) if name not in VARIABLES]
    if unknown:
        raise VariableUnknown("、".join(dict.fromkeys(unknown)))
    return bodies


def _tell(reply: CannedReply, fact: Fact, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=By(viewer.actor), about=[About("canned_reply", reply.id)])
