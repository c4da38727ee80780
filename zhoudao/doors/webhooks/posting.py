"""One signed POST, and what came of it; then the next, for a few seconds, so that others have their turn."""

import logging
import re
import time
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from django.conf import settings

from zhoudao.ground.installation import clock
from zhoudao.ground.webhooks.commands.sending import Claimed, Outcome, claim_next, claim_ping, note_outcome
from zhoudao.kit.outgoing import Answer, Client, NotAsked, code_of
from zhoudao.kit.signed_hooks import sign
from zhoudao.kit.text import mask_personal

SECONDS = 10.0
TURN_SECONDS = 5.0
_MOST_BYTES = 64 * 1024
_READ_CHARACTERS = 2000
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_log = logging.getLogger(__name__)


def take_turn(webhook_id: UUID, *, rng: Random, seconds: float = TURN_SECONDS) -> bool:
    """This will post what is due for a webhook, one after the other; True when its time was over before its work."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        claimed = claim_next(webhook_id, real_now=datetime.now(UTC))
        if claimed is None:
            return False
        _carry(claimed, rng)
    return True


def try_ping(sending_id: UUID, *, rng: Random) -> None:
    """This will make a test once."""
    claimed = claim_ping(sending_id, real_now=datetime.now(UTC))
    if claimed is not None:
        _carry(claimed, rng)


def post(claimed: Claimed) -> Outcome:
    """This will post once, signed anew with this moment; redirects are answers."""
    began = time.monotonic()
    headers = sign(claimed.id_, datetime.now(UTC), claimed.body, claimed.secrets)
    client = Client(allowed=settings.OUTGOING_NETWORKS, seconds=SECONDS, max_bytes=_MOST_BYTES)
    try:
        answer = client.ask(
            claimed.url,
            method="POST",
            headers={"Content-Type": "application/json", **headers},
            content=claimed.body,
        )
    except NotAsked as refusal:
        return Outcome(refusal.code, took_ms=_since(began))
    return _outcome(answer, _since(began))


def _carry(claimed: Claimed, rng: Random) -> None:
    try:
        outcome = post(claimed)
    except Exception:
        _log.exception("Delivery %s was not posted", claimed.sending_id)
        outcome = Outcome("our_fault")
    note_outcome(claimed, outcome, at=clock.now(), real_now=datetime.now(UTC), rng=rng)


def _outcome(answer: Answer, took_ms: int) -> Outcome:
    return Outcome(
        reason=code_of(answer.status),
        status=answer.status,
        answer=_shown(answer.content),
        answer_type=_INVISIBLE.sub("", answer.headers.get("content-type", "")),
        took_ms=took_ms,
        wait=_asked(answer.headers.get("retry-after", "")),
    )


def _shown(content: bytes) -> str:
    """The beginning of an answer as text: nothing in it is run, and numbers are masked."""
    return mask_personal(_INVISIBLE.sub("", content[:_READ_CHARACTERS].decode("utf-8", "replace")))[0]


def _asked(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
