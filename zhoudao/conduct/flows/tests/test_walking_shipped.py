"""Every shipped flow is sound, speaks three languages to the customer, and is walked to its end on every way."""

from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import pytest

from zhoudao.conduct.flows.commands import complete_task, ensure_shipped_flows, fire_timer, problems_of, start_run
from zhoudao.conduct.flows.commands.deploying import SHIPPED
from zhoudao.conduct.flows.commands.running import deliver_message
from zhoudao.conduct.flows.heard import ORDER_FLOW
from zhoudao.conduct.flows.models import FlowVersion, Run, RunStatus, Task, Timer
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.graph import Field, Kind, On
from zhoudao.engines.bpmn.parse import parse
from zhoudao.ground.accounts.tests.cast import TEAMS
from zhoudao.ground.decisions.queries import published_keys
from zhoudao.kit.languages import FALLBACK
from zhoudao.rooms.aftersales.models import OPEN, ReturnRequest, State
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.repairs.kinds import OVER as REPAIRED
from zhoudao.rooms.repairs.kinds import State as RepairState
from zhoudao.rooms.repairs.models import Device, Repair

pytestmark = pytest.mark.django_db
KEYS = sorted(file.stem for file in SHIPPED.glob("*.bpmn"))
LANGUAGES = {FALLBACK, "zh-Hant", "en"}
BY_BOOKING = "call_back"  # the booking says who calls, and until when
PROMISED = {"call_back"}  # by whom and until when is agreed with the customer
MESSAGES = ["customer.replied", "case.resolved", "case.reopened"]
RARE = {"orders.HoldOpened", "orders.OrderCancelled", "orders.OrderCompleted"}  # they interrupt whatever is done
MOST_TURNS, MOST_STEPS = 60, 120


@pytest.fixture
def shipped(bench: Bench) -> Bench:
    ensure_default_tables(bench.now)
    ensure_shipped_flows(bench.now)
    return bench


def test_each_of_them_is_live_once_set_up(shipped: Bench) -> None:
    assert sorted(FlowVersion.objects.filter(is_live=True).values_list("key", flat=True)) == KEYS
    assert {"cases.routing", "cases.tier"} <= published_keys()


@pytest.mark.parametrize("key", KEYS)
def test_it_is_sound_and_named_as_its_file(shipped: Bench, key: str) -> None:
    source = (SHIPPED / f"{key}.bpmn").read_bytes()
    assert (parse(source).id, problems_of(source)) == (key, [])


@pytest.mark.parametrize("key", KEYS)
def test_words_for_people_are_there_in_three_languages(key: str) -> None:
    graph = parse((SHIPPED / f"{key}.bpmn").read_bytes())
    halves = [
        node.id
        for node in graph.nodes
        for words in (
            node.step.text,
            node.step.instructions,
            *(field.label for field in node.step.form),
            *(said for field in node.step.form for said in field.words.values()),
        )
        if words and set(words) != LANGUAGES
    ]
    assert halves == []
    if not key.startswith("exception_"):
        assert any(node.step.text for node in graph.nodes)


@pytest.mark.parametrize("key", KEYS)
def test_every_way_leads_to_an_end_and_every_step_is_reached(shipped: Bench, key: str) -> None:
    graph = version_of(FlowVersion.objects.get(key=key).id).graph
    aside = {node.index for node in graph.nodes if node.kind in (Kind.BOUNDARY, Kind.END)}
    aside |= {graph.flows[flow].target for node in aside for flow in graph.nodes[node].outgoing}
    missing = {node.id for node in graph.nodes if node.index not in aside}
    for turn, answers in product(range(MOST_TURNS), (True, False)):
        run = walked(shipped, key, Random(f"{key} {turn}"), answers=answers)
        assert run.status == RunStatus.COMPLETED, (key, turn, answers)
        missing -= {graph.nodes[index].id for index in run.passed}
        if not missing and turn:
            break
    assert missing == set()


def test_the_repair_takes_twelve_steps_before_and_five_after() -> None:
    counts = {}
    for key in ("repair_before", "repair_after"):
        graph = parse((SHIPPED / f"{key}.bpmn").read_bytes())
        counts[key] = sum(node.kind is Kind.USER for node in graph.nodes)
    assert counts == {"repair_before": 12, "repair_after": 5}


@pytest.mark.parametrize("key", KEYS)
def test_every_step_of_a_person_says_who_until_when_at_what_cost_and_how(key: str) -> None:
    graph = parse((SHIPPED / f"{key}.bpmn").read_bytes())
    steps = [node for node in graph.nodes if node.kind is Kind.USER]
    teams = set(TEAMS)
    lacking = [
        node.id
        for node in steps
        if not ((node.step.team and node.step.target) or key == BY_BOOKING)
        or not (node.step.cost and node.step.instructions)
        or any(set(field.options) - set(field.words) - teams for field in node.step.form)
    ]
    assert lacking == []


def test_orders_take_eight_manual_steps_before_and_five_now_of_which_two_are_exceptions() -> None:
    counts = {}
    for key in ("fulfilment_before", "order_fulfilment"):
        graph = parse((SHIPPED / f"{key}.bpmn").read_bytes())
        counts[key] = sum(node.kind is Kind.USER for node in graph.nodes)
    assert counts == {"fulfilment_before": 8, "order_fulfilment": 5}


def stand_somewhere(bench: Bench, rng: Random, *, asks: bool, of: str = "") -> None:
    """The case is about a return or a repair that stands anywhere, or about none."""
    ReturnRequest.objects.all().delete()
    Repair.objects.all().delete()
    if not asks or rng.random() < 0.2:
        return
    bench.case.kind = "after_sales"
    bench.case.save()
    about = {"store_id": bench.case.store_id, "customer": bench.case.customer, "conversation": bench.case.conversation}
    about |= {"key": UUID(int=1), "asked_at": bench.now}
    if of == "repair_after" or (of == "after_sales" and rng.random() < 0.4):
        state, now = rng.choice(RepairState.values), bench.now
        made = {"store_id": bench.case.store_id, "customer": bench.case.customer, "registered_at": now}
        device = Device.objects.first() or Device.objects.create(sku="WM-8", name="洗衣机", **made)
        over = {"state": state, "closed_at": now if state in REPAIRED else None}
        Repair.objects.create(number="W-1", device=device, symptom="leak", currency="CNY", **over, **about)
        return
    state, back = rng.choice(State.values), ["return_refund", "refund_only"]
    kind = rng.choice({"return": back, "exchange": ["exchange", "reship"]}.get(of, [*back, "exchange", "reship"]))
    over = {"state": state, "closed_at": None if state in OPEN else bench.now}
    order, why = Order.objects.first() or placed(), {"reason": "no_reason", "policy_version": 1}
    ReturnRequest.objects.create(number="R-1", order=order, kind=kind, **why, **over, **about)


def walked(bench: Bench, key: str, rng: Random, *, answers: bool) -> Run:
    """One run for the bench's case: forms are filled by chance, the customer answers or does not."""
    asks = any(one.name == "aftersales_state" for one in version_of(FlowVersion.objects.get(key=key).id).graph.inputs)
    stand_somewhere(bench, rng, asks=asks, of=key)
    run = start_run(key=key, object_type="case", object_id=bench.case.id, data={}, at=bench.now, by=MANAGER)
    for _ in range(MOST_STEPS):
        run.refresh_from_db()
        if asks and rng.random() < 0.3:
            stand_somewhere(bench, rng, asks=True, of=key)
        if run.status != RunStatus.RUNNING:
            break
        bench.later(minutes=5)
        if inputs := version_of(run.version_id).graph.inputs:
            known = {one.name: rng.choice([0, 2]) for one in inputs if one.type == "number"}
            Run.objects.filter(id=run.id).update(data=run.data | known)
        go_on(bench, run, rng, answers=answers)
    return run


def go_on(bench: Bench, run: Run, rng: Random, *, answers: bool) -> None:
    """The next thing that can happen: a person does a step, somebody writes, a moment comes."""
    tree = [run.id, *Run.objects.filter(root=run).values_list("id", flat=True)]
    task = Task.objects.filter(run__in=tree, completed_at=None, cancelled_at=None).first()
    if task is not None:
        fields = version_of(task.run.version_id).graph.node(task.element).step.form
        filled = {field.name: value_for(field, rng) for field in fields}
        complete_task(task_id=task.id, result=filled, by=MANAGER, at=bench.now)
        return
    nodes = version_of(run.version_id).graph.nodes if version_of(run.version_id).key == ORDER_FLOW else ()
    heard = [*MESSAGES, *sorted({node.event.code for node in nodes if node.event.on is On.MESSAGE})]
    for message in sorted(rng.sample(heard, len(heard)), key=lambda one: one in RARE and rng.random() < 0.8):
        if (answers or not has_timer(tree)) and deliver_message(run, message, at=bench.now, by=MANAGER):
            return
    timer = Timer.objects.filter(run__in=tree).earliest("due_at")
    bench.now = max(bench.now, timer.due_at)
    fire_timer(timer.id, bench.now)


def has_timer(tree: list[Any]) -> bool:
    return Timer.objects.filter(run__in=tree).exists()


def value_for(field: Field, rng: Random) -> object:
    """Something that fits."""
    if field.options:
        return rng.choice(field.options)
    ticked = rng.choice(["on", "on" if field.required else ""])
    fitting = dict.fromkeys(("boolean", "confirm", "signature", "file"), ticked) | {"date": "2026-05-01"}
    fitting["number"] = rng.choice(["5", "50", "5000"])
    return fitting.get(field.type, "…")
