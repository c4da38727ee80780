"""What a version must pass before it goes live. Flows do not know who asks: `config/wiring.py` says it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen


@frozen
class Going:
    """A version about to go live: in these stores, or (none) in all. `reason` says why it should, although."""

    version: FlowVersion
    graph: Graph
    stores: frozenset[UUID]
    by: By
    at: datetime
    reason: str = ""


Gate = Callable[[Going], None]
_gates: dict[str, Gate] = {}


def guard(name: str, gate: Gate) -> None:
    """This will have a gate asked of every version that goes live; it refuses by an exception of flows."""
    _gates[name] = gate


def pass_gates(going: Going) -> None:
    """This will ask every gate. Raises: NotReady"""
    for gate in _gates.values():
        gate(going)
