"""How a return's courier stands and its prepaid label, as its page says it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import pgettext

from zhoudao.doors.desk.aftersales.finding import money
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.models import BEFORE_GOODS, ReturnRequest
from zhoudao.rooms.aftersales.models import State as Stands
from zhoudao.rooms.aftersales.queries.for_customers import address_back
from zhoudao.rooms.orders.sealed import masked
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.pickups.answers import CALLED_OFF_FOR, TROUBLES
from zhoudao.rooms.pickups.models import Pickup, State
from zhoudao.rooms.pickups.queries.offering import known_sender, offer_of, pickup_of
from zhoudao.rooms.pickups.sealed import courier_of, sender_of
from zhoudao.rooms.pickups.windows import windows
from zhoudao.rooms.return_labels.queries.offering import label_fee_of, label_of, offered_to

_UNDER_WAY = (Stands.SENT, Stands.RECEIVED)


def fetching_of(found: ReturnRequest, *, may_write: bool) -> dict[str, Any]:
    """What the page of a return says of its courier (four statements at most)."""
    one = pickup_of(found) if found.needs_goods else None
    is_free = one is None or not (one.is_live or one.state == State.COLLECTED)
    offer = offer_of(found, address_back(found)) if may_write and is_free else None
    may_move = may_write and one is not None and one.may_change
    return {
        "pickup": _shown(one, found) if one else None,
        "is_fetched": not is_free,
        "pickup_may": {
            "move": may_move,
            "call_off": may_move,
            "again": may_write and one is not None and one.state == State.STUCK,
        },
        "fetching": offer
        and {
            "fee": money(offer.fee_minor, found.order.currency) if offer.fee_minor else "",
            "fee_minor": offer.fee_minor,
            "carrier": called(offer.service.config.get("carrier", "")),
            "known": masked(known_sender(found)),
        },
        "pickup_times": _times(found) if offer or may_move else (),
    }


def labelling_of(found: ReturnRequest, *, may_write: bool, is_fetched: bool) -> dict[str, Any]:
    """What the page of a return says of its prepaid label (four statements at most)."""
    own = label_of(found) if found.needs_goods else None
    codes = () if own or is_fetched or not may_write else offered_to(found, address_back(found), clock.now())
    fee = label_fee_of(found) if codes else own.fee_minor if own else 0
    return {
        "label": own and {"one": own, "carrier": called(own.pool.carrier), "is_current": found.is_labelled},
        "label_may": {
            "print": may_write and found.is_labelled and found.state in BEFORE_GOODS,
            "back": may_write and own is not None and found.fetched_minor is None and found.state not in _UNDER_WAY,
        },
        "labels": [(code, called(code)) for code in codes],
        "label_fee": money(fee, found.order.currency) if fee else "",
        "label_fee_minor": fee or 0,
    }


def _shown(one: Pickup, found: ReturnRequest) -> dict[str, Any]:
    courier = courier_of(one)
    return {
        "one": one,
        "when": _when(one.starts_at, one.ends_at, found),
        "then": _when(one.then_starts_at, None, found) if one.then_starts_at and one.is_live else "",
        "carrier": called(one.carrier),
        "sender": masked(sender_of(one)),
        "courier": courier if one.is_live else None,
        "fee": money(one.fee_minor, found.order.currency) if one.fee_minor else "",
        "trouble": TROUBLES.get(one.trouble, ""),
        "why": CALLED_OFF_FOR.get(one.called_off_for, ""),
    }


def _times(found: ReturnRequest) -> list[tuple[str, str]]:
    """The times that can be had: each with its value and words."""
    zone = ZoneInfo(found.store.zone)
    return [
        (one.starts_at.isoformat(), _when(one.starts_at, one.ends_at, found))
        for one in windows(clock.now(), zone, until=found.send_by)
    ]


def _when(starts_at: datetime, ends_at: datetime | None, found: ReturnRequest) -> str:
    zone = ZoneInfo(found.store.zone)
    begins = starts_at.astimezone(zone)
    words = f"{date_format(begins, pgettext('date format', 'D j M Y'))}, {begins:%H:%M}"
    return f"{words}–{ends_at.astimezone(zone):%H:%M}" if ends_at else words
