"""Numbers of goals in words, and what the pages of the register say back."""

from math import isfinite

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.conduct.improvement.models import Initiative
from zhoudao.doors.desk.figures.words import typed, unit_word, untyped, worded
from zhoudao.ground.metrics.definitions import LOWER, Metric
from zhoudao.kit.frozen import frozen

_REFUSALS: dict[str, LazyText] = {
    "InitiativeUnsound": gettext_lazy(
        "An initiative has a title, an owner, and a day from today on within the next two years."
    ),
    "GoalUnsound": gettext_lazy(
        "These numbers cannot be a goal: a share lies between 0 and 100 %, all else at 0 or above."
    ),
    "GoalMissing": gettext_lazy("Before it begins, say what is to be reached: a figure or a few words, and a target."),
    "MeasuresMissing": gettext_lazy("Before it begins, say what is to be done: add at least one measure."),
    "MeasuresOpen": gettext_lazy(
        "Tick what is done, or take away what is not to be done, before the result is looked at."
    ),
    "ResultMissing": gettext_lazy("Note the result first; of this figure no days are counted yet."),
    "DecisionMissing": gettext_lazy("Say what is made of the result, and why."),
    "NotThere": gettext_lazy("It has moved on meanwhile, or is closed. This is how it stands now."),
    "MeasureUnsound": gettext_lazy("A measure has a few words; an initiative has no more than forty."),
    "CaseNotFound": gettext_lazy("There is no such case, or it is not yours to see."),
    "SuggestionUnsound": gettext_lazy("Say in a few words what should be otherwise."),
    "AnsweredAlready": gettext_lazy("This suggestion is answered already."),
    "ReasonMissing": gettext_lazy("Say why not: who suggested it will read it."),
    "RowUnsound": gettext_lazy(
        "Fill in everything that is asked for, with days in order and numbers that can be; say what is not good."
    ),
    "ProgrammeOver": gettext_lazy("This programme is closed; its report stands as it is."),
    "SheetUnsound": gettext_lazy(
        "A sheet has rows with a beginning and an end, or a note, of a day that is not ahead."
    ),
    "InitiativeNotFound": gettext_lazy("Choose the initiative it is part of."),
}


def said(refusal: Exception) -> str:
    """A refusal in words."""
    words = _REFUSALS.get(type(refusal).__name__)
    return str(words) if words else _("That is not possible.")


@frozen
class Aim:
    """A goal for people: what is measured, from where, to where, what was reached, and how far that is (0 to 100).

    `level` is good, bad or none.
    """

    what: str
    baseline: str
    target: str
    result: str
    way: int | None
    level: str


def aim_of(one: Initiative) -> Aim | None:
    """The goal of an initiative; None where none is named."""
    if not (one.metric or one.goal):
        return None
    about = one.about
    what = str(about.title) if about else one.goal or one.metric
    return Aim(
        f"{what} ({one.store})" if one.store_id else what,
        valued(about, one.baseline),
        valued(about, one.target),
        valued(about, one.result),
        _way(one),
        _level(one),
    )


def valued(about: Metric | None, value: float | None) -> str:
    """A number of a goal in its unit."""
    if about is not None or value is None:
        return worded(about, value) if about else "—"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def in_field(about: Metric | None, value: float | None) -> str:
    """A number as it stands in a field."""
    if about is not None:
        return typed(about, value)
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def from_field(about: Metric | None, text: str) -> float | None:
    """A number somebody typed; None where there is none.

    Raises: ValueError (there are words and no number)
    """
    if not text.strip():
        return None
    found = untyped(about, text) if about else _plain(text)
    if found is None or not isfinite(found):
        raise ValueError(text)
    return found


def units(metrics: list[Metric]) -> list[tuple[str, str, str]]:
    """Figures to choose from: code, name, and what a field of theirs is filled with."""
    return sorted(((one.code, str(one.title), unit_word(one)) for one in metrics), key=lambda each: each[1])


def _plain(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _level(one: Initiative) -> str:
    if one.result is None or one.target is None:
        return "none"
    return "good" if _is_reached(one, one.result, one.target) else "bad"


def _is_reached(one: Initiative, result: float, target: float) -> bool:
    lower = one.about.better == LOWER if one.about and one.about.better else target < (one.baseline or 0.0)
    return result <= target if lower else result >= target


def _way(one: Initiative) -> int | None:
    """How much of the way from baseline to target the result went, in per cent."""
    if one.result is None or one.target is None or one.baseline is None or one.target == one.baseline:
        return None
    return round(min(max((one.result - one.baseline) / (one.target - one.baseline), 0.0), 1.0) * 100)
