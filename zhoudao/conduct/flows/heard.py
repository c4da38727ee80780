"""Which events the conductor and the orders' flow listen to; a step's `zd:done-on` may name any of its own."""

from zhoudao.ground.eventlog.facts import known_facts
from zhoudao.rooms.aftersales import events as aftersales_events
from zhoudao.rooms.aftersales import replacement_events
from zhoudao.rooms.bookings import events as booking_events
from zhoudao.rooms.cases import events as case_events
from zhoudao.rooms.conversations import events as conversation_events
from zhoudao.rooms.repairs import events as repair_events

_ROOMS = (case_events, conversation_events)
# clocks tick often, routing decides for every case, and no step waits for either: CaseAssigned says who has it
_NOISE = ("cases.Promise", "cases.CaseRouted", "cases.CaseStranded")
BOOKINGS = (
    booking_events.BookingMade,
    booking_events.BookingMoved,
    booking_events.BookingCancelled,
    booking_events.CustomerArrived,
    booking_events.BookingBegun,
    booking_events.BookingDone,
    booking_events.BookingMissed,
)
RETURNS = (
    aftersales_events.ReturnRequested,
    aftersales_events.ReturnApproved,
    aftersales_events.ReturnDeclined,
    aftersales_events.ReturnWithdrawn,
    aftersales_events.ReturnReceived,
    aftersales_events.ReturnInspected,
    aftersales_events.ReturnRejected,
    aftersales_events.ReturnExpired,
    aftersales_events.RefundPaid,
    replacement_events.ReplacementPaid,
)
REPAIRS = (
    repair_events.RepairRequested,
    repair_events.RepairTriaged,
    repair_events.QuoteAccepted,
    repair_events.QuoteDeclined,
    repair_events.RepairDone,
    repair_events.RepairChecked,
    repair_events.RepairSignedOff,
    repair_events.RepairClosed,
    repair_events.RepairCancelled,
)

TYPES: tuple[str, ...] = (
    *sorted(
        name
        for name, fact in known_facts().items()
        if fact.__module__ in {room.__name__ for room in _ROOMS} and not name.startswith(_NOISE)
    ),
    *(one.name for one in (*BOOKINGS, *RETURNS, *REPAIRS)),
    "flows.MessageSent",
)
ORDER_FLOW = "order_fulfilment"
ORDERS: tuple[str, ...] = (
    "orders.OrderPlaced",
    "orders.OrderReviewed",
    "orders.HoldOpened",
    "orders.HoldTaken",
    "orders.HoldEnded",
    "orders.OrderApproved",
    "orders.OrderAllocated",
    "stock.BackorderFilled",
    "fulfilment.ToteReleased",
    "fulfilment.PickingBegan",
    "fulfilment.TotePicked",
    "fulfilment.PickAgain",
    "fulfilment.TotePacked",
    "parcels.ParcelHandedOver",
    "orders.OrderShipped",
    "parcels.ParcelMoved",
    "parcels.ParcelFlagged",
    "orders.OrderDelivered",
    "orders.OrderCompleted",
    "orders.OrderCancelled",
    "orders.OrderWentInto",
    "orders.OrderCameOutOf",
    "voice.OrderFollowedUp",
)


def known_to(key: str) -> tuple[str, ...]:
    """What the steps of a flow may name: orders follow theirs by what happens to them, runs hear of all else."""
    return ORDERS if key == ORDER_FLOW else TYPES
