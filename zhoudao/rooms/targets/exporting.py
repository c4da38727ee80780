"""Days of figures as rows of a table, and that somebody took them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.metrics.definitions import daily_metrics
from zhoudao.rooms.targets.events import FiguresExported
from zhoudao.rooms.targets.history import days_of
from zhoudao.rooms.targets.models import Target

HEADER = (
    *(_("Code"), _("Figure"), _("Store"), _("Day"), _("Counted value"), _("Unit"), _("Counted over"), _("Target")),
    *(_("Usual"), _("Usual spread")),
)
Row = Sequence[str | int | float | date | None]


def rows_of_days(store: Store | None, *, since: date, until: date) -> Iterator[Row]:
    """Every figure's days, newest first, with the target in force (two statements). Shares lie between 0 and 1."""
    found = days_of(store.id if store else None, {one.code for one in daily_metrics()}, since=since, until=until)
    targets = {one.metric: one for one in Target.objects.filter(Q(store=store), ended_at=None)}
    place = str(store) if store else ""
    for about in daily_metrics():
        target = targets.get(about.code)
        base = target.base if target else None
        aims = (target.value if target else None, base.middle if base else None, base.spread if base else None)
        for day in reversed(found.get(about.code, ())):
            yield about.code, str(about.title), place, day.day, day.value, about.unit, day.cases, *aims


@transaction.atomic
def note_export(what: str, form: str, rows: int, *, viewer: Viewer, at: datetime) -> None:
    """This will note who took which table."""
    if viewer.user_id is None:
        return
    User.objects.select_for_update().get(pk=viewer.user_id)
    record(FiguresExported(what, form, rows), at=at, by=By(viewer.actor), about=[About("user", viewer.user_id)])
