"""What happens to cases."""

from dataclasses import field
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class CaseOpened(Fact):
    """A customer asked for something new."""

    name: ClassVar[str] = "cases.CaseOpened"
    words: ClassVar = _("Case %(number)s was opened")
    is_quiet: ClassVar[bool] = False
    number: str
    kind: str
    tier: str
    channel: str
    team: str


@frozen
class AcknowledgedInPerson(Fact):
    """No channel carries a confirmation to this customer. `how` is in_person, by_phone or on_page."""

    name: ClassVar[str] = "cases.AcknowledgedInPerson"
    words: ClassVar = _("Receipt was confirmed without a message (%(how)s)")
    how: str


@frozen
class CaseAssigned(Fact):
    """Somebody or another team is responsible now. `how` is push, pull, hand, undone (a hand-over
    taken back), overflow, rules, left (its owner works here no longer) or absent (its owner would be back too late).
    """

    name: ClassVar[str] = "cases.CaseAssigned"
    words: ClassVar = _("The case was given to its owner")
    is_quiet: ClassVar[bool] = False
    owner: str | None
    team: str | None
    previous_owner: str | None
    previous_team: str | None
    how: str


@frozen
class CaseRouted(Fact):
    """What routing decided and from what: `decision` is `engines.routing.written`, `asked` and `rules` what the tables
    were asked with and which version and row answered. `why` says it in one code.
    """

    name: ClassVar[str] = "cases.CaseRouted"
    words: ClassVar = _("Routing: %(why)s")
    why: str
    owner: str | None
    team: str | None
    decision: dict[str, Any]
    rules: dict[str, list[int | None]] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)


@frozen
class CaseStranded(Fact):
    """No rule, no team or nobody for it, however long one waits: a lead has to look."""

    name: ClassVar[str] = "cases.CaseStranded"
    words: ClassVar = _("A team lead was told: %(why)s")
    why: str
    team: str | None


@frozen
class TakenOutOfOrder(Fact):
    """Somebody took a case that was not their next one, and said why."""

    name: ClassVar[str] = "cases.TakenOutOfOrder"
    words: ClassVar = _("Taken out of order: %(reason)s")
    reason: str
    following: str


@frozen
class CaseTransferred(Fact):
    """A person handed the case over to another person or team, or took it from them; `CaseAssigned` beside it says what
    everybody has to know. `transfer` is its row, `reason` a code of `transfers.REASONS`; `is_bounce`: it went back.
    """

    name: ClassVar[str] = "cases.CaseTransferred"
    words: ClassVar = _("Handed over: %(reason)s")
    transfer: str
    reason: str
    owner: str | None
    team: str | None
    previous_owner: str | None
    previous_team: str | None
    is_bounce: bool


@frozen
class CaseClassified(Fact):
    """Kind or tier changed."""

    name: ClassVar[str] = "cases.CaseClassified"
    words: ClassVar = _("The case is now: %(kind)s, %(tier)s")
    kind: str
    tier: str
    previous_kind: str
    previous_tier: str


@frozen
class FirstHumanContact(Fact):
    """A person answered for the first time."""

    name: ClassVar[str] = "cases.FirstHumanContact"
    words: ClassVar = _("A colleague answered for the first time")
    is_quiet: ClassVar[bool] = False
    member: str


@frozen
class CaseWaiting(Fact):
    """It is the customer's turn."""

    name: ClassVar[str] = "cases.CaseWaiting"
    words: ClassVar = _("Waiting for the customer")
    is_quiet: ClassVar[bool] = False


@frozen
class CaseAnswered(Fact):
    """Its customer has the answer by rule, without a person: nobody owes them one."""

    name: ClassVar[str] = "cases.CaseAnswered"
    words: ClassVar = _("Answered by rule")
    is_quiet: ClassVar[bool] = False


@frozen
class CaseResumed(Fact):
    """It is our turn again. `why` is customer_wrote, woken, kept_open, not_arrived, merged or unmerged."""

    name: ClassVar[str] = "cases.CaseResumed"
    words: ClassVar = _("We are working on it again")
    is_quiet: ClassVar[bool] = False
    why: str


@frozen
class CaseSnoozed(Fact):
    """Put aside until a moment."""

    name: ClassVar[str] = "cases.CaseSnoozed"
    words: ClassVar = _("The case was put aside until %(until)s")
    until: str


@frozen
class CaseResolved(Fact):
    """Solved, with an outcome and a cause; the grace period begins."""

    name: ClassVar[str] = "cases.CaseResolved"
    words: ClassVar = _("The case was resolved")
    is_quiet: ClassVar[bool] = False
    outcome: str
    cause: str
    member: str | None


@frozen
class CaseReopened(Fact):
    """The customer came back within the grace period, or a person opened it again, also by merging an open case into
    it.
    """

    name: ClassVar[str] = "cases.CaseReopened"
    words: ClassVar = _("The case was opened again")
    is_quiet: ClassVar[bool] = False
    why: str


@frozen
class CaseClosed(Fact):
    """Over; a new message opens a new, linked case."""

    name: ClassVar[str] = "cases.CaseClosed"
    words: ClassVar = _("The case was closed")
    is_quiet: ClassVar[bool] = False
    outcome: str
    cause: str


@frozen
class CaseMerged(Fact):
    """Joined into another case."""

    name: ClassVar[str] = "cases.CaseMerged"
    words: ClassVar = _("The case was merged into %(survivor)s")
    is_quiet: ClassVar[bool] = False
    survivor: str


@frozen
class MergeUndone(Fact):
    """Taken apart again."""

    name: ClassVar[str] = "cases.MergeUndone"
    words: ClassVar = _("The merge into %(survivor)s was undone")
    is_quiet: ClassVar[bool] = False
    survivor: str


@frozen
class CaseAbsorbed(Fact):
    """Another case was joined into this one, which owes from now on what that one owed."""

    name: ClassVar[str] = "cases.CaseAbsorbed"
    words: ClassVar = _("Case %(merged)s was merged into this one")
    merged: str
    case_id: str


@frozen
class CaseReleased(Fact):
    """A case that was joined into this one stands for itself again."""

    name: ClassVar[str] = "cases.CaseReleased"
    words: ClassVar = _("Case %(merged)s was taken apart from this one")
    merged: str
    case_id: str


@frozen
class CaseLinked(Fact):
    """Two cases belong together."""

    name: ClassVar[str] = "cases.CaseLinked"
    words: ClassVar = _("Linked with %(target)s")
    target: str
    kind: str


@frozen
class CaseUnlinked(Fact):
    """The note that two cases belong together was taken back."""

    name: ClassVar[str] = "cases.CaseUnlinked"
    words: ClassVar = _("No longer linked with %(target)s")
    target: str


@frozen
class CaseEscalated(Fact):
    """Somebody above should look. `why` is promise_at_risk (a flow's step), nobody_on_call or nobody_reached."""

    name: ClassVar[str] = "cases.CaseEscalated"
    words: ClassVar = _("The case was escalated: %(why)s")
    why: str


@frozen
class OrderStopped(Fact):
    """Its customer wants their money back before the goods left."""

    name: ClassVar[str] = "cases.OrderStopped"
    words: ClassVar = _("Order %(order)s was stopped: the customer wants their money back")
    order: str


@frozen
class OrderTaken(Fact):
    """A colleague took down an order of its customer, as they said it, and placed it."""

    name: ClassVar[str] = "cases.OrderTaken"
    words: ClassVar = _("Order %(order)s was taken down and placed")
    is_quiet: ClassVar[bool] = False
    order: str


@frozen
class MemberPaged(Fact):
    """A person on call was called."""

    name: ClassVar[str] = "cases.MemberPaged"
    words: ClassVar = _("The colleague on call was paged")
    member: str
    rank: int


@frozen
class PagingEnded(Fact):
    """Nobody on call is called any more. `why` is paging_taken, paging_answered or paging_over."""

    name: ClassVar[str] = "cases.PagingEnded"
    words: ClassVar = _("Nobody is paged any more: %(why)s")
    why: str


@frozen
class PromiseMade(Fact):
    """A clock starts."""

    name: ClassVar[str] = "cases.PromiseMade"
    words: ClassVar = _("Promised: %(promise)s by %(due_at)s")
    promise: str
    promise_id: str
    target_minutes: int
    basis: str
    due_at: str


@frozen
class PromiseWarned(Fact):
    """A share of the time is used up."""

    name: ClassVar[str] = "cases.PromiseWarned"
    words: ClassVar = _("%(share)s%% of the time for this promise is used: %(promise)s")
    promise: str
    promise_id: str
    share: int


@frozen
class PromiseKept(Fact):
    """Done in time, or late but done (`late`)."""

    name: ClassVar[str] = "cases.PromiseKept"
    words: ClassVar = _("Promise done: %(promise)s")
    is_quiet: ClassVar[bool] = False
    promise: str
    promise_id: str
    late: bool


@frozen
class PromiseBroken(Fact):
    """Not done by its time."""

    name: ClassVar[str] = "cases.PromiseBroken"
    words: ClassVar = _("Promise missed: %(promise)s")
    is_quiet: ClassVar[bool] = False
    promise: str
    promise_id: str


@frozen
class PromiseSettled(Fact):
    """Somebody said that it was done outside our messages, and how."""

    name: ClassVar[str] = "cases.PromiseSettled"
    words: ClassVar = _("Done by hand: %(promise)s (%(how)s)")
    is_quiet: ClassVar[bool] = False
    promise: str
    promise_id: str
    how: str


@frozen
class PromiseMoved(Fact):
    """Somebody authorised moved the time it is due. `reason` is a code; `taken_back` undoes the last move."""

    name: ClassVar[str] = "cases.PromiseMoved"
    words: ClassVar = _("%(promise)s: due %(due_at)s now")
    is_quiet: ClassVar[bool] = False
    promise: str
    promise_id: str
    due_before: str
    due_at: str
    reason: str


@frozen
class BreachExplained(Fact):
    """The customer is told why a promise was missed."""

    name: ClassVar[str] = "cases.BreachExplained"
    words: ClassVar = _("Why it was missed: %(promise)s (%(reason)s)")
    is_quiet: ClassVar[bool] = False
    promise: str
    promise_id: str
    reason: str


@frozen
class MoodCorrected(Fact):
    """A colleague said how a message of the customer's really sounds."""

    name: ClassVar[str] = "cases.MoodCorrected"
    words: ClassVar = _("A message sounds otherwise than judged: %(was)s → %(mood)s")
    message_id: str
    was: str | None
    mood: str
