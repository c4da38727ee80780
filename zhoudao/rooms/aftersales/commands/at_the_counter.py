"""Taken back in one visit: asked for, taken in, looked at, and paid for or exchanged, by the same policy as ever."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.inspecting import Finding, inspect_return
from zhoudao.rooms.aftersales.commands.receiving import receive_return
from zhoudao.rooms.aftersales.commands.requesting import Wish, request_return
from zhoudao.rooms.aftersales.models import BEFORE_GOODS, ReturnRequest


@transaction.atomic
def take_back_at_counter(
    *,
    order_id: UUID,
    wish: Wish,
    findings: Sequence[Finding],
    warehouse_id: UUID,
    key: UUID,
    by: By,
    at: datetime,
) -> ReturnRequest:
    """This will ask for a return and, where the policy agrees at once, take its goods in and inspect them: all of it or
    nothing. What waits for a person is only asked for, and its goods stay with the customer. The same `key` twice is
    once.

    Raises: what `request_return`, `receive_return` and `inspect_return` raise
    """
    request = request_return(order_id=order_id, wish=wish, key=key, by=by, at=at)
    if request.state not in BEFORE_GOODS or not request.needs_goods:
        return request
    counts = Counter(request.pieces.values_list("order_line__sku", flat=True))
    receive_return(
        request_id=request.id, counts=counts, warehouse_id=warehouse_id, key=uuid5(key, "here"), by=by, at=at
    )
    return inspect_return(request_id=request.id, findings=findings, key=uuid5(key, "found"), by=by, at=at)
