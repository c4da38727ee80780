"""Who is asking, with what they may do and where: the one thing every query filters by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhoudao.ground.accounts.grants import Held, held_of
from zhoudao.ground.accounts.models import ApiToken, Grant, User
from zhoudao.ground.accounts.roles import SIGNED_IN, permissions_of
from zhoudao.ground.questions import Question


@dataclass(frozen=True)
class Viewer:
    """`stores` and `teams` are ids, None meaning all. A viewer scoped to teams sees their teams' rows and own rows."""

    actor: str
    permissions: frozenset[str]
    name: str = ""
    user_id: UUID | None = None
    language: str = "zh-hans"
    zone: str = ""
    roles: tuple[str, ...] = ()
    stores: frozenset[UUID] | None = None
    teams: frozenset[UUID] | None = None
    held: tuple[Held, ...] = ()

    def may(self, permission: str) -> bool:
        """Whether this permission was granted."""
        return permission in self.permissions

    def covers(self, permission: str, *, store_id: UUID | None = None, team_id: UUID | None = None) -> bool:
        """Whether one grant carries this permission for all of a store or team; of none: for the whole company."""
        asked = Held("", store_id, team_id)
        return any(permission in permissions_of([one.role]) and one.covers(asked) for one in self.held)


_GRANTS = Question(lambda user_id: Grant.objects.filter(user=user_id).values("role", "store_id", "team_id"), UUID)
NOBODY = Viewer(actor="anonymous", permissions=frozenset())


def of_user(user: User) -> Viewer:
    """This will read the user's grants (one statement, unless they came with the user). Any grant without scope sees
    everything.
    """
    rows: Iterable[Mapping[str, Any]] = _GRANTS.all(user.pk) if user.held is None else user.held
    held = held_of(rows)
    everywhere = any(grant.is_everywhere for grant in held)
    stores = frozenset(grant.store_id for grant in held if grant.store_id)
    teams = frozenset(grant.team_id for grant in held if grant.team_id)
    roles = tuple(sorted({grant.role for grant in held}))
    return Viewer(
        actor=f"user:{user.pk}",
        permissions=permissions_of(list(roles)) | {SIGNED_IN},
        name=user.name,
        user_id=user.pk,
        language=user.language,
        zone=user.zone,
        roles=roles,
        stores=None if everywhere else stores,
        teams=None if everywhere else teams,
        held=held,
    )


def of_token(token: ApiToken) -> Viewer:
    """What a program with this token is."""
    return Viewer(
        actor=f"token:{token.pk}",
        permissions=frozenset(token.scopes),
        name=token.name,
        roles=("api",),
        stores=frozenset([token.store_id]) if token.store_id else None,
    )
