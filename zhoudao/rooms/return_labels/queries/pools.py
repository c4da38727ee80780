"""How many prepaid numbers of each carrier are left."""

from datetime import date

from django.db.models import Count, Q

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.return_labels.models import Pool


@frozen
class Left:
    """A pool with how many of its numbers are unused, used, and expired unused."""

    pool: Pool
    unused: int
    used: int
    expired: int


def pools(day: date) -> list[Left]:
    """The pools as they stand on a day, by carrier (one statement)."""
    free = Q(numbers__taken_at=None, numbers__id__isnull=False)
    over = free & Q(numbers__valid_until__lt=day)
    rows = Pool.objects.annotate(
        unused=Count("numbers", filter=free & ~over),
        used=Count("numbers", filter=Q(numbers__taken_at__isnull=False)),
        expired=Count("numbers", filter=over),
    )
    return [Left(one, one.unused, one.used, one.expired) for one in rows.order_by("carrier")]
