"""Returns that are fetched, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, LINK, TEN, asked, delivered
from zhoudao.rooms.pickups.commands.ordering import Wish, book_pickup
from zhoudao.rooms.pickups.commands.services import add_courier_service
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.windows import Window, windows
from zhoudao.rooms.stock.models import Warehouse

CHINA = ZoneInfo("Asia/Shanghai")
NEXT_DAY = TEN + A_DAY  # when a return is asked for, and its courier


def ready(**more: Any) -> CourierService:
    """A place that a courier finds, and a service that sends one."""
    place = Warehouse.objects.filter(code="back").first() or Warehouse(code="back", kind="warehouse")
    place.names, place.province, place.city = {"zh-Hans": "退货仓"}, "江苏省", "南京市"
    place.street, place.phone, place.priority = "雨花台区软件大道 1 号", "025-84451234", 0
    place.save()
    given: dict[str, Any] = {"code": "kd", "kind": "kuaidi100", "by": CLERK, "at": TEN}
    given |= {"config": {"carrier": "jd"}, "secrets": {"key": "auth-key", "secret": "a-secret"}}
    return add_courier_service(**given | more)


def to_fetch(reason: str = "no_reason", counts: dict[int, int] | None = None, **more: Any) -> ReturnRequest:
    """An agreed return of one chair: for no reason it costs 12.00 to have it fetched, for ours nothing."""
    request = asked(delivered(), counts, reason=reason, **more)
    Warehouse.objects.exclude(code="back").update(closed_at=TEN)
    assert request.state == "approved", request.state
    return ReturnRequest.objects.select_related("order__store", "order__customer", "store").get(id=request.id)


def times(at: datetime = NEXT_DAY) -> list[Window]:
    """What can be chosen."""
    return windows(at, CHINA)


def ordered(request: ReturnRequest | None = None, *, fee: int = 1_200, n: int = 0, **more: Any) -> Pickup:
    """A courier for it, the first that can be had unless said otherwise; by the customer."""
    given: dict[str, Any] = {"key": uuid4(), "by": LINK, "at": NEXT_DAY, "real_now": datetime.now(UTC)} | more
    at = given["at"]
    wish = given.pop("wish", None) or Wish(times(at)[n].starts_at, fee)
    return book_pickup(request_id=(request or to_fetch()).id, wish=wish, **given)


def later(hours: float) -> datetime:
    """The company's time so many hours after a courier was asked for."""
    return NEXT_DAY + timedelta(hours=hours)
