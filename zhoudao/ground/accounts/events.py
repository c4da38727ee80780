"""What happens to people's access."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class AccessChanged(Fact):
    """Somebody's roles changed, or whether they may sign in."""

    name: ClassVar[str] = "accounts.AccessChanged"
    words: ClassVar = _("Roles are now: %(roles)s")
    roles: str
    is_active: bool


@dataclass(frozen=True)
class TokenRevoked(Fact):
    """A key stopped working."""

    name: ClassVar[str] = "accounts.TokenRevoked"
    words: ClassVar = _("The token was revoked")
