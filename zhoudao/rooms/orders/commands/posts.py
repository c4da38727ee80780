"""What a shop posted: kept as it came, then taken. Newer words overtake older ones, so that repeated and shuffled they
end in the same order; what cannot be taken is kept for a person with the reason, and nothing is lost.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.vault import box
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.orders.commands.bringing import bring
from zhoudao.rooms.orders.commands.storefronts import storefront_key
from zhoudao.rooms.orders.models import Storefront, StorefrontOrder, StorefrontPost
from zhoudao.rooms.orders.refusals import OrderRefused, OrderUnsound
from zhoudao.rooms.orders.storefronts.told import Told, Unread

Read = Callable[[Storefront, bytes], Told]
TAKE_JOB = "storefronts.take_posts"
KEPT = timedelta(days=90)  # how long what nobody dealt with is kept
_MOST_TRIES, _AT_ONCE = 6, 100
_log = logging.getLogger(__name__)
_KEEP = """
    INSERT INTO orders_storefrontpost (id, storefront_id, key, raw_sealed, status, external_number, reason, faults,
                                       attempts, received_at, settled_by)
    VALUES (%s, %s, %s, %s, 'new', '', '', '[]', 0, %s, '') ON CONFLICT (storefront_id, key) DO NOTHING
"""


@transaction.atomic
def accept_post(*, shop: Storefront, key: str, raw: bytes, at: datetime) -> UUID | None:
    """This will keep what a shop posted; the caller's commit is the acknowledgement. None: it came before."""
    made = StorefrontPost(storefront=shop, key=key)
    sealed = box.seal(storefront_key(shop), raw, place=_place(made.id))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [made.id, shop.id, key, sealed, at])
        return made.id if cursor.rowcount else None


def take_post(post_id: UUID, read: Read, *, at: datetime) -> str:
    """This will take what was kept; returns its status then. What only failed for now is tried again by the job, six
    times, and then kept for a person.
    """
    try:
        return _take(post_id, read, at)
    except Exception as error:
        _log.exception("post %s could not be taken", post_id)
        return _fail_for_now(post_id, type(error).__name__)


def take_waiting(reader_of: Callable[[str], Read | None], *, now: Callable[[], datetime]) -> int:
    """This will take what was kept and not taken yet, as whoever kept it was killed; returns how many were tried."""
    count, after = 0, UUID(int=0)
    rows = StorefrontPost.objects.filter(status="new").order_by("id")
    while some := list(rows.filter(id__gt=after).values_list("id", "storefront__kind")[:_AT_ONCE]):
        for post_id, kind in some:
            read = reader_of(kind)
            if read is not None:
                take_post(post_id, read, at=now())
        count, after = count + len(some), some[-1][0]
    return count


def waiting_since(moment: datetime) -> bool:
    """Whether something waits to be taken that came before this."""
    return StorefrontPost.objects.filter(status="new", received_at__lte=moment).exists()


def wake_taker() -> None:
    """This will have somebody take what waits, once for all that waits then."""
    try:
        with transaction.atomic():
            app.configure_task(TAKE_JOB, queueing_lock=TAKE_JOB).defer()
    except AlreadyEnqueued:
        return


def raw_of(post: StorefrontPost) -> bytes:
    """What came, while it is kept. Raises: Unreadable."""
    if post.raw_sealed is None:
        raise box.Unreadable("It was taken, put aside, or is too old.")
    return box.open_bytes(post.raw_sealed, place=_place(post.id))


@transaction.atomic
def try_again(post_id: UUID) -> bool:
    """This will have a post that could not be taken tried again; False: there is nothing to try."""
    rows = StorefrontPost.objects.filter(id=post_id, status="failed", raw_sealed__isnull=False)
    return bool(rows.update(status="new", attempts=0, reason="", faults=[]))


@transaction.atomic
def dismiss_post(post_id: UUID, *, by: By, at: datetime) -> bool:
    """This will put a post aside that could not be taken, and destroy what it said; False: somebody was faster."""
    rows = StorefrontPost.objects.filter(id=post_id, status="failed")
    return bool(rows.update(status="dismissed", settled_by=by.actor, settled_at=at, raw_sealed=None))


def forget_posts(*, at: datetime) -> None:
    """This will destroy what posts said that nobody dealt with for three months."""
    StorefrontPost.objects.filter(raw_sealed__isnull=False, received_at__lt=at - KEPT).exclude(status="new").update(
        raw_sealed=None
    )


@transaction.atomic
def _take(post_id: UUID, read: Read, at: datetime) -> str:
    rows = StorefrontPost.objects.select_for_update(of=("self",)).select_related("storefront__store")
    post = rows.get(id=post_id)
    if post.status != StorefrontPost.Status.NEW:
        return post.status
    shop = post.storefront
    try:
        raw = raw_of(post)
        told = read(shop, raw)
        post.external_number, post.said_at = told.external_number[:80], told.said_at
        if told.currency != shop.currency:
            raise Unread("currency", told.currency[:3])
        state = _state(shop, told.external_number)
        rank = _rank(told, raw)
        if not _is_newer(state, told, rank):
            return _settle(post, StorefrontPost.Status.OLDER, state.order_id, at)
        with transaction.atomic():
            order = bring(shop, state.order_id, told, **_since(state, told), at=at)
    except Unread as refusal:
        return _fail(post, refusal.reason, [[refusal.where, ""]] if refusal.where else [])
    except (OrderRefused, CustomerNotFound) as refusal:
        faults = [[one.field, one.code] for one in refusal.faults] if isinstance(refusal, OrderUnsound) else []
        return _fail(post, type(refusal).__name__, faults)
    state.order_id, state.said_at, state.rank, state.said_index = order.id, told.said_at, rank, told.index
    state.save()
    _overtake(post, at)
    return _settle(post, StorefrontPost.Status.TAKEN, order.id, at)


def _state(shop: Storefront, number: str) -> StorefrontOrder:
    """What the shop said last of this order, held: so nobody takes two of its posts at once."""
    StorefrontOrder.objects.bulk_create(
        [StorefrontOrder(storefront=shop, external_number=number[:80])], ignore_conflicts=True
    )
    return StorefrontOrder.objects.select_for_update().get(storefront=shop, external_number=number[:80])


def _rank(told: Told, raw: bytes) -> bytes:
    """Of what was said in the same second the end counts, else any one, but always the same."""
    return bytes([bool(told.cancelled_for)]) + hashlib.sha256(raw).digest()[:31]


def _is_newer(state: StorefrontOrder, told: Told, rank: bytes) -> bool:
    return state.said_at is None or (told.said_at, rank) > (state.said_at, bytes(state.rank))


def _since(state: StorefrontOrder, told: Told) -> dict[str, bool]:
    """What has changed since the shop said something of it last."""
    is_changed = state.said_index is not None and bytes(state.said_index) != told.index
    return {"is_changed": is_changed, "was_cancelled": bytes(state.rank)[:1] == b"\1"}


def _overtake(post: StorefrontPost, at: datetime) -> None:
    """What could not be taken of the same order, and is older now, needs nobody any more."""
    rows = StorefrontPost.objects.filter(storefront=post.storefront_id, external_number=post.external_number)
    rows = rows.filter(status="failed", said_at__lt=post.said_at)
    rows.update(status="older", settled_at=at, settled_by="system:storefront", raw_sealed=None)


def _settle(post: StorefrontPost, status: str, order_id: UUID | None, at: datetime) -> str:
    post.status, post.order_id, post.settled_at, post.settled_by = status, order_id, at, "system:storefront"
    post.raw_sealed, post.reason, post.faults = None, "", []
    post.save()
    return status


def _fail(post: StorefrontPost, reason: str, faults: Sequence[Sequence[str]]) -> str:
    post.status, post.reason, post.faults = StorefrontPost.Status.FAILED, reason[:30], [list(one) for one in faults]
    post.save()
    return post.status


@transaction.atomic
def _fail_for_now(post_id: UUID, why: str) -> str:
    post = StorefrontPost.objects.select_for_update().get(id=post_id)
    if post.status != StorefrontPost.Status.NEW:
        return post.status
    post.attempts += 1
    changes: dict[str, Any] = {"attempts": post.attempts, "reason": why[:30]}
    if post.attempts >= _MOST_TRIES:
        changes["status"] = StorefrontPost.Status.FAILED
    StorefrontPost.objects.filter(id=post_id).update(**changes)
    return str(changes.get("status", post.status))


def _place(post_id: UUID) -> str:
    return f"storefront.post.{post_id}"
