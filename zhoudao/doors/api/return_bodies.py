"""What programs say and hear of returns."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from zhoudao.doors.api.words import CaseNumber, Code, Cursor
from zhoudao.rooms.aftersales.pieces import MOST
from zhoudao.rooms.orders.submission import MOST_LINES

_STRICT = ConfigDict(extra="forbid")
ReturnKind = Literal["return_refund", "exchange", "refund_only", "reship"]
ReturnReason = Literal[
    "no_reason", "unsuitable", "quality", "not_as_described", "wrong_item", "missing", "damaged", "lost"
]  # fmt: skip
ReturnState = Literal[
    "requested", "approved", "sent", "received", "inspected", "refunded", "replaced", "rejected", "declined",
    "cancelled", "expired",
]  # fmt: skip
DeclineReason = Literal["too_late", "used", "not_ours", "no_evidence", "solved", "other"]
PieceCondition = Literal["as_new", "opened", "used", "damaged", "faulty", "foreign"]
PieceDisposition = Literal["restock", "refurbish", "vendor", "scrap", "send_back"]
Number = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
Sku = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
Words = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


class ReturnItem(Schema):
    """A return. `policy_version` is what it was taken on; `send_by` the last day it may be sent; `owed_minor` what was
    paid ahead for goods that never came or had lost their worth.
    """

    number: str
    order: str
    kind: str
    reason: str
    state: str
    is_exception: bool
    policy_version: int
    asked_at: datetime
    decided_at: datetime | None
    declined_for: str
    send_by: date | None
    carrier: str
    tracking_number: str
    warehouse: str | None
    received_at: datetime | None
    inspected_at: datetime | None
    closed_at: datetime | None
    owed_minor: int


class ReturnList(Schema):
    """Returns, the newest first."""

    items: list[ReturnItem]
    next: str | None


class ReturnPieces(Schema):
    """So many pieces of a line that stand alike. `condition` and `disposition` are empty before they were inspected,
    `batch` is what stood on their label then.
    """

    position: int
    sku: str
    quantity: int
    is_here: bool
    condition: str
    disposition: str
    batch: str
    is_accepted: bool


class RefundItem(Schema):
    """Money that goes back for it, in minor units."""

    number: str
    state: str
    currency: str
    amount_minor: int
    asked_at: datetime
    paid_at: datetime | None


class PickupItem(Schema):
    """A courier that fetches it: when, with whom, and what its customer pays for that in minor units, kept from the
    refund. `trouble` says why nobody comes, or why a person has to look.
    """

    number: str
    state: str
    starts_at: datetime
    ends_at: datetime
    carrier: str
    tracking_number: str
    fee_minor: int
    trouble: str
    collected_at: datetime | None
    ended_at: datetime | None


class ReturnWhole(ReturnItem):
    """A return with its pieces, refunds and the newest courier that was ordered for it."""

    pieces: list[ReturnPieces]
    refunds: list[RefundItem]
    pickup: PickupItem | None


class PickupTime(Schema):
    """From when to when a courier may come."""

    starts_at: datetime
    ends_at: datetime


class PickupOffer(Schema):
    """Whether a courier can be ordered for a return, what its customer pays for that in minor units of `currency`, and
    the times there are.
    """

    is_offered: bool
    fee_minor: int
    currency: str
    times: list[PickupTime]


class PickupIn(Schema):
    """A courier. `starts_at` is the beginning of one of the times there are; `fee_minor` what its customer was told it
    costs. What is left empty of who gives it where is as the order was delivered.
    """

    model_config = _STRICT

    starts_at: datetime
    fee_minor: Annotated[int, Field(ge=0, le=10_000_000)]
    name: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    phone: Annotated[str, Field(max_length=30, pattern=r"^[^\x00]*$")] = ""
    province: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    city: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    district: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    address: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class PickupMoveIn(Schema):
    """Another time: the beginning of one of those there are."""

    model_config = _STRICT

    starts_at: datetime


class LabelOffer(Schema):
    """The carriers of which a prepaid label can be had, and what its customer pays for it in minor units of `currency`,
    kept from the refund if the parcel comes with it.
    """

    carriers: list[str]
    fee_minor: int
    currency: str


class LabelIn(Schema):
    """A label. `fee_minor` is what its customer was told it costs; without a `carrier` it is of any."""

    model_config = _STRICT

    fee_minor: Annotated[int, Field(ge=0, le=10_000_000)]
    carrier: Annotated[str, Field(max_length=30, pattern=r"^[a-z0-9_-]*$")] = ""


class LabelItem(Schema):
    """A prepaid label. `state` of its file: asked, making, done, failed, or empty (it was kept for a day: ask again);
    `pdf` is the file itself in base64.
    """

    carrier: str
    tracking_number: str
    valid_until: date | None
    fee_minor: int
    taken_at: datetime | None
    state: str
    pdf: str | None


class ReturnsAsked(Schema):
    """Which returns: `open`, or one state; of one kind."""

    state: Literal["", "open"] | ReturnState = ""
    kind: Literal["", "adjustment", "cancel"] | ReturnKind = ""
    cursor: Cursor = ""


class LineIn(Schema):
    """So many of a line, by its position in the order. `instead`: the SKU that is sent for it in an exchange; empty:
    the same again.
    """

    model_config = _STRICT

    position: Annotated[int, Field(ge=1, le=MOST_LINES)]
    quantity: Annotated[int, Field(ge=1, le=MOST)]
    instead: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = ""


class ChosenIn(Schema):
    """What is to come back or be paid back, and why."""

    model_config = _STRICT

    order: CaseNumber
    reason: ReturnReason
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]


class ReturnIn(ChosenIn):
    """A return. `exception`: the policy does not give it, and a colleague shall decide."""

    kind: ReturnKind
    words: Words = ""
    exception: bool = False


class OptionItem(Schema):
    """One way: whether the policy gives it and why, if nobody has to decide (`auto`), if the money goes before the
    goods (`instant`), what comes back in minor units, what is sent instead costs
    (`price_minor`) and what of it is still to be paid (`due_minor`), and the last day it may be asked for.
    """

    kind: str
    is_allowed: bool
    why: str
    auto: bool
    instant: bool
    photos: bool
    ships_back: str
    currency: str
    amount_minor: int
    price_minor: int
    due_minor: int
    until: date | None


class OptionList(Schema):
    """Every way there is."""

    items: list[OptionItem]


class DeclineIn(Schema):
    """Why it is declined."""

    model_config = _STRICT

    reason: DeclineReason


class SentIn(Schema):
    """What stands on the parcel it comes back in."""

    model_config = _STRICT

    carrier: Code
    tracking_number: Number


class ArrivedIn(Schema):
    """So many of an item."""

    model_config = _STRICT

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=MOST)]


class ReceiveIn(Schema):
    """What of it is here, and where. `parcel`: the number it came under; with our prepaid label its customer pays for
    that as agreed.
    """

    model_config = _STRICT

    warehouse: Code
    goods: Annotated[list[ArrivedIn], Field(min_length=1, max_length=MOST_LINES)]
    parcel: Number = ""


class FindingIn(ArrivedIn):
    """What so many pieces are, what becomes of them, how many percent of their worth are gone, and the batch on their
    label.
    """

    condition: PieceCondition
    disposition: PieceDisposition
    lost_percent: Annotated[int, Field(ge=0, le=100)] = 0
    batch: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class InspectIn(Schema):
    """What was found; `postage_minor`: what the customer paid for sending it, where we pay that."""

    model_config = _STRICT

    findings: Annotated[list[FindingIn], Field(min_length=1, max_length=MOST)]
    postage_minor: Annotated[int, Field(ge=0, le=10_000_000)] = 0
