"""The company's gateway for text messages: where it is, and the secret its posts are signed with."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import DataKey
from zhoudao.kit.outgoing import Client, NotAsked, address_of, is_literal
from zhoudao.kit.signed_hooks import new_secret
from zhoudao.rooms.entrances.events import GatewayChanged
from zhoudao.rooms.entrances.models import GATEWAY_ID, Gateway
from zhoudao.rooms.entrances.refusals import GatewayUnsound

_LONGEST = 300


@transaction.atomic
def set_gateway(*, url: str, is_active: bool, at: datetime, by: By) -> str:
    """This will post text messages there; returns the secret when it is new, to be shown once.

    Raises: GatewayUnsound
    """
    _check(url)
    row = Gateway.objects.select_for_update().filter(id=GATEWAY_ID).first()
    secret = "" if row else new_secret()
    row = row or Gateway(id=GATEWAY_ID, secret_sealed=_sealed(secret))
    row.url, row.is_active = url.strip(), is_active
    row.save()
    record(GatewayChanged(is_active), at=at, by=by, about=[About("gateway", row.id)])
    return secret


@transaction.atomic
def renew_gateway_secret(*, at: datetime, by: By) -> str:
    """This will sign with a new secret from now on and return it, once. Raises: GatewayUnsound."""
    row = Gateway.objects.select_for_update().filter(id=GATEWAY_ID).first()
    if row is None:
        raise GatewayUnsound(GatewayUnsound.__doc__)
    secret = new_secret()
    row.secret_sealed = _sealed(secret)
    row.save(update_fields=["secret_sealed"])
    record(GatewayChanged(row.is_active), at=at, by=by, about=[About("gateway", row.id)])
    return secret


def gateway() -> Gateway | None:
    """Where text messages are posted, if anywhere."""
    return Gateway.objects.filter(id=GATEWAY_ID).first()


def secret_of(row: Gateway) -> str:
    """What its posts are signed with."""
    return box.open_text(row.secret_sealed, place="gateway.secret")


def _sealed(secret: str) -> bytes:
    key = DataKey.objects.filter(subject_id=GATEWAY_ID).first()
    if key is None:
        key = box.new_key(GATEWAY_ID)
        key.save(force_insert=True)
    return box.seal(key.id, secret, place="gateway.secret")


def _check(url: str) -> None:
    """Names are judged when they are asked; an address in digits is judged at once."""
    try:
        parts = address_of(url.strip())
        is_encrypted = parts.scheme == "https"
        if len(url) > _LONGEST or not (is_encrypted or settings.OUTGOING_NETWORKS):
            raise GatewayUnsound(GatewayUnsound.__doc__)
        if is_literal(str(parts.hostname)):
            client = Client(allowed=settings.OUTGOING_NETWORKS)
            client.addresses(str(parts.hostname), parts.port or 443, is_encrypted=is_encrypted)
    except NotAsked as error:
        raise GatewayUnsound(GatewayUnsound.__doc__) from error
