"""Keys of the company's own apps: made, changed, given a new secret, revoked."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import DataKey
from zhoudao.kit.app_tokens import new_secret
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.entrances.events import AppKeyChanged, AppKeyMade, AppKeyRevoked
from zhoudao.rooms.entrances.models import AppKey
from zhoudao.rooms.entrances.refusals import AppKeyNotFound, AppKeyUnsound, OriginUnsound

OVERLAP = timedelta(days=7)
MOST_KEYS, MOST_ORIGINS = 50, 10
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")
_REALM = re.compile(r"[a-z0-9-]{1,30}")


@frozen
class KeySaid:
    """What a key is to be. `realm`: whose user numbers they are, shared by all keys that name it."""

    name: str
    origins: Sequence[str] = ()
    realm: str = "app"
    store_id: UUID | None = None


@transaction.atomic
def add_app_key(*, said: KeySaid, at: datetime, real_now: datetime, by: By) -> tuple[AppKey, str]:
    """This will make a key; returns it with its secret, which is shown once.

    Raises: AppKeyUnsound, OriginUnsound
    """
    with connection.cursor() as cursor:  # two who add the last one at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('entrances.keys'))")
    if AppKey.objects.filter(revoked_at=None).count() >= MOST_KEYS:
        raise AppKeyUnsound(AppKeyUnsound.__doc__)
    key = AppKey(made_at=at, made_by=by.actor)
    _put(key, said)
    secret = _renew(key, real_now)
    key.save(force_insert=True)
    _tell(AppKeyMade(), key, at, by)
    return key, secret


@transaction.atomic
def change_app_key(*, key_id: UUID, said: KeySaid, at: datetime, by: By) -> AppKey:
    """This will change its name, pages or store. Raises: AppKeyNotFound, AppKeyUnsound, OriginUnsound."""
    key = _held(key_id)
    _put(key, said)
    key.save()
    _tell(AppKeyChanged("terms"), key, at, by)
    return key


@transaction.atomic
def renew_app_secret(*, key_id: UUID, at: datetime, real_now: datetime, by: By) -> str:
    """This will make a new secret and return it, once; for a week the one before counts too. Raises: AppKeyNotFound."""
    key = _held(key_id)
    secret = _renew(key, real_now)
    key.save(update_fields=["secrets_sealed"])
    _tell(AppKeyChanged("secret"), key, at, by)
    return secret


@transaction.atomic
def revoke_app_key(*, key_id: UUID, at: datetime, real_now: datetime, by: By) -> None:
    """This will trust it no more: whoever came in by it is out with their next page. Raises: AppKeyNotFound."""
    key = _held(key_id)
    key.revoked_at, key.secrets_sealed = real_now, None
    key.save(update_fields=["revoked_at", "secrets_sealed"])
    box.destroy_keys(key.id)
    _tell(AppKeyRevoked(), key, at, by)


def secrets_of(key: AppKey, *, real_now: datetime) -> list[str]:
    """What counts now: the secret, and the one before it for a week."""
    held = _secrets(key)
    is_before = "until" in held and real_now < datetime.fromisoformat(held["until"])
    return [held[name] for name in ("now", "before") if name in held and (name == "now" or is_before)]


def _held(key_id: UUID) -> AppKey:
    key = AppKey.objects.select_for_update(of=("self",)).filter(id=key_id, revoked_at=None).first()
    if key is None:
        raise AppKeyNotFound(AppKeyNotFound.__doc__)
    return key


def _put(key: AppKey, said: KeySaid) -> None:
    origins = sorted({one.strip().lower().rstrip("/") for one in said.origins if one.strip()})
    wrong = next((one for one in origins if not _ORIGIN.fullmatch(one)), "")
    if wrong or len(origins) > MOST_ORIGINS:
        raise OriginUnsound(wrong)
    name = " ".join(said.name.replace("\0", "").split())[:80]
    store = Store.objects.filter(id=said.store_id, closed_at=None).first() if said.store_id else None
    if not name or not _REALM.fullmatch(said.realm) or (said.store_id and store is None):
        raise AppKeyUnsound(AppKeyUnsound.__doc__)
    key.name, key.origins, key.realm, key.store = name, origins, said.realm, store


def _renew(key: AppKey, real_now: datetime) -> str:
    held, secret = _secrets(key), new_secret()
    before = {"before": held["now"], "until": (real_now + OVERLAP).isoformat()} if held else {}
    sealing = DataKey.objects.filter(subject_id=key.id).first()
    if sealing is None:
        sealing = box.new_key(key.id)
        sealing.save(force_insert=True)
    key.secrets_sealed = box.seal(sealing.id, json.dumps({"now": secret, **before}), place=_place(key))
    return secret


def _secrets(key: AppKey) -> dict[str, str]:
    if key.secrets_sealed is None:
        return {}
    held: dict[str, str] = json.loads(box.open_text(key.secrets_sealed, place=_place(key)))
    return held


def _place(key: AppKey) -> str:
    return f"appkey.secrets.{key.id}"


def _tell(fact: Fact, key: AppKey, at: datetime, by: By) -> None:
    record(fact, at=at, by=by, about=[About("app_key", key.id)])
