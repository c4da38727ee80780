"""Whom a quality notice concerns, and what colleagues are told of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.reach import carrying
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.rooms.quality.models import QualityNotice
from zhoudao.rooms.staff.models import Member

KINDS = (
    Kind("quality_opened", _("A product goes wrong more often"), _("Quality notice %(number)s: %(sku)s"), "both"),
    Kind(
        "quality_yours", _("My team answers a quality notice"), _("Quality notice %(number)s is for your team"), "both"
    ),
    Kind("quality_soon", _("A quality notice is due soon"), _("Due soon: quality notice %(number)s"), "both"),
    Kind("quality_late", _("A quality notice was not answered in time"), _("Late: quality notice %(number)s"), "both"),
)
WRITE = "quality:write"


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def keepers() -> set[UUID]:
    """Who looks after quality in the whole company."""
    rows = Grant.objects.filter(carrying(WRITE), store=None, team=None, user__is_active=True)
    return set(rows.values_list("user_id", flat=True))


def tell_opened(notice: QualityNotice, *, but: UUID | None = None, at: datetime) -> None:
    """This will tell those who look after quality, but not who opened it."""
    _tell("quality_opened", notice, keepers() - {but}, at)


def tell_addressed(notice: QualityNotice, *, but: UUID | None = None, at: datetime) -> None:
    """This will tell the team that answers."""
    _tell("quality_yours", notice, _team(notice) - {but}, at, notice.team_id.hex if notice.team_id else "")


def tell_due(notice: QualityNotice, *, is_late: bool, at: datetime) -> None:
    """This will remind the team that answers, and tell those who look after quality when it is late."""
    people = _team(notice) | keepers()
    _tell("quality_late" if is_late else "quality_soon", notice, people, at, f"{notice.due_at:%Y%m%d%H%M}")


def _team(notice: QualityNotice) -> set[UUID]:
    if notice.team_id is None:
        return set()
    rows = Member.objects.filter(teams=notice.team_id, user__is_active=True)
    return set(rows.values_list("user_id", flat=True))


def _tell(kind: str, notice: QualityNotice, people: Iterable[UUID], at: datetime, more: str = "") -> None:
    attributes = {"number": notice.number, "sku": notice.sku}
    notify(
        News(kind, f"{kind}:{notice.id.hex}:{more}", f"/desk/quality/notices/{notice.number}/", attributes),
        people,
        at=at,
    )
