"""What came back is looked at: its condition, what becomes of it, and so what is paid for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.batches import others_than_packed
from zhoudao.rooms.aftersales.commands.concluding import conclude, is_awaited
from zhoudao.rooms.aftersales.commands.holding import hold_return, tell
from zhoudao.rooms.aftersales.commands.refunding import ask_refund
from zhoudao.rooms.aftersales.commands.requesting import keep_photos
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.events import AsideSettled, BatchFoundOther, ReturnInspected
from zhoudao.rooms.aftersales.models import Condition, Disposition, Kind, ReturnPiece, ReturnRequest, State
from zhoudao.rooms.aftersales.policies import terms_of
from zhoudao.rooms.aftersales.refusals import (
    AlreadyOver,
    FindingUnsound,
    NothingHere,
    PostageUnsound,
    ReturnNotFound,
)
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.sourcing import purpose_of
from zhoudao.rooms.stock.batches import batch_on_label
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.shipping import take_back
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Line

_ASIDE = (Disposition.REFURBISH, Disposition.VENDOR)
_STILL_OURS = {"restock", "vendor", "scrap"}


@frozen
class Finding:
    """So many pieces of a SKU that are here: what they are, what becomes of them, how much of their worth is gone
    (0 … 100 percent), and the batch on their label. What goes back to the customer is not accepted, and nothing is paid
    for it.
    """

    sku: str
    count: int
    condition: str
    disposition: str
    lost_percent: int = 0
    batch: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether it is kept and paid for."""
        return self.disposition != Disposition.SEND_BACK

    @property
    def is_sound(self) -> bool:
        """Whether it can be so: what we never sent is not ours to keep or pay for."""
        known = self.condition in Condition.values and self.disposition in Disposition.values
        whole = type(self.count) is int and self.count > 0 and type(self.lost_percent) is int
        foreign = self.condition == Condition.FOREIGN and self.is_accepted
        return known and whole and 0 <= self.lost_percent <= 100 and not foreign  # percent


@transaction.atomic
def inspect_return(
    *,
    request_id: UUID,
    findings: Sequence[Finding],
    key: UUID,
    photos: Sequence[bytes] = (),
    postage_minor: int = 0,
    by: By,
    at: datetime,
) -> ReturnRequest:
    """This will note what was found, book the goods where they go, and promise what is to be paid. The same `key` twice
    is once.

    Raises: ReturnNotFound, FindingUnsound, NothingHere, PostageUnsound, NotAPhoto, WarehouseClosed, BatchUnsound
    """
    order, request = hold_return(request_id)
    if request.pieces.filter(found_with=key).exists():
        return request
    if request.state != State.RECEIVED or request.warehouse_id is None:
        raise NothingHere(NothingHere.__doc__)
    if not findings or not all(one.is_sound for one in findings):
        raise FindingUnsound(FindingUnsound.__doc__)
    _check_postage(request, postage_minor)
    pieces = _inspected(request, findings, key, at)
    keep_photos(request, photos, is_ours=True, at=at)
    _book(request, request.warehouse_id, pieces, key=key, by=by, at=at)
    request.inspected_at = at
    found = Counter(f"found_{piece.condition}" for piece in pieces)
    becomes = Counter(f"becomes_{piece.disposition}" for piece in pieces)
    accepted = sum(piece.is_accepted for piece in pieces)
    fact = ReturnInspected(request.number, accepted, len(pieces) - accepted, dict(found), dict(becomes))
    tell(request, fact, by=by, at=at)
    for other in others_than_packed(pieces):
        tell(request, BatchFoundOther(request.number, other.sku, other.found, other.packed), by=by, at=at)
    if postage_minor and request.kind == Kind.EXCHANGE and is_awaited(request):
        raise PostageUnsound(PostageUnsound.__doc__)  # said with the last of it
    _owe(request, pieces)
    conclude(order, request, postage_minor=postage_minor, by=by, at=at)
    stand_anew(request, by=by, at=at)
    return request


@transaction.atomic
def assess_again(
    *, request_id: UUID, lost: Mapping[UUID, int], postage_minor: int = 0, by: By, at: datetime
) -> ReturnRequest:
    """This will work out anew what is paid for accepted pieces whose refund was refused: `lost` says of pieces how much
    of their worth is gone.

    Raises: ReturnNotFound, NothingHere, FindingUnsound, PostageUnsound
    """
    order, request = hold_return(request_id)
    pieces = list(request.pieces.filter(is_live=True, is_accepted=True, refund=None))
    if request.state != State.INSPECTED or not pieces:
        raise NothingHere(NothingHere.__doc__)
    known = {piece.id: piece for piece in pieces}
    for piece_id, percent in lost.items():
        if piece_id not in known or type(percent) is not int or not 0 <= percent <= 100:  # percent
            raise FindingUnsound(FindingUnsound.__doc__)
        known[piece_id].lost_percent = percent
    _check_postage(request, postage_minor)
    ReturnPiece.objects.bulk_update(pieces, ["lost_percent"])
    ask_refund(order, request, postage_minor=postage_minor, by=by, at=at)
    stand_anew(request, by=by, at=at)
    return request


@transaction.atomic
def settle_aside(*, piece_id: UUID, becomes: str, by: By, at: datetime) -> ReturnPiece:
    """This will end a piece's being set aside: put right and back into stock, sent to the supplier, or scrapped.

    Raises: ReturnNotFound, FindingUnsound, AlreadyOver, WarehouseClosed
    """
    if becomes not in _STILL_OURS:
        raise FindingUnsound(FindingUnsound.__doc__)
    known = ReturnPiece.objects.filter(id=piece_id).values_list("request_id", flat=True).first()
    if known is None:
        raise ReturnNotFound(ReturnNotFound.__doc__)
    _order, request = hold_return(known)
    piece = ReturnPiece.objects.select_related("order_line").get(id=piece_id)
    if piece.set_aside_at is None or request.warehouse_id is None:
        raise AlreadyOver(AlreadyOver.__doc__)
    if becomes == Disposition.RESTOCK:
        goods = [Goods(request.warehouse_id, piece.order_line.sku, 1)]
        receive_stock(goods=goods, reference=request.number, key=f"aside:{piece.id}", by=by, at=at)
    piece.disposition, piece.set_aside_at = becomes, None
    piece.save(update_fields=["disposition", "set_aside_at"])
    tell(request, AsideSettled(request.number, piece.order_line.sku, f"becomes_{becomes}"), by=by, at=at)
    return piece


def _inspected(request: ReturnRequest, findings: Sequence[Finding], key: UUID, at: datetime) -> list[ReturnPiece]:
    rows = request.pieces.select_related("order_line").filter(is_live=True, is_here=True, condition="")
    left = list(rows.order_by("order_line__position", "rank"))
    done: list[ReturnPiece] = []
    for finding in findings:
        own = [piece for piece in left if piece.order_line.sku == finding.sku][: finding.count]
        if len(own) < finding.count:
            raise NothingHere(NothingHere.__doc__)
        batch = batch_on_label(finding.batch)
        for piece in own:
            left.remove(piece)
            piece.condition, piece.disposition, piece.found_with = finding.condition, finding.disposition, key
            piece.is_accepted, piece.lost_percent, piece.batch = finding.is_accepted, finding.lost_percent, batch
            piece.set_aside_at = at if finding.disposition in _ASIDE else None
        done += own
    names = ["condition", "disposition", "found_with", "is_accepted", "lost_percent", "set_aside_at", "batch"]
    ReturnPiece.objects.bulk_update(done, names)
    return done


def _book(
    request: ReturnRequest, place_id: UUID, pieces: Sequence[ReturnPiece], *, key: UUID, by: By, at: datetime
) -> None:
    """What we keep is booked in, and out again at once unless it can be sold; what stock knows to have sent for this
    order is noted as returned.
    """
    for is_restocked in (True, False):
        kept = [one for one in pieces if one.is_accepted and (one.disposition == Disposition.RESTOCK) is is_restocked]
        counts = Counter(one.order_line.sku for one in kept)
        sent = _sent(request.order, counts)
        known = {sku: min(count, sent.get(sku, 0)) for sku, count in counts.items()}
        unknown = {sku: count - known[sku] for sku, count in counts.items()}
        for name, part, purpose in (("order", known, purpose_of(request.order_id)), ("else", unknown, None)):
            goods = [Goods(place_id, sku, count) for sku, count in part.items() if count]
            if goods:
                take_back(
                    goods=goods,
                    purpose=purpose,
                    is_restocked=is_restocked,
                    reference=request.number,
                    key=f"return:{key}:{name}:{is_restocked:d}",
                    by=by,
                    at=at,
                )


def _sent(order: Order, skus: Mapping[str, int]) -> dict[str, int]:
    """How many of each SKU stock sent for an order and has not got back."""
    purpose = purpose_of(order.id)
    rows = Line.objects.filter(
        reservation__purpose_kind=purpose.kind, reservation__purpose_id=purpose.id, balance__item_id__in=list(skus)
    )
    sums = rows.values("balance__item_id").annotate(n=Sum(F("shipped") - F("returned")))
    return dict(sums.values_list("balance__item_id", "n"))


def _owe(request: ReturnRequest, pieces: Sequence[ReturnPiece]) -> None:
    """What was paid ahead for pieces that are not accepted, or for what they lost since."""
    for piece in pieces:
        if piece.refund_id is not None:
            ahead = piece.paid_minor - piece.lost_minor - piece.fee_minor + piece.shipping_minor
            worth = ahead * (100 - piece.lost_percent) // 100 if piece.is_accepted else 0
            request.owed_minor += ahead - worth


def _check_postage(request: ReturnRequest, postage_minor: int) -> None:
    """Paid once, up to what the policy says, and not where our courier fetched it. Raises: PostageUnsound."""
    most = terms_of(request).postage_minor if request.fetched_minor is None else 0
    paid = request.refunds.exclude(state="refused").filter(postage_minor__gt=0)
    if not 0 <= postage_minor <= most or (postage_minor and paid.exists()):
        raise PostageUnsound(PostageUnsound.__doc__)
