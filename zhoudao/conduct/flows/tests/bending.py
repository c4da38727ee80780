"""Bending in tests: who does it, at which open step, why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhoudao.conduct.flows import bends
from zhoudao.conduct.flows.bends import Why
from zhoudao.conduct.flows.commands.bending import repeat_step, skip_step
from zhoudao.conduct.flows.commands.bent_tasks import Doer, Wanted, add_step, move_step_date, reassign_step
from zhoudao.conduct.flows.commands.unbending import undo_bend
from zhoudao.conduct.flows.models import Bend, Run, Task
from zhoudao.conduct.flows.tests.bench import Bench
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.marking import load
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.ground.accounts.viewer import Viewer

WHY = Why("customer_wish", "王小姐 13800138000 不想再等")


@dataclass
class Bender:
    """Somebody of the cast who bends the bench's case."""

    bench: Bench
    run: Run
    name: str = "zhao"

    @property
    def viewer(self) -> Viewer:
        return self.bench.cast.viewer(self.name)

    def skips(self, element: str, given: Mapping[str, Any] | None = None, why: Why = WHY) -> Bend:
        at = self.bench.now
        return skip_step(
            case_id=self.bench.case.id,
            run_id=self.run.id,
            token=self.token(element),
            given=given or {},
            why=why,
            viewer=self.viewer,
            at=at,
        )

    def goes_back(self, element: str, to: str) -> Bend:
        case, token = self.bench.case.id, self.token(element)
        return repeat_step(
            case_id=case, run_id=self.run.id, token=token, element=to, why=WHY, viewer=self.viewer, at=self.bench.now
        )

    def adds(self, element: str, team: str = "after_sales", due_at: datetime | None = None) -> Bend:
        wanted = Wanted("问一下仓库", "请打电话给 13800138000", Doer(self.bench.cast.teams[team].id), due_at)
        task = self.task(element)
        return add_step(
            case_id=self.bench.case.id, task_id=task.id, wanted=wanted, why=WHY, viewer=self.viewer, at=self.bench.now
        )

    def gives(self, element: str, doer: Doer) -> Bend:
        task = self.task(element)
        return reassign_step(
            case_id=self.bench.case.id, task_id=task.id, doer=doer, why=WHY, viewer=self.viewer, at=self.bench.now
        )

    def moves(self, element: str, due_at: datetime) -> Bend:
        case, task = self.bench.case.id, self.task(element)
        return move_step_date(
            case_id=case, task_id=task.id, due_at=due_at, why=WHY, viewer=self.viewer, at=self.bench.now
        )

    def undoes(self, bend: Bend) -> Bend:
        return undo_bend(case_id=self.bench.case.id, bend_id=bend.id, viewer=self.viewer, at=self.bench.now)

    def task(self, element: str) -> Task:
        """The flow's own newest task of an element."""
        return Task.objects.filter(run=self.run, element=element, added_to=None).latest("opened_at", "id")

    def token(self, element: str) -> int:
        """The open token at an element; one that was open before when there is none now."""
        self.run.refresh_from_db()
        graph = version_of(self.run.version_id).graph
        open_now = waiting(graph, load(graph, bytes(self.run.marking)))
        return next((each.token.id for each in open_now if each.node.id == element), 0)


def a_bender(bench: Bench, lines: str, *, name: str = "zhao", inputs: str = "") -> Bender:
    """The flow is live, the case walks it, and limits are as shipped."""
    bends.ensure_default_limits()
    bench.deploy(lines, inputs=inputs)
    return Bender(bench, bench.opens(), name)
