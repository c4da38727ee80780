"""Signing in and out. A token is shown to the browser alone; we keep its hash."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.tokens import digest
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import url_token, uuid7
from zhoudao.rooms.customers.commands.asserting import IdentitiesDisagree, assert_more, suggest_joining
from zhoudao.rooms.customers.commands.meeting import find_or_create_customer
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.entrances.commands.asking import count_try, typed
from zhoudao.rooms.entrances.events import IdentityProven, SignedIn, SignedOut
from zhoudao.rooms.entrances.models import AppKey, Pass
from zhoudao.rooms.entrances.refusals import AnotherHasIt

LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
MOST_PASSES = 20  # the oldest end when there are more
_CHANNEL = "portal"


@frozen
class Entered:
    """Somebody who is in: their pass, and the token that nothing can show again."""

    pass_: Pass
    token: str

    @property
    def lasts(self) -> timedelta:
        """How long they are let in without doing anything."""
        return self.pass_.until - self.pass_.begun_at


def sign_in(*, challenge_id: UUID, code: str, device: str, language: str, at: datetime, real_now: datetime) -> Entered:
    """This will let in whoever types the code that was sent; who was unknown is met. A token is always a new one.

    Raises: CodeRefused, CodeWorn
    """
    count_try(challenge_id=challenge_id, real_now=real_now)
    with transaction.atomic():
        claim = typed(challenge_id=challenge_id, code=code, real_now=real_now)
        by = By("system:entrances", channel=_CHANNEL)
        customer = find_or_create_customer(claims=[claim], language=language, at=at, by=by)
        Customer.objects.select_for_update().get(id=customer.id)
        entered = admit(customer.id, way=claim.kind, device=device, lasts=LASTS, real_now=real_now, is_proven=True)
        tell(SignedIn(claim.kind), customer.id, at)
    return entered


def admit(
    customer_id: UUID,
    *,
    way: str,
    device: str,
    lasts: timedelta,
    real_now: datetime,
    is_proven: bool = False,
    key: AppKey | None = None,
) -> Entered:
    """This will give a customer a new pass. The caller holds the customer's row."""
    token = url_token(256)
    made = Pass.objects.create(
        id=uuid7(),
        customer_id=customer_id,
        digest=digest(token),
        way=way,
        device=device[:60],
        key=key,
        begun_at=real_now,
        seen_at=real_now,
        proven_at=real_now if is_proven else None,
        until=real_now + lasts,
    )
    alive = Pass.objects.filter(customer_id=customer_id, ended_at=None).order_by("-seen_at", "-id")
    too_many = list(alive.values_list("id", flat=True)[MOST_PASSES : MOST_PASSES + 100])
    if too_many:
        Pass.objects.filter(id__in=too_many).update(ended_at=real_now)
    return Entered(made, token)


def prove_more(*, held: Pass, challenge_id: UUID, code: str, at: datetime, real_now: datetime) -> str:
    """This will add a number or address whose code a signed-in customer types; returns a new token for their pass.

    Raises: CodeRefused, CodeWorn, AnotherHasIt (and the desk is shown that the two may be one)
    """
    count_try(challenge_id=challenge_id, real_now=real_now)
    try:
        with transaction.atomic():
            claim = typed(challenge_id=challenge_id, code=code, customer_id=held.customer_id, real_now=real_now)
            by = By(f"customer:{held.customer_id}", channel=_CHANNEL)
            assert_more(customer_id=held.customer_id, claims=[claim], at=at, by=by)
            Customer.objects.select_for_update().get(id=held.customer_id)
            tell(IdentityProven(claim.kind), held.customer_id, at)
            token = url_token(256)
            Pass.objects.filter(id=held.id).update(digest=digest(token), proven_at=real_now)
    except IdentitiesDisagree as refusal:
        suggest_joining([claim], with_id=held.customer_id, at=at)
        raise AnotherHasIt(AnotherHasIt.__doc__) from refusal
    return token


@transaction.atomic
def sign_out(*, held: Pass, only: UUID | None, at: datetime, real_now: datetime) -> int:
    """This will end one pass of the customer, or all with `only` None; returns how many ended."""
    group = group_ids(held.customer_id)
    Customer.objects.select_for_update().get(id=held.customer_id)
    rows = Pass.objects.filter(customer_id__in=group, ended_at=None)
    ended = (rows.filter(id=only) if only else rows).update(ended_at=real_now)
    if ended:
        tell(SignedOut(ended), held.customer_id, at)
    return ended


def seen(held: Pass, *, real_now: datetime) -> None:
    """This will note that it is in use; a pass by code lasts a month from then."""
    if held.seen_at > real_now - SEEN_EVERY:
        return
    until = held.until if held.way == "app" else real_now + LASTS
    Pass.objects.filter(id=held.id, ended_at=None).update(seen_at=real_now, until=until)


def tell(fact: Fact, customer_id: UUID, at: datetime) -> None:
    """This will record what a customer did at the front door."""
    by = By(f"customer:{customer_id}", channel=_CHANNEL)
    record(fact, at=at, by=by, about=[About("customer", customer_id)])
