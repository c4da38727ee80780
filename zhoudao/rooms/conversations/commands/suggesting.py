"""The same name with the same order: evidence that two records are one person."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from zhoudao.rooms.customers.commands.suggesting import suggest
from zhoudao.rooms.customers.models import Searched

BATCH = 500
_OVERLAP = timedelta(minutes=5)  # what was committed late is seen the next time; a repeat changes nothing
_PAIRS = """
    WITH fresh AS (
        SELECT v.customer_id, v.order_number, v.last_message_at, c.name_index
        FROM conversations_conversation v JOIN customers_customer c ON c.id = v.customer_id
        WHERE v.order_number <> '' AND v.last_message_at > %(after)s
        ORDER BY v.last_message_at LIMIT %(batch)s
    )
    SELECT max(last_message_at), count(*), NULL, NULL, NULL FROM fresh
    UNION ALL
    SELECT DISTINCT NULL::timestamptz, 0, f.customer_id, o.customer_id, f.order_number
    FROM fresh f
    JOIN conversations_conversation o ON o.order_number = f.order_number AND o.order_number <> ''
                                     AND o.customer_id <> f.customer_id
    JOIN customers_customer c ON c.id = o.customer_id AND c.name_index = f.name_index
"""


@transaction.atomic
def suggest_by_orders(*, at: datetime) -> int:
    """This will look at conversations about orders since the last look; returns how many pairs it found."""
    Searched.objects.get_or_create(name="orders")
    place = Searched.objects.select_for_update().get(name="orders")
    after = place.last_at - _OVERLAP if place.last_at else datetime.min.replace(tzinfo=at.tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"after": after, "batch": BATCH})
        rows = cursor.fetchall()
    suggest(((one, other, "order", number) for _, _, one, other, number in rows if one is not None), at=at)
    newest, read = rows[0][:2]
    if newest is not None:
        place.last_at = newest + _OVERLAP if read == BATCH else newest  # a full batch is not read twice
        place.save(update_fields=["last_at"])
    return len(rows) - 1
