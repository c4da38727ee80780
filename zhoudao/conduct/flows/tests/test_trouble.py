"""What refuses, fails or cannot be worked out: the flow's own error path, or an incident a person tries again."""

import pytest

from zhoudao.conduct.flows.commands import cancel_run, deploy_flow, retry_incident
from zhoudao.conduct.flows.models import Incident, Run, RunStatus, Task
from zhoudao.conduct.flows.refusals import FlowNotSound, IncidentNotOpen
from zhoudao.conduct.flows.registry import Call
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench, commands, facts_of
from zhoudao.rooms.cases.models import Case

pytestmark = pytest.mark.django_db
CHARGE = """
    start s
    service charge command=money.charge
    boundary no host=charge error=CardRefused
    user call
    user ship
    end e
    s -> charge -> ship -> e
    no -> call -> e
"""


class CardRefused(Exception):
    """The bank says no."""


class Bank:
    """A command that does as told; it writes to the case before it fails."""

    refusals = (CardRefused,)

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.calls = 0

    def __call__(self, call: Call) -> None:
        self.calls += 1
        Case.objects.filter(id=call.object_id).update(subject="charged")
        if self.trouble:
            raise self.trouble


def test_a_named_refusal_goes_the_flows_own_way_and_undoes_what_was_written(bench: Bench) -> None:
    bank = Bank()
    bank.trouble = CardRefused()
    with commands(money__charge=bank):
        bench.deploy(CHARGE)
        run = bench.opens()
    bench.case.refresh_from_db()
    assert bench.open_elements() == ["call"]
    assert (bench.case.subject, run.status) == ("", RunStatus.RUNNING)
    assert facts_of(run) == ["RunStarted", "StepCompleted no", "TaskOpened call"]


def test_anything_else_is_an_incident_and_a_retry_goes_on(bench: Bench) -> None:
    bank = Bank()
    bank.trouble = ZeroDivisionError("division by zero")
    with commands(money__charge=bank):
        bench.deploy(CHARGE)
        run = bench.opens()
        incident = Incident.objects.get()
        bench.case.refresh_from_db()
        assert (run.status, incident.element, incident.code) == ("incident", "charge", "ZeroDivisionError")
        assert (bench.open_elements(), bench.case.subject) == ([], "")
        assert not retry_incident(incident_id=incident.id, at=bench.now, by=MANAGER)
        bank.trouble = None
        again = Incident.objects.get(resolved_at=None)
        assert retry_incident(incident_id=again.id, at=bench.now, by=MANAGER)
    run.refresh_from_db()
    assert (run.status, bench.open_elements(), bank.calls) == ("running", ["ship"], 3)
    with pytest.raises(IncidentNotOpen):
        retry_incident(incident_id=again.id, at=bench.now, by=MANAGER)


def test_a_refusal_nothing_catches_is_an_incident_that_names_it(bench: Bench) -> None:
    bank = Bank()
    bank.trouble = CardRefused()
    with commands(money__charge=bank):
        bench.deploy("start s\nservice charge command=money.charge\nend e\ns -> charge -> e")
        bench.opens()
        incident = Incident.objects.get()
        assert incident.code == "refused:CardRefused"
        bank.trouble = None
        assert retry_incident(incident_id=incident.id, at=bench.now, by=MANAGER)
    assert Run.objects.get().status == RunStatus.COMPLETED


def test_a_condition_that_cannot_be_worked_out_never_takes_the_default(bench: Bench) -> None:
    bench.deploy(
        """
        start s
        user ask form=amount
        xor x default=x_small
        user big
        user small
        end e
        s -> ask -> x
        x -> big : amount + 1 > 10
        x => small
        big -> e
        small -> e
        """
    )
    run = bench.opens()
    bench.does("ask", amount="many")
    run.refresh_from_db()
    incident = Incident.objects.get()
    assert (bench.open_elements(), run.status) == ([], RunStatus.INCIDENT)
    assert (incident.element, incident.code) == ("x", "expression-failed")
    assert "amount + 1 > 10" in incident.detail
    assert Task.objects.get(element="ask").completed_at == bench.now


def test_a_stuck_branch_does_not_stop_the_others(bench: Bench) -> None:
    bank = Bank()
    bank.trouble = ValueError("no")
    with commands(money__charge=bank):
        bench.deploy(
            """
            start s
            and p
            service charge command=money.charge
            user pack
            and j
            user ship
            end e
            s -> p
            p -> charge -> j
            p -> pack -> j
            j -> ship -> e
            """
        )
        run = bench.opens()
        bench.does("pack")
        run.refresh_from_db()
        assert run.status == RunStatus.INCIDENT
        bank.trouble = None
        assert retry_incident(incident_id=Incident.objects.get().id, at=bench.now, by=MANAGER)
    assert bench.open_elements() == ["ship"]


def test_a_cancelled_run_leaves_nothing_open(bench: Bench) -> None:
    bank = Bank()
    bank.trouble = ValueError("no")
    with commands(money__charge=bank):
        bench.deploy(CHARGE)
        run = bench.opens()
    cancel_run(run_id=run.id, why="by_hand", at=bench.now, by=MANAGER)
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert not Incident.objects.filter(resolved_at=None).exists()
    assert facts_of(run)[-1] == "RunCancelled"


def test_what_does_not_exist_here_is_named_on_deploy(bench: Bench) -> None:
    with pytest.raises(FlowNotSound) as refused:
        bench.deploy(
            """
            start s
            user a team=nobody done-on=cases.CaseEaten
            service b command=no.such
            rule c decision=no.table
            end e
            s -> a -> b -> c -> e
            """
        )
    found = {(problem.element, problem.code) for problem in refused.value.problems}
    assert found == {("a", "unknown-team"), ("a", "unknown-event"), ("b", "unknown-command"), ("c", "unknown-decision")}


def test_a_file_that_is_no_flow_is_refused_with_a_reason(bench: Bench) -> None:
    with pytest.raises(FlowNotSound) as refused:
        deploy_flow(source=b"<!DOCTYPE x><x/>", by=MANAGER, at=bench.now)
    assert [problem.code for problem in refused.value.problems] == ["unreadable"]
