"""The commands a flow's service steps may run. Rooms do not know of it: `config/wiring.py` registers them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen


@frozen
class Call:
    """For whom a command runs: the object the flow walks for, the element that asks, the company's time."""

    object_type: str
    object_id: UUID
    run_id: UUID
    by: By
    at: datetime


Function = Callable[..., Mapping[str, Any] | None]


@frozen
class Service:
    """One registered command: `function(call, **arguments)`; its refusals become BPMN errors of their class names."""

    name: str
    function: Function
    arguments: frozenset[str]
    refusals: tuple[type[Exception], ...]


_services: dict[str, Service] = {}


def register(
    name: str, function: Function, *, arguments: Sequence[str] = (), refusals: Sequence[type[Exception]] = ()
) -> None:
    """This will let flows run a command. What it returns is merged into the run's data.

    It must be safe to repeat: after an incident a person tries it again.
    """
    _services[name] = Service(name, function, frozenset(arguments), tuple(refusals))


def service(name: str) -> Service | None:
    """The command of this name."""
    return _services.get(name)


def known_commands() -> dict[str, frozenset[str]]:
    """Every command with the names of its arguments."""
    return {found.name: found.arguments for found in _services.values()}
