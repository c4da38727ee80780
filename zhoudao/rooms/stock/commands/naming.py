"""What items are called, and which barcode they carry."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from zhoudao.kit.languages import LANGUAGES
from zhoudao.rooms.stock.goods import check_sku, words_of
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.refusals import BarcodeTaken, SkuUnknown

_LONGEST = 120


@transaction.atomic
def name_item(*, sku: str, names: Mapping[str, str], barcode: str | None = None) -> Item:
    """This will say what an item is called (what is left out stays) and which barcode scanners read on it.

    Raises: SkuUnsound, BarcodeTaken
    """
    _check(sku, barcode)
    Item.objects.bulk_create([Item(sku=sku)], ignore_conflicts=True)
    item = Item.objects.select_for_update().get(sku=sku)
    item.names = item.names | _given(names)
    item.barcode = barcode if barcode is not None else item.barcode
    item.words, item.grams = words_of(sku, item.names, item.barcode)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise BarcodeTaken(BarcodeTaken.__doc__) from error
    return item


def ask_batch(*, sku: str, is_asked: bool) -> None:
    """This will say whether whoever packs an item is asked which batch it is of. Raises: SkuUnknown."""
    if not Item.objects.filter(sku=sku).update(asks_batch=is_asked):
        raise SkuUnknown(SkuUnknown.__doc__)


def name_items(rows: Iterable[tuple[str, Mapping[str, str], str | None]]) -> None:
    """This will say number, names and barcode of many items, in place of what was said before (one statement).

    Raises: SkuUnsound, BarcodeTaken
    """
    items = []
    for sku, names, barcode in rows:
        _check(sku, barcode)
        given = _given(names)
        words, grams = words_of(sku, given, barcode)
        items.append(Item(sku=sku, names=given, barcode=barcode, words=words, grams=grams))
    said = ["names", "barcode", "words", "grams"]
    try:
        with transaction.atomic():
            Item.objects.bulk_create(items, update_conflicts=True, unique_fields=["sku"], update_fields=said)
    except IntegrityError as error:
        raise BarcodeTaken(BarcodeTaken.__doc__) from error


def _check(sku: str, barcode: str | None) -> None:
    check_sku(sku)
    if barcode is not None:
        check_sku(barcode)


def _given(names: Mapping[str, str]) -> dict[str, str]:
    return {tag: " ".join(names[tag].split())[:_LONGEST] for tag in LANGUAGES if names.get(tag, "").strip()}
