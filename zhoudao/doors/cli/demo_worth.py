"""The demo company's regular customers: a past as buyers, so that value and risk of leaving have something to say."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.placing import Taking, place_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.submission import Item, Submission
from zhoudao.rooms.tallies.commands import count_again
from zhoudao.rooms.worth.commands import weigh_anew, weigh_customers

_SOURCE = "history"
_REGULARS = 26
_GOODS = (
    ("LP-7001", "护眼台灯", 19_900),
    ("DC-2045", "北欧餐椅", 32_900),
    ("RG-9902", "羊毛地毯", 79_900),
    ("CF-6604", "半自动咖啡机", 159_900),
    ("SF-3201", "三人布艺沙发", 429_900),
)


@transaction.atomic
def live(*, at: datetime) -> None:
    """This will give those who talk with us, and some more, a past as buyers; some of them have fallen silent. Once."""
    if Order.objects.filter(source=_SOURCE).exists():
        return
    rng = Random(11)  # noqa: S311  # who bought what, not a secret
    talking = Case.objects.order_by("customer_id").values_list("customer_id", flat=True).distinct()
    others = Customer.objects.filter(merged_into=None, orders__isnull=False).order_by("id").distinct()
    people = list(dict.fromkeys([*talking, *others.values_list("id", flat=True)]))[:_REGULARS]
    bought = [one for place, customer_id in enumerate(people) for one in _bought(customer_id, place, at, rng)]
    place_orders(bought, by=By("system:demo"), at=at)
    weigh_anew()
    while weigh_customers(at=at, zone=clock.zone().key):
        pass
    grade = Customer.objects.filter(id=OuterRef("customer_id")).values("grade")[:1]
    cases = list(Case.objects.values_list("id", flat=True))
    Case.objects.filter(id__in=cases).update(grade=Subquery(grade))  # as if they had been graded before they asked
    count_again(cases, at=at, zone=clock.zone().key)


def _bought(customer_id: UUID, place: int, at: datetime, rng: Random) -> Iterator[Taking]:
    """Every so many days, until lately; every fifth has not come for long."""
    usual, day = rng.choice((30, 45, 60)), timedelta(days=1)
    last = at - (usual * (4 if place % 5 == 0 else 1) - rng.randint(3, 12)) * day
    for back in range(rng.randint(2, 5)):
        placed_at = last - (usual * back + rng.randint(0, 4)) * day
        sku, name, cents = _GOODS[rng.randrange(len(_GOODS))]
        submission = Submission(
            source=_SOURCE,
            external_number=f"H-{place:03d}-{back}",
            items=[Item(sku, rng.randint(1, 2), cents, name)],
            customer_id=customer_id,
            payment="captured",
            placed_at=placed_at,
        )
        yield Taking(submission, Past(placed_at, placed_at + day, placed_at + 4 * day))
