"""Signed webhooks as the Standard Webhooks specification has them: `v1`, HMAC-SHA256 over id, timestamp and body.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets as chance
from collections.abc import Iterable
from datetime import datetime, timedelta

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
_ID = re.compile(r"[A-Za-z0-9][\x21-\x7e]{0,199}")
_SHORTEST, _LONGEST = 24, 64  # bytes of a key
_MOST_SIGNATURES = 16


class NotSigned(Exception):
    """The signature is missing, wrong, or too old."""


class BadSecret(ValueError):
    """A signing secret is `whsec_` followed by 24 to 64 bytes in base64."""


def new_secret() -> str:
    """A secret nobody can guess."""
    return PREFIX + base64.b64encode(chance.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The key in a secret, with or without its prefix.

    Raises: BadSecret
    """
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSecret(BadSecret.__doc__) from error
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise BadSecret(BadSecret.__doc__)
    return key


def sign(id_: str, at: datetime, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of a message, one signature a secret: while secrets are changed there are two.

    >>> from datetime import UTC
    >>> at = datetime.fromtimestamp(1614265330, UTC)
    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', [secret])["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    seconds = str(int(at.timestamp()))
    signed = " ".join(f"v1,{_signature(id_, seconds, body, secret)}" for secret in secrets)
    return {"webhook-id": id_, "webhook-timestamp": seconds, "webhook-signature": signed}


def verify(id_: str, seconds: str, signatures: str, body: bytes, secrets: Iterable[str], *, real_now: datetime) -> None:
    """This will pass when one of the signatures is by one of the secrets and its moment is at most five minutes off.

    Raises: NotSigned
    """
    is_moment = seconds.isascii() and seconds.isdigit() and len(seconds) <= 12
    if not _ID.fullmatch(id_) or not is_moment:
        raise NotSigned(NotSigned.__doc__)
    if abs(real_now.timestamp() - int(seconds)) > TOLERANCE.total_seconds():
        raise NotSigned(NotSigned.__doc__)
    given = [one.partition(",")[2] for one in signatures.split(" ")[:_MOST_SIGNATURES] if one.startswith("v1,")]
    wanted = [_signature(id_, seconds, body, secret) for secret in secrets]
    if not any([hmac.compare_digest(ours.encode(), theirs.encode()) for ours in wanted for theirs in given]):
        raise NotSigned(NotSigned.__doc__)


def _signature(id_: str, seconds: str, body: bytes, secret: str) -> str:
    signed = b".".join([id_.encode(), seconds.encode(), body])
    return base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()
