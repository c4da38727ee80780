"""Webhooks and deliveries as their pages show them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.ground.webhooks.catalogue import words_of
from zhoudao.ground.webhooks.commands.replaying import PATIENCE
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.payload import body_of, ping_body
from zhoudao.ground.webhooks.reasons import in_words
from zhoudao.kit.frozen import frozen

STATES: dict[str, LazyText] = {
    "waiting": gettext_lazy("Waiting"),
    "delivered": gettext_lazy("Delivered"),
    "dead": gettext_lazy("Given up"),
}
_TONES = {"waiting": "chip-new", "delivered": "chip-good", "dead": "chip-bad"}


@frozen
class Row:
    """A delivery in the log. `why` is the last reason in words."""

    sending: Sending
    words: str
    state: str
    tone: str
    why: str
    about: str
    seconds: int | None


@frozen
class Health:
    """How a webhook fares, in a word, with what is wrong and what to do."""

    words: str
    tone: str
    wrong: str = ""
    to_do: str = ""


def row_of(sending: Sending) -> Row:
    """A delivery in words."""
    state, tone = str(STATES[sending.state]), _TONES[sending.state]
    if sending.state == "waiting" and sending.attempts:
        state, tone = _("Tried again later"), "chip-bad"
    failed = sending.attempts and sending.reason not in ("", "taken")  # one that is sent anew has not failed yet
    return Row(
        sending=sending,
        words=words_of(sending.type),
        state=state,
        tone=tone,
        why=in_words(sending.reason) if failed else "",
        about=_about(sending),
        seconds=_until(sending),
    )


def health_of(webhook: Webhook) -> Health:
    """The most pressing first."""
    if not webhook.is_active:
        wrong = "" if webhook.paused_why == "by_hand" else in_words(webhook.paused_why)
        kept = _("What happens meanwhile is kept and told when it goes on.")
        return Health(_("Paused"), "chip-bad" if wrong else "", wrong, kept)
    if webhook.failures:
        return Health(_("Failing"), "chip-bad", _("The last deliveries were not taken; the reasons are below."))
    if webhook.delivered_at is None:
        return Health(_("Nothing sent yet"), "", to_do=_("Nothing has happened yet that it is to be told. Test it."))
    return Health(_("active"), "chip-good")


def place_of(webhook: Webhook) -> str:
    """An address for lists: without what may be a key in it."""
    parts = urlsplit(webhook.url)
    return f"{parts.netloc}{parts.path}"


def request_of(sending: Sending) -> tuple[Mapping[str, str], str]:
    """What is posted: its headers, the signature left out, and its body for people."""
    body = body_of(sending.event) if sending.event else ping_body(sending.webhook_id, sending.made_at)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "zhoudao",
        "webhook-id": str(sending.event_id or sending.id),
        "webhook-timestamp": str(int((sending.tried_at or sending.made_at).timestamp())),
        "webhook-signature": "v1,…",
    }
    return headers, json.dumps(json.loads(body), ensure_ascii=False, indent=2)


def is_lost(ping: Sending) -> bool:
    """Whether no worker took a test up."""
    return ping.state == "waiting" and ping.made_at + PATIENCE < datetime.now(UTC)


def since_of(text: str) -> datetime:
    """Since when, of what a replay offers: hours or days back."""
    offered = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
    return datetime.now(UTC) - offered.get(text, timedelta(days=30))


def _about(sending: Sending) -> str:
    event = sending.event
    if event is None:
        return ""
    return str(event.attributes.get("number", "")) or event.primary_type


def _until(sending: Sending) -> int | None:
    if sending.state != "waiting":
        return None
    return max(0, round((sending.next_at - datetime.now(UTC)).total_seconds()))
