"""Making users and giving them roles."""

import secrets
from dataclasses import asdict

from django.db import transaction

from zhoudao.ground.accounts.models import Grant, Store, Team, User
from zhoudao.kit.frozen import frozen


class EmailTaken(Exception):
    """Somebody already signs in with this e-mail address."""


@frozen
class NewUser:
    """Who is to be made."""

    email: str
    name: str
    language: str = "zh-hans"
    must_change_password: bool = False


@transaction.atomic
def create_user(
    new: NewUser, *, password: str, roles: list[str], store: Store | None = None, team: Team | None = None
) -> User:
    """This will make a user who signs in with this password and holds these roles in the store or team.

    Raises: EmailTaken
    """
    if User.objects.filter(email__iexact=new.email).exists():
        raise EmailTaken(f"{EmailTaken.__doc__} ({new.email})")
    user = User.objects.create_user(password=password, **asdict(new))
    Grant.objects.bulk_create([Grant(user=user, role=role, store=store, team=team) for role in roles])
    return user


@transaction.atomic
def create_first_administrator(email: str = "admin@zhoudao.local") -> tuple[str, str] | None:
    """This will make the first administrator: (e-mail, one-time password), or None when there is one."""
    if Grant.objects.filter(role="administrator").exists():
        return None
    password = secrets.token_urlsafe(12)
    create_user(NewUser(email, "Administrator", must_change_password=True), password=password, roles=["administrator"])
    return email, password
