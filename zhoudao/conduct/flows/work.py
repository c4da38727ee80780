"""What a run was doing when it got stuck, as JSON, so that a retry does just that again."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from zhoudao.engines.bpmn.effects import CallFlow, Decide, RunCommand
from zhoudao.engines.bpmn.triggers import CommandRefused, Complete, Escalation, Message, Start, TimerDue, Trigger

Automatic = RunCommand | Decide | CallFlow
Work = Trigger | Automatic
_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (Start, Complete, CommandRefused, Escalation, Message, TimerDue, RunCommand, Decide, CallFlow)
}


def to_json(work: Work) -> dict[str, Any]:
    """The work with its kind; moments become ISO text."""
    fields = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(work).items()}
    return {"do": type(work).__name__} | fields


def from_json(stored: dict[str, Any]) -> Work:
    """What `to_json` was given."""
    fields = {name: value for name, value in stored.items() if name != "do"}
    if stored["do"] == TimerDue.__name__ and fields["due"]:
        fields["due"] = datetime.fromisoformat(fields["due"])
    work: Work = _KINDS[stored["do"]](**fields)
    return work


def token_of(work: Work) -> int | None:
    """The token the work is for; none for a start or a message to all."""
    return getattr(work, "token", None)
