"""Telephone calls, noted by a telephone system."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from zhoudao.doors.api import operations
from zhoudao.doors.api.messages import SENT_SINCE, File, MessageTaken, case_number, decoded
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code, Key, Line, Name, Text
from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import Inbound, Upload
from zhoudao.rooms.conversations.commands.calls import Rang, log_call

router = Router(tags=["calls"])
Seconds = Annotated[int, Field(ge=0, le=86400)]


class CallIn(Schema):
    """A call that has ended. `answered_by` is the e-mail address a colleague signs in with; `talk_seconds` is 0 when
    nobody answered. The caller's number is proof of who it is only from a token with `identity:assert`."""

    model_config = ConfigDict(extra="forbid")

    channel: Code
    external_id: Key
    caller: Line = ""
    name: Name = ""
    started_at: Annotated[AwareDatetime, Field(ge=SENT_SINCE)]
    wait_seconds: Seconds
    talk_seconds: Seconds
    ended_by: Literal["customer", "colleague", "network"]
    answered_by: Line = ""
    summary: Text = ""
    recording: File | None = None
    store: Code | None = None


@operations.post(router, "", scope="messages:write", answers={200: MessageTaken, 202: MessageTaken})
def take_call(request: HttpRequest, call: CallIn) -> Status[MessageTaken]:
    """Note a call: 202 when it is new, 200 when the same came before."""
    viewer = viewer_in(request)
    who = _answered_by(call.answered_by)
    inbound = Inbound(
        channel=call.channel,
        external_id=call.external_id,
        name=call.name,
        text=call.summary,
        uploads=[Upload(call.recording.name or "recording", decoded(call.recording.content))] if call.recording else [],
        store=call.store,
        only_stores=viewer.stores_worked_in,
    )
    received = log_call(
        Rang(call.caller, call.started_at, call.wait_seconds, call.talk_seconds, call.ended_by),
        inbound=inbound,
        is_proof=viewer.may("identity:assert"),
        by=By(f"user:{who.pk}" if who else viewer.actor),
        name=who.name if who else viewer.name,
        at=clock.now(),
        real_now=datetime.now(UTC),
    )
    case = None if received.is_first else case_number(received.conversation_id)
    taken = MessageTaken(message_id=received.message_id, conversation_id=received.conversation_id, case=case)
    return Status(200 if received.repeated else 202, taken)


def _answered_by(email: str) -> User | None:
    if not email:
        return None
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise Refused(422, "colleague_unknown", "Nobody signs in with the address in `answered_by`.")
    return found
