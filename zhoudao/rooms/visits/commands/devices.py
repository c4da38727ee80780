"""Screens at the entrance: paired once by a colleague, known by a token of their own, revoked when they are gone."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.tokens import digest
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.ids import url_token
from zhoudao.rooms.visits.commands.holding import hold_line_of
from zhoudao.rooms.visits.events import DevicePaired, DeviceRevoked
from zhoudao.rooms.visits.models import Device
from zhoudao.rooms.visits.reach import SERVE, stores_of
from zhoudao.rooms.visits.refusals import CodeWrong, VisitNotFound

CODE_LASTS = timedelta(minutes=10)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else
_LENGTH = 8
_SEEN_EVERY = timedelta(minutes=5)


@transaction.atomic
def offer_pairing(*, store_id: UUID, name: str, viewer: Viewer, at: datetime) -> str:
    """This will make a code with which one screen becomes this store's, within ten minutes. Raises: LineUnknown."""
    hold_line_of(viewer, store_id)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    Device.objects.create(
        store_id=store_id,
        name=" ".join(name.split())[:60],
        code_digest=digest(code),
        code_until=at + CODE_LASTS,
        offered_by=viewer.actor[:80],
    )
    return code


@transaction.atomic
def pair_device(*, code: str, at: datetime) -> str:
    """This will make a screen the store's for which the code was made; returns its token, shown to nobody else.

    Raises: CodeWrong (never made, used, revoked or too old: the same for all)
    """
    given = "".join(code.upper().split()).replace("-", "")
    rows = Device.objects.select_for_update(of=("self",)).filter(code_digest=digest(given))
    device = rows.filter(code_until__gt=at, revoked_at=None).first()
    if device is None:
        raise CodeWrong(CodeWrong.__doc__)
    token = url_token(256)
    device.code_digest, device.digest, device.paired_at, device.seen_at = None, digest(token), at, at
    device.save(update_fields=["code_digest", "digest", "paired_at", "seen_at"])
    _tell(DevicePaired(), device, device.offered_by, at)
    return token


@transaction.atomic
def revoke_device(*, device_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will show nothing on that screen any more; twice is once. Raises: VisitNotFound."""
    rows = Device.objects.select_for_update(of=("self",)).filter(store__in=stores_of(viewer, SERVE))
    device = rows.filter(id=device_id).first()
    if device is None:
        raise VisitNotFound(VisitNotFound.__doc__)
    if device.revoked_at is None:
        device.revoked_at, device.digest, device.code_digest = at, None, None
        device.save(update_fields=["revoked_at", "digest", "code_digest"])
        _tell(DeviceRevoked(), device, viewer.actor, at)


def device_of(token: str, *, at: datetime) -> Device | None:
    """The screen that holds this token, unless it was revoked; when it was seen is kept to five minutes."""
    if not token:
        return None
    device = Device.objects.select_related("store").filter(digest=digest(token), revoked_at=None).first()
    if device is not None and (device.seen_at is None or device.seen_at < at - _SEEN_EVERY):
        Device.objects.filter(id=device.id).update(seen_at=at)
    return device


def _tell(fact: DevicePaired | DeviceRevoked, device: Device, actor: str, at: datetime) -> None:
    record(fact, at=at, by=By(actor, store_id=device.store_id), about=[About("device", device.id)])
