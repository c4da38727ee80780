"""What a company's own app says of its user: a JSON Web Token, HMAC-SHA256 and nothing else, for us, once, for minutes.

Source: RFC 7519, RFC 7515 appendix A.1. What the header says of the algorithm is compared, never followed.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets as chance
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from zhoudao.kit.frozen import frozen

LONGEST = timedelta(minutes=10)
SKEW = timedelta(seconds=30)
_LONGEST_TOKEN = 4096
_ALGORITHM = "HS256"


class NotTrusted(Exception):
    """This token is not by a key of ours, not for us, or not for now."""


@frozen
class Said:
    """Who the app's user is. `nonce` is good once; `until` when the token ends."""

    subject: str
    nonce: str
    until: datetime
    phone: str = ""
    email: str = ""
    name: str = ""
    language: str = ""


def new_secret() -> str:
    """A secret nobody can guess, used as it stands by any JWT library."""
    return f"zde_{chance.token_urlsafe(32)}"


def write(claims: Mapping[str, Any], *, key_id: str, secret: str) -> str:
    """A token, as the app's server makes it.

    >>> write({"sub": "7"}, key_id="k", secret="s").split(".")[0]
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsifQ'
    """
    header = {"alg": _ALGORITHM, "typ": "JWT", "kid": key_id}
    signed = ".".join(_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{signed}.{_encoded(_signature(signed, secret))}"


def key_of(token: str) -> str:
    """Which key the token says it is by; nothing of it is believed yet.

    Raises: NotTrusted
    """
    if len(token) > _LONGEST_TOKEN or token.count(".") != 2:
        raise NotTrusted(NotTrusted.__doc__)
    header = _object(token.partition(".")[0])
    if header.get("alg") != _ALGORITHM or "crit" in header or not isinstance(header.get("kid"), str):
        raise NotTrusted(NotTrusted.__doc__)
    return str(header["kid"])


def read(token: str, secrets: Iterable[str], *, audience: str, real_now: datetime) -> Said:
    """What the token says, when one of the secrets signed it, for this audience, for now.

    Raises: NotTrusted
    """
    key_of(token)
    signed, _, signature = token.rpartition(".")
    given = _decoded(signature)
    if not any([hmac.compare_digest(_signature(signed, secret), given) for secret in secrets]):
        raise NotTrusted(NotTrusted.__doc__)
    claims = _object(signed.partition(".")[2])
    until = _moment(claims.get("exp"))
    begun = _moment(claims["iat"]) if "iat" in claims else real_now
    is_now = real_now - SKEW < until <= real_now + LONGEST + SKEW and begun <= real_now + SKEW
    if claims.get("aud") not in (audience, [audience]) or not is_now:
        raise NotTrusted(NotTrusted.__doc__)
    return Said(
        subject=_text(claims, "sub", 1, 120),
        nonce=_text(claims, "jti", 8, 200),
        until=until,
        **{name: _text(claims, name, 0, 250) for name in ("phone", "email", "name")},
        language=_text(claims, "locale", 0, 20),
    )


def _signature(signed: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    if "=" in text:
        raise NotTrusted(NotTrusted.__doc__)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotTrusted(NotTrusted.__doc__) from error


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(text))
    except (ValueError, RecursionError) as error:
        raise NotTrusted(NotTrusted.__doc__) from error
    if not isinstance(found, dict):
        raise NotTrusted(NotTrusted.__doc__)
    return found


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 1 << 40:
        raise NotTrusted(NotTrusted.__doc__)
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)


def _text(claims: Mapping[str, Any], name: str, least: int, most: int) -> str:
    found = claims.get(name, "")
    if not isinstance(found, str) or not least <= len(found) <= most or "\0" in found:
        raise NotTrusted(NotTrusted.__doc__)
    return found
