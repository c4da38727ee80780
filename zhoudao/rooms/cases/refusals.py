"""Why something cannot be done with a case: anticipated, named, said in words by the doors."""


class CaseRefusal(Exception):
    """Something cannot be done with this case; the docstring is its message."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.__doc__)


class CaseNotFound(CaseRefusal):
    """There is no such case."""


class CaseAlreadyClosed(CaseRefusal):
    """This case is closed."""


class CustomerForgotten(CaseRefusal):
    """This customer was forgotten: nothing is left to answer, and nobody to answer to."""


class CaseNotClosed(CaseRefusal):
    """This case is still open."""


class CaseMerged(CaseRefusal):
    """This case was merged into another one; open that one instead."""


class CaseNotMerged(CaseRefusal):
    """This case is not merged into another one."""


class SurvivorMerged(CaseRefusal):
    """The case it was merged into was itself merged into another; take that one apart first."""


class CaseNotSplit(CaseRefusal):
    """Nothing was split off this case, or it is back already."""


class TeamIsClosed(CaseRefusal):
    """This team is closed; choose another."""


class NotYours(CaseRefusal):
    """This case belongs to another team."""


class ReasonMissing(CaseRefusal):
    """Say why the case is handed over: one of the reasons, and for another reason a few words."""


class TransferNotAllowed(CaseRefusal):
    """Your role does not hand cases over; ask a team lead."""


class OutcomeMissing(CaseRefusal):
    """No case closes without an outcome and a cause."""


class MemberUnavailable(CaseRefusal):
    """This person does not take cases of that team."""


class OutOfOrder(CaseRefusal):
    """This is not your next case; taking it first needs a reason."""


class AtCapacity(CaseRefusal):
    """You hold as many cases as your capacity allows."""


class NothingToSend(CaseRefusal):
    """There is no text to send."""


class NoConversation(CaseRefusal):
    """This case has no conversation to write in."""


class SameCase(CaseRefusal):
    """A case cannot be merged into or linked with itself."""


class MomentPassed(CaseRefusal):
    """The moment to wake up must lie ahead."""


class NoSuchMood(CaseRefusal):
    """Choose how the message sounds."""


class PromiseNotRunning(CaseRefusal):
    """This promise is not running."""


class SettledByResolving(CaseRefusal):
    """This promise is kept by resolving the case."""


class WayUnknown(CaseRefusal):
    """The customer cannot be answered by this way any more; choose another."""


class WayTaken(CaseRefusal):
    """This address is another customer's at this mailbox; join the two first, or choose another way."""


class WayMissing(CaseRefusal):
    """Say how it was done."""


class PromiseNotMissed(CaseRefusal):
    """This promise was not missed."""


class CasesStillOpen(CaseRefusal):
    """Close these cases first."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.__doc__} ({detail})")
        self.detail = detail


class ReasonUnknown(CaseRefusal):
    """Choose one of the reasons."""
