"""An order as a program writes it: one a request, or one a line."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from zhoudao.doors.api.messages import SENT_SINCE, Sender
from zhoudao.doors.api.words import Code, Name
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.submission import DEAREST, MOST_LINES, MOST_PIECES, Item, Recipient, Submission

STRICT = ConfigDict(extra="forbid")
_NO_NUL = r"^[^\x00]*$"
Amount = Annotated[int, Field(ge=0, le=DEAREST, description="In the currency's smallest unit")]
Source = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]


class LineIn(BaseModel):
    """So many of a SKU. `price_minor` is of one piece, tax included; `currency` must be the order's if given."""

    model_config = STRICT

    sku: Annotated[str, Field(min_length=1, max_length=80, pattern=_NO_NUL)]
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)]
    price_minor: Annotated[int, Field(ge=1, le=DEAREST)]
    name: Annotated[str, Field(max_length=200, pattern=_NO_NUL)] = ""
    currency: Annotated[str, Field(max_length=3)] = ""


class RecipientIn(BaseModel):
    """Who gets it, and where."""

    model_config = STRICT

    name: Name = ""
    phone: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""
    address: Annotated[str, Field(max_length=300, pattern=_NO_NUL)] = ""
    province: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""
    city: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""
    district: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""


class OrderIn(BaseModel):
    """An order. `source` is where it was taken, `external_number` what it is called there: the same again is the same
    order. `buyer` is found as a message's sender is. `total_minor` is checked if given: goods less discount plus
    shipping.
    """

    model_config = STRICT

    source: Source
    external_number: Annotated[str, Field(min_length=1, max_length=80, pattern=_NO_NUL)]
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]
    store: Code = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    discount_minor: Amount = 0
    shipping_minor: Amount = 0
    tax_minor: Amount = 0
    total_minor: Annotated[int, Field(ge=0, le=2**62)] | None = None
    payment: Literal["pending", "authorised", "captured"] = "pending"
    buyer: Sender = Sender()
    recipient: RecipientIn = RecipientIn()
    remark: Annotated[str, Field(max_length=2000, pattern=_NO_NUL)] = ""
    language: Literal["zh-Hans", "zh-Hant", "en"] = "zh-Hans"
    placed_at: Annotated[AwareDatetime, Field(ge=SENT_SINCE)] | None = None
    promised_at: Annotated[AwareDatetime, Field(ge=SENT_SINCE)] | None = None


def submission_of(given: OrderIn, viewer: Viewer) -> Submission:
    """The order as the room takes it; what the buyer is known by proves them only from who may assert it."""
    plain = given.model_dump(exclude={"lines", "buyer", "recipient"})
    return Submission(
        **plain,
        items=[Item(**line.model_dump()) for line in given.lines],
        recipient=Recipient(**given.recipient.model_dump()),
        claims=_claims(given, is_proof=viewer.may("identity:assert")),
        buyer_name=given.buyer.name,
    )


def _claims(given: OrderIn, *, is_proof: bool) -> Sequence[Claim]:
    buyer = given.buyer
    claims = [
        Claim("phone", buyer.phone, verified=is_proof),
        Claim("email", buyer.email, verified=is_proof),
        Claim("external", buyer.external_id, scope=given.source),
    ]
    return [claim for claim in claims if claim.value.strip()]
