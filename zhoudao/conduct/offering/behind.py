"""What has been said and sent back of a product, as far as somebody may see it."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.aftersales.models import ReturnPiece, ReturnRequest
from zhoudao.rooms.aftersales.queries.listing import seen_returns
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.orders.models import OrderLine
from zhoudao.rooms.quality.models import QualityNotice, Stage

SHOWN, _LOOKED_AT = 8, 500


def returns_about(viewer: Viewer, skus: Sequence[str]) -> list[ReturnRequest]:
    """The newest returns with a piece of these, of the last orders they were in (two statements)."""
    if not (skus and viewer.may("returns:read")):
        return []
    pieces = ReturnPiece.objects.filter(request=OuterRef("pk"), order_line__sku__in=list(skus))
    rows = ReturnRequest.objects.filter(seen_returns(viewer), Exists(pieces), order__in=_orders(skus))
    return list(rows.select_related("order", "store").order_by("-id")[:SHOWN])


def cases_about(viewer: Viewer, skus: Sequence[str]) -> list[Case]:
    """The newest cases that name one of the last orders these were in (two statements)."""
    if not (skus and viewer.may("cases:read")):
        return []
    lines = OrderLine.objects.filter(id__in=_lines(skus)).values_list("order__number", "order__external_number")
    numbers = {number for pair in lines for number in pair if number}
    rows = Case.objects.filter(visible(viewer.within("cases:read")), conversation__order_number__in=numbers)
    return list(rows.order_by("-opened_at", "-id")[:SHOWN])


def notices_about(viewer: Viewer, skus: Sequence[str]) -> list[QualityNotice]:
    """Quality notices of these that are not closed, the newest first (one statement)."""
    if not (skus and viewer.may("quality:read")):
        return []
    rows = QualityNotice.objects.filter(sku__in=list(skus)).exclude(stage=Stage.CLOSED)
    return list(rows.order_by("-opened_at", "-id")[:SHOWN])


def _lines(skus: Sequence[str]) -> list[UUID]:
    rows = OrderLine.objects.filter(sku__in=list(skus)).order_by("-id")
    return list(rows.values_list("id", flat=True)[:_LOOKED_AT])


def _orders(skus: Sequence[str]) -> list[UUID]:
    rows = OrderLine.objects.filter(sku__in=list(skus)).order_by("-id")
    return list(rows.values_list("order_id", flat=True)[:_LOOKED_AT])
