"""Where the next page of a list begins."""

from typing import Any

from django.db.models import Q


def beyond(name: str, last: Any, last_key: Any, *, key: str = "id") -> Q:
    """The rows that come after the last one shown, in the order of `name` (with a minus: the largest first), then key.

    Written so that an index on the order begins there: of `a < x OR (a = x AND k < y)` the database would read all
    pages before.

    >>> beyond("-opened_at", 7, 3)
    <Q: (AND: ('opened_at__lte', 7), (OR: ('opened_at__lt', 7), ('id__lt', 3)))>
    """
    way = "lt" if name.startswith("-") else "gt"
    column = name.removeprefix("-")
    return Q(**{f"{column}__{way}e": last}) & (Q(**{f"{column}__{way}": last}) | Q(**{f"{key}__{way}": last_key}))
