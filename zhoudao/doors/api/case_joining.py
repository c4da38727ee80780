"""What programs do with several cases: merge, split and link them, and take it back."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations
from zhoudao.doors.api.cases import CaseItem, find, id_of, item_of
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.merging import link_cases, merge_cases, undo_merge, unlink_cases
from zhoudao.rooms.cases.commands.splitting import split_case, undo_split

router = Router(tags=["cases"])
_STRICT = ConfigDict(extra="forbid")


class OtherCase(Schema):
    """The other case."""

    model_config = _STRICT

    number: CaseNumber


class SplitIn(Schema):
    """Which of the case's messages are about something else."""

    model_config = _STRICT

    messages: Annotated[list[UUID], Field(min_length=1, max_length=200)]


@operations.post(router, "/{number}/merge", scope="cases:write", answers={200: CaseItem})
def merge(request: HttpRequest, number: CaseNumber, into: OtherCase) -> CaseItem:
    """Merge the case into another, which gets its messages from now on; returns the survivor."""
    viewer = viewer_in(request)
    survivor = id_of(viewer, into.number)
    merge_cases(case_id=id_of(viewer, number), into_id=survivor, viewer=viewer, at=clock.now())
    return item_of(find(viewer, into.number))


@operations.post(router, "/{number}/unmerge", scope="cases:write", answers={200: CaseItem})
def unmerge(request: HttpRequest, number: CaseNumber) -> CaseItem:
    """Take a merged case apart again, as it was."""
    viewer = viewer_in(request)
    undo_merge(case_id=id_of(viewer, number), viewer=viewer, at=clock.now())
    return item_of(find(viewer, number))


@operations.post(router, "/{number}/split", scope="cases:write", answers={201: CaseItem})
def split(request: HttpRequest, number: CaseNumber, chosen: SplitIn) -> Status[CaseItem]:
    """Open a linked case for some of the case's messages; returns the new one."""
    viewer = viewer_in(request)
    new = split_case(case_id=id_of(viewer, number), message_ids=chosen.messages, viewer=viewer, at=clock.now())
    return Status(201, item_of(find(replace(viewer, stores=None, teams=None), new.number)))  # whoever it went to


@operations.post(router, "/{number}/unsplit", scope="cases:write", answers={200: CaseItem})
def unsplit(request: HttpRequest, number: CaseNumber) -> CaseItem:
    """Bring back what was split off; returns the case it came from."""
    viewer = viewer_in(request)
    return item_of(find(viewer, undo_split(case_id=id_of(viewer, number), viewer=viewer, at=clock.now()).number))


@operations.post(router, "/{number}/link", scope="cases:write", answers={200: CaseItem})
def link(request: HttpRequest, number: CaseNumber, other: OtherCase) -> CaseItem:
    """Note that two cases belong together; both stay as they are."""
    viewer = viewer_in(request)
    target = id_of(viewer, other.number)
    link_cases(case_id=id_of(viewer, number), target_id=target, viewer=viewer, at=clock.now())
    return item_of(find(viewer, number))


@operations.post(router, "/{number}/unlink", scope="cases:write", answers={200: CaseItem})
def unlink(request: HttpRequest, number: CaseNumber, other: OtherCase) -> CaseItem:
    """Take that note back."""
    viewer = viewer_in(request)
    target = id_of(viewer, other.number)
    unlink_cases(case_id=id_of(viewer, number), target_id=target, viewer=viewer, at=clock.now())
    return item_of(find(viewer, number))
