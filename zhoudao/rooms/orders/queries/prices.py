"""List prices as they are listed: by SKU, a page at a time."""

from zhoudao.rooms.orders.models import ListPrice

PAGE = 25


def list_prices(words: str = "", *, after: str = "") -> tuple[list[ListPrice], str]:
    """Those whose SKU begins with these words, and behind which the next page begins ('' at the end; one statement)."""
    rows = ListPrice.objects.filter(sku__startswith=words.strip()) if words.strip() else ListPrice.objects.all()
    found = list(rows.filter(sku__gt=after).order_by("sku", "currency")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].sku if len(found) > PAGE else ""
