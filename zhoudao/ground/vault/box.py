"""AES-GCM under per-subject data keys. A sealed value is `1 | key id | nonce | ciphertext`.

The place (table.column.row) is authenticated, so a value copied to another row does not open.
"""

import hmac
import os
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from zhoudao.ground.questions import Question
from zhoudao.ground.vault.models import DataKey
from zhoudao.kit.ids import uuid7

_VERSION = b"\x01"
_CACHE_SIZE = 10_000
_cache: OrderedDict[UUID, bytes] = OrderedDict()
_lock = Lock()


class Unreadable(Exception):
    """This value cannot be opened: its key was destroyed, or the value was moved or changed."""


def new_key(subject_id: UUID) -> DataKey:
    """This will make an unsaved data key for a subject; the caller saves it with the subject."""
    plain = os.urandom(32)
    key = DataKey(id=uuid7(), subject_id=subject_id, master_id=settings.KEYS.current)
    nonce = os.urandom(12)
    key.wrapped = nonce + AESGCM(settings.KEYS.master[key.master_id]).encrypt(nonce, plain, key.id.bytes)
    _remember(key.id, plain)
    return key


def key_of(subject_id: UUID) -> UUID:
    """The data key of what is sealed for a subject, made and saved when first needed (one statement when it is there).
    The caller holds the subject, so that it gets one.
    """
    known = _FIRST_KEY.first(subject_id)
    if known is not None:
        return known
    key = new_key(subject_id)
    key.save(force_insert=True)
    return key.id


_FIRST_KEY: Question[UUID] = Question(
    lambda owner: DataKey.objects.filter(subject_id=owner).order_by("created_at").values_list("id", flat=True)[:1],
    UUID,
)


def seal(key_id: UUID, text: str | bytes, *, place: str) -> bytes:
    """This will encrypt under a data key, bound to its place."""
    nonce = os.urandom(12)
    plain = text.encode() if isinstance(text, str) else text
    return _VERSION + key_id.bytes + nonce + AESGCM(_key(key_id)).encrypt(nonce, plain, place.encode())


def open_bytes(sealed: bytes | memoryview, *, place: str) -> bytes:
    """This will decrypt a sealed value.

    Raises: Unreadable
    """
    value = bytes(sealed)
    if value[:1] != _VERSION or len(value) < 45:
        raise Unreadable(Unreadable.__doc__)
    try:
        return AESGCM(_key(UUID(bytes=value[1:17]))).decrypt(value[17:29], value[29:], place.encode())
    except InvalidTag as error:
        raise Unreadable(Unreadable.__doc__) from error


def open_text(sealed: bytes | memoryview, *, place: str) -> str:
    """As `open_bytes`, for text."""
    return open_bytes(sealed, place=place).decode()


def warm(values: Iterable[bytes | memoryview | None]) -> None:
    """This will fetch the keys of many sealed values in one statement (a list page opens 25 names)."""
    fetch({UUID(bytes=bytes(value)[1:17]) for value in values if value})


def fetch(key_ids: Iterable[UUID]) -> None:
    """This will fetch these keys, where they are not known yet (at most one statement)."""
    missing = [key_id for key_id in set(key_ids) if key_id not in _cache]
    for key in DataKey.objects.filter(id__in=missing) if missing else ():
        _remember(key.id, _unwrap(key))


def known_by(sealed: str) -> str:
    """SQL for the key of a sealed column: to be joined as `vault_datakey.id`, its columns handed to `learn`."""
    return f"encode(substring({sealed} FROM 2 FOR 16), 'hex')::uuid"


def learn(key_id: UUID, master_id: str, wrapped: bytes) -> None:
    """This will keep a key that came with a row, so that opening the row's values asks nothing more."""
    if key_id not in _cache:
        _remember(key_id, _unwrap(DataKey(id=key_id, master_id=master_id, wrapped=wrapped)))


def blind_index(purpose: str, text: str) -> bytes:
    """A keyed hash by which an exact value is found without being readable: 16 bytes."""
    return hmac.digest(settings.KEYS.index, f"{purpose}\0{text}".encode(), "sha256")[:16]


def destroy_keys(subject_id: UUID) -> int:
    """This will make everything sealed for the subject unreadable for ever; returns how many keys went."""
    for key_id in DataKey.objects.filter(subject_id=subject_id).values_list("id", flat=True):
        _cache.pop(key_id, None)
    return DataKey.objects.filter(subject_id=subject_id).delete()[0]


def rewrap() -> int:
    """This will wrap every data key under the current master key (rotation); returns how many changed."""
    changed = 0
    for key in DataKey.objects.exclude(master_id=settings.KEYS.current).iterator():
        plain, nonce = _unwrap(key), os.urandom(12)
        key.master_id = settings.KEYS.current
        key.wrapped = nonce + AESGCM(settings.KEYS.master[key.master_id]).encrypt(nonce, plain, key.id.bytes)
        key.save(update_fields=["master_id", "wrapped"])
        changed += 1
    return changed


def _key(key_id: UUID) -> bytes:
    plain = _cache.get(key_id)
    if plain is None:
        row = DataKey.objects.filter(id=key_id).first()
        if row is None:
            raise Unreadable(Unreadable.__doc__)
        plain = _unwrap(row)
        _remember(key_id, plain)
    return plain


def _unwrap(key: DataKey) -> bytes:
    master = settings.KEYS.master.get(key.master_id)
    if master is None:
        raise Unreadable(f"The master key {key.master_id!r} is not in the keys file.")
    wrapped = bytes(key.wrapped)
    return AESGCM(master).decrypt(wrapped[:12], wrapped[12:], key.id.bytes)


def _remember(key_id: UUID, plain: bytes) -> None:
    with _lock:
        _cache[key_id] = plain
        _cache.move_to_end(key_id)
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
