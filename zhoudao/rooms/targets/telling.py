"""Who hears that a target is missed, and of improvements. Several misses of one count are one notice."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.ground.notices.commands import Bundle, News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.rooms.targets.models import Improvement, Report, Shortfall
from zhoudao.rooms.teamwork.leads import leads_of, leads_of_store

ALARMS, REPORTS = "/desk/figures/alarms/", "/desk/figures/reports/"
_QUARTER = 15
KINDS = (
    Kind(
        "target_missed",
        _("A figure of what I lead misses its target"),
        _("%(figure)s misses its target (%(place)s)"),
        default="both",
        many=_("%(count)s figures miss their targets, the last of them %(figure)s (%(place)s)"),
    ),
    Kind("improvement", _("I am to improve a figure"), _("%(by)s: something to improve for %(figure)s, for you to do")),
    Kind("improvement_late", _("An improvement is late"), _("Late: an improvement for %(figure)s")),
    Kind(
        "figures_report",
        _("A report of figures I asked for"),
        _("Report of figures: %(place)s, %(first)s – %(last)s"),
        default="both",
    ),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def tell_missed(row: Shortfall, *, at: datetime) -> None:
    """This will tell whoever leads all of the store, or of the company whoever leads everywhere, and who set it."""
    target = row.target
    people = leads_of_store(target.store_id) if target.store_id else leads_of(None, None)
    begins = at.replace(minute=at.minute // _QUARTER * _QUARTER, second=0, microsecond=0)
    bundle = Bundle(str(row.id), ALARMS, begins + timedelta(minutes=_QUARTER))
    news = News("target_missed", f"target_missed:{begins:%Y%m%d%H%M}", page_of(row), _named(row), bundle=bundle)
    notify(news, people | {target.set_by_id}, at=at)


def tell_improvement(one: Improvement, *, by: Viewer, at: datetime) -> None:
    """This will tell somebody what is theirs to do, unless they took it themselves."""
    named = {**_named(one.shortfall), "by": by.name}
    news = News("improvement", f"improvement:{one.id}", page_of(one.shortfall), named)
    notify(news, {one.owner_id} - {by.user_id}, at=at)


def tell_late(one: Improvement, *, at: datetime) -> None:
    """This will tell its owner, and who gave it, that it is late."""
    news = News("improvement_late", f"improvement_late:{one.id}", page_of(one.shortfall), _named(one.shortfall))
    notify(news, {one.owner_id, one.added_by_id}, at=at)


def tell_report(report: Report, readers: Collection[UUID], *, at: datetime) -> None:
    """This will tell these people that it is there, once."""
    place = dict(report.store.names) if report.store else clock.company()
    named = {"place": place, "first": report.first_date.isoformat(), "last": report.last_date.isoformat()}
    notify(News("figures_report", f"figures_report:{report.id}", f"{REPORTS}{report.id}/", named), readers, at=at)


def page_of(row: Shortfall) -> str:
    """Where the alarm is looked at."""
    return f"{ALARMS}{row.id}/"


def _named(row: Shortfall) -> Mapping[str, Any]:
    store = row.target.store
    return {"figure": row.target.metric, "place": dict(store.names) if store else clock.company()}
