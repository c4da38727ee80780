"""Whose turn it is in a case, as its customer reads it."""

from datetime import datetime

from django.utils.translation import gettext as _

from zhoudao.doors.portal.progress.moments import moment
from zhoudao.rooms.cases.models import Case, Status

SOLVED = (Status.RESOLVED, Status.CLOSED)


def turn_of(case: Case, *, is_asked: bool = False) -> str:
    """Whose turn it is: yours, ours, or solved."""
    if case.status in SOLVED:
        return "solved"
    return "yours" if is_asked or case.status == Status.WAITING else "ours"


def turn_words(case: Case, now: datetime, *, is_asked: bool = False) -> str:
    """The same as a sentence; `is_asked`: something on the page waits for the customer."""
    if case.status == Status.MERGED:
        return _("We go on with this together with another of our cases.")
    if case.status == Status.CLOSED:
        return _("Solved and closed. If something is left, just write to us again.")
    if case.status == Status.RESOLVED:
        return _("Solved. If something is left, answer us and we go on.")
    if is_asked or case.status == Status.WAITING:
        below = _("It is your turn: please fill in what is asked below.")
        return below if is_asked else _("It is your turn: please answer our last message.")
    if case.status == Status.SNOOZED and case.snoozed_until:
        return _("It is our turn. We come back to it %(when)s.") % {
            "when": moment(case.snoozed_until, now, case.store.zone).near
        }
    return _("It is our turn. You need do nothing.")
