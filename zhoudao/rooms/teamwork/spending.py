"""Approvals that wait, and what was granted: by whom, under which limit, in which month."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.teamwork.approvers import authority_behind
from zhoudao.rooms.teamwork.authority import CHAIN
from zhoudao.rooms.teamwork.models import Approval, AuthorityLimit, Deputy, Goodwill, Spend

PAGE = 25


@frozen
class Spent:
    """What one person granted of one kind in a month, against the limit of their role; `cases` got it."""

    user: User
    role: str
    kind: str
    spent: Money
    limit: Money | None
    count: int
    cases: tuple[UUID, ...]

    @property
    def share(self) -> int | None:
        """Per cent of the limit."""
        return self.spent.minor * 100 // self.limit.minor if self.limit and self.limit.minor else None


def waiting_for(viewer: Viewer, *, at: datetime) -> list[Approval]:
    """What this person can decide now, soonest due first: as holder of the role, or in place of who is away."""
    mine = _deciders(viewer, at)
    if mine is None or viewer.user_id is None:
        return []
    rows = Approval.objects.filter(mine, decided_at=None).exclude(goodwill__asked_by_id=viewer.user_id)
    rows = rows.select_related("goodwill__case__team", "goodwill__asked_by").order_by("due_at", "id")
    found = list(rows[: PAGE + 1])
    if not Deputy.objects.filter(until__gt=at).exists():
        return found
    return [step for step in found if _may(step, viewer, at)]


def asked_by(viewer: Viewer) -> list[Goodwill]:
    """What this person asked for and is not decided, oldest first."""
    rows = Goodwill.objects.filter(asked_by_id=viewer.user_id, state=Goodwill.State.ASKED).select_related("case")
    return list(rows.prefetch_related("approvals").order_by("asked_at", "id")[:PAGE])


def approval_for(viewer: Viewer, approval_id: UUID, *, at: datetime) -> tuple[Approval, bool] | None:
    """One step and whether the viewer can decide it; who asked, can decide or sees the case may look."""
    rows = Approval.objects.select_related("goodwill__case__team", "goodwill__asked_by", "decided_by")
    step = rows.filter(id=approval_id).first()
    if step is None:
        return None
    can = step.decided_at is None and _may(step, viewer, at)
    sees = Case.objects.filter(visible(viewer), id=step.goodwill.case_id).exists()
    return (step, can) if can or sees or step.goodwill.asked_by_id == viewer.user_id else None


def goodwill_of(case_ids: Sequence[UUID]) -> list[Goodwill]:
    """What these cases' customers were granted, or wait for, newest first (one statement)."""
    rows = Goodwill.objects.filter(case_id__in=case_ids).exclude(state=Goodwill.State.WITHDRAWN)
    return list(rows.select_related("asked_by", "granted_by").order_by("-asked_at", "-id")[:20])


def spent_in(viewer: Viewer, month: date) -> list[Spent]:
    """What everybody whose cases the viewer may see granted in a month, most of the limit first (four statements)."""
    rows = Spend.objects.filter(month_date=month, spent_minor__gt=0).select_related("user")
    granted = Goodwill.objects.filter(
        state=Goodwill.State.GRANTED, case__in=Case.objects.filter(visible(viewer)).values("id")
    )
    by_person: dict[tuple[UUID, str, str], list[Goodwill]] = {}
    for one in granted.filter(decided_at__gte=_begins(month), decided_at__lt=_begins(_after(month))):
        by_person.setdefault((one.granted_by_id or UUID(int=0), one.kind, one.currency), []).append(one)
    limits = {(row.role, row.kind, row.tier, row.currency): row for row in AuthorityLimit.objects.all()}
    found = [
        spent
        for row in rows
        if (mine := by_person.get((row.user_id, row.kind, row.currency)))
        and (spent := _spent(row, mine, limits)) is not None
    ]
    return sorted(found, key=lambda one: (-(one.share or 0), one.user.name, one.kind))


def _spent(
    row: Spend, mine: Sequence[Goodwill], limits: dict[tuple[str, str, str, str], AuthorityLimit]
) -> Spent | None:
    role = mine[-1].granted_role
    limit = limits.get((role, row.kind, row.tier, row.currency))
    return Spent(
        user=row.user,
        role=role,
        kind=row.kind,
        spent=Money(row.spent_minor, row.currency),
        limit=Money(limit.per_month_minor, row.currency) if limit else None,
        count=len(mine),
        cases=tuple(dict.fromkeys(one.case_id for one in mine)),
    )


def _begins(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=clock.zone())


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _may(step: Approval, viewer: Viewer, at: datetime) -> bool:
    one = step.goodwill
    return viewer.user_id in authority_behind(one.case, step.role, asker_id=one.asked_by_id, at=at)


def _deciders(viewer: Viewer, at: datetime) -> Q | None:
    """Which steps the viewer's own roles, and those of whom they stand in for, reach (one statement)."""
    away = Deputy.objects.filter(deputy_id=viewer.user_id, until__gt=at).values("user_id")
    grants = Grant.objects.filter(Q(user_id=viewer.user_id) | Q(user_id__in=away), role__in=CHAIN)
    found: Q | None = None
    for grant in grants:
        reach = Q(role=grant.role)
        if grant.store_id:
            reach &= Q(goodwill__case__store_id=grant.store_id)
        if grant.team_id:
            reach &= Q(goodwill__case__team_id=grant.team_id)
        found = reach if found is None else found | reach
    return found
