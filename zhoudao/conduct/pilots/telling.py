"""Who hears of a pilot that does harm."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.pilots.events import coded
from zhoudao.conduct.pilots.models import Phase, Pilot
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register

HARM = Kind(
    "pilot_harm",
    _("A pilot of mine does harm"),
    _("The pilot “%(pilot)s” does harm: %(outcome)s is worse than chance explains"),
    default="both",
)


def register_kinds() -> None:
    """This will let people choose about it."""
    register(HARM)


def tell_harm(pilot: Pilot, phase: Phase, outcome: str, *, at: datetime) -> None:
    """This will tell its owner, once a phase and outcome."""
    news = News(
        HARM.code, f"pilot_harm:{phase.pk}:{outcome}", f"/desk/pilots/{pilot.id}/",
        {"pilot": {"zh-Hans": pilot.name}, "outcome": coded(outcome)},
    )  # fmt: skip
    notify(news, {pilot.owner_id}, at=at)
