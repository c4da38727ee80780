"""Who is asking, with what they may do and where: the one thing every query filters by."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from zhoudao.ground.accounts.grants import Held, held_of, permissions_held
from zhoudao.ground.accounts.models import ApiToken, Grant, User
from zhoudao.ground.accounts.roles import SIGNED_IN
from zhoudao.ground.questions import Question
from zhoudao.kit.frozen import frozen


@frozen
class Viewer:
    """`stores` and `teams` are ids of whole stores and teams, both None meaning the whole company; `both` are teams
    within a store: they add up. What is theirs by name they see as well (`own`).
    """

    actor: str
    permissions: frozenset[str]
    name: str = ""
    user_id: UUID | None = None
    language: str = "zh-hans"
    zone: str = ""
    roles: tuple[str, ...] = ()
    stores: frozenset[UUID] | None = None
    teams: frozenset[UUID] | None = None
    both: frozenset[tuple[UUID, UUID]] = frozenset()
    own: bool = True
    held: tuple[Held, ...] = ()

    def may(self, permission: str) -> bool:
        """Whether this permission was granted."""
        return permission in self.permissions

    @property
    def is_everywhere(self) -> bool:
        """Whether they see the whole company."""
        return self.stores is None and self.teams is None

    @property
    def stores_worked_in(self) -> frozenset[UUID] | None:
        """The stores of their grants, whole or of a team there; None: a whole team, or the company, is in all."""
        whole = self.stores is None or bool(self.teams)
        return None if whole else (self.stores or frozenset()) | {store_id for store_id, _team_id in self.both}

    @property
    def teams_worked_in(self) -> frozenset[UUID]:
        """The teams of their grants, in every store or in one."""
        return (self.teams or frozenset()) | {team_id for _store_id, team_id in self.both}

    def sees(self, store_id: UUID | None, team_id: UUID | None) -> bool:
        """Whether what belongs to this store and team is within their places; `reach.within` asks it of rows."""
        if self.is_everywhere or store_id in (self.stores or ()) or team_id in (self.teams or ()):
            return True
        return (store_id, team_id) in self.both

    def within(self, permission: str) -> "Viewer":
        """The same person where they hold this permission, and nowhere else: rights and places go together. What is
        theirs by name counts where every grant carries the permission.
        """
        able = tuple(one for one in self.held if permission == SIGNED_IN or one.carries(permission))
        is_all = len(able) == len(self.held)
        if (self.own and is_all) if self.held else permission in self.permissions:
            return self
        return replace(self, own=bool(self.held) and is_all, **_places(able))

    def may_wherever(self, permission: str) -> bool:
        """Whether they may wherever they see anything."""
        there = self.within(permission)
        return self.may(permission) and (there.own or there.is_everywhere)

    def covers(self, permission: str, *, store_id: UUID | None = None, team_id: UUID | None = None) -> bool:
        """Whether one grant carries this permission for all of a store or team; of none: for the whole company."""
        asked = Held("", store_id, team_id)
        return any(one.carries(permission) and one.covers(asked) for one in self.held)


_GRANTS = Question(lambda user_id: Grant.objects.filter(user=user_id).values("role", "store_id", "team_id"), UUID)
NOBODY = Viewer(actor="anonymous", permissions=frozenset())


def of_user(user: User) -> Viewer:
    """This will read the user's grants (one statement, unless they came with the user)."""
    held = held_of(_grants(user))
    roles = tuple(sorted({grant.role for grant in held}))
    return Viewer(
        actor=f"user:{user.pk}",
        permissions=permissions_held(held) | {SIGNED_IN},
        name=user.name,
        user_id=user.pk,
        language=user.language,
        zone=user.zone,
        roles=roles,
        held=held,
        **_places(held),
    )


def _grants(user: User) -> Iterable[Mapping[str, Any]]:
    if user.held is not None:
        return user.held
    if "grants" in getattr(user, "_prefetched_objects_cache", {}):
        return [{"role": one.role, "store_id": one.store_id, "team_id": one.team_id} for one in user.grants.all()]
    return _GRANTS.all(user.pk)


def of_token(token: ApiToken) -> Viewer:
    """What a program with this token is."""
    return Viewer(
        actor=f"token:{token.pk}",
        permissions=frozenset(token.scopes),
        name=token.name,
        roles=("api",),
        stores=frozenset([token.store_id]) if token.store_id else None,
    )


def _places(held: Iterable[Held]) -> dict[str, Any]:
    """Where grants hold: all of them added up, and a grant of the whole company is all."""
    if any(one.is_everywhere for one in held):
        return {"stores": None, "teams": None, "both": frozenset()}
    return {
        "stores": frozenset(one.store_id for one in held if one.store_id and not one.team_id),
        "teams": frozenset(one.team_id for one in held if one.team_id and not one.store_id),
        "both": frozenset((one.store_id, one.team_id) for one in held if one.store_id and one.team_id),
    }
