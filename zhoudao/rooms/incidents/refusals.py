"""Why something cannot be done with an incident; the doors say it in words."""


class IncidentRefusal(Exception):
    """Something cannot be done; the docstring is its message."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.__doc__)
        self.detail = detail


class IncidentNotFound(IncidentRefusal):
    """There is no such incident."""


class IncidentUntitled(IncidentRefusal):
    """An incident needs a title."""


class IncidentUnsound(IncidentRefusal):
    """Severity, store or part is not one that is offered."""


class IncidentOver(IncidentRefusal):
    """This incident is resolved; open it again first."""


class NotInCharge(IncidentRefusal):
    """Only who leads the incident, or may steer all of them, may do this."""


class StageOutOfOrder(IncidentRefusal):
    """An incident goes from open to contained to resolved, and back to open."""


class AlreadyInIncident(IncidentRefusal):
    """The case is part of another incident that is under way; the detail is its number."""


class NotInIncident(IncidentRefusal):
    """The case is not part of this incident."""


class NoCasesChosen(IncidentRefusal):
    """No case is chosen."""


class PlanTooLong(IncidentRefusal):
    """A plan has at most forty steps."""


class StepNotFound(IncidentRefusal):
    """There is no such step in the plan."""


class RoundNotFound(IncidentRefusal):
    """There is no such message or closing."""


class RoundWordless(IncidentRefusal):
    """Write the text in one language at least."""


class RoundUnderWay(IncidentRefusal):
    """Something is being done to all cases already; wait until it is done."""


class NobodyAffected(IncidentRefusal):
    """No open case is part of this incident."""


class Unreachable(IncidentRefusal):
    """The customer cannot be written to: they are known by no channel that carries messages."""


class ErrandOpen(IncidentRefusal):
    """Another department still owes an answer in this case."""


class ApprovalOpen(IncidentRefusal):
    """An approval in this case is not decided yet."""


class ResolvedAlready(IncidentRefusal):
    """This case is resolved already."""


class SurgeNotFound(IncidentRefusal):
    """There is no such proposal."""


class SurgeDecided(IncidentRefusal):
    """Somebody has decided this already."""


class DismissalWordless(IncidentRefusal):
    """Say in a few words why it is no incident."""


class RiskNotFound(IncidentRefusal):
    """There is no such risk."""


class RiskUnsound(IncidentRefusal):
    """A risk has a title, a flow, a signal and an owner; what is measured has a kind or words."""


class NotResolved(IncidentRefusal):
    """A review is written when the incident is resolved."""


class ReviewWordless(IncidentRefusal):
    """Say what happened."""


class ActionNotFound(IncidentRefusal):
    """There is no such action."""


class ActionUnsound(IncidentRefusal):
    """An action has words, an owner who may read incidents, and a day from today on."""
