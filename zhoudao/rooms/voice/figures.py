"""What became of the questions after solved cases."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.voice.models import Spared


@frozen
class FollowUps:
    """Of the cases resolved since a moment: asked, rated of those, waiting to be asked, and why others were not."""

    asked: int
    rated: int
    planned: int
    spared: list[tuple[str, int]]

    @property
    def share(self) -> float | None:
        """Answered, of the asked."""
        return self.rated / self.asked if self.asked else None


def follow_ups(viewer: Viewer, *, days: int, at: datetime) -> FollowUps:
    """Counted over the cases this viewer may see (one statement)."""
    rows = Case.objects.filter(visible(viewer), resolved_at__gte=at - timedelta(days=days), asking__isnull=False)
    spared = {f"spared_{why}": Count("id", filter=Q(asking__spared=why)) for why in Spared.values}
    counted = rows.aggregate(
        asked=Count("id", filter=Q(asking__asked_at__isnull=False)),
        rated=Count("id", filter=Q(asking__asked_at__isnull=False, rating__isnull=False)),
        planned=Count("id", filter=Q(asking__due_at__isnull=False)),
        **spared,
    )
    why = [(str(words), counted[f"spared_{code}"]) for code, words in Spared.choices]
    return FollowUps(counted["asked"], counted["rated"], counted["planned"], [one for one in why if one[1]])
