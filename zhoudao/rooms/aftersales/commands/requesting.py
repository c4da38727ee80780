"""Asking for something back: the policy answers at once, and is kept with what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import By, record_all
from zhoudao.ground.files import store as files
from zhoudao.ground.files.kinds import kind_of
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.commands.holding import check_paid, entry
from zhoudao.rooms.aftersales.commands.refunding import ask_refund
from zhoudao.rooms.aftersales.commands.replacing import open_replacement
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.events import ReturnApproved, ReturnRequested
from zhoudao.rooms.aftersales.models import (
    ASKABLE,
    BACK,
    REASONS_ASKED,
    REPLACES,
    Kind,
    Purse,
    ReturnPhoto,
    ReturnPiece,
    ReturnRequest,
    State,
)
from zhoudao.rooms.aftersales.pieces import Had, chosen, had_of
from zhoudao.rooms.aftersales.policies import Terms, terms_of
from zhoudao.rooms.aftersales.queries.eligibility import Asker, Option, asker_of, left_of_money, wanted_of
from zhoudao.rooms.aftersales.refusals import (
    KeyReused,
    NotAPhoto,
    NotEligible,
    NotPaidYet,
    PhotosNeeded,
    ReasonUnsaid,
)
from zhoudao.rooms.aftersales.sealed import seal_words
from zhoudao.rooms.aftersales.swaps import Chosen, Swaps, swaps_of
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderNotFound

PICTURES = frozenset(["image/jpeg", "image/png", "image/webp", "image/heic"])
MOST_PHOTOS, _LONGEST = 8, 2_000
SEND_WITHIN = timedelta(days=15)  # after it was agreed to


@frozen
class Wish:
    """What is wanted: so many of each line (by id), why, in the customer's words, with photos as they were sent. An
    exchange is for the same again, or for the item `swaps` names for a line; `prices` are what a clerk says that those
    without a list price cost.
    """

    kind: str
    reason: str
    lines: Mapping[UUID, int]
    words: str = ""
    photos: Sequence[bytes] = field(default_factory=tuple)
    swaps: Mapping[UUID, str] = field(default_factory=dict)
    prices: Mapping[UUID, int] = field(default_factory=dict)


@transaction.atomic
def request_return(
    *,
    order_id: UUID,
    wish: Wish,
    key: UUID,
    language: str = "",
    conversation_id: UUID | None = None,
    is_exception: bool = False,
    by: By,
    at: datetime,
) -> ReturnRequest:
    """This will ask for pieces of an order to come back or be paid back. What the policy gives at once is agreed to at
    once; with `is_exception` a colleague asks for what it does not give, and somebody decides. The same `key` twice is
    once.

    Raises: OrderNotFound, ReasonUnsaid, NoPieceChosen, MoreThanDelivered, TooManyPieces, NotEligible, PhotosNeeded,
    NotAPhoto, NotPaidYet, PaidBackElsewhere, SwapUnknown, NoListPrice, AmountUnsound, KeyReused
    """
    if wish.kind not in ASKABLE or wish.reason not in REASONS_ASKED:
        raise ReasonUnsaid(ReasonUnsaid.__doc__)
    order = _hold(order_id)
    if before := ReturnRequest.objects.filter(key=key).first():
        return _same(before, order, wish)
    pieces = chosen(had_of(order), wish.lines, reason=wish.reason)
    swaps = swaps_of(order, pieces, wish.swaps, prices=wish.prices) if wish.kind == Kind.EXCHANGE else None
    if not Purse.objects.filter(order=order).exists():
        check_paid(order)
    asker = asker_of(order)
    option = _option(asker, wish, pieces, swaps, at=at)
    terms = _given(option.terms, wish, is_exception=is_exception)
    is_exception = is_exception and not option.terms.is_allowed
    request = draft(order, wish.kind, wish.reason, terms, asker.table.version, key=key, by=by, at=at)
    request.conversation_id, request.is_exception = conversation_id, is_exception
    request.language = language or order.language
    seal_words(request, order.customer.key_id, wish.words.strip()[:_LONGEST])
    if terms.is_auto:
        agree(request, by="system:policy", at=at)
    request.save(force_insert=True)
    _keep_pieces(request, pieces, swaps)
    keep_photos(request, wish.photos, is_ours=False, at=at)
    tell_asked(request, sum(len(ranks) for _had, ranks in pieces), terms, by, at)
    if terms.is_auto:
        begin(order, request, by=by, at=at)
    return request


def agree(request: ReturnRequest, *, by: str, at: datetime) -> None:
    """This will note on a request in hand that it is agreed to, and until which day it may be sent."""
    request.state, request.decided_at, request.decided_by = State.INSPECTED, at, by
    if request.needs_goods:
        request.state = State.APPROVED
        request.send_by = (at.astimezone(ZoneInfo(request.store.zone)) + SEND_WITHIN).date()


def begin(order: Order, request: ReturnRequest, *, by: By, at: datetime) -> None:
    """This will promise the money of a request that was just agreed to, where it goes before the goods come or there
    are none to come; and place what is sent instead, to wait for what comes back.
    """
    if request.kind == Kind.EXCHANGE:
        open_replacement(order, request, by=by, at=at)
    if not request.needs_goods:
        request.pieces.update(is_accepted=True)
        ask_refund(order, request, by=by, at=at)
    elif terms_of(request).is_instant:
        ask_refund(order, request, is_ahead=True, by=by, at=at)
    if request.kind in REPLACES:
        stand_anew(request, by=by, at=at)


def photo_kind(content: bytes) -> str:
    """What kind of picture these bytes are, by what they are. Raises: NotAPhoto."""
    found = kind_of(content)
    if found not in PICTURES or len(content) > settings.FILE_LIMIT_BYTES:
        raise NotAPhoto(NotAPhoto.__doc__)
    return found


def keep_photos(request: ReturnRequest, photos: Sequence[bytes], *, is_ours: bool, at: datetime) -> None:
    """This will keep pictures with a request, each once. Raises: NotAPhoto."""
    if len(photos) > MOST_PHOTOS:
        raise NotAPhoto(NotAPhoto.__doc__)
    for content in photos:
        photo_kind(content)
    owner = request.order.customer
    for content in photos:
        stored = files.keep(content, subject_id=owner.id, key_id=owner.key_id)
        ReturnPhoto.objects.get_or_create(request=request, file=stored, defaults={"is_ours": is_ours, "at": at})


def _option(asker: Asker, wish: Wish, pieces: Chosen, swaps: Swaps | None, *, at: datetime) -> Option:
    """What the policy gives. What goes out before goods are back is counted by one at a time for each customer.

    Raises: NotPaidYet
    """
    left = left_of_money(asker.order)
    if not left:
        raise NotPaidYet(NotPaidYet.__doc__)

    def given() -> Option:
        return asker.option(Kind(wish.kind), wish.reason, pieces, left_minor=left, at=at, swaps=swaps)

    option = given()
    if option.terms.is_instant and wish.kind in BACK:
        Customer.objects.select_for_update(no_key=True).filter(id=asker.order.customer_id).first()
        option = given()
    return option


def _hold(order_id: UUID) -> Order:
    rows = Order.objects.select_for_update(of=("self",)).select_related("store", "customer")
    order = rows.filter(id=order_id).first()
    if order is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    return order


def _same(before: ReturnRequest, order: Order, wish: Wish) -> ReturnRequest:
    counts: dict[UUID, int] = {}
    for line_id in before.pieces.values_list("order_line_id", flat=True):
        counts[line_id] = counts.get(line_id, 0) + 1
    asked = {line_id: count for line_id, count in wish.lines.items() if count}
    sent = dict(before.pieces.exclude(wanted_sku="").values_list("order_line_id", "wanted_sku"))
    if any(sku.strip() and sent.get(line_id, sku.strip()) != sku.strip() for line_id, sku in wish.swaps.items()):
        raise KeyReused(KeyReused.__doc__)
    if (before.order_id, before.kind, before.reason, counts) != (order.id, wish.kind, wish.reason, asked):
        raise KeyReused(KeyReused.__doc__)
    return before


def _given(terms: Terms, wish: Wish, *, is_exception: bool) -> Terms:
    """On which terms it is asked. An exception is a person's to decide. Raises: NotEligible, PhotosNeeded."""
    if not terms.is_allowed:
        if not is_exception:
            raise NotEligible(terms.why)
        return Terms(is_allowed=True, why=terms.why)
    if terms.needs_photos and not wish.photos and not is_exception:
        raise PhotosNeeded(PhotosNeeded.__doc__)
    return terms


def draft(
    order: Order, kind: str, reason: str, terms: Terms, version: int, *, key: UUID, by: By, at: datetime
) -> ReturnRequest:
    """An unsaved request for something of a held order."""
    return ReturnRequest(
        number=f"R{at.year}-{_next():06d}",
        order=order,
        store_id=order.store_id,
        customer_id=order.customer_id,
        kind=kind,
        reason=reason,
        policy_version=version,
        terms=terms.stored(),
        key=key,
        asked_at=at,
        asked_by=by.actor,
        channel=by.channel or order.source,
    )


def _keep_pieces(request: ReturnRequest, pieces: Sequence[tuple[Had, list[int]]], swaps: Swaps | None) -> None:
    kept = [
        ReturnPiece(id=uuid7(), request=request, order_line=had.line, rank=rank)
        for had, ranks in pieces
        for rank in ranks
    ]
    if request.kind in REPLACES:
        for piece, wanted in zip(kept, wanted_of(pieces, swaps), strict=True):
            piece.wanted_sku, piece.wanted_name, piece.wanted_minor = wanted
    ReturnPiece.objects.bulk_create(kept)


def tell_asked(request: ReturnRequest, pieces: int, terms: Terms, by: By, at: datetime) -> None:
    """This will record that a request was made for so many pieces, and whether it is agreed to at once."""
    asked = ReturnRequested(
        request.number,
        request.order.number,
        f"return_{request.kind}",
        f"return_{request.reason}",
        pieces,
        request.policy_version,
        terms.is_auto,
        request.is_exception,
    )
    facts = [entry(request, asked, by=by, at=at)]
    if terms.is_auto:
        fact = ReturnApproved(request.number, terms.is_instant)
        facts.append(entry(request, fact, by=By("system:policy"), at=at))
    record_all(facts, at=at, by=by)


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('return_number')")
        return int(cursor.fetchone()[0])
