"""How many prepaid numbers of each carrier are left."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from zhoudao.rooms.return_labels.models import Pool


def pools(day: date) -> QuerySet[Pool]:
    """The pools with how many numbers are `unused` on a day, `used`, and `expired` unused (one statement)."""
    free = Q(numbers__taken_at=None, numbers__id__isnull=False)
    over = free & Q(numbers__valid_until__lt=day)
    rows = Pool.objects.annotate(
        unused=Count("numbers", filter=free & ~over),
        used=Count("numbers", filter=Q(numbers__taken_at__isnull=False)),
        expired=Count("numbers", filter=over),
    )
    return rows.order_by("carrier")
