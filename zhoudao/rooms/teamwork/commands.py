"""Writing, sharing, retiring and using canned replies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.languages import FALLBACK
from zhoudao.kit.text import fold
from zhoudao.rooms.cases.commands.contact import survivor
from zhoudao.rooms.cases.commands.holding import hold
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import drop_merged_drafts, take_enclosures
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.conversations.queries import said_since
from zhoudao.rooms.teamwork.events import CannedReplyRetired, CannedReplySaved, CannedReplyUsed
from zhoudao.rooms.teamwork.models import CannedReply, Scope
from zhoudao.rooms.teamwork.queries import may_change, readable
from zhoudao.rooms.teamwork.refusals import (
    ReplyNotFound,
    ReplyUntitled,
    ReplyWordless,
    SaidMeanwhile,
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


@dataclass(frozen=True)
class Reply:
    """An answer as somebody wrote it: the canned replies it began with, and the last message its writer had read.

    `seen` None with `checks`: nothing was there to be read.
    """

    text: str
    canned: Iterable[UUID] = ()
    seen: UUID | None = None
    checks: bool = False
    way: str = ""  # as `reply_to_case` takes it
    enclosures: Sequence[UUID] = ()


@transaction.atomic
def answer(
    reply: Reply, *, case_id: UUID, viewer: Viewer, at: datetime, real_now: datetime, undo_seconds: int = 0
) -> Message:
    """This will answer the customer as `reply_to_case` does, never with a variable left standing, nor (with `checks`)
    over what the customer or a colleague said meanwhile; it counts the canned replies used.

    Raises: VariablesOpen, SaidMeanwhile, EnclosureGone, and whatever `reply_to_case` raises
    """
    if left := variables_in(reply.text):
        raise VariablesOpen("、".join(left))
    threads = _threads(case_id, viewer)
    if reply.checks and (news := said_since(threads, seen=reply.seen, actor=viewer.actor)):
        raise SaidMeanwhile(news)
    message = reply_to_case(
        case_id=case_id,
        text=reply.text,
        viewer=viewer,
        at=at,
        real_now=real_now,
        undo_seconds=undo_seconds,
        way=reply.way,
        uploads=take_enclosures(reply.enclosures, user_id=viewer.user_id),
    )
    if viewer.user_id and len(threads) > 1:
        drop_merged_drafts(conversation_ids=threads, user_id=viewer.user_id)
    used = CannedReply.objects.select_for_update().filter(readable(viewer), id__in=list(reply.canned)[:10])
    for canned in used.order_by("id"):
        CannedReply.objects.filter(id=canned.id).update(uses=F("uses") + 1, used_at=at)
        _tell(canned, CannedReplyUsed(str(case_id)), viewer, at)
    return message


def _threads(case_id: UUID, viewer: Viewer) -> list[UUID]:
    """The threads of a case and of what was merged into it, held: whoever writes in them now has written before us."""
    case = survivor(hold(case_id, viewer))
    own = Case.objects.filter(Q(id=case.id) | Q(merged_into=case)).values("conversation_id")
    rows = Conversation.objects.filter(Q(id__in=own) | Q(main__in=own)).order_by("id")
    held = list(rows.select_for_update(of=("self",)).values_list("id", flat=True))
    return sorted(held, key=lambda thread: thread != case.conversation_id)


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
