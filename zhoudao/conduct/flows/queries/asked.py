"""What the flow asks the customer, as the customer reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.conduct.flows.models import MOVING, Run, Task
from zhoudao.conduct.flows.queries.tasks import FieldView, fields_of
from zhoudao.conduct.flows.subjects import subject_of
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.graph import Node
from zhoudao.engines.decisions.expressions import ExpressionFailed, evaluate
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick


@frozen
class Ask:
    """One thing that is asked: `known` are values we have already, by field."""

    task_id: UUID
    text: str
    fields: tuple[FieldView, ...]
    known: Mapping[str, Any]
    opened_at: datetime
    due_at: datetime | None


def asked_of(case_id: UUID, language: str) -> list[Ask]:
    """What waits for the customer of this case, oldest first (one statement; two more when something is known)."""
    rows = Task.objects.filter(object_id=case_id, object_type="case", completed_at=None, cancelled_at=None)
    found = rows.filter(added_to=None, run__status__in=MOVING).select_related("run").order_by("opened_at", "id")
    return [_ask(task, node, language) for task in found if (node := node_of(task)).step.asks]


def node_of(task: Task) -> Node:
    """The step of a task whose run was read."""
    return version_of(task.run.version_id).graph.node(task.element)


def _ask(task: Task, node: Node, language: str) -> Ask:
    return Ask(
        task_id=task.id,
        text=pick(node.step.text, language) or task.name,
        fields=fields_of(node.step.form, language),
        known=_known(task.run, node),
        opened_at=task.opened_at,
        due_at=task.due_at,
    )


def _known(run: Run, node: Node) -> dict[str, Any]:
    wanted = {field.name: field.value for field in node.step.form if field.value}
    if not wanted:
        return {}
    facts = {**run.data, **subject_of(run.object_type, run.object_id).facts}
    found = {name: _value(expression, facts) for name, expression in wanted.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(expression: str, facts: Mapping[str, Any]) -> Any:
    try:
        return evaluate(expression, facts)
    except ExpressionFailed:  # what is not known yet is asked
        return None
