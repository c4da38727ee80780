"""What things should cost: one by one, or pasted from a list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.events import ListPriceSet
from zhoudao.rooms.orders.models import ListPrice
from zhoudao.rooms.orders.refusals import PricesUnsound
from zhoudao.rooms.orders.submission import DEAREST

MOST = 2_000
_LONGEST = 80


@transaction.atomic
def set_list_prices(*, prices: Mapping[str, int], currency: str, by: By, at: datetime) -> int:
    """This will set what these SKUs should cost, in minor units; 0 means that nothing is known of it any more. Returns
    how many changed.

    Raises: PricesUnsound
    """
    wanted = {sku.strip(): price for sku, price in prices.items()}
    if not 0 < len(wanted) <= MOST or any(_is_unsound(sku, price) for sku, price in wanted.items()):
        raise PricesUnsound(PricesUnsound.__doc__)
    rows = ListPrice.objects.select_for_update().filter(sku__in=wanted, currency=currency).order_by("sku")
    known = {row.sku: row for row in rows}
    changed = [sku for sku, price in sorted(wanted.items()) if (known[sku].price_minor if sku in known else 0) != price]
    _write([sku for sku in changed if wanted[sku]], wanted, known, currency, at)
    ListPrice.objects.filter(sku__in=[sku for sku in changed if not wanted[sku]], currency=currency).delete()
    record_all(list(_told(changed, wanted, known, currency)), at=at, by=by)
    return len(changed)


def _write(
    skus: Sequence[str], wanted: Mapping[str, int], known: dict[str, ListPrice], currency: str, at: datetime
) -> None:
    for sku in skus:
        row = known.setdefault(sku, ListPrice(id=uuid7(), sku=sku, currency=currency))
        row.price_minor, row.changed_at = wanted[sku], at
    ListPrice.objects.bulk_create(
        [known[sku] for sku in skus],
        update_conflicts=True,
        unique_fields=["sku", "currency"],
        update_fields=["price_minor", "changed_at"],
    )


def _told(
    changed: Iterable[str], wanted: Mapping[str, int], known: Mapping[str, ListPrice], currency: str
) -> Iterable[Entry]:
    for sku in changed:
        yield Entry(ListPriceSet(sku, wanted[sku], currency), [About("list_price", known[sku].id)])


def _is_unsound(sku: str, price: int) -> bool:
    return not 0 < len(sku) <= _LONGEST or not sku.isprintable() or not 0 <= price <= DEAREST
