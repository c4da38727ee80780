"""What administrators change about people, and people about themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from zhoudao.ground.accounts.events import AccessChanged, TokenRevoked
from zhoudao.ground.accounts.models import ApiToken, Grant, User
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.eventlog.recording import About, By, record


class UnknownRole(Exception):
    """There is no such role."""


class LastAdministrator(Exception):
    """Somebody must stay administrator."""


class ZoneUnknown(Exception):
    """There is no such time zone."""


class PersonUnknown(Exception):
    """There is no such person."""


@dataclass(frozen=True)
class Scope:
    """Where roles hold: one store, some teams, or (neither) everywhere."""

    store_id: UUID | None = None
    team_ids: tuple[UUID, ...] = ()


@transaction.atomic
def set_access(*, user_id: UUID, roles: list[str], scope: Scope, is_active: bool, by: By, at: datetime) -> User:
    """This will give somebody exactly these roles, there, and let them sign in or not.

    Raises: PersonUnknown, UnknownRole, LastAdministrator
    """
    user = User.objects.select_for_update().filter(id=user_id).first()
    if user is None:
        raise PersonUnknown(PersonUnknown.__doc__)
    for role in roles:
        if role not in ROLES:
            raise UnknownRole(f"{UnknownRole.__doc__} ({role})")
    stays = is_active and "administrator" in roles
    others = Grant.objects.filter(role="administrator", user__is_active=True).exclude(user=user)
    if not stays and user.grants.filter(role="administrator").exists() and not others.exists():
        raise LastAdministrator(LastAdministrator.__doc__)
    user.grants.all().delete()
    places = scope.team_ids or (None,)
    Grant.objects.bulk_create(
        [Grant(user=user, role=role, store_id=scope.store_id, team_id=team_id) for role in roles for team_id in places]
    )
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    record(AccessChanged(", ".join(sorted(roles)), is_active), at=at, by=by, about=[About("user", user.id)])
    return user


def change_profile(*, user: User, name: str, language: str, theme: str, zone: str = "") -> None:
    """This will keep how somebody likes to be called and what their pages look like; no zone: head office's.

    Raises: ZoneUnknown
    """
    if zone and zone not in available_timezones():
        raise ZoneUnknown(ZoneUnknown.__doc__)
    user.name, user.language, user.theme = name.strip()[:80] or user.name, language, theme
    user.zone = zone
    user.save(update_fields=["name", "language", "theme", "zone"])


@transaction.atomic
def revoke_token(*, token_id: UUID, by: By, at: datetime) -> bool:
    """This will make a token stop working, now and for good; False when there is none that works."""
    token = ApiToken.objects.select_for_update().filter(id=token_id, revoked_at=None).first()
    if token is None:
        return False
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(TokenRevoked(), at=at, by=by, about=[About("token", token.id)])
    return True
