"""What items are called, and which barcode they carry."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from zhoudao.kit.languages import LANGUAGES
from zhoudao.rooms.stock.goods import check_sku, words_of
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.refusals import BarcodeTaken

_LONGEST = 120


@transaction.atomic
def name_item(*, sku: str, names: Mapping[str, str], barcode: str | None = None) -> Item:
    """This will say what an item is called (what is left out stays) and which barcode scanners read on it.

    Raises: SkuUnsound, BarcodeTaken
    """
    check_sku(sku)
    if barcode is not None:
        check_sku(barcode)
    Item.objects.bulk_create([Item(sku=sku)], ignore_conflicts=True)
    item = Item.objects.select_for_update().get(sku=sku)
    given = {tag: " ".join(names[tag].split())[:_LONGEST] for tag in LANGUAGES if names.get(tag, "").strip()}
    item.names = item.names | given
    item.barcode = barcode if barcode is not None else item.barcode
    item.words, item.grams = words_of(sku, item.names, item.barcode)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise BarcodeTaken(BarcodeTaken.__doc__) from error
    return item
