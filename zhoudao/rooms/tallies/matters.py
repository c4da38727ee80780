"""What cases come from, with what each reason costs: the one place that says what a case adds to the tree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from zhoudao.ground.installation.clock import currency
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Effort
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.teamwork.models import Goodwill

AMOUNTS = ("cases", "solved", "repeats", "answers", "granted")
_ADD = """
    INSERT INTO tallies_mattertally AS known
        (day, store_id, team_id, channel, kind, cause, product, cases, solved, repeats, answers, granted)
    SELECT * FROM unnest(%s::date[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[],
                         %s::int[], %s::int[], %s::int[], %s::bigint[], %s::bigint[])
    ON CONFLICT (day, store_id, team_id, channel, kind, cause, product) DO UPDATE
    SET cases = known.cases + excluded.cases, solved = known.solved + excluded.solved,
        repeats = known.repeats + excluded.repeats, answers = known.answers + excluded.answers,
        granted = known.granted + excluded.granted
"""


class Key(NamedTuple):
    """Where something is counted."""

    day: date
    store_id: UUID
    team_id: UUID
    channel: str
    kind: str
    cause: str
    product: str


class Amounts(NamedTuple):
    """What is counted there."""

    cases: int = 0
    solved: int = 0
    repeats: int = 0
    answers: int = 0
    granted: int = 0

    def plus(self, other: "Amounts", times: int = 1) -> "Amounts":
        """Both together, or one taken away."""
        return Amounts(*(one + times * another for one, another in zip(self, other, strict=True)))


@frozen
class Matter:
    """What one case adds, and on which day."""

    day: date
    kind: str
    cause: str
    product: str
    amounts: Amounts

    def packed(self) -> list[str]:
        """As it is kept."""
        return [self.day.isoformat(), self.kind, self.cause, self.product, *map(str, self.amounts)]

    def key(self, store_id: UUID, team_id: UUID, channel: str) -> Key:
        """Where it is counted."""
        return Key(self.day, store_id, team_id, channel, self.kind, self.cause, self.product)


def unpacked(kept: Sequence[str]) -> Matter | None:
    """A kept one again; None where a case adds none."""
    if not kept:
        return None
    day, kind, cause, product, *amounts = kept
    return Matter(date.fromisoformat(day), kind, cause, product, Amounts(*map(int, amounts)))


@frozen
class Known:
    """What the rooms know of some cases beside their rows."""

    products: Mapping[UUID, str]
    answers: Mapping[UUID, int]
    granted: Mapping[UUID, int]


def known_of(case_ids: Sequence[UUID]) -> Known:
    """Products, answers and what was granted (three statements).

    What an answer to a complaint says it cost, and what was granted in the same case, are the same money: the larger
    counts.
    """
    products: dict[UUID, str] = {}
    costs: dict[UUID, int] = defaultdict(int)
    rows = Answer.objects.filter(case_id__in=case_ids).order_by("answered_at", "id")
    for case_id, product, cents in rows.values_list("case_id", "product", "cost_cents"):
        products[case_id] = product or products.get(case_id, "")
        costs[case_id] += cents
    given = Goodwill.objects.filter(case_id__in=case_ids, state=Goodwill.State.GRANTED, currency=currency())
    sums = dict(given.order_by().values_list("case_id").annotate(minor=Sum("amount_minor")))
    efforts = Effort.objects.filter(case_id__in=case_ids).values_list("case_id", "answers", "contacts")
    return Known(
        products=products,
        answers={case_id: contacts if answers is None else answers for case_id, answers, contacts in efforts},
        granted={one: max(costs[one], sums.get(one, 0)) for one in costs.keys() | sums.keys()},
    )


def matter_of(row: Mapping[str, Any], known: Known, *, day: date, is_solved: bool) -> Matter:
    """What this case adds."""
    case_id = row["id"]
    amounts = Amounts(
        cases=1,
        solved=int(is_solved),
        repeats=int(is_repeat(row)),
        answers=known.answers.get(case_id, 0) if is_solved else 0,
        granted=known.granted.get(case_id, 0),
    )
    return Matter(day, row["kind"], row["cause"], known.products.get(case_id, ""), amounts)


def is_repeat(row: Mapping[str, Any]) -> bool:
    """Whether the customer had been told within the 72 hours before that the same matter was solved."""
    return bool(row["comes_again"] or row["came_back_at"])


def with_product(cases: QuerySet[Case], product: str) -> QuerySet[Case]:
    """Those whose last answer that names a product names this one; with '' those of which none does."""
    named = Answer.objects.filter(case=OuterRef("pk")).exclude(product="").order_by("-answered_at", "-id")
    last = cases.annotate(product=Subquery(named.values("product")[:1]))
    return last.filter(Q(product=product) if product else Q(product__isnull=True))


def add(delta: Mapping[Key, Amounts]) -> None:
    """This will add to the tallies (one statement)."""
    rows = [(*key, *amounts) for key, amounts in delta.items() if any(amounts)]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def summed(parts: Iterable[tuple[Key, Amounts, int]]) -> dict[Key, Amounts]:
    """All together; each is added so many times, or taken away."""
    found: dict[Key, Amounts] = {}
    for key, amounts, times in parts:
        found[key] = found.get(key, Amounts()).plus(amounts, times)
    return {key: amounts for key, amounts in found.items() if any(amounts)}
