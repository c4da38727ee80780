"""What connects the web chat: its visitors fetch, so nothing is carried."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.channels import outbound
from zhoudao.rooms.conversations.setups import BadSetup, Field, Setup, offer

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,200}(:\d{1,5})?")


def check(config: Mapping[str, Any], _secrets: Mapping[str, str]) -> None:
    """This will refuse what names no site.

    Raises: BadSetup
    """
    if not all(_ORIGIN.fullmatch(origin) for origin in config.get("origins") or []):
        raise BadSetup("origins", _("One site a line, such as https://shop.example, without a path."))


SETUP = Setup(
    kind="webchat",
    about=_("A chat that any page of the shop shows by one line."),
    fields=(
        Field(
            "origins",
            _("Sites that may show it"),
            kind="lines",
            hint=_("One a line, such as https://shop.example; empty: every site."),
            is_needed=False,
        ),
    ),
    check=check,
)


def wire() -> None:
    """This will have answers leave when nobody can take them back any more."""
    outbound.register("webchat", outbound.Fetched())
    offer(SETUP)
