"""Our own message ids: signed, so that only who received a mail of ours can answer in its thread."""

import hmac
import re
from uuid import UUID

from zhoudao.ground.vault import box

_OURS = re.compile(r"<?zd\.([0-9a-f]{32})\.([0-9a-f]{32})@")


def sign(message_id: UUID, domain: str) -> str:
    """The Message-ID under which a message of ours travels, the same however often it is sent."""
    return f"<zd.{message_id.hex}.{_signature(message_id.hex)}@{domain}>"


def verify(reference: str) -> UUID | None:
    """Which message of ours this id names; None when we did not sign it."""
    found = _OURS.match(reference)
    if found is None or not hmac.compare_digest(found[2], _signature(found[1])):
        return None
    return UUID(found[1])


def loop_mark() -> str:
    """What marks every mail of this installation, so that it knows its own when one comes back."""
    return f"zhoudao-{_signature('loop')}"


def _signature(text: str) -> str:
    return box.blind_index("mail.message_id", text).hex()
