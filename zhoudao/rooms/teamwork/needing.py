"""What of teamwork still needs a team."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Team
from zhoudao.rooms.teamwork.models import Errand, Macro


def _errands(team: Team) -> Named:
    rows = Errand.objects.filter(team=team, answered_at=None, withdrawn_at=None).order_by("due_at", "id")
    return list(rows.values_list("case__number", flat=True)[: NAMED + 1])


def _macros(team: Team) -> Named:
    rows = Macro.objects.filter(retired_at=None, steps__team=str(team.id)).order_by("title", "id")
    return list(rows.values_list("title", flat=True)[: NAMED + 1])


NEEDS = (
    Need("errands", _("Questions it has not answered"), of_team=_errands),
    Need("macros", _("Macros that hand cases to it"), of_team=_macros),
)
