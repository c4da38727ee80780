"""Flows for tests, written as lines: `user a team=reception`, `a -> b : x > 1`, `a => b` for the default flow."""

import shlex
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "task": "task",
    "user": "userTask",
    "manual": "manualTask",
    "service": "serviceTask",
    "send": "sendTask",
    "receive": "receiveTask",
    "rule": "businessRuleTask",
    "call": "callActivity",
    "sub": "subProcess",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "race": "eventBasedGateway",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
}
ZD = {
    "team",
    "command",
    "decision",
    "result",
    "target",
    "cost",
    "warn",
    "done-on",
    "asks",
    "text",
    "basis",
    "calls",
    "protected",
    "purpose",
    "instructions",
}
TIMES = {"timer": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}


def bpmn(lines: str, *, inputs: str = "", root: str = "") -> bytes:
    """The XML of a process `p`; `inputs` is `name:type name:type`."""
    flows: list[str] = []
    body = "".join(_line(line.strip(), flows) for line in lines.strip().splitlines() if line.strip())
    codes = sorted({code for code in _codes(lines)})
    declared = "".join(
        f'<zd:input name="{name}" type="{kind}"/>' for name, kind in (entry.split(":") for entry in inputs.split())
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zd="https://zhoudao.org/bpmn" id="d">'
        + "".join(f'<{tag} id="{tag}_{code}" {attribute}="{code}"/>' for tag, attribute, code in codes)
        + f'<process id="p" name="P" isExecutable="true"><extensionElements>{declared}</extensionElements>'
        + f"{body}</process>{root}</definitions>"
    ).encode()


def _codes(lines: str) -> list[tuple[str, str, str]]:
    attributes = {"message": "name", "error": "errorCode", "escalation": "escalationCode"}
    words = [word.split("=", 1) for line in lines.splitlines() if "->" not in line for word in shlex.split(line)]
    return [(word[0], attributes[word[0]], word[1]) for word in words if word[0] in attributes and len(word) > 1]


def _line(line: str, flows: list[str]) -> str:
    if line == "}":
        return "</subProcess>"
    if "->" in line or "=>" in line:
        return _flow(line, flows)
    kind, name, *words = shlex.split(line)
    tag = TAGS.get(kind, kind)
    given = {word.partition("=")[0]: word.partition("=")[2] for word in words if word != "{"}
    attributes = {"id": name, "name": given.get("name", name)}
    attributes |= {f"zd:{key}": value for key, value in given.items() if key in ZD}
    attributes |= {"attachedToRef": given["host"]} if "host" in given else {}
    attributes |= {"cancelActivity": "false"} if "soft" in given else {}
    attributes |= {"default": given["default"]} if "default" in given else {}
    attributes |= (
        {"messageRef": f"message_{given['message']}"} if kind in ("send", "receive") and given.get("message") else {}
    )
    text = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    inside = _extension(given) + ("" if kind in ("send", "receive") else _event(given)) + _multi(given)
    return f"<{tag}{text}>{inside}" + ("" if words[-1:] == ["{"] else f"</{tag}>")


def _flow(line: str, flows: list[str]) -> str:
    path, _, condition = line.partition(" : ")
    parts = path.replace("=>", "-> =").split("->")
    found = ""
    for before, after in pairwise(parts):
        source, target = before.strip().lstrip("= "), after.strip().lstrip("= ")
        name = f"{source}_{target}" + ("" if f"{source}_{target}" not in flows else f"_{len(flows)}")
        flows.append(name)
        test = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
        found += f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{test}</sequenceFlow>'
    return found


def _extension(given: dict[str, str]) -> str:
    args = "".join(
        f'<zd:arg name="{name[4:]}">{escape(value)}</zd:arg>' for name, value in given.items() if name[:4] == "arg."
    )
    fields = "".join(f'<zd:field name="{name}"/>' for name in given.get("form", "").split(",") if name)
    return f"<extensionElements>{args}{fields}</extensionElements>" if args or fields else ""


def _event(given: dict[str, str]) -> str:
    for key, tag in TIMES.items():
        if key in given:
            return f"<timerEventDefinition><{tag}>{escape(given[key])}</{tag}></timerEventDefinition>"
    for key in ("message", "error", "escalation"):
        if key in given:
            reference = f' {key}Ref="{key}_{given[key]}"' if given[key] else ""
            return f"<{key}EventDefinition{reference}/>"
    return "<terminateEventDefinition/>" if "terminate" in given else ""


def _multi(given: dict[str, str]) -> str:
    if "multi" not in given and "each" not in given:
        return ""
    sequential = ' isSequential="true"' if "sequential" in given else ""
    each = f" zd:collection={quoteattr(given['each'])}" if "each" in given else ""
    count = f"<loopCardinality>{given['multi']}</loopCardinality>" if "multi" in given else ""
    until = f"<completionCondition>{escape(given['until'])}</completionCondition>" if "until" in given else ""
    opening = f"<multiInstanceLoopCharacteristics{sequential}{each}>"
    return f"{opening}{count}{until}</multiInstanceLoopCharacteristics>"
