"""What administrators change about people, and people about themselves."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Q

from zhoudao.ground.accounts.commands import NewUser, create_user
from zhoudao.ground.accounts.events import AccessChanged, PasswordRenewed, TokenRevoked
from zhoudao.ground.accounts.grants import GIVE, Held, held_of, may_give
from zhoudao.ground.accounts.models import ApiToken, Grant, User
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record

_HEAD = Q(role="administrator", store=None, team=None)


class UnknownRole(Exception):
    """There is no such role."""


class LastAdministrator(Exception):
    """Somebody must stay administrator."""


class ZoneUnknown(Exception):
    """There is no such time zone."""


class PersonUnknown(Exception):
    """There is no such person."""


class BeyondOwnRights(Exception):
    """Nobody gives or takes what they do not hold themselves."""


@transaction.atomic
def set_access(*, user_id: UUID, grants: Iterable[Held], is_active: bool, viewer: Viewer, at: datetime) -> User:
    """This will give somebody exactly these grants, and let them sign in or not.

    Raises: PersonUnknown, UnknownRole, BeyondOwnRights, LastAdministrator
    """
    wanted = list(dict.fromkeys(grants))
    people = _hold(user_id, viewer)
    user = people.get(user_id)
    if user is None:
        raise PersonUnknown(PersonUnknown.__doc__)
    giver = people.get(viewer.user_id) if viewer.user_id else None
    _check(giver, user, wanted)
    if not (is_active and any(_is_head(grant) for grant in wanted)):
        _leave_an_administrator(user)
    user.grants.all().delete()
    Grant.objects.bulk_create([Grant(user=user, **asdict(grant)) for grant in wanted])
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    fact = AccessChanged(", ".join(sorted({grant.role for grant in wanted})), is_active)
    record(fact, at=at, by=By(viewer.actor), about=[About("user", user.id)])
    return user


@transaction.atomic
def invite(*, new: NewUser, password: str, grants: Iterable[Held], viewer: Viewer, at: datetime) -> User:
    """This will make somebody who signs in with this password and holds these grants; refused, nobody is made.

    Raises: EmailTaken, UnknownRole, BeyondOwnRights
    """
    user = create_user(new, password=password, roles=[])
    return set_access(user_id=user.pk, grants=grants, is_active=True, viewer=viewer, at=at)


@transaction.atomic
def renew_password(*, user_id: UUID, viewer: Viewer, at: datetime) -> str:
    """This will give somebody who forgot theirs a password to change at once, and sign them out everywhere; a second
    factor of theirs stays. Returns it, once.

    Raises: PersonUnknown, BeyondOwnRights
    """
    people = _hold(user_id, viewer)
    user = people.get(user_id)
    if user is None:
        raise PersonUnknown(PersonUnknown.__doc__)
    _check(people.get(viewer.user_id) if viewer.user_id else None, user, [])
    password = secrets.token_urlsafe(10)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(PasswordRenewed(), at=at, by=By(viewer.actor), about=[About("user", user.id)])
    return password


def may_change(viewer: Viewer, user: User) -> bool:
    """Whether this viewer may change what somebody holds: not where that exceeds their own rights or places."""
    held = [Held(grant.role, grant.store_id, grant.team_id) for grant in user.grants.all()]
    return viewer.may(GIVE) and all(may_give(viewer.held, grant) for grant in held)


def _hold(user_id: UUID, viewer: Viewer) -> dict[UUID, User]:
    """Both people and every administrator of the whole company, locked in one order: whoever changes people waits for
    whoever does it now, and then sees what that left of their own rights.
    """
    heads = Grant.objects.filter(_HEAD).values("user_id")
    ids = Q(id__in=[one for one in (user_id, viewer.user_id) if one])
    rows = User.objects.select_for_update(of=("self",)).filter(ids | Q(id__in=heads)).order_by("id")
    return {user.pk: user for user in rows}


def _check(giver: User | None, user: User, wanted: list[Held]) -> None:
    for grant in wanted:
        if grant.role not in ROLES:
            raise UnknownRole(f"{UnknownRole.__doc__} ({grant.role})")
    own = _held(giver) if giver and giver.is_active else ()
    gives = any(GIVE in ROLES[one.role] for one in own)
    if not gives or not all(may_give(own, grant) for grant in [*wanted, *_held(user)]):
        raise BeyondOwnRights(BeyondOwnRights.__doc__)


def _leave_an_administrator(user: User) -> None:
    heads = Grant.objects.filter(_HEAD, user__is_active=True)
    if user.is_active and heads.filter(user=user).exists() and not heads.exclude(user=user).exists():
        raise LastAdministrator(LastAdministrator.__doc__)


def _held(user: User) -> tuple[Held, ...]:
    return held_of(Grant.objects.filter(user=user).values("role", "store_id", "team_id"))


def _is_head(grant: Held) -> bool:
    return grant.role == "administrator" and grant.is_everywhere


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
def revoke_token(*, token_id: UUID, within: Q, by: By, at: datetime) -> bool:
    """This will make a token stop working, now and for good; False when none of these works."""
    rows = ApiToken.objects.select_for_update().filter(within)
    token = rows.filter(id=token_id, revoked_at=None).first()
    if token is None:
        return False
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(TokenRevoked(), at=at, by=by, about=[About("token", token.id)])
    return True
