"""The automatic steps of a pass: commands, decisions and called flows, each in its own savepoint."""

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction

from zhoudao.conduct.flows import events
from zhoudao.conduct.flows import work as works
from zhoudao.conduct.flows.models import Run
from zhoudao.conduct.flows.passing import Pass
from zhoudao.conduct.flows.registry import Call, service
from zhoudao.conduct.flows.saving import save
from zhoudao.conduct.flows.versions import Version, live_version
from zhoudao.engines.bpmn.effects import CallFlow, Decide, RunCommand
from zhoudao.engines.bpmn.triggers import CommandRefused, Complete, Escalation, Start, Trigger
from zhoudao.ground.decisions.queries import decide
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By

_DEEPEST = 8
_log = logging.getLogger(__name__)


def feed(this: Pass, *todo: works.Work) -> None:
    """This will do the work and all that follows from it without anybody's help.

    Raises: NotWaiting
    """
    this.todo.extend(todo)
    while this.todo:
        following = this.todo.popleft()
        if isinstance(following, RunCommand | Decide | CallFlow):
            this.tried[following.token] = following
            this.todo.extendleft(reversed(_do(this, following)))
        else:
            this.take(following)


def _do(this: Pass, work: works.Automatic) -> list[Trigger]:
    """What the work answers; nothing when it is stuck or goes on by itself."""
    if isinstance(work, CallFlow):
        return _call(this, work)
    try:
        with transaction.atomic():
            result = _decide(this, work) if isinstance(work, Decide) else _command(this, work)
    except OperationalError:
        raise  # the database's trouble, not the step's: the whole pass is tried again by who began it
    except Exception as error:
        return _failed(this, work, error)
    this.changed_outside()
    return [Complete(work.token, result)]


def _command(this: Pass, work: RunCommand) -> Any:
    found = service(work.command)
    if found is None:
        raise LookupError(f"There is no command {work.command}.")
    by = this.by_element(work.element)
    call = Call(this.run.object_type, this.run.object_id, this.run.id, by, this.at)
    result = found.function(call, **work.args)
    return json.loads(json.dumps(result, default=str)) if result else None


def _decide(this: Pass, work: Decide) -> Any:
    answer = decide(work.decision, work.args)
    this.tell(events.DecisionMade(work.decision, answer.version), work.element)
    return answer.values


def _failed(this: Pass, work: RunCommand | Decide, error: Exception) -> list[Trigger]:
    found = service(work.command) if isinstance(work, RunCommand) else None
    if found and isinstance(error, found.refusals):
        this.changed_outside()
        return [CommandRefused(work.token, type(error).__name__)]
    _log.warning("%s failed in run %s", work.element, this.run.id, exc_info=error)
    this.stuck(work, work.element, type(error).__name__, str(error))
    return []


def _call(this: Pass, work: CallFlow) -> list[Trigger]:
    version = live_version(work.flow, this.run.store_id)
    if version is None or this.run.depth >= _DEEPEST:
        code = "unknown-flow" if version is None else "called-too-deep"
        this.stuck(work, work.element, code, work.flow)
        return []
    inner = Pass(_child(this.run, version, work, this), at=this.at, by=this.by_element(work.element))
    begin(inner, Start())
    return answers(inner)


def _child(run: Run, version: Version, work: CallFlow, this: Pass) -> Run:
    return Run(
        version_id=version.id,
        object_type=run.object_type,
        object_id=run.object_id,
        store_id=run.store_id,
        root_id=run.root_id or run.id,
        parent=run,
        parent_token=work.token,
        depth=run.depth + 1,
        data=dict(work.args),
        marking=b"",
        started_at=this.at,
    )


def begin(this: Pass, start: Start) -> None:
    """This will start a run that is not stored yet, and store it."""
    this.tell(events.RunStarted(this.version.key, this.version.number), by=this.by)
    feed(this, start)
    save(this)


def walk(run: Run, *todo: works.Work, at: datetime, by: By, told: Sequence[tuple[Fact, str]] = ()) -> Pass:
    """This will walk a held run as far as it goes, and its caller's with what it has to say; returns its own pass.

    Raises: NotWaiting
    """
    own = this = Pass(run, at=at, by=by)
    for fact, element in told:
        this.tell(fact, element, by=by)
    feed(this, *todo)
    save(this)
    while run.parent_id and (said := answers(this)):
        run = Run.objects.get(id=run.parent_id)
        this = Pass(run, at=at, by=by)
        feed(this, *said)
        save(this)
    return own


def answers(inner: Pass) -> list[Trigger]:
    """What a called flow's run has to say to its caller's."""
    token = inner.run.parent_token or 0
    said: list[Trigger] = [Escalation(token, code) for code in inner.escalations]
    if inner.ended and inner.error:
        said.append(CommandRefused(token, inner.error))
    elif inner.ended:
        inputs = {entry.name for entry in inner.graph.inputs}
        said.append(Complete(token, {name: value for name, value in inner.run.data.items() if name not in inputs}))
    return said
