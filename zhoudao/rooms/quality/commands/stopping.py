"""Nothing more of a product leaves because of a notice, and again may."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.stopping import lift_stop, stop_sale
from zhoudao.rooms.quality.commands.holding import about, check_right, hold_notice
from zhoudao.rooms.quality.models import QualityNotice
from zhoudao.rooms.quality.refusals import BatchNotAsked
from zhoudao.rooms.stock.models import Item


@transaction.atomic
def stop_product(*, notice_id: UUID, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will stop the sale of a notice's product: orders with it wait. Stopped twice is stopped once, and a stop of
    its batch alone is over.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    said = _said(notice, viewer, at)
    stop_sale(**said)
    if notice.batch:
        lift_stop(batch=notice.batch, **said)
    return notice


@transaction.atomic
def stop_batch(*, notice_id: UUID, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will have nothing of a notice's batch packed; all else of its product is sold on, also where this notice had
    stopped it. Only where whoever packs it is asked for the batch.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver, BatchNotAsked
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    if not notice.batch or not Item.objects.filter(sku=notice.sku, asks_batch=True).exists():
        raise BatchNotAsked(BatchNotAsked.__doc__)
    said = _said(notice, viewer, at)
    stop_sale(batch=notice.batch, **said)
    lift_stop(**said)
    return notice


@transaction.atomic
def sell_product_again(*, notice_id: UUID, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will lift a notice's stop, of its product or of its batch; what another notice stops stays stopped.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    said = _said(notice, viewer, at)
    lift_stop(**said)
    if notice.batch:
        lift_stop(batch=notice.batch, **said)
    return notice


def _said(notice: QualityNotice, viewer: Viewer, at: datetime) -> dict[str, Any]:
    by = By(viewer.actor)
    return {"sku": notice.sku, "reference": notice.number, "besides": [about(notice)], "by": by, "at": at}
