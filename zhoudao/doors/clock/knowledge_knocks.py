"""What the clock looks for in the knowledge base: articles whose last day comes near."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db.models import F, Q

from zhoudao.doors.clock.knocks import Knock
from zhoudao.ground.installation.clock import zone
from zhoudao.rooms.knowledge.commands.releases import AHEAD, remind_of_ending
from zhoudao.rooms.knowledge.models import Article

_BATCH = 200


def articles_ending(at: datetime, real: datetime) -> Iterator[Knock]:
    """Articles of whose last day nobody has been told."""
    day = at.astimezone(zone()).date() + AHEAD
    untold = Q(told_for=None) | ~Q(told_for=F("live__valid_until"))
    rows = Article.objects.filter(untold, live__valid_until__lte=day).order_by("live__valid_until", "id")
    for article_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"article {article_id}", partial(remind_of_ending, article_id, at=at)
