"""CONTRACT (being filled in; signatures stay): a comparison in words and pictures, in the language that is active."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from zhoudao.engines.trials.comparison import Comparison


def said(comparison: Comparison, *, measure: str, unit: str = "", period: str = "week") -> list[str]:
    """Sentences for a manager: what is known, what is not, why, what to do next. `measure`: what was measured, in the
    active language ("time to resolution"). `unit`: of times `h` or `d`, of money its currency; shares are given 0 to 1 and
    said in points of a hundred. Pilots and CLI both use it."""


def weekly_picture(comparison: Comparison, *, measure: str) -> SafeString:
    """Pilot and control by week, the start marked."""


def forest_picture(comparisons: Sequence[tuple[str, Comparison]]) -> SafeString:
    """The effect of every measure with its interval, as a share of what would have been; better is on the right."""


def survival_picture(comparison: Comparison, *, measure: str) -> SafeString | None:
    """Share not done yet by time, pilot and control after the start; None where there is no curve."""
