"""What the words name exactly: a case by its number or order, customers by what they are known by, and their cases."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import mask_name
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.desk import ViewFilter, narrowed
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.finding import Known, find_exactly
from zhoudao.rooms.customers.models import Customer

MOST_CASES = 10
_NUMBER = re.compile(r"C(\d{4})-?(\d{1,9})", re.IGNORECASE)
_TAIL = re.compile(r"\d{1,6}", re.ASCII)
_YEARS = 5


@frozen
class Person:
    """A customer found by exactly what was typed. `cases`: how many of theirs the viewer may see."""

    id: UUID
    name: str
    by: str
    is_proven: bool
    value_class: str
    cases: int


@frozen
class Exact:
    """Cases that are named, and people; a person's cases are among the cases."""

    case_ids: list[UUID]
    people: list[Person]


def find_named(viewer: Viewer, words: str, cases: ViewFilter, *, at: datetime) -> Exact:
    """What these words name, among what the viewer may see (one statement; up to six when something is known)."""
    wanted = words.strip()
    known = find_exactly(wanted) if viewer.may("customers:read") else []
    everyone = [one for person in known for one in person.group]
    numbers, threads = _numbers(wanted, at), _of_order(wanted)
    if not (numbers or threads or everyone):
        return Exact([], [])
    named = Q(number__in=numbers) | Q(conversation_id__in=threads) | Q(customer_id__in=everyone)
    found = narrowed(viewer, cases, at=at).filter(named).order_by("-updated_at", "-id")
    return Exact(list(found.values_list("id", flat=True)[:MOST_CASES]), _people(viewer, known, everyone, at))


def _of_order(wanted: str) -> list[UUID]:
    """The threads of an order, named whole, as given or in capitals. Asked by itself: a join would read every case."""
    if len(wanted) < 4 or not any(map(str.isdigit, wanted)):
        return []
    rows = Conversation.objects.filter(order_number__in={wanted, wanted.upper()}).exclude(order_number="")
    own = rows.annotate(own=Coalesce("main_id", "id"))
    return list(own.order_by("-started_at").values_list("own", flat=True)[:MOST_CASES])


def _numbers(wanted: str, at: datetime) -> list[str]:
    """The whole numbers that a number or the end of one may mean: cases of these years."""
    whole = _NUMBER.fullmatch(wanted)
    if whole:
        return [f"C{whole[1]}-{whole[2].zfill(6)}"]
    if _TAIL.fullmatch(wanted):
        return [f"C{at.year - years}-{wanted.zfill(6)}" for years in range(_YEARS)]
    return []


def _people(viewer: Viewer, known: Sequence[Known], everyone: Sequence[UUID], at: datetime) -> list[Person]:
    """Who may be shown: with a case the viewer may see, or anybody to those who see everything."""
    if not known:
        return []
    counts = _counts(narrowed(viewer, ViewFilter(view="all"), at=at), everyone)
    customers = {one.id: one for one in Customer.objects.filter(id__in=everyone, erased_at=None)}
    box.warm(one.name_sealed for one in customers.values() if one.name_sealed)
    people = (_person(viewer, one, customers, counts) for one in known if one.id in customers)
    sees_all = viewer.is_everywhere
    return sorted((one for one in people if one.cases or sees_all), key=lambda one: (not one.is_proven, -one.cases))


def _person(viewer: Viewer, one: Known, customers: dict[UUID, Customer], counts: dict[Any, int]) -> Person:
    root = customers[one.id]
    name = root.name or next((customers[id_].name for id_ in one.group if id_ in customers and customers[id_].name), "")
    shown = name if viewer.may_wherever("customers:unmask") else mask_name(name)
    cases = sum(counts.get(id_, 0) for id_ in one.group)
    return Person(one.id, shown, one.by, one.is_proven, root.value_class, cases)


def _counts(rows: QuerySet[Case], customer_ids: Sequence[UUID]) -> dict[Any, int]:
    found = rows.filter(customer_id__in=customer_ids).order_by().values("customer_id").annotate(cases=Count("id"))
    return {row["customer_id"]: row["cases"] for row in found}
