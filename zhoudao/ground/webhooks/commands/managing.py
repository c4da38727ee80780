"""Adding, changing, pausing and deleting webhooks. Every act leaves an event."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.reading import NOTHING, log_end
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.ground.webhooks import keys
from zhoudao.ground.webhooks.catalogue import kinds_known
from zhoudao.ground.webhooks.events import (
    WebhookAdded,
    WebhookChanged,
    WebhookDeleted,
    WebhookPaused,
    WebhookResumed,
    WebhookSecretChanged,
)
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.queries import held
from zhoudao.ground.webhooks.refusals import AddressUnsound, StoreBeyondReach, TooManyWebhooks, TypesUnknown
from zhoudao.kit.frozen import frozen
from zhoudao.kit.outgoing import Client, NotAsked, address_of, is_literal

MOST_WEBHOOKS = 100
AT_ONCE = (1, 4)  # in order, or faster
_LONGEST = 500
_AT_A_TIME = 5000


@frozen
class Terms:
    """What a webhook is to be: where, of what, of which store (all without one), how many at once."""

    url: str
    types: tuple[str, ...]
    description: str = ""
    store_id: UUID | None = None
    at_once: int = 1


@transaction.atomic
def add_webhook(*, terms: Terms, viewer: Viewer, at: datetime, real_now: datetime) -> tuple[Webhook, str]:
    """This will have an address told what happens from now on; returns it with its secret, which is shown once.

    Raises: AddressUnsound, TypesUnknown, StoreBeyondReach, TooManyWebhooks
    """
    sound = _sound(terms, viewer)
    with connection.cursor() as cursor:  # two who add the last one at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('webhooks'))")
    if Webhook.objects.count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    webhook = Webhook(made_at=at, owner_id=viewer.user_id, cursor_xid=log_end(), cursor_id=NOTHING)
    _put(webhook, sound)
    secret = keys.renew(webhook, real_now=real_now)
    webhook.save(force_insert=True)
    _record(WebhookAdded(len(webhook.types)), webhook, viewer, at)
    return webhook, secret


@transaction.atomic
def change_webhook(*, webhook_id: UUID, terms: Terms, viewer: Viewer, at: datetime, real_now: datetime) -> Webhook:
    """This will change where, of what and how it is told; what waits goes to a new address at once, in its order.

    One that is told of another store than before forgets what it was, and was to be, told of others.

    Raises: WebhookNotFound, AddressUnsound, TypesUnknown, StoreBeyondReach
    """
    webhook = held(viewer, webhook_id)
    before = terms_of(webhook)
    if before == terms:
        return webhook
    _put(webhook, _sound(terms, viewer))
    if webhook.url != before.url:
        _begin_anew(webhook, real_now)
    if webhook.store_id not in (None, before.store_id):
        _forget_other_stores(webhook)
    webhook.save()
    changed = [name for name in Terms.__dataclass_fields__ if getattr(before, name) != getattr(terms, name)]
    _record(WebhookChanged(changed), webhook, viewer, at)
    return webhook


@transaction.atomic
def hold_webhook(*, webhook_id: UUID, viewer: Viewer) -> Terms:
    """What it is, while nobody else changes it: the caller's transaction goes on from here. Raises: WebhookNotFound"""
    return terms_of(held(viewer, webhook_id))


@transaction.atomic
def pause_webhook(*, webhook_id: UUID, viewer: Viewer, at: datetime) -> Webhook:
    """This will have it told nothing for now; what happens meanwhile waits in the event log.

    Raises: WebhookNotFound
    """
    webhook = held(viewer, webhook_id)
    if webhook.is_active:
        webhook.is_active, webhook.paused_why = False, "by_hand"
        webhook.save(update_fields=["is_active", "paused_why"])
        _record(WebhookPaused("by_hand"), webhook, viewer, at)
    return webhook


@transaction.atomic
def resume_webhook(
    *, webhook_id: UUID, viewer: Viewer, at: datetime, real_now: datetime, skips: bool = False
) -> Webhook:
    """This will go on where it ended; `skips` leaves out what happened meanwhile.

    Raises: WebhookNotFound
    """
    webhook = held(viewer, webhook_id)
    if webhook.is_active:
        return webhook
    webhook.is_active, webhook.paused_why = True, ""
    if skips:
        webhook.cursor_xid, webhook.cursor_id = log_end(), NOTHING
        Sending.objects.filter(webhook=webhook, state="waiting").exclude(event=None).delete()
    _begin_anew(webhook, real_now)
    webhook.save()
    _record(WebhookResumed(skips), webhook, viewer, at)
    return webhook


@transaction.atomic
def renew_secret(*, webhook_id: UUID, viewer: Viewer, at: datetime, real_now: datetime) -> str:
    """This will make a new secret and return it, once; for two days the one before signs as well.

    Raises: WebhookNotFound
    """
    webhook = held(viewer, webhook_id)
    secret = keys.renew(webhook, real_now=real_now)
    webhook.save(update_fields=["secrets_sealed"])
    _record(WebhookSecretChanged(), webhook, viewer, at)
    return secret


@transaction.atomic
def delete_webhook(*, webhook_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will tell it nothing more; its deliveries go, and its secret cannot be opened by anybody.

    Raises: WebhookNotFound
    """
    webhook = held(viewer, webhook_id)
    _record(WebhookDeleted(), webhook, viewer, at)
    while ids := list(Sending.objects.filter(webhook=webhook).values_list("id", flat=True)[:_AT_A_TIME]):
        Sending.objects.filter(id__in=ids).delete()
    box.destroy_keys(webhook.id)
    webhook.delete()


def terms_of(webhook: Webhook) -> Terms:
    """What a webhook is."""
    return Terms(webhook.url, tuple(webhook.types), webhook.description, webhook.store_id, webhook.at_once)


def _sound(terms: Terms, viewer: Viewer) -> Terms:
    _refuse_address(terms.url)
    if not terms.types or not set(terms.types) <= kinds_known():
        raise TypesUnknown(", ".join(sorted(set(terms.types) - kinds_known())[:5]))
    if viewer.stores is not None and terms.store_id not in viewer.stores:
        raise StoreBeyondReach
    return terms


def _refuse_address(url: str) -> None:
    """Names are judged when they are asked; an address in digits is judged at once."""
    try:
        parts = address_of(url)
        is_encrypted = parts.scheme == "https"
        if len(url) > _LONGEST or not (is_encrypted or settings.OUTGOING_NETWORKS):
            raise AddressUnsound
        if is_literal(str(parts.hostname)):
            client = Client(allowed=settings.OUTGOING_NETWORKS)
            client.addresses(str(parts.hostname), parts.port or 443, is_encrypted=is_encrypted)
    except NotAsked as error:
        raise AddressUnsound from error


def _put(webhook: Webhook, terms: Terms) -> None:
    webhook.url, webhook.description = terms.url, terms.description.strip()
    webhook.types, webhook.store_id, webhook.at_once = _ordered(terms.types), terms.store_id, terms.at_once


def _ordered(types: Iterable[str]) -> list[str]:
    return sorted(set(types))


def _forget_other_stores(webhook: Webhook) -> None:
    """Neither the other system nor whoever may see the webhook from now on has anything to do with those."""
    told = Sending.objects.filter(webhook=webhook).exclude(event=None)
    told.exclude(event__store_id=webhook.store_id).delete()


def _begin_anew(webhook: Webhook, real_now: datetime) -> None:
    Sending.objects.filter(webhook=webhook, state="waiting").exclude(event=None).update(next_at=real_now)
    webhook.failures, webhook.failing_since, webhook.rests_until = 0, None, None


def _record(fact: Fact, webhook: Webhook, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=By(viewer.actor, store_id=webhook.store_id), about=[About("webhook", webhook.id)])
