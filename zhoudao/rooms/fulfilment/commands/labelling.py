"""Labels of parcels: asked for, which is recorded as they say where somebody lives; and what stands on them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from zhoudao.ground.eventlog.recording import By, record_all
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.fulfilment.commands.holding import hold_tote, hold_with_orders, is_stopped
from zhoudao.rooms.fulfilment.commands.sheets import ask_sheet
from zhoudao.rooms.fulfilment.models import Format, LabelSetup, LabelSheet, Step, Tote
from zhoudao.rooms.fulfilment.refusals import FormatUnsound, NothingToLabel, ToteElsewhere, ToteStopped
from zhoudao.rooms.orders.commands.holding import entry
from zhoudao.rooms.orders.events import RecipientSeen
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.refusals import TrackingNumberTaken

_PRINTED = (Step.PICKED, Step.PACKED)


@transaction.atomic
def print_label(*, tote_id: UUID, label: Label | None = None, language: str, by: By, at: datetime) -> LabelSheet:
    """This will have the label of a packed parcel made, and record who had it printed. `label`: its carrier and number
    are known already, and stand on it until it leaves; without a number its own code is the barcode.

    Raises: ToteNotFound, ToteElsewhere, ToteStopped, CarrierUnsound, TrackingNumberUnsound, TrackingNumberTaken
    """
    order, _wave, tote = hold_tote(tote_id)
    if tote.state not in (Step.PACKED, Step.SHIPPED):
        raise ToteElsewhere(ToteElsewhere.__doc__)
    if tote.state == Step.PACKED and is_stopped(tote, order):
        raise ToteStopped(ToteStopped.__doc__)
    if label is not None and tote.state == Step.PACKED:
        _name(tote, label)
    return _ask([(tote, order)], language=language, by=by, at=at)


@transaction.atomic
def print_wave(*, wave_id: UUID, language: str, by: By, at: datetime) -> LabelSheet:
    """This will have the labels of all of a wave's parcels that are picked or packed made in one file, as they lie on
    the cart; stopped ones have none.

    Raises: WaveNotFound, NothingToLabel
    """
    wave, orders = hold_with_orders(wave_id)
    totes = Tote.objects.filter(wave=wave, state__in=_PRINTED, order_id__in=orders).order_by("rank")
    found = [(tote, orders[tote.order_id]) for tote in totes if not is_stopped(tote, orders[tote.order_id])]
    if not found:
        raise NothingToLabel(NothingToLabel.__doc__)
    return _ask(found, language=language, by=by, at=at)


def set_labels(*, warehouse_id: UUID, format: str, is_whole: bool) -> LabelSetup:
    """This will say how a place prints its labels. Raises: FormatUnsound."""
    if format not in Format.values:
        raise FormatUnsound(FormatUnsound.__doc__)
    said = {"format": format, "is_whole": is_whole}
    return LabelSetup.objects.update_or_create(warehouse_id=warehouse_id, defaults=said)[0]


def _name(tote: Tote, label: Label) -> None:
    """Raises: CarrierUnsound, TrackingNumberUnsound, TrackingNumberTaken."""
    label = label.announced()
    known = Parcel.objects.filter(carrier=label.carrier, tracking_number=label.tracking_number)
    if label.tracking_number and known.exists():
        raise TrackingNumberTaken(TrackingNumberTaken.__doc__)
    tote.carrier, tote.tracking_number = label.carrier, label.tracking_number
    try:
        with transaction.atomic():
            tote.save(update_fields=["carrier", "tracking_number"])
    except IntegrityError as refusal:
        raise TrackingNumberTaken(TrackingNumberTaken.__doc__) from refusal


def _ask(found: Sequence[tuple[Tote, Order]], *, language: str, by: By, at: datetime) -> LabelSheet:
    Unmasking.objects.bulk_create(
        Unmasking(actor=by.actor, subject_id=order.customer_id, field="recipient", reason=f"label {tote.code}", at=at)
        for tote, order in found
    )
    record_all([entry(order, RecipientSeen(order.number), by=by, at=at) for order in _once(found)], at=at, by=by)
    return ask_sheet("totes", [tote.id for tote, _order in found], language=language, by=by, at=at)


def _once(found: Iterable[tuple[Tote, Order]]) -> Iterable[Order]:
    return {order.id: order for _tote, order in found}.values()
