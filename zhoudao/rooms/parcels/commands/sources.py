"""Who tells where parcels are: set up, changed, with secrets that are sealed and never shown again."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.rooms.parcels.carriers import is_code
from zhoudao.rooms.parcels.commands.reports import source_key
from zhoudao.rooms.parcels.events import TrackingSourceChanged
from zhoudao.rooms.parcels.models import TrackingSource
from zhoudao.rooms.parcels.refusals import CarrierUnsound, SourceCodeTaken


@transaction.atomic
def add_source(
    *,
    code: str,
    kind: str,
    carriers: Sequence[str] = (),
    config: Mapping[str, str] | None = None,
    secrets: Mapping[str, str],
    by: By,
    at: datetime,
) -> TrackingSource:
    """This will listen to another source, and ask it where it can be asked. Raises: SourceCodeTaken, CarrierUnsound."""
    if TrackingSource.objects.filter(code=code).exists():
        raise SourceCodeTaken(SourceCodeTaken.__doc__)
    source = TrackingSource(code=code, kind=kind, carriers=_sound(carriers), config=dict(config or {}))
    source.secrets_sealed = _sealed(source, secrets)
    source.save(force_insert=True)
    _tell(source, by, at)
    return source


@transaction.atomic
def change_source(
    source_id: UUID,
    *,
    carriers: Sequence[str],
    config: Mapping[str, str],
    secrets: Mapping[str, str],
    is_active: bool,
    by: By,
    at: datetime,
) -> TrackingSource:
    """This will change a source; secrets that are not given stay. Raises: CarrierUnsound."""
    source = TrackingSource.objects.select_for_update().get(id=source_id)
    source.carriers, source.config, source.is_active = _sound(carriers), dict(config), is_active
    if given := {name: value for name, value in secrets.items() if value}:
        source.secrets_sealed = _sealed(source, {**secrets_of(source), **given})
    source.trouble = ""
    source.save(update_fields=["carriers", "config", "is_active", "secrets_sealed", "trouble"])
    _tell(source, by, at)
    return source


def secrets_of(source: TrackingSource) -> dict[str, str]:
    """A source's keys and secrets."""
    secrets: dict[str, str] = json.loads(box.open_text(source.secrets_sealed, place=_place(source)))
    return secrets


def _sound(carriers: Sequence[str]) -> list[str]:
    wanted = sorted({one.strip().lower() for one in carriers if one.strip()})
    if not all(is_code(one) for one in wanted):
        raise CarrierUnsound(CarrierUnsound.__doc__)
    return wanted


def _sealed(source: TrackingSource, secrets: Mapping[str, str]) -> bytes:
    return box.seal(source_key(source), json.dumps(dict(secrets)), place=_place(source))


def _place(source: TrackingSource) -> str:
    return f"tracking.secrets.{source.id}"


def _tell(source: TrackingSource, by: By, at: datetime) -> None:
    fact = TrackingSourceChanged(source.code, source.kind, source.is_active)
    record(fact, at=at, by=by, about=[About("tracking_source", source.id)])
