"""Items that a long text may speak of: candidates for whoever reads it, the likeliest first."""

import re

from django.db import connection

from zhoudao.kit.grams import grams
from zhoudao.kit.text import fold
from zhoudao.rooms.stock.models import Item

MOST_ITEMS = 60
_MOST_GRAMS = 4_000
_SEAM = re.compile("[a-z0-9]([\u3400-\u9fff])")  # T恤: a character that is a word of its own
# How much of its names was said, by characters, in Chinese or in letters (from U+2E80 on it is not letters): of a long
# name more than of a short one, of a name in full most.
_TOLD = """
    SELECT item.sku FROM stock_item AS item CROSS JOIN LATERAL (
        SELECT max(said * said::float / whole) AS weight FROM (
            SELECT coalesce(sum(length(gram)) FILTER (WHERE gram = ANY(%(said)s)), 0) AS said,
                   sum(length(gram)) AS whole
            FROM unnest(item.grams) AS gram GROUP BY ascii(gram) >= 11904
        ) AS script
    ) AS told
    WHERE item.grams && %(said)s ORDER BY told.weight DESC, item.sku LIMIT %(most)s
"""


def items_told(text: str) -> list[Item]:
    """Items whose names, numbers or barcodes share pieces with a text, the likeliest first (two statements)."""
    folded = fold(text)
    said = [gram for gram in grams(text) if len(gram) > 1] + _SEAM.findall(folded)
    if not said:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"said": list(dict.fromkeys(said))[:_MOST_GRAMS], "most": MOST_ITEMS})
        skus = [sku for (sku,) in cursor.fetchall()]
    items = Item.objects.in_bulk(skus)
    return [items[sku] for sku in skus if sku in items]
