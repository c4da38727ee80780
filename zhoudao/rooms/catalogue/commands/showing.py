"""Pictures of a product, and what is known to go wrong with it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files import store
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import DataKey
from zhoudao.rooms.catalogue.events import FaultEnded, FaultNoted, PictureChanged
from zhoudao.rooms.catalogue.models import KnownFault, Picture, Product
from zhoudao.rooms.catalogue.pictures import drawn
from zhoudao.rooms.catalogue.refusals import FaultUnsound, ProductUnknown, TooManyPictures
from zhoudao.rooms.catalogue.wording import in_languages

MOST_PICTURES = 12
_LONGEST_FAULT, _LONGEST_ADVICE = 200, 1_000


@transaction.atomic
def add_picture(*, code: str, content: bytes, by: By, at: datetime) -> Picture:
    """This will put a picture behind the others of a product; the same again is the one that is there.

    Raises: ProductUnknown, PictureUnsound, TooManyPictures
    """
    made = drawn(content)
    product = _held(code)
    key = DataKey.objects.filter(subject_id=product.id).first()
    if key is None:
        key = box.new_key(product.id)
        key.save(force_insert=True)
    large = store.keep(made.large, subject_id=product.id, key_id=key.id)
    known = product.pictures.filter(large=large).first()
    if known is not None:
        return known
    if product.pictures.count() >= MOST_PICTURES:
        raise TooManyPictures
    small = store.keep(made.small, subject_id=product.id, key_id=key.id)
    last = product.pictures.aggregate(last=Max("position"))["last"]
    place = 0 if last is None else last + 1
    picture = product.pictures.create(large=large, small=small, width=made.width, height=made.height, position=place)
    _tell(PictureChanged(code, is_gone=False), product, at, by)
    return picture


@transaction.atomic
def drop_picture(*, code: str, picture_id: UUID, by: By, at: datetime) -> bool:
    """This will take a picture away; says whether it was there. Raises: ProductUnknown."""
    product = _held(code)
    picture = product.pictures.select_related("large", "small").filter(id=picture_id).first()
    if picture is None:
        return False
    files = {picture.large.id: picture.large, picture.small.id: picture.small}
    picture.delete()
    for file in files.values():
        store.discard(file)
    _tell(PictureChanged(code, is_gone=True), product, at, by)
    return True


@transaction.atomic
def note_fault(
    *,
    code: str,
    names: Mapping[str, str],
    advice: Mapping[str, str],
    sku: str = "",
    is_told: bool = False,
    by: By,
    at: datetime,
) -> KnownFault:
    """This will write down what goes wrong with a product, or with one SKU of it, and what to do.

    Raises: ProductUnknown, FaultUnsound
    """
    product = _held(code)
    called, what_to_do = in_languages(names, _LONGEST_FAULT), in_languages(advice, _LONGEST_ADVICE)
    if not called or not what_to_do or (sku and not product.variants.filter(sku=sku).exists()):
        raise FaultUnsound
    fault = product.faults.create(
        sku=sku, names=called, advice=what_to_do, is_told=is_told, noted_at=at, noted_by=by.actor
    )
    _tell(FaultNoted(code, is_told), product, at, by)
    return fault


@transaction.atomic
def end_fault(*, code: str, fault_id: UUID, by: By, at: datetime) -> bool:
    """This will say that it goes wrong no more; says whether it did. Raises: ProductUnknown."""
    product = _held(code)
    if not product.faults.filter(id=fault_id, ended_at=None).update(ended_at=at):
        return False
    _tell(FaultEnded(code), product, at, by)
    return True


def _held(code: str) -> Product:
    product = Product.objects.select_for_update().filter(code=code).first()
    if product is None:
        raise ProductUnknown(code)
    return product


def _tell(fact: Fact, product: Product, at: datetime, by: By) -> None:
    record(fact, at=at, by=by, about=[About("product", product.id)])
