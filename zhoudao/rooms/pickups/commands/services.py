"""Who sends couriers: set up, changed, with keys that are sealed and never shown again."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.rooms.pickups.events import CourierServiceChanged
from zhoudao.rooms.pickups.models import CourierService
from zhoudao.rooms.pickups.refusals import CourierServiceTaken


@transaction.atomic
def add_courier_service(
    *, code: str, kind: str, config: Mapping[str, str], secrets: Mapping[str, str], by: By, at: datetime
) -> CourierService:
    """This will let returns be fetched by the couriers of another service. Raises: CourierServiceTaken."""
    if CourierService.objects.filter(code=code).exists():
        raise CourierServiceTaken(CourierServiceTaken.__doc__)
    service = CourierService(code=code, kind=kind, config=dict(config))
    service.secrets_sealed = _sealed(service, secrets)
    service.save(force_insert=True)
    _tell(service, by, at)
    return service


@transaction.atomic
def change_courier_service(
    service_id: UUID, *, config: Mapping[str, str], secrets: Mapping[str, str], is_active: bool, by: By, at: datetime
) -> CourierService:
    """This will change a service; secrets that are not given stay."""
    service = CourierService.objects.select_for_update().get(id=service_id)
    service.config, service.is_active = dict(config), is_active
    if given := {name: value for name, value in secrets.items() if value}:
        service.secrets_sealed = _sealed(service, {**secrets_of(service), **given})
    service.trouble = ""
    service.save(update_fields=["config", "is_active", "secrets_sealed", "trouble"])
    _tell(service, by, at)
    return service


def secrets_of(service: CourierService) -> dict[str, str]:
    """A service's keys and secrets."""
    secrets: dict[str, str] = json.loads(box.open_text(service.secrets_sealed, place=_place(service)))
    return secrets


def _sealed(service: CourierService, secrets: Mapping[str, str]) -> bytes:
    return box.seal(box.key_of(service.id), json.dumps(dict(secrets)), place=_place(service))


def _place(service: CourierService) -> str:
    return f"couriers.secrets.{service.id}"


def _tell(service: CourierService, by: By, at: datetime) -> None:
    fact = CourierServiceChanged(service.code, service.kind, service.is_active)
    record(fact, at=at, by=by, about=[About("courier_service", service.id)])
