"""What is said of a product so that photos of it can be read: what its serial numbers look like, which there are, and
what its error codes mean.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from zhoudao.engines.photos.confusing import fold
from zhoudao.engines.photos.masks import MaskUnsound, masks_in
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.repairs.events import ErrorCodeDropped, ErrorCodeSet, SerialMasksSet, SerialsListed
from zhoudao.rooms.repairs.kinds import Fault, Severity
from zhoudao.rooms.repairs.models import ErrorCode, MadeSerial, Make
from zhoudao.rooms.repairs.refusals import (
    DeviceUnsound,
    ErrorCodeUnsound,
    MasksUnsound,
    SerialsUnsound,
    SerialUnsound,
)
from zhoudao.rooms.repairs.serials import error_code, serial_key

MOST_SERIALS = 20_000
_MAKES = UUID("0190b5a0-0000-7000-8000-000000000095")  # events need an id, and products have a number
_LANGUAGES = ("zh-Hans", "zh-Hant", "en")
_LONGEST_WORDS, _LONGEST_SKU = 300, 80


@transaction.atomic
def set_masks(*, sku: str, masks: str, by: By, at: datetime) -> Make:
    """This will say what the serial numbers of a product look like. Raises: DeviceUnsound, MasksUnsound."""
    try:
        masks_in(masks)
    except MaskUnsound as error:
        raise MasksUnsound(MasksUnsound.__doc__) from error
    make = _held(sku)
    if make.serial_masks != masks.strip():
        make.serial_masks = masks.strip()
        make.save(update_fields=["serial_masks"])
        _tell(make.sku, SerialMasksSet(make.sku, make.serial_masks or "—"), by=by, at=at)
    return make


@transaction.atomic
def list_serials(*, sku: str, text: str, by: By, at: datetime) -> int:
    """This will add to the register which numbers a product was made with, one a line; returns how many are new. What
    it has already stays once.

    Raises: DeviceUnsound, SerialsUnsound
    """
    keys: dict[str, None] = {}
    lines = [line for line in text.splitlines() if line.strip()]
    if not 0 < len(lines) <= MOST_SERIALS:
        raise SerialsUnsound(str(len(lines)))
    for line in lines:
        try:
            keys[serial_key(line) or ""] = None
        except SerialUnsound as error:
            raise SerialsUnsound(line.strip()[:40]) from error
    make = _held(sku)
    before = make.made.count()
    rows = [MadeSerial(make=make, serial_key=key, folded=fold(key)) for key in keys]
    MadeSerial.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)
    added = make.made.count() - before
    if added:
        _tell(make.sku, SerialsListed(make.sku, added), by=by, at=at)
    return added


@transaction.atomic
def set_error_code(
    *, sku: str, code: str, fault: str, severity: str, words: Mapping[str, str], by: By, at: datetime
) -> ErrorCode:
    """This will say what an error code of a product means, or something else than before.

    Raises: DeviceUnsound, ErrorCodeUnsound
    """
    plain = error_code(code)
    if not 2 <= len(plain) <= 12 or fault not in Fault.values or severity not in Severity.values:
        raise ErrorCodeUnsound(ErrorCodeUnsound.__doc__)
    told = {language: " ".join(words.get(language, "").split())[:_LONGEST_WORDS] for language in _LANGUAGES}
    said = {"fault": fault, "severity": severity, "words": {name: text for name, text in told.items() if text}}
    make = _held(sku)
    made, _new = ErrorCode.objects.update_or_create(make=make, code=plain, defaults=said)
    _tell(make.sku, ErrorCodeSet(make.sku, plain, f"fault_{fault}"), by=by, at=at)
    return made


@transaction.atomic
def drop_error_code(*, sku: str, code: str, by: By, at: datetime) -> None:
    """This will take an error code out of a product's table; what is not there stays so."""
    make = Make.objects.select_for_update().filter(sku=sku).first()
    if make is not None and make.error_codes.filter(code=code).delete()[0]:
        _tell(sku, ErrorCodeDropped(sku, code), by=by, at=at)


def _held(sku: str) -> Make:
    plain = sku.strip()
    if not 0 < len(plain) <= _LONGEST_SKU or not plain.isprintable():
        raise DeviceUnsound(DeviceUnsound.__doc__)
    Make.objects.get_or_create(sku=plain)
    return Make.objects.select_for_update().get(sku=plain)


def _tell(sku: str, fact: Fact, *, by: By, at: datetime) -> None:
    record(fact, about=[About("make", uuid5(_MAKES, sku))], by=by, at=at)
