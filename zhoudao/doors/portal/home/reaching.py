"""By what customers can be sent a code, and the address somebody typed."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from zhoudao.ground.installation.models import Installation
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAnEmail, NotAPhone, mask_email, mask_phone, normalise_email, normalise_phone
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.entrances.codes import code_of
from zhoudao.rooms.entrances.models import GATEWAY_ID, Challenge, Gateway


@frozen
class Address:
    """A mail address or telephone number in its one way of writing."""

    kind: str
    value: str

    @property
    def masked(self) -> str:
        """With its middle starred: somebody may look over a shoulder."""
        return mask_email(self.value) if self.kind == "email" else mask_phone(self.value.removeprefix("+86"))


def read(given: str) -> Address | None:
    """What somebody typed; None when it is neither."""
    try:
        if "@" in given:
            return Address("email", normalise_email(given.strip()))
        return Address("phone", normalise_phone(given.strip()))
    except (NotAnEmail, NotAPhone):
        return None


def ways() -> list[str]:
    """By what codes can be sent: mail where there is a mailbox; in a demo company without one see `seen`."""
    has_mail = Channel.objects.filter(kind="email", is_active=True).exists()
    has_texts = Gateway.objects.filter(id=GATEWAY_ID, is_active=True).exists()
    return (["email"] if has_mail or _is_demo() else []) + (["phone"] if has_texts else [])


def not_by(kind: str) -> str:
    """Why no code can go there."""
    if kind == "phone" and "email" in ways():
        return _("We cannot send text messages yet. Please use your e-mail address.")
    return _("No codes can be sent just now. Please write to us in the chat or by the form.")


def seen(challenge_id: UUID) -> dict[str, Any]:
    """How the code fares. In a demo company that has nothing to send it by, the page shows it: all there is made up."""
    challenge = Challenge.objects.filter(id=challenge_id).first()
    if challenge is None:
        return {}
    is_shown = _is_demo() and not Channel.objects.filter(kind="email", is_active=True).exists()
    return {
        "failure": bool(challenge.failure) and challenge.sent_at is None,
        "demo_code": code_of(challenge.id) if is_shown and challenge.kind == "email" else "",
    }


def _is_demo() -> bool:
    return Installation.objects.filter(id=1, is_demo=True).exists()
