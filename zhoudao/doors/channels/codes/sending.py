"""Sending a code by the way its address has."""

from datetime import datetime
from uuid import UUID

from django.utils import translation

from zhoudao.doors.channels.codes.mailing import mail_code
from zhoudao.doors.channels.codes.texting import text_code
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.rooms.entrances.codes import code_of, value_of
from zhoudao.rooms.entrances.commands.sending import claim_code, code_failed, code_went
from zhoudao.rooms.entrances.models import Challenge


def send_code(challenge_id: UUID, *, real_now: datetime) -> None:
    """This will send a code that was asked for, once; what fails is noted, and tried again while that may help."""
    challenge = claim_code(challenge_id, real_now=real_now)
    if challenge is None:
        return
    try:
        with translation.override(challenge.language):
            _send(challenge, real_now)
    except NotCarried as error:
        code_failed(challenge_id, why=error.reason, is_final=error.is_final)
    else:
        code_went(challenge_id, real_now=real_now)


def _send(challenge: Challenge, real_now: datetime) -> None:
    address, code = value_of(challenge), code_of(challenge.id)
    if challenge.kind == "phone":
        text_code(address, code, id_=challenge.id, real_now=real_now)
    else:
        mail_code(address, code, real_now=real_now)
