"""Verify a webhook of Zhoudao with nothing but Python's own library."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> Any:
    """The event in a signed body. Raises ValueError when it is not ours, or older than five minutes."""
    id_, moment = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(moment)) > 300:
        raise ValueError("too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id_}.{moment}.".encode() + body
    mine = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(mine, one) for one in headers["webhook-signature"].split(" ")):
        raise ValueError("not signed with this secret")
    return json.loads(body)
