"""Who came again: the same person, on the same matter, within three days after it was said to be solved."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Q, QuerySet, UUIDField, When
from django.db.models.lookups import Exact

from zhoudao.rooms.cases import models
from zhoudao.rooms.cases.commands.closing import AGAIN
from zhoudao.rooms.cases.models import CaseLink, Status

_SOLVED = (Status.RESOLVED, Status.CLOSED)


class _Alone(Func):
    """An array of one."""

    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(UUIDField())


class _Group(Func):
    """All records joined with this customer."""

    template = """ARRAY(
        WITH RECURSIVE up (id, merged_into_id) AS (
            SELECT c.id, c.merged_into_id FROM customers_customer c WHERE c.id = %(expressions)s
            UNION SELECT c.id, c.merged_into_id FROM customers_customer c JOIN up ON c.id = up.merged_into_id
        ), down (id) AS (
            SELECT id FROM up WHERE merged_into_id IS NULL
            UNION SELECT c.id FROM customers_customer c JOIN down ON c.merged_into_id = down.id
        )
        SELECT id FROM down)"""
    output_field = ArrayField(UUIDField())


class _AnyOf(Func):
    """Whether the first is among the second."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def came_again(cases: QuerySet[models.Case]) -> QuerySet[models.Case]:
    """Marked `came_again`: after it was resolved the person opened another one on the same matter."""
    known = Q(cause="") | Q(cause=OuterRef("cause"))
    later = _others(known).filter(opened_at__gt=OuterRef("resolved_at"), opened_at__lte=OuterRef("resolved_at") + AGAIN)
    return cases.alias(people=_people()).annotate(came_again=Exists(later))


def comes_again(cases: QuerySet[models.Case]) -> QuerySet[models.Case]:
    """Marked `comes_again`: before it was opened another one of the person, on the same matter, had been resolved."""
    known = Q(Exact(OuterRef("cause"), "")) | Q(cause=OuterRef("cause"))
    earlier = _others(known).filter(
        status__in=_SOLVED, resolved_at__lt=OuterRef("opened_at"), resolved_at__gte=OuterRef("opened_at") - AGAIN
    )
    return cases.alias(people=_people()).annotate(comes_again=Exists(earlier))


def _people() -> Case:
    """The records of a case's person; those of somebody never joined cost no look-up."""
    alone = When(customer__merged_into=None, customer__has_joined=False, then=_Alone(F("customer_id")))
    return Case(alone, default=_Group(F("customer_id")))


def _others(known: Q) -> QuerySet[models.Case]:
    """The person's cases on the same matter as the case outside.

    A link that says "follows" proves nothing: every chat begun after a closed one has it, whatever it is about.
    """
    here, there = OuterRef("pk"), OuterRef(OuterRef("pk"))
    forth = Exists(CaseLink.objects.filter(source=here, target=there, kind="related"))
    back = Exists(CaseLink.objects.filter(source=there, target=here, kind="related"))
    same_order = Q(conversation__order_number=OuterRef("conversation__order_number"))
    alike = Q(kind=OuterRef("kind")) & known
    rows = models.Case.objects.filter(_AnyOf(F("customer_id"), OuterRef("people"))).exclude(status=Status.MERGED)
    same = alike | same_order & ~Q(conversation__order_number="") | Q(forth) | Q(back)
    return rows.exclude(id=OuterRef("pk")).filter(same)
