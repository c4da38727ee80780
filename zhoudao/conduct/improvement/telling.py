"""Who hears of the register: owners of what is theirs and late, colleagues of what became of their suggestions."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.improvement.models import Audit, Initiative, Suggestion
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register

REGISTER, SUGGESTIONS = "/desk/register/", "/desk/suggestions/"
KINDS = (
    Kind("initiative", _("I am to improve how work goes"), _("%(by)s: an initiative of yours, “%(title)s”")),
    Kind("initiative_late", _("An initiative of mine is late"), _("Late: “%(title)s”")),
    Kind("audit", _("An audit of mine is due"), _("To be held today: the audit “%(title)s”")),
    Kind("suggestion", _("My suggestion has its answer"), _("Thank you for your suggestion. It has an answer.")),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def tell_owner(one: Initiative, *, by: Viewer, at: datetime) -> None:
    """This will tell somebody what is theirs, unless they took it themselves."""
    named = {"by": by.name, "title": one.title}
    news = News("initiative", f"initiative:{one.id}:{one.owner_id.hex[:12]}", page_of(one), named)
    notify(news, {one.owner_id} - {by.user_id}, at=at)


def tell_late(one: Initiative, *, at: datetime) -> None:
    """This will tell its owner that it is late."""
    key = f"initiative_late:{one.id}:{one.due_date.isoformat()}"
    notify(News("initiative_late", key, page_of(one), {"title": one.title}), {one.owner_id}, at=at)


def tell_answered(one: Suggestion, *, at: datetime) -> None:
    """This will thank who suggested something, and tell them that it is answered."""
    notify(News("suggestion", f"suggestion:{one.id}", SUGGESTIONS, {}), {one.made_by_id}, at=at)


def tell_audit(one: Audit, *, at: datetime) -> None:
    """This will tell its owner that it is due."""
    key = f"audit:{one.id}:{one.next_date.isoformat()}"
    notify(News("audit", key, f"{REGISTER}audits/{one.id}/", {"title": one.title}), {one.owner_id}, at=at)


def page_of(one: Initiative) -> str:
    """Where an initiative is looked at."""
    return f"{REGISTER}{one.id}/"
