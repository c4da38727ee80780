"""An order as it can be read out of words: by the catalogue of this house and the places of the country."""

from zhoudao.engines.drafting import LONGEST, Article, Draft, read
from zhoudao.engines.drafting.facts import Map
from zhoudao.engines.review.divisions import the_country, told
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.queries.catalogue import items_told


@frozen
class Drafted:
    """What was read, and the items by number that its lines speak of."""

    draft: Draft
    items: dict[str, Item]


def draft_from(text: str) -> Drafted:
    """This will read an order out of a text: at most its first 8,000 characters (two statements, none for no words)."""
    items = items_told(text[:LONGEST])
    country = the_country()
    where = Map(country.provinces, country.cities, country.districts, told)
    articles = [Article(item.sku, tuple(item.names.values()) or (item.sku,)) for item in items]
    draft = read(text, articles, where)
    meant = {sku for line in draft.lines for sku in (line.sku, *line.others)}
    return Drafted(draft, {item.sku: item for item in items if item.sku in meant})
