"""What visits refuse, by name."""

from datetime import datetime


class VisitRefused(Exception):
    """This is not possible for this visit."""


class LineUnknown(VisitRefused):
    """There is no such queue."""


class NeedUnknown(VisitRefused):
    """Choose what it is for."""


class LineClosed(VisitRefused):
    """No numbers are given now; `opens_at` is when, if anybody knows."""

    def __init__(self, opens_at: datetime | None) -> None:
        super().__init__(LineClosed.__doc__)
        self.opens_at = opens_at


class NumberPhoneUnsound(VisitRefused):
    """This is no telephone number."""


class VisitNotFound(VisitRefused):
    """There is no such number."""


class VisitOver(VisitRefused):
    """This number is not in the queue any more."""


class VisitNotCalled(VisitRefused):
    """Call this number first."""


class VisitElsewhere(VisitRefused):
    """Another counter has called this number already."""


class StillServing(VisitRefused):
    """Finish the number at your counter first."""


class NobodyWaits(VisitRefused):
    """Nobody waits for what you serve."""


class CounterUnnamed(VisitRefused):
    """Say at which counter you stand."""


class StepUnknown(VisitRefused):
    """There is no such step of this visit."""


class NeedUnsound(VisitRefused):
    """A need has a name, one letter of its own, and at most eight steps; at most twelve are offered."""


class CodeWrong(VisitRefused):
    """This code is wrong, used or too old."""
