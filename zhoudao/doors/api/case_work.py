"""What programs do with a case: answer, note, assign, resolve, close; and what happened to it."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations
from zhoudao.doors.api.cases import CaseItem, find, id_of, item_of
from zhoudao.doors.api.events import EventPage, EventsAsked, page_of
from zhoudao.doors.api.messages import File, decoded
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import is_replay, viewer_in
from zhoudao.doors.api.words import CaseNumber, Code, Line, Text
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Team, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.commands.replying import note_on_case, reply_to_case
from zhoudao.rooms.cases.transfers import LONGEST, OTHER, REASONS
from zhoudao.rooms.complaints.endings import check_ending
from zhoudao.rooms.conversations.commands import Upload
from zhoudao.rooms.conversations.commands.enclosing import MOST_FILES
from zhoudao.rooms.conversations.models import Conversation

router = Router(tags=["cases"])
_STRICT = ConfigDict(extra="forbid")
_Reason = Annotated[Line, Field(max_length=40)]


class ReplyIn(Schema):
    """An answer to the customer; `undo_seconds` holds it back for so long."""

    model_config = _STRICT

    text: Text = ""
    attachments: Annotated[list[File], Field(max_length=MOST_FILES)] = []
    undo_seconds: Annotated[int, Field(ge=0, le=60)] = 0


class NoteIn(Schema):
    """A private note."""

    model_config = _STRICT

    text: Text


class AssignIn(Schema):
    """To whom: a member's id or e-mail, a team's code, or both; and why, when somebody else or another team has it."""

    model_config = _STRICT

    member: Line | None = None
    team: Code | None = None
    reason: Annotated[Line, Field(description=f"One of: {', '.join(REASONS)}; `{OTHER}` needs `words`")] = ""
    words: Annotated[Line, Field(max_length=LONGEST, description="Why, in one's own words; kept sealed")] = ""


class Ending(Schema):
    """How it ended and what was behind it, each a code of its list; a refusal names the codes there are."""

    model_config = _STRICT

    outcome: _Reason
    cause: _Reason


class CloseIn(Schema):
    """Needed only for a case that is not resolved yet."""

    model_config = _STRICT

    outcome: _Reason = ""
    cause: _Reason = ""


class Written(Schema):
    """A message that was written; `status` is queued or sent."""

    message_id: UUID
    status: str


@operations.post(router, "/{number}/replies", scope="cases:write", answers={202: Written})
def reply(request: HttpRequest, number: CaseNumber, words: ReplyIn) -> Status[Written]:
    """Answer the customer."""
    viewer = _colleague(request, number)
    message = reply_to_case(
        case_id=id_of(viewer, number),
        text=words.text,
        viewer=viewer,
        at=clock.now(),
        real_now=datetime.now(UTC),
        undo_seconds=words.undo_seconds,
        uploads=[Upload(file.name, decoded(file.content)) for file in words.attachments],
    )
    return Status(202, Written(message_id=message.id, status=message.status))


@operations.post(router, "/{number}/notes", scope="cases:write", answers={201: Written})
def note(request: HttpRequest, number: CaseNumber, words: NoteIn) -> Status[Written]:
    """Leave a private note."""
    viewer = viewer_in(request)
    message = note_on_case(case_id=id_of(viewer, number), text=words.text, viewer=viewer, at=clock.now())
    return Status(201, Written(message_id=message.id, status=message.status))


@operations.post(router, "/{number}/assign", scope="cases:write", answers={200: CaseItem})
def assign(request: HttpRequest, number: CaseNumber, to: AssignIn) -> CaseItem:
    """Give the case to a person or team; from its owner or team to another needs `cases:transfer` and a reason."""
    viewer = viewer_in(request)
    assign_case(
        case_id=id_of(viewer, number),
        viewer=viewer,
        at=clock.now(),
        member_id=member_of(to.member) if to.member else None,
        team_id=team_of(to.team) if to.team else None,
        reason=to.reason,
        words=to.words,
    )
    return item_of(find(viewer, number))


@operations.post(router, "/{number}/resolve", scope="cases:write", answers={200: CaseItem})
def resolve(request: HttpRequest, number: CaseNumber, ending: Ending) -> CaseItem:
    """Say that the case is solved."""
    viewer = _colleague(request, number)
    case_id = id_of(viewer, number)
    check_ending(ending.outcome, ending.cause)
    resolve_case(case_id=case_id, outcome=ending.outcome, cause=ending.cause, viewer=viewer, at=clock.now())
    return item_of(find(viewer, number))


@operations.post(router, "/{number}/close", scope="cases:write", answers={200: CaseItem})
def close(request: HttpRequest, number: CaseNumber, ending: CloseIn | None = None) -> CaseItem:
    """Close the case for good; one not yet resolved needs outcome and cause."""
    viewer, how = viewer_in(request), ending or CloseIn()
    case_id = id_of(viewer, number)
    check_ending(how.outcome, how.cause)
    close_case(case_id=case_id, viewer=viewer, at=clock.now(), outcome=how.outcome, cause=how.cause)
    return item_of(find(viewer, number))


@operations.get(router, "/{number}/events", scope="events:read", answer=EventPage)
def events(request: HttpRequest, number: CaseNumber, asked: Query[EventsAsked]) -> EventPage:
    """What happened to the case and in its conversation, oldest first."""
    case = find(viewer_in(request), number)
    ids = [one for one in (case.id, case.conversation_id) if one]
    ids += Conversation.objects.filter(main=case.conversation_id).values_list("id", flat=True) if len(ids) > 1 else []
    return page_of(Event.objects.filter(object_ids__overlap=ids), asked.cursor)


def _colleague(request: HttpRequest, number: str) -> Viewer:
    """Who acts: the caller; in the demo's replay whoever routing gave the case to."""
    if not is_replay(request):
        return viewer_in(request)
    owner = User.objects.filter(cases__number=number).first()
    if owner is None:
        raise Refused(409, "nobody_has_it", "Nobody has this case yet.")
    return viewers.of_user(owner)


def member_of(name: str) -> UUID:
    """The member of this id or e-mail address.

    Raises: Refused
    """
    try:
        return UUID(name)
    except ValueError:
        found = User.objects.filter(email__iexact=name).values_list("id", flat=True).first()
    if found is None:
        raise Refused(422, "member_unknown", "There is no such member.")
    return found


def team_of(code: str) -> UUID:
    """The team of this code.

    Raises: Refused
    """
    found = Team.objects.filter(code=code, closed_at=None).values_list("id", flat=True).first()
    if found is None:
        raise Refused(422, "team_unknown", "There is no such team.")
    return found
