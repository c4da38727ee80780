"""A case of a small shop, flows written as lines, and events that happen when a test says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from zhoudao.conduct.flows import conductor, registry
from zhoudao.conduct.flows.commands import complete_task, deploy_flow
from zhoudao.conduct.flows.models import FlowVersion, Run, Task
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.events import CaseOpened
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.customers.models import Customer

NINE = datetime(2026, 3, 10, 1, tzinfo=UTC)  # nine in the morning in Shanghai, a Tuesday
MANAGER = By("user:manager")
ONE_TASK = """
    start s
    user look team=reception name=查看 text=我们在查看 target=PT4H
    end e
    s -> look -> e
"""


@dataclass
class Bench:
    """One complaint of one customer. `now` moves only when a test says so."""

    cast: Cast
    case: Case
    now: datetime = NINE
    handled: list[str] = field(default_factory=list)

    def deploy(self, lines: str, key: str = "inquiry", inputs: str = "") -> FlowVersion:
        """This will make these lines the live flow of this key."""
        source = bpmn(lines, inputs=inputs).replace(b'<process id="p"', f'<process id="{key}"'.encode())
        return deploy_flow(source=source, by=MANAGER, at=self.now)

    def opens(self) -> Run:
        """The case is opened; returns the run that began."""
        case = self.case
        self.happens(CaseOpened(case.number, case.kind, case.tier, "webchat", "reception"))
        return Run.objects.filter(object_id=case.id, parent=None).latest("started_at", "id")

    def opens_another(self, store: Store, kind: str = "inquiry") -> Run:
        """Another case of another conversation, in this store; returns the run that began."""
        usual, customer = self.case, self.case.customer
        channel = Channel.objects.get(code="webchat")
        talk = Conversation.objects.create(
            channel=channel, customer=customer, store=store, started_at=self.now, last_message_at=self.now
        )
        number = f"C2026-{Case.objects.count() + 1:06}"
        self.case = Case.objects.create(
            number=number,
            kind=kind,
            conversation=talk,
            customer=customer,
            store=store,
            team=usual.team,
            opened_at=self.now,
            updated_at=self.now,
        )
        try:
            return self.opens()
        finally:
            self.case = usual

    def happens(self, fact: Fact, *, actor: str = "system:intake", about: list[About] | None = None) -> Event:
        """A fact is recorded about the case and the conductor hears it."""
        objects = about or [About("case", self.case.id), About("conversation", self.case.conversation_id or uuid7())]
        record(fact, at=self.now, by=By(actor, self.case.store_id), about=objects)
        event = Event.objects.filter(type=fact.name, primary_id=objects[0].id).latest("seq")
        conductor.on_event(event)
        return event

    def later(self, **units: float) -> datetime:
        """This will let time pass."""
        self.now += timedelta(**units)
        return self.now

    def task(self, element: str) -> Task:
        """The newest task of an element."""
        return Task.objects.filter(element=element).latest("opened_at", "id")

    def does(self, element: str, actor: str = "user:wang", **result: Any) -> Task:
        """Somebody does the open task of an element."""
        return self.finishes(Task.objects.get(element=element, completed_at=None, cancelled_at=None), actor, **result)

    def finishes(self, task: Task, actor: str = "user:wang", **result: Any) -> Task:
        """Somebody does this very task."""
        return complete_task(task_id=task.id, result=result, by=By(actor), at=self.now)

    def open_elements(self) -> list[str]:
        """What is to be done now."""
        rows = Task.objects.filter(completed_at=None, cancelled_at=None).order_by("opened_at", "id")
        return list(rows.values_list("element", flat=True))


def a_bench() -> Bench:
    """This will open the shop with one inquiry nobody has yet."""
    cast = company()
    customer = Customer(created_at=NINE)
    key = box.new_key(customer.id)
    key.save(force_insert=True)
    customer.key_id = key.id
    customer.save(force_insert=True)
    channel = Channel.objects.get_or_create(code="webchat", defaults={"kind": "webchat", "store": cast.stores["web"]})[
        0
    ]
    conversation = Conversation.objects.create(
        channel=channel, customer=customer, store=cast.stores["web"], started_at=NINE, last_message_at=NINE
    )
    case = Case.objects.create(
        number="C2026-000001",
        conversation=conversation,
        customer=customer,
        store=cast.stores["web"],
        team=cast.teams["reception"],
        opened_at=NINE,
        updated_at=NINE,
    )
    return Bench(cast, case)


@contextmanager
def commands(**functions: Callable[..., Any]) -> Iterator[None]:
    """For a while only these commands are registered; `refusals` and `arguments` are attributes of the function."""
    with patch.dict(registry._services, clear=True):
        for name, function in functions.items():
            registry.register(
                name.replace("__", "."),
                function,
                arguments=getattr(function, "arguments", ()),
                refusals=getattr(function, "refusals", ()),
            )
        yield


def facts_of(run: Run) -> list[str]:
    """The process log of a run, in order: what, at which element."""
    rows = Event.objects.filter(primary_id=run.id).order_by("seq").values_list("type", "element")
    return [f"{name.split('.')[1]} {element}".strip() for name, element in rows]
