"""What is to be known of a calibration: codes with values, said in the language that is active by `said`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Note:
    """`element` is an id of the flow, empty where it is of all; `values` are numbers and names that JSON can carry."""

    code: str
    element: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def said(note: Note, names: Mapping[str, str]) -> str:
    """The note as a sentence; `names` are the steps of the flow by id. Raises: KeyError for a code that is none."""
    values = {**note.values, "step": names.get(note.element) or note.element}
    if note.code == "crew":
        return _crew(values)
    if note.code == "activity-unmapped":
        values["activities"] = ", ".join(note.values["activities"])
    return _words()[note.code].format(**values)


def _crew(values: Mapping[str, Any]) -> str:
    words = ngettext(
        "“{pool}”: {members} person who does the same, {people} at a time over the weeks of the log.",
        "“{pool}”: {members} people who do the same, {people} at a time over the weeks of the log.",
        values["members"],
    ).format(**values)
    if values["at_once"] > 1:
        words += " " + _("Each has up to {at_once} things open side by side.").format(**values)
    return words


def _words() -> dict[str, str]:
    return {
        "arrivals-week": _("Cases come by the hours of the week, as {cases} did in {days} days."),
        "arrivals-day": _("Cases come by the hours of the day, as {cases} did in {days} days: too short for a week."),
        "arrivals-gap": _("Cases come by the time between two, as {cases} did in {days} days: too short for a day."),
        "cases-cut": _("{cases} cases were still open when the log ended and say nothing here."),
        "cases-differ": _("{fitting} of {cases} cases went as the flow allows; the others by the way next to theirs."),
        "beginnings-estimated": _("The log does not say when work began; it was estimated from who was free when."),
        "nobody-named": _(
            "The log names nobody: steps take all of their time by themselves, and people change nothing."
        ),
        "hours-unknown": _("{days} days say nothing of the hours of a week: everybody is there all the time."),
        "activity-unmapped": _("Done, but no step of the flow, and left out: {activities}."),
        "step-unseen": _("“{step}” is never done in the log, and takes no time."),
        "step-alone": _("Nobody is named for “{step}”: it takes all of its time by itself."),
        "way-unseen": _("No case came to the choice {step}: every way is as likely."),
        "event-never": _("When “{step}” comes is not in the log: it is taken never to come."),
        "event-guessed": _("How long “{step}” takes to come is not in the log: none is assumed."),
    }
