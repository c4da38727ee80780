"""What the flow pages say back, in the reader's language."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhoudao.conduct.flows.refusals import FormIncomplete
from zhoudao.engines.bpmn.problems import WORDS, Problem
from zhoudao.ground.installation.clock import currency
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money

_REFUSALS: dict[str, LazyText] = {
    "FlowNotFound": gettext_lazy("There is no such flow."),
    "RunNotFound": gettext_lazy("There is no such run."),
    "RunNotMoving": gettext_lazy("This run is over or rests."),
    "TaskNotFound": gettext_lazy("There is no such task."),
    "TaskAlreadyDone": gettext_lazy("This task is done already, or no longer needed."),
    "IncidentNotOpen": gettext_lazy("This was settled already."),
    "FormIncomplete": gettext_lazy("Please correct the marked fields."),
}
KNOWN = frozenset(_REFUSALS)
_FAULTS: dict[str, LazyText] = {
    "missing": gettext_lazy("Please fill this in."),
    "not_number": gettext_lazy("This must be a number."),
    "not_date": gettext_lazy("This must be a date."),
    "not_an_option": gettext_lazy("Please choose one of the list."),
    "undeclared": gettext_lazy("This field is not asked for."),
}
_INCIDENTS: dict[str, LazyText] = {
    "expression-failed": gettext_lazy("An expression could not be worked out"),
    "no-way-on": gettext_lazy("No condition holds and there is no default"),
    "not-yes-or-no": gettext_lazy("A condition gave neither yes nor no"),
    "timer-invalid": gettext_lazy("The time cannot be read"),
    "timer-failed": gettext_lazy("The timer failed six times"),
    "unknown-flow": gettext_lazy("The called flow does not exist"),
    "called-too-deep": gettext_lazy("Flows call one another without end"),
    "endless": gettext_lazy("It goes round without ever waiting"),
}
_UNREADABLE: dict[str, LazyText] = {
    "The document has a DOCTYPE; entities and outside definitions are never read.": gettext_lazy(
        "The document has a DOCTYPE; entities and outside definitions are never read."
    ),
    "The document is larger than 4,000,000 bytes.": gettext_lazy("The file is larger than 4 MB."),
    "The document has too many elements.": gettext_lazy("The file has too many elements."),
    "This cannot be read as XML: it ends too early.": gettext_lazy("This cannot be read as XML: it ends too early."),
}


@frozen
class ProblemLine:
    """One thing to put right in a file."""

    element: str
    name: str
    what: str
    what_to_do: str


def price(cost: Decimal) -> str:
    """A standard cost in the company's currency, as people of the page's language write it."""
    return Money.of(1, currency()).times(cost).format(get_language() or "")


def said(refusal: Exception) -> str:
    """A refusal in words."""
    words = _REFUSALS.get(type(refusal).__name__)
    return str(words) if words else _("That is not possible.")


def faults(refusal: FormIncomplete) -> dict[str, str]:
    """Field name → what is wrong with it."""
    fallback = gettext_lazy("This cannot be read.")
    return {name: str(_FAULTS.get(fault, fallback)) for name, fault in refusal.fields.items()}


def problem_lines(problems: Iterable[Problem]) -> list[ProblemLine]:
    """The problems of a file in words."""
    lines = []
    for problem in problems:
        what, to_do = WORDS[problem.code]
        detail = (
            str(_UNREADABLE.get(problem.detail, problem.detail)) if problem.code == "unreadable" else problem.detail
        )
        lines.append(ProblemLine(problem.element, problem.name, _(what).format(detail=detail), _(to_do)))
    return lines


def incident_word(code: str) -> str:
    """Why a run is stuck."""
    if code.startswith("refused:"):
        return _("Refused, and nothing in the flow catches it: %(name)s") % {"name": code.removeprefix("refused:")}
    words = _INCIDENTS.get(code)
    return str(words) if words else _("The step failed: %(name)s") % {"name": code}
