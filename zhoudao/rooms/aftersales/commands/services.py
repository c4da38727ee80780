"""Who pays refunds back: set up, changed, with keys that are sealed and never shown again."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.rooms.aftersales.models import PaymentService
from zhoudao.rooms.aftersales.payment_events import PaymentServiceChanged
from zhoudao.rooms.aftersales.refusals import PaymentServiceTaken, PaymentServiceUnsound

_SOURCE, _CURRENCY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}"), re.compile(r"[A-Z]{3}")


@transaction.atomic
def add_service(
    *,
    code: str,
    kind: str,
    sources: Sequence[str] = (),
    currencies: Sequence[str] = (),
    config: Mapping[str, str] | None = None,
    secrets: Mapping[str, str],
    by: By,
    at: datetime,
) -> PaymentService:
    """This will have another service pay refunds back that are approved from now on.

    Raises: PaymentServiceTaken, PaymentServiceUnsound
    """
    if PaymentService.objects.filter(code=code).exists():
        raise PaymentServiceTaken(PaymentServiceTaken.__doc__)
    service = PaymentService(code=code, kind=kind, config=dict(config or {}))
    service.sources, service.currencies = _sound(sources, currencies)
    service.secrets_sealed = _sealed(service, secrets)
    service.save(force_insert=True)
    _tell(service, by, at)
    return service


@transaction.atomic
def change_service(
    service_id: UUID,
    *,
    sources: Sequence[str],
    currencies: Sequence[str],
    config: Mapping[str, str],
    secrets: Mapping[str, str],
    is_active: bool,
    by: By,
    at: datetime,
) -> PaymentService:
    """This will change a service; secrets that are not given stay. Raises: PaymentServiceUnsound."""
    service = PaymentService.objects.select_for_update().get(id=service_id)
    service.sources, service.currencies = _sound(sources, currencies)
    service.config, service.is_active = dict(config), is_active
    if given := {name: value for name, value in secrets.items() if value}:
        service.secrets_sealed = _sealed(service, {**secrets_of(service), **given})
    service.trouble = ""
    service.save(update_fields=["sources", "currencies", "config", "is_active", "secrets_sealed", "trouble"])
    _tell(service, by, at)
    return service


def secrets_of(service: PaymentService) -> dict[str, str]:
    """A service's keys and secrets."""
    secrets: dict[str, str] = json.loads(box.open_text(service.secrets_sealed, place=_place(service)))
    return secrets


def _sound(sources: Sequence[str], currencies: Sequence[str]) -> tuple[list[str], list[str]]:
    froms = sorted({one.strip().lower() for one in sources if one.strip()})
    moneys = sorted({one.strip().upper() for one in currencies if one.strip()})
    if not all(_SOURCE.fullmatch(one) for one in froms) or not all(_CURRENCY.fullmatch(one) for one in moneys):
        raise PaymentServiceUnsound(PaymentServiceUnsound.__doc__)
    return froms, moneys


def _sealed(service: PaymentService, secrets: Mapping[str, str]) -> bytes:
    return box.seal(box.key_of(service.id), json.dumps(dict(secrets)), place=_place(service))


def _place(service: PaymentService) -> str:
    return f"payments.secrets.{service.id}"


def _tell(service: PaymentService, by: By, at: datetime) -> None:
    fact = PaymentServiceChanged(service.code, service.kind, service.is_active)
    record(fact, at=at, by=by, about=[About("payment_service", service.id)])
