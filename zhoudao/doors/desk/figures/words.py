"""Figures in words, each in its unit, and what the pages of targets say back."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.doors.desk.tags import lasting
from zhoudao.engines.targets import misses
from zhoudao.ground.metrics.definitions import LOWER, Metric
from zhoudao.rooms.targets.models import Target

_REFUSALS: dict[str, LazyText] = {
    "FigureUnknown": gettext_lazy("There is no such figure here, or the store is closed."),
    "NotTheirsToSet": gettext_lazy(
        "Targets of a store are set by who leads all of it, those of the company by who leads everywhere."
    ),
    "NoBetterWay": gettext_lazy("Neither more nor less of this figure is better: it can be watched, not aimed at."),
    "TargetUnsound": gettext_lazy("A share lies between 0 and 100 %, everything else at 0 or above."),
    "RuleUnsound": gettext_lazy("An alarm needs between one and all of the last 1 to 14 days."),
    "ReasonMissing": gettext_lazy("Say in a few words why this is the target."),
    "TargetChanged": gettext_lazy(
        "Somebody else has changed this target meanwhile. It is shown below as it is now; nothing of yours was kept."
    ),
    "ImprovementUnsound": gettext_lazy("Say what is to be done, by whom who reads figures, and until which day."),
    "NotTheirsToDo": gettext_lazy("Only who sets this figure's targets, or who is to do it, may do this."),
    "NoTarget": gettext_lazy("This figure has no target any more."),
}


def said(refusal: Exception) -> str:
    """A refusal in words."""
    words = _REFUSALS.get(type(refusal).__name__)
    return str(words) if words else _("That is not possible.")


def worded(about: Metric, value: float | None) -> str:
    """A value in its unit."""
    if value is None:
        return "—"
    if about.unit == "minutes":
        return lasting(value)
    if about.unit == "share":
        return f"{value * 100:.1f}".removesuffix(".0") + "%"
    if about.is_count:
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:.2f}"


def gap_of(target: Target | None, value: float | None) -> tuple[str, str]:
    """How far a value is from its target: a level (good, bad, none) and words."""
    if target is None or value is None:
        return "none", ""
    about, far = target.about, abs(value - target.value)
    if not misses(target.rule, value):
        return "good", _("met") if not far else _("met, {gap} to spare").format(gap=distance(about, far))
    short = _("{gap} too much") if about.better == LOWER else _("{gap} short")
    return "bad", short.format(gap=distance(about, far))


def distance(about: Metric, far: float) -> str:
    """How far apart two values are: shares in points."""
    if about.unit == "share":
        return _("{n} points").format(n=f"{far * 100:.1f}".removesuffix(".0"))
    return worded(about, far)


def typed(about: Metric, value: float | None) -> str:
    """A value as it stands in a field: minutes, per cent, or the number."""
    if value is None:
        return ""
    return f"{value * 100 if about.unit == 'share' else value:.2f}".rstrip("0").rstrip(".")


def untyped(about: Metric, text: str) -> float | None:
    """What somebody typed into such a field; None where it is no number."""
    try:
        value = float(text.strip().rstrip("%％").replace(",", "."))
    except ValueError:
        return None
    return value / 100 if about.unit == "share" else value


def unit_word(about: Metric) -> str:
    """What a field is filled with."""
    words = {"minutes": _("minutes"), "share": "%", "cases": _("cases a day"), "visits": _("numbers a day")}
    return words.get(about.unit, _("times a day") if about.is_sum else _("per case"))
