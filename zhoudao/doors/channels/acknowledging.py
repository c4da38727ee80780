"""Telling customers that we have their message: each kind of channel in its own way, or not at all."""

from collections.abc import Callable

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event

Acknowledge = Callable[[Event], None]
_kinds: dict[str, Acknowledge] = {}


def register(kind: str, acknowledge: Acknowledge) -> None:
    """This will have cases that channels of this kind opened acknowledged by `acknowledge`."""
    _kinds[kind] = acknowledge


def subscribe() -> None:
    """This will hear of new cases, once for all kinds."""
    dispatch.subscribe("acknowledgements", ("cases.CaseOpened",), on_event)


def on_event(event: Event) -> None:
    """This will acknowledge a case where its channel's kind does that."""
    acknowledge = _kinds.get(event.attributes["channel"])
    if acknowledge is not None:
        acknowledge(event)
