"""Holds as the workbench lists them: what is due first; and beside an order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.ground.keyset import beyond
from zhoudao.rooms.orders.models import Hold, Order, Stage

PAGE, COUNTED = 25, 1_000


@dataclass(frozen=True)
class HoldsAsked:
    """Which holds: of a reason, at a stage (`open`: not done), of an owner (`nobody` has it), or late at a moment."""

    reason: str = ""
    stage: str = "open"
    owner_id: UUID | None = None
    is_nobodys: bool = False
    late_at: datetime | None = None
    after: tuple[datetime, UUID] | None = None

    @property
    def rows(self) -> QuerySet[Hold]:
        """These, in no order."""
        rows = Hold.objects.exclude(stage=Stage.DONE) if self.stage == "open" else Hold.objects.filter(stage=self.stage)
        asked = {"reason": self.reason, "owner_id": self.owner_id, "due_at__lt": self.late_at}
        rows = rows.filter(**{name: value for name, value in asked.items() if value})
        return rows.filter(owner=None) if self.is_nobodys else rows


@dataclass(frozen=True)
class HoldPage:
    """Holds, and where the next page begins (`None` at the end)."""

    rows: list[Hold]
    next: tuple[datetime, UUID] | None


@dataclass(frozen=True)
class Tally:
    """How many are open by reason, and in all; `is_more`: only the first thousand were looked at."""

    by_reason: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    working: int = 0
    late: int = 0
    is_more: bool = False


def hold_page(seen: Q, asked: HoldsAsked) -> HoldPage:
    """A page of them: open ones by when they are due, done ones the latest first (one statement)."""
    rows = within(seen, asked.rows).select_related("order", "order__store", "owner")
    name = "released_at" if asked.stage == Stage.DONE else "due_at"
    order = ("-released_at", "-id") if asked.stage == Stage.DONE else ("due_at", "id")
    if asked.after is not None:
        rows = rows.filter(beyond(order[0], *asked.after))
    found = list(rows.order_by(*order)[: PAGE + 1])
    shown = found[:PAGE]
    return HoldPage(shown, (getattr(shown[-1], name), shown[-1].id) if len(found) > PAGE else None)


def tally(seen: Q, *, at: datetime) -> Tally:
    """How many are open, exact to a thousand (one statement)."""
    rows = within(seen, Hold.objects.exclude(stage=Stage.DONE)).order_by("due_at", "id")
    found = list(rows.values_list("reason", "stage", "due_at")[: COUNTED + 1])
    by_reason: dict[str, int] = {}
    for reason, _stage, _due_at in found[:COUNTED]:
        by_reason[reason] = by_reason.get(reason, 0) + 1
    stages = [stage for _reason, stage, _due_at in found[:COUNTED]]
    late = sum(due_at < at for _reason, _stage, due_at in found[:COUNTED])
    return Tally(by_reason, stages.count(Stage.PENDING), stages.count(Stage.WORKING), late, len(found) > COUNTED)


def within(seen: Q, rows: QuerySet[Hold]) -> QuerySet[Hold]:
    """Those of orders that may be seen."""
    return rows.filter(order__in=Order.objects.filter(seen)) if seen else rows


def hold_seen(seen: Q, hold_id: UUID) -> Hold | None:
    """One, of an order that may be seen (one statement)."""
    return within(seen, Hold.objects.filter(id=hold_id)).select_related("order").first()


def holds_of(order: Order) -> list[Hold]:
    """All that ever held an order, open ones first (one statement)."""
    rows = Hold.objects.filter(order=order).select_related("owner").order_by("id")
    return sorted(rows, key=lambda one: (not one.is_open, one.due_at))


def chosen(seen: Q, ids: Sequence[UUID]) -> list[Hold]:
    """Those of these that may be seen and are open, with their orders (one statement)."""
    rows = within(seen, Hold.objects.filter(id__in=list(ids)).exclude(stage=Stage.DONE))
    return list(rows.select_related("order", "owner").order_by("due_at", "id"))
