"""What an after-sales case is about: its returns, exchanges and repairs, as its flow sees them."""

from datetime import datetime
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import ReturnRequest, State
from zhoudao.rooms.aftersales.queries.of_cases import returns_of_case
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.repairs.kinds import OVER
from zhoudao.rooms.repairs.kinds import State as RepairState
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.queries.of_cases import repairs_of_case

REPAIR = "repair"
_CAUSES = {
    Reason.QUALITY: "product",
    Reason.NOT_AS_DESCRIBED: "information",
    Reason.WRONG_ITEM: "service",
    Reason.MISSING: "service",
    Reason.DAMAGED: "logistics",
    Reason.LOST: "logistics",
    Reason.LATE: "logistics",
    Reason.PRICE_FELL: "billing",
}  # everything else is the customer's own
# everything else got its answer
_OUTCOMES = {State.REFUNDED: "solved", State.REPLACED: "solved", State.EXPIRED: "no_answer"}


@frozen
class Matter:
    """One of them: its kind and where it stands, in its room's words; `outcome` and `cause` are what a case ends with
    that is about nothing else.
    """

    kind: str
    state: str
    is_open: bool
    asked_at: datetime
    outcome: str
    cause: str


def matters_of(case_id: UUID) -> list[Matter]:
    """All of them, those that are open first, then the newest (two statements)."""
    returns = [_of_return(one) for one in returns_of_case(case_id)]
    found = returns + [_of_repair(one) for one in repairs_of_case(case_id)]
    return sorted(found, key=lambda one: (one.is_open, one.asked_at), reverse=True)


def _of_return(one: ReturnRequest) -> Matter:
    outcome, cause = _OUTCOMES.get(State(one.state), "answered"), _CAUSES.get(Reason(one.reason), "customer")
    return Matter(one.kind, one.state, one.is_open, one.asked_at, outcome, cause)


def _of_repair(one: Repair) -> Matter:
    state = RepairState(one.state)
    outcome = "solved" if state == RepairState.CLOSED else "answered"
    return Matter(REPAIR, state.value, state not in OVER, one.asked_at, outcome, "product")
