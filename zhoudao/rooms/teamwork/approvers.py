"""Who can decide: whoever has the role where the case is, or their deputy while they are away; never who asked."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.reach import reaching
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.teamwork.models import Deputy
from zhoudao.rooms.teamwork.refusals import DeputyUnsound

LONGEST_AWAY = timedelta(days=92)


@transaction.atomic
def set_deputy(*, user_id: UUID, deputy_id: UUID | None, until: datetime | None, at: datetime) -> Deputy | None:
    """This will let somebody else decide until then; without a deputy one is back.

    Raises: DeputyUnsound
    """
    if deputy_id is None:
        Deputy.objects.filter(user_id=user_id).delete()
        return None
    known = User.objects.filter(id=deputy_id, is_active=True).exclude(id=user_id).exists()
    if not known or until is None or not at < until <= at + LONGEST_AWAY:
        raise DeputyUnsound
    row, _ = Deputy.objects.update_or_create(
        user_id=user_id, defaults={"deputy_id": deputy_id, "since": at, "until": until}
    )
    return row


def deputy_of(user_id: UUID, *, at: datetime) -> Deputy | None:
    """Who decides for somebody now."""
    return Deputy.objects.select_related("deputy").filter(user_id=user_id, until__gt=at).first()


def approvers(case: Case, role: str, *, asker_id: UUID, at: datetime) -> list[UUID]:
    """Everybody who can decide in this role now (two statements)."""
    return list(authority_behind(case, role, asker_id=asker_id, at=at))


def authority_behind(case: Case, role: str, *, asker_id: UUID, at: datetime) -> dict[UUID, UUID]:
    """Who can decide, and whose authority that is: one's own, or that of a colleague who is away."""
    here = reaching(case.store_id, case.team_id)
    holders = Grant.objects.filter(here, role=role, user__is_active=True)
    owners = [
        one for one in holders.order_by("user_id").values_list("user_id", flat=True).distinct() if one != asker_id
    ]
    rows = Deputy.objects.filter(user_id__in=owners, until__gt=at, deputy__is_active=True)
    away = dict(rows.values_list("user_id", "deputy_id"))
    behind = {away[one]: one for one in owners if one in away and away[one] != asker_id}
    return behind | {one: one for one in owners if one not in away}
