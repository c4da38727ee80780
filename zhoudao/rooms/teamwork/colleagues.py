"""Who else may see a case."""

from collections.abc import Iterable
from uuid import UUID

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import User
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import Case


@frozen
class Colleague:
    """Somebody who may be mentioned."""

    id: UUID
    name: str
    email: str


def colleagues_of(case: Case) -> list[Colleague]:
    """Everybody who may see this case, by name (two statements)."""
    people = User.objects.filter(is_active=True).prefetch_related("grants").order_by("name", "email")
    return [Colleague(user.id, user.name, user.email) for user in people if _may(user, case)]


def who_see(case: Case, user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these people who may see this case (two statements)."""
    people = User.objects.filter(id__in=set(user_ids), is_active=True).prefetch_related("grants")
    return {user.id for user in people if _may(user, case)}


def _may(user: User, case: Case) -> bool:
    viewer = viewers.of_user(user)
    return may(viewer, "cases:read", case)
