"""Which events the conductor listens to; a step's `zd:done-on` may name any of them."""

from zhoudao.ground.eventlog.facts import known_facts
from zhoudao.rooms.cases import events as case_events
from zhoudao.rooms.conversations import events as conversation_events

_ROOMS = (case_events, conversation_events)
_NOISE = "cases.Promise"  # clocks tick often and no step waits for them

TYPES: tuple[str, ...] = (
    *sorted(
        name
        for name, fact in known_facts().items()
        if fact.__module__ in {room.__name__ for room in _ROOMS} and not name.startswith(_NOISE)
    ),
    "flows.MessageSent",
)
