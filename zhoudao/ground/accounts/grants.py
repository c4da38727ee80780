"""Roles with where they hold: a store, a team, that team in that store, or (neither) the whole company."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from zhoudao.ground.accounts.roles import COMPANY_WIDE, ROLES
from zhoudao.kit.frozen import frozen

GIVE = "team:write"


@frozen
class Held:
    """One grant. With store and team it holds only for what is both; several grants add up."""

    role: str
    store_id: UUID | None = None
    team_id: UUID | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds for the whole company."""
        return self.store_id is None and self.team_id is None

    @property
    def permissions(self) -> frozenset[str]:
        """What it lets do where it holds: its role's permissions, in a place without those of the whole company."""
        every = ROLES.get(self.role, frozenset())
        return every if self.is_everywhere else every - COMPANY_WIDE

    def carries(self, permission: str) -> bool:
        """Whether it gives this permission."""
        return permission in self.permissions

    def covers(self, other: "Held") -> bool:
        """Whether it holds wherever the other does."""
        return self.store_id in (None, other.store_id) and self.team_id in (None, other.team_id)


def held_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Held, ...]:
    """Grants as they were read: ids as UUIDs, or as text where they came in JSON."""
    return tuple(Held(row["role"], _id(row["store_id"]), _id(row["team_id"])) for row in rows)


def may_give(giver: Iterable[Held], wanted: Held) -> bool:
    """Whether whoever holds these may give or take that: not what is beyond their own rights or places."""
    there = permissions_held(one for one in giver if one.covers(wanted))
    return GIVE in there and wanted.permissions <= there


def permissions_held(held: Iterable[Held]) -> frozenset[str]:
    """What these grants let do together."""
    return frozenset().union(*(one.permissions for one in held))


def roles_at(held: Iterable[Held], store_id: UUID | None, team_id: UUID | None) -> list[str]:
    """Somebody's roles for what belongs to this store and team. Where none of their grants holds, as for a case that
    came to them from elsewhere: the role they have, if it is one.
    """
    held, asked = tuple(held), Held("", store_id, team_id)
    there = {one.role for one in held if one.covers(asked)}
    everything = {one.role for one in held}
    return sorted(there or (everything if len(everything) == 1 else ()))


def _id(found: UUID | str | None) -> UUID | None:
    return found if isinstance(found, UUID) or found is None else UUID(found)
