"""Whom it concerns is told when a webhook fails for long, or was paused."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.ground.webhooks.models import Webhook

KINDS = (
    Kind(
        "webhook_failing",
        _("A webhook of mine fails for an hour"),
        _("%(where)s has taken no event for an hour"),
        default="both",
    ),
    Kind(
        "webhook_paused",
        _("A webhook of mine was paused"),
        _("The webhook to %(where)s was paused: its events wait"),
        default="both",
    ),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def tell_failing(webhook: Webhook, *, at: datetime) -> None:
    """Once for each time it begins to fail."""
    since = webhook.failing_since
    _tell("webhook_failing", webhook, f"{since:%y%m%d%H%M%S}" if since else "", at)


def tell_paused(webhook: Webhook, *, at: datetime) -> None:
    """Once for each pause."""
    _tell("webhook_paused", webhook, f"{at:%y%m%d%H%M%S}", at)


def _tell(kind: str, webhook: Webhook, key: str, at: datetime) -> None:
    address = f"/desk/settings/webhooks/{webhook.id}/"
    where = {"where": urlsplit(webhook.url).hostname or ""}
    notify(News(kind, f"{kind}:{webhook.id}:{key}"[:80], address, where), _whom(webhook), at=at)


def _whom(webhook: Webhook) -> set[UUID]:
    """Who added it, while they still may look after it; else everybody who may."""
    able = [role for role, allowed in ROLES.items() if "webhooks:write" in allowed]
    grants = Grant.objects.filter(role__in=able, user__is_active=True)
    here = Q(store=None) | Q(store=webhook.store_id) if webhook.store_id else Q(store=None)
    people = set(grants.filter(here, team=None).values_list("user_id", flat=True))
    owner = webhook.owner_id
    return {owner} if owner in people and owner is not None else people
