"""What an event element reacts to or throws."""

from lxml import etree

from zhoudao.engines.bpmn import timers
from zhoudao.engines.bpmn.extensions import BPMN, Fault, attribute
from zhoudao.engines.bpmn.graph import Event, Kind, On
from zhoudao.engines.bpmn.supported import ALLOWED, EVENTS, local
from zhoudao.engines.bpmn.timers import Timer

_REFERENCES = {
    On.MESSAGE: ("messageRef", "message", ("name",)),
    On.ERROR: ("errorRef", "error", ("errorCode", "name")),
    On.ESCALATION: ("escalationRef", "escalation", ("escalationCode", "name")),
}
_TIMES = ("timeDate", "timeDuration", "timeCycle")


def read(element: etree._Element, kind: Kind, root: etree._Element, fault: Fault) -> Event:
    """The event of an event element, or the message of a send or receive task; none for the rest."""
    if kind in (Kind.SEND, Kind.RECEIVE):
        code = _code(element, On.MESSAGE, root)
        if not code and kind is Kind.RECEIVE:
            fault("message-unnamed", "")
        return Event(On.MESSAGE, code)
    if kind not in ALLOWED:
        return Event()
    definitions = [child for child in element if local(child)[0] == BPMN and local(child)[1] in EVENTS]
    on = EVENTS[local(definitions[0])[1]] if definitions else On.NONE
    if on not in ALLOWED[kind] or len(definitions) > 1:
        fault("event-misplaced", on.value if len(definitions) < 2 else "multiple")
        return Event()
    event = _event(definitions[0], element, on, root, fault) if definitions else Event()
    if kind is Kind.START and event.timer and event.timer.expression:
        fault("timer-invalid", event.timer.text)  # nothing is known yet from which to work it out
    return event


def _event(definition: etree._Element, element: etree._Element, on: On, root: etree._Element, fault: Fault) -> Event:
    if on is On.TIMER:
        business = "business" in (attribute(element, "basis"), attribute(definition, "basis"))
        return Event(on, timer=_timer(definition, fault), business=business)
    if on is On.TERMINATE:
        return Event(on)
    code = _code(definition, on, root)
    if not code and on is On.MESSAGE:
        fault("message-unnamed", "")
    return Event(on, code)


def _code(holder: etree._Element, on: On, root: etree._Element) -> str:
    """The agreed name behind a reference: of `errorRef="Error_1"`, that error's code."""
    reference, tag, attributes = _REFERENCES[on]
    wanted = holder.get(reference, "")
    for declared in root.findall(f"{{{BPMN}}}{tag}"):
        if wanted and declared.get("id") == wanted.split(":")[-1]:
            return next((declared.get(name, "") for name in attributes if declared.get(name)), wanted)
    return wanted


def _timer(definition: etree._Element, fault: Fault) -> Timer | None:
    text = next((child.text or "" for child in definition if local(child)[1] in _TIMES), "").strip()
    try:
        return timers.timer(text)
    except timers.TimeUnreadable as error:
        fault("timer-invalid", str(error) or "(empty)")
        return None
