"""What a customer fills in on their own page: a message in their conversation, and the step is done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from zhoudao.conduct.flows.commands.tasks import complete_task
from zhoudao.conduct.flows.forms import read_form
from zhoudao.conduct.flows.models import MOVING, Task
from zhoudao.conduct.flows.queries.asked import node_of
from zhoudao.conduct.flows.queries.tasks import FieldView, fields_of
from zhoudao.conduct.flows.refusals import RunNotMoving, TaskAlreadyDone, TaskNotFound
from zhoudao.engines.bpmn.graph import Node
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Inbound, Upload, receive_message


@frozen
class Answer:
    """A form sent in: `form_id` is its own, so that sending it twice is one answer; `signed` are names typed."""

    form_id: UUID
    given: Mapping[str, Any]
    uploads: Mapping[str, Sequence[Upload]]


def answer_as_customer(*, case: Case, task_id: UUID, answer: Answer, language: str, at: datetime) -> None:
    """This will keep what the customer filled in as their message, with their papers, and walk the flow on.

    The flow learns what was chosen, and of papers and signatures that they are there; the rest is the message's.
    Call it outside a transaction, as `receive_message`.

    Raises: TaskNotFound, TaskAlreadyDone, RunNotMoving, FormIncomplete, MessageTooLong, AttachmentRefused, KeyReused,
    StillInFlight
    """
    node = _step(case, task_id)
    values = _values(node, answer)
    read_form(node.step.form, values)
    if case.conversation is not None:
        receive_message(inbound=_inbound(case, node, answer, language), at=at)
    complete_task(task_id=task_id, result=values, by=By(f"customer:{case.customer_id}"), at=at)


def _step(case: Case, task_id: UUID) -> Node:
    rows = Task.objects.filter(id=task_id, object_id=case.id, object_type="case", added_to=None)
    task = rows.select_related("run").first()
    if task is None or not (node := node_of(task)).step.asks:
        raise TaskNotFound
    if task.completed_at or task.cancelled_at:
        raise TaskAlreadyDone
    if task.run.status not in MOVING:
        raise RunNotMoving
    return node


def _values(node: Node, answer: Answer) -> dict[str, Any]:
    there = {field.name: bool(answer.uploads.get(field.name)) for field in node.step.form if field.type == "file"}
    there |= {field.name: bool(_name(answer, field.name)) for field in node.step.form if field.type == "signature"}
    return {**answer.given, **there}


def _name(answer: Answer, field: str) -> str:
    return str(answer.given.get(field) or "").strip()


def _inbound(case: Case, node: Node, answer: Answer, language: str) -> Inbound:
    assert case.conversation is not None  # looked at by the caller
    lines = [_line(field, answer) for field in fields_of(node.step.form, language)]
    return Inbound(
        channel=case.conversation.channel.code,
        external_id=f"asked/{answer.form_id}",
        text="\n".join([pick(node.step.text, language) or node.name, *filter(None, lines)]),
        uploads=[upload for files in answer.uploads.values() for upload in files],
        conversation_id=case.conversation_id,
        customer_id=case.conversation.customer_id,
    )


def _line(field: FieldView, answer: Answer) -> str:
    said = _said(field, answer)
    return f"{field.label}: {said}" if said else ""


def _said(field: FieldView, answer: Answer) -> str:
    if field.type == "file":
        return ", ".join(upload.name for upload in answer.uploads.get(field.name, ()))
    if field.type in ("boolean", "confirm"):
        return _("yes") if answer.given.get(field.name) else ""
    if field.type == "signature":
        name = _name(answer, field.name)
        return _("signed: %(name)s") % {"name": name} if name else ""
    given = answer.given.get(field.name)
    chosen = given if isinstance(given, list) else [given]
    return ", ".join(field.words.get(str(one), str(one)).strip() for one in chosen if one not in (None, ""))
