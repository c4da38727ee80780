"""What a photo shows, set beside what is known of the order it was sent for: only the analyst calls this.

A number in print is believed where it is one of this customer's devices or of the maker's register; whether somebody
else has a device is asked of nobody.
"""

from collections.abc import Callable, Sequence

from zhoudao.engines.photos.confusing import fold
from zhoudao.engines.photos.faults import error_on
from zhoudao.engines.photos.found import Found
from zhoudao.engines.photos.masks import masks_in
from zhoudao.engines.photos.reading import read_photo
from zhoudao.engines.photos.serials import UNCONFIRMED, Numbered, serial_on
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.repairs.commands.reading import Seen
from zhoudao.rooms.repairs.models import Device, ErrorCode, MadeSerial, Make, PhotoReading


@frozen
class Beside:
    """What a photo for an order may show: its products, and the error codes of all of them."""

    products: tuple[Numbered, ...]
    codes: frozenset[str]


def beside(reading: PhotoReading) -> Beside:
    """What is known of the order a photo was sent for (four statements)."""
    skus = sorted(set(reading.order.lines.values_list("sku", flat=True)))
    makes = list(Make.objects.filter(sku__in=skus).order_by("sku"))
    owned: dict[str, set[str]] = {}
    rows = Device.objects.filter(customer_id__in=group_ids(reading.customer_id), sku__in=skus, is_gone=False)
    for sku, key in rows.exclude(serial_key=None).values_list("sku", "serial_key"):
        owned.setdefault(sku, set()).add(key or "")
    codes = ErrorCode.objects.filter(make_id__in=skus).values_list("code", flat=True)
    products = tuple(Numbered(one.sku, masks_in(one.serial_masks), _known(one.sku, owned)) for one in makes)
    return Beside(products, frozenset(codes))


def read(content: bytes, against: Beside) -> Seen:
    """What may be believed of a photo. Raises: PhotoUnread, ModelsMissing."""
    found = read_photo(content, is_enough=lambda so_far: _is_enough(so_far, against))
    return seen_on(found, against)


def seen_on(found: Found, against: Beside) -> Seen:
    """What may be believed of what was found."""
    serial, error = serial_on(found, against.products), error_on(found.lines, against.codes)
    sku = serial.sku or (against.products[0].sku if len(against.products) == 1 else "")
    return Seen(sku, serial.key, serial.how, serial.why, serial.offered, error.code, error.why)


def _is_enough(found: Found, against: Beside) -> bool:
    seen = seen_on(found, against)
    return bool(seen.serial or seen.error_code or (seen.serial_why == UNCONFIRMED and seen.offered))


def _known(sku: str, owned: dict[str, set[str]]) -> Callable[[str], Sequence[str]]:
    """The register of a product, with this customer's own; asked once for each reading of letters."""
    asked: dict[str, list[str]] = {}

    def known(folded: str) -> list[str]:
        if folded not in asked:
            made = MadeSerial.objects.filter(make_id=sku, folded=folded).values_list("serial_key", flat=True)
            asked[folded] = sorted({*made[:50], *(key for key in owned.get(sku, ()) if fold(key) == folded)})
        return asked[folded]

    return known
