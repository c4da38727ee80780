"""Suggestions: one's own, those that wait, and how fast they are answered."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q

from zhoudao.conduct.improvement.models import Suggestion
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen

PAGE = 25
PROMISED, LATELY = timedelta(days=14), timedelta(days=365)


@frozen
class Answering:
    """Of the suggestions of a year: how many there were, how many wait, how many waited no longer than two weeks for
    their answer, of how many whose two weeks are over or that are answered.
    """

    made: int
    waiting: int
    in_time: int
    due: int

    @property
    def share(self) -> float | None:
        """The share answered in time; None where none was due."""
        return self.in_time / self.due if self.due else None


def suggestions_of(user_id: UUID | None, *, after: UUID | None) -> tuple[list[Suggestion], UUID | None]:
    """What somebody suggested, newest first, and where the next page goes on (two statements)."""
    return _page(Q(made_by=user_id), after)


def all_suggestions(*, is_waiting: bool, after: UUID | None) -> tuple[list[Suggestion], UUID | None]:
    """Everybody's, newest first; or those that wait (two statements)."""
    return _page(Q(answer="") if is_waiting else Q(), after)


def answering(at: datetime) -> Answering:
    """How fast they are answered (one statement)."""
    in_time = Q(answered_at__lte=F("made_at") + PROMISED)
    found = Suggestion.objects.filter(made_at__gte=at - LATELY).aggregate(
        made=Count("id"),
        waiting=Count("id", filter=Q(answer="")),
        in_time=Count("id", filter=in_time),
        due=Count("id", filter=~Q(answer="") | Q(made_at__lt=at - PROMISED)),
    )
    return Answering(**found)


def _page(which: Q, after: UUID | None) -> tuple[list[Suggestion], UUID | None]:
    rows = Suggestion.objects.filter(which).select_related("made_by", "answered_by", "initiative")
    last = Suggestion.objects.filter(id=after).first() if after else None
    if last is not None:
        rows = rows.filter(beyond("-made_at", last.made_at, last.id))
    found = list(rows.order_by("-made_at", "-id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None
