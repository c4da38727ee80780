"""Nothing more of a product leaves because of a notice, and again may."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.stopping import lift_stop, stop_sale
from zhoudao.rooms.quality.commands.holding import about, check_right, hold_notice
from zhoudao.rooms.quality.models import QualityNotice


@transaction.atomic
def stop_product(*, notice_id: UUID, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will stop the sale of a notice's product: orders with it wait. Stopped twice is stopped once.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    stop_sale(sku=notice.sku, reference=notice.number, besides=[about(notice)], by=By(viewer.actor), at=at)
    return notice


@transaction.atomic
def sell_product_again(*, notice_id: UUID, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will lift a notice's stop; what another notice stops stays stopped.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    lift_stop(sku=notice.sku, reference=notice.number, besides=[about(notice)], by=By(viewer.actor), at=at)
    return notice
