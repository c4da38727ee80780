"""A webhook's signing secrets: sealed, shown once, two at a time while one replaces the other."""

import json
from datetime import datetime, timedelta

from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import DataKey
from zhoudao.ground.webhooks.models import Webhook
from zhoudao.kit.signed_hooks import new_secret

OVERLAP = timedelta(days=2)


def renew(webhook: Webhook, *, real_now: datetime, overlap: timedelta = OVERLAP) -> str:
    """This will give a webhook a new secret, unsaved, and return it; the one before signs too for the overlap."""
    held, secret = _held(webhook), new_secret()
    before = {"before": held["now"], "until": (real_now + overlap).isoformat()} if held else {}
    key = DataKey.objects.filter(subject_id=webhook.id).first()
    if key is None:
        key = box.new_key(webhook.id)
        key.save()
    webhook.secrets_sealed = box.seal(key.id, json.dumps({"now": secret, **before}), place=_place(webhook))
    return secret


def secrets_of(webhook: Webhook, *, real_now: datetime) -> list[str]:
    """What signs now: the secret, and the one before it while that still counts."""
    held = _held(webhook)
    is_before = "until" in held and real_now < datetime.fromisoformat(held["until"])
    return [held[name] for name in ("now", "before") if name in held and (name == "now" or is_before)]


def _held(webhook: Webhook) -> dict[str, str]:
    if webhook.secrets_sealed is None:
        return {}
    held: dict[str, str] = json.loads(box.open_text(webhook.secrets_sealed, place=_place(webhook)))
    return held


def _place(webhook: Webhook) -> str:
    return f"webhook.secrets.{webhook.id}"
