"""Places where goods lie are opened, described, closed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.places import CodeTaken, sound_code, sound_names
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.stock.events import WarehouseSaved
from zhoudao.rooms.stock.models import Balance, ExpectedReceipt, Line, Place, Warehouse
from zhoudao.rooms.stock.refusals import WarehouseNotEmpty, WarehouseUnknown, WarehouseUnsound

_LONGEST, _LONGEST_STREET, _LONGEST_PHONE, _DEAREST = 60, 120, 30, 10_000_000


@frozen
class Terms:
    """What can be changed of a warehouse. `daily_capacity` in parcels, None: no limit; a small `priority` is first; a
    parcel costs `parcel_minor`, and `way_minor` more every 100 km.
    """

    names: Mapping[str, str]
    province: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None
    daily_capacity: int | None = None
    priority: int = 100
    parcel_minor: int = 0
    way_minor: int = 0
    street: str = ""
    phone: str = ""


@transaction.atomic
def open_warehouse(*, code: str, terms: Terms, store_id: UUID | None = None, by: By, at: datetime) -> Warehouse:
    """This will open a warehouse, or with a store that store's stock. The code stays.

    Raises: WarehouseUnsound, CodeUnsound, CodeTaken, NameMissing
    """
    place = Warehouse(code=sound_code(code), kind=Place.STORE if store_id else Place.WAREHOUSE)
    if store_id is not None and not Store.objects.filter(id=store_id, closed_at=None).exists():
        raise WarehouseUnsound(WarehouseUnsound.__doc__)
    place.store_id = store_id
    _put(place, terms)
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken(CodeTaken.__doc__) from error
    _tell(place, by, at)
    return place


@transaction.atomic
def change_warehouse(*, warehouse_id: UUID, terms: Terms, by: By, at: datetime) -> Warehouse:
    """This will say anew what a warehouse is called, where it lies and what it can do.

    Raises: WarehouseUnknown, WarehouseUnsound, NameMissing
    """
    place = _hold(warehouse_id)
    _put(place, terms)
    place.save()
    _tell(place, by, at)
    return place


@transaction.atomic
def close_warehouse(*, warehouse_id: UUID, by: By, at: datetime) -> Warehouse:
    """This will take nothing in there any more. Who is moving something there is waited for.

    Raises: WarehouseUnknown, WarehouseNotEmpty
    """
    place = _hold(warehouse_id)
    lies = Balance.objects.filter(warehouse=place).filter(Q(on_hand__gt=0) | Q(reserved__gt=0))
    waits = Line.objects.filter(balance__warehouse=place, waiting__gt=0)
    comes = ExpectedReceipt.objects.filter(Q(balance__warehouse=place) | Q(source=place), closed_at=None)
    if lies.exists() or waits.exists() or comes.exists():
        raise WarehouseNotEmpty(WarehouseNotEmpty.__doc__)
    place.closed_at = place.closed_at or at
    place.save(update_fields=["closed_at"])
    _tell(place, by, at)
    return place


@transaction.atomic
def reopen_warehouse(*, warehouse_id: UUID, by: By, at: datetime) -> Warehouse:
    """This will use a closed warehouse again. Raises: WarehouseUnknown."""
    place = _hold(warehouse_id)
    place.closed_at = None
    place.save(update_fields=["closed_at"])
    _tell(place, by, at)
    return place


def _hold(warehouse_id: UUID) -> Warehouse:
    """For itself alone: whoever moves something there holds the row's key."""
    place = Warehouse.objects.select_for_update(of=("self",)).filter(id=warehouse_id).first()
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    return place


def _put(place: Warehouse, terms: Terms) -> None:
    lies = (terms.latitude is None) == (terms.longitude is None)
    if terms.latitude is not None and terms.longitude is not None:
        lies = -90 <= terms.latitude <= 90 and -180 <= terms.longitude <= 180
    is_able = terms.daily_capacity is None or 1 <= terms.daily_capacity <= 1_000_000
    is_priced = 0 <= terms.parcel_minor <= _DEAREST and 0 <= terms.way_minor <= _DEAREST
    if not (lies and is_able and is_priced and 0 <= terms.priority <= 999):
        raise WarehouseUnsound(WarehouseUnsound.__doc__)
    place.names = sound_names(terms.names)
    place.province, place.city = terms.province.strip()[:_LONGEST], terms.city.strip()[:_LONGEST]
    place.street, place.phone = terms.street.strip()[:_LONGEST_STREET], terms.phone.strip()[:_LONGEST_PHONE]
    place.latitude, place.longitude = terms.latitude, terms.longitude
    place.daily_capacity, place.priority = terms.daily_capacity, terms.priority
    place.parcel_minor, place.way_minor = terms.parcel_minor, terms.way_minor


def _tell(place: Warehouse, by: By, at: datetime) -> None:
    here = By(by.actor, store_id=place.store_id, channel=by.channel)
    fact = WarehouseSaved(place.code, place.closed_at is not None)
    record(fact, at=at, by=here, about=[About("warehouse", place.id)])
