"""What happens to people's access."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class AccessChanged(Fact):
    """Somebody's roles changed, or whether they may sign in."""

    name: ClassVar[str] = "accounts.AccessChanged"
    words: ClassVar = _("Roles are now: %(roles)s")
    roles: str
    is_active: bool


@frozen
class PasswordRenewed(Fact):
    """Somebody was given a new password, to be changed at once."""

    name: ClassVar[str] = "accounts.PasswordRenewed"
    words: ClassVar = _("A new password was given")


@frozen
class TokenRevoked(Fact):
    """A key stopped working."""

    name: ClassVar[str] = "accounts.TokenRevoked"
    words: ClassVar = _("The token was revoked")


@frozen
class StoreSaved(Fact):
    """A store was added, or is called or described otherwise."""

    name: ClassVar[str] = "accounts.StoreSaved"
    words: ClassVar = _("Store %(code)s was saved")
    code: str


@frozen
class TeamSaved(Fact):
    """A team was added, or is called otherwise."""

    name: ClassVar[str] = "accounts.TeamSaved"
    words: ClassVar = _("Team %(code)s was saved")
    code: str


@frozen
class StoreClosed(Fact):
    """A store was closed: nothing new comes."""

    name: ClassVar[str] = "accounts.StoreClosed"
    words: ClassVar = _("Store %(code)s was closed")
    code: str


@frozen
class StoreReopened(Fact):
    """A closed store was opened again."""

    name: ClassVar[str] = "accounts.StoreReopened"
    words: ClassVar = _("Store %(code)s was opened again")
    code: str


@frozen
class TeamClosed(Fact):
    """A team was closed: nothing is given to it any more."""

    name: ClassVar[str] = "accounts.TeamClosed"
    words: ClassVar = _("Team %(code)s was closed")
    code: str


@frozen
class TeamReopened(Fact):
    """A closed team was opened again."""

    name: ClassVar[str] = "accounts.TeamReopened"
    words: ClassVar = _("Team %(code)s was opened again")
    code: str
