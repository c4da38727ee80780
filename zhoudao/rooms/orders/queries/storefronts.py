"""What shops posted that could not be taken."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.rooms.orders.models import Order, StorefrontPost

PAGE = 25
_MOST = 100  # counted


@dataclass(frozen=True)
class PostPage:
    """Some of them, the newest first, each with its order if there is one; `next`: the last one's place, if more."""

    rows: list[tuple[StorefrontPost, Order | None]]
    next: UUID | None


def failed_posts(*, before: UUID | None = None) -> PostPage:
    """A page of them (two statements)."""
    rows = _failed().select_related("storefront").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    named = {(one.storefront.code, one.external_number) for one in shown if one.external_number}
    wanted = Q(external_number__in={number for _code, number in named}, source__in={code for code, _number in named})
    orders = {(one.source, one.external_number): one for one in Order.objects.filter(wanted)} if named else {}
    pairs = [(one, orders.get((one.storefront.code, one.external_number))) for one in shown]
    return PostPage(pairs, shown[-1].id if len(found) > PAGE else None)


def is_failed(post_id: UUID) -> bool:
    """Whether it is one of them."""
    return _failed().filter(id=post_id).exists()


def failed_count() -> int:
    """How many there are, up to a hundred."""
    return len(_failed().order_by().values_list("id")[:_MOST])


def _failed() -> QuerySet[StorefrontPost]:
    return StorefrontPost.objects.filter(status=StorefrontPost.Status.FAILED)
