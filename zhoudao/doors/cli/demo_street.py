"""A street of shops in which people complain and ask: each case is lived whole, from its first word to its last.

One case is one transaction. All of it goes through the commands people use, at the moments they would have used them;
the conductor walks its flow, whichever version is live in its shop. Nobody but them hears of it (`eventlog.past`): no
line is served, nobody is called, nothing is sent, and no clock ever finds it half way.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows.commands import complete_task, fire_timer
from zhoudao.conduct.flows.models import MOVING, Task, Timer
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.past import Hearers, Told
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.commands import hushed
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.closing import GRACE, close_after_grace, resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.voice.commands import rate_case

Done = TypeVar("Done")
HEARERS: Hearers = {
    "cases": ("conversations.MessageReceived", "conversations.ReplySent"),
    "flows": (),
    "effort": (),
}


@frozen
class Matter:
    """What somebody wants: `key` names it for good, `who` is the same for whoever comes again."""

    key: str
    kind: str
    store: str
    says: str
    opened_at: datetime
    who: str = ""
    name: str = ""


class Life:
    """One case while it is lived. `moment` is its present and only goes on; what the clock would have done meanwhile
    (timers of its flow, the end of its grace) is done at its own moment.
    """

    def __init__(self, matter: Matter, rng: Random, told: Told) -> None:
        self.matter, self.rng, self._told = matter, rng, told
        self.moment = matter.opened_at
        self._messages = 0
        self.case_id = self._opened()

    @property
    def case(self) -> Case:
        """As it is now."""
        return Case.objects.get(id=self.case_id)

    def task(self) -> Task | None:
        """The step of its flow that is to be done next."""
        rows = Task.objects.filter(object_id=self.case_id, completed_at=None, cancelled_at=None)
        return rows.order_by("opened_at", "id").first()

    def at(self, moment: datetime) -> datetime:
        """This will let time pass until then; returns when that is, never before what happened already."""
        until = max(self.moment, moment)
        timers = Timer.objects.filter(run__object_id=self.case_id, run__status__in=MOVING, due_at__lte=until)
        while timer := timers.order_by("due_at", "id").first():
            self._ends_grace(timer.due_at)
            fire_timer(timer.id, timer.due_at)
            self._told.tell()
        self._ends_grace(until)
        self.moment = until
        return until

    def after(self, **units: float) -> datetime:
        """This will let so much time pass."""
        return self.at(self.moment + timedelta(**units))

    def does(self, done: Done) -> Done:
        """This will have everybody hear of what a command just did; returns what it returned."""
        self._told.tell()
        return done

    def writes(self, words: str) -> UUID:
        """The customer writes; returns the conversation."""
        self._messages += 1
        matter = self.matter
        inbound = Inbound(
            channel="webchat",
            external_id=f"{matter.key}-{self._messages}",
            claims=[Claim("visitor", matter.who or matter.key, scope="webchat")],
            name=matter.name,
            text=words,
            kind=matter.kind,
            store=matter.store,
            is_new_topic=self._messages == 1,
        )
        received = receive_message(inbound=inbound, at=self.moment)
        self._told.tell()
        return received.conversation_id

    def answers(self, words: str, viewer: Viewer, *, expects_answer: bool = True) -> None:
        """A colleague answers the customer."""
        given: dict[str, Any] = {"text": words, "viewer": viewer, "at": self.moment, "real_now": self.moment}
        self.does(reply_to_case(case_id=self.case_id, expects_answer=expects_answer, **given))

    def completes(self, task: Task, result: dict[str, Any], viewer: Viewer) -> None:
        """A colleague does a step of its flow."""
        by = By(viewer.actor, task.store_id, element=task.element)
        self.does(complete_task(task_id=task.id, result=result, by=by, at=self.moment))

    def resolves(self, outcome: str, cause: str, viewer: Viewer) -> None:
        """A colleague calls it solved."""
        self.does(resolve_case(case_id=self.case_id, outcome=outcome, cause=cause, viewer=viewer, at=self.moment))

    def rates(self, score: int, comment: str) -> None:
        """The customer says how it was."""
        self.does(rate_case(case_id=self.case_id, score=score, comment=comment, at=self.moment))

    def ends(self) -> None:
        """This will let its grace pass, where it is solved."""
        case = self.case
        if case.status == Status.RESOLVED and case.resolved_at is not None:
            self.at(case.resolved_at + GRACE)

    def _opened(self) -> UUID:
        conversation_id = self.writes(self.matter.says)
        return Case.objects.values_list("id", flat=True).get(conversation_id=conversation_id)

    def _ends_grace(self, until: datetime) -> None:
        case = self.case
        if case.status == Status.RESOLVED and case.resolved_at is not None and case.resolved_at + GRACE <= until:
            close_after_grace(self.case_id, at=case.resolved_at + GRACE)
            self._told.tell()


def live_case(matter: Matter, rng: Random, lives: Callable[[Life], None]) -> Case:
    """This will have `lives` (a function of a Life) lead one case through its life, and see it closed."""
    with transaction.atomic(), hushed():
        life = Life(matter, rng, Told(HEARERS))
        lives(life)
        life.ends()
        return life.case
