"""What differs between two versions, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhoudao.engines.bpmn.comparing import Change, compare
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused

WHAT: dict[str, LazyText] = {
    "added": pgettext_lazy("change", "added"),
    "removed": pgettext_lazy("change", "removed"),
    "changed": pgettext_lazy("change", "changed"),
}
_KINDS: dict[str, LazyText] = {
    "process": gettext_lazy("flow"),
    "flow": gettext_lazy("connection"),
    "start": gettext_lazy("start"),
    "end": gettext_lazy("end"),
    "boundary": gettext_lazy("boundary event"),
    "catch": gettext_lazy("waiting event"),
    "throw": gettext_lazy("telling event"),
    "exclusive": gettext_lazy("exclusive gateway"),
    "parallel": gettext_lazy("parallel gateway"),
    "inclusive": gettext_lazy("inclusive gateway"),
    "event_based": gettext_lazy("event gateway"),
    "subprocess": gettext_lazy("sub-process"),
}
ASPECTS: dict[str, LazyText] = {
    "name": pgettext_lazy("thing", "Name"),
    "kind": gettext_lazy("Kind of step"),
    "inputs": gettext_lazy("Inputs"),
    "from": gettext_lazy("From"),
    "to": gettext_lazy("To"),
    "condition": gettext_lazy("Condition"),
    "scope": gettext_lazy("Within"),
    "default": gettext_lazy("Way without condition"),
    "event": gettext_lazy("Event"),
    "host": gettext_lazy("At step"),
    "loop": gettext_lazy("Repetition"),
    "team": gettext_lazy("Team"),
    "target": gettext_lazy("Target time"),
    "basis": gettext_lazy("What counts towards it"),
    "cost": gettext_lazy("Standard cost"),
    "protected": gettext_lazy("Not to be bent"),
    "warn": gettext_lazy("Warn at"),
    "command": gettext_lazy("Command"),
    "arguments": gettext_lazy("Arguments"),
    "decision": gettext_lazy("Decision table"),
    "result": gettext_lazy("Result kept as"),
    "calls": gettext_lazy("Calls the flow"),
    "done_on": gettext_lazy("Done on event"),
    "asks": gettext_lazy("Who does it"),
    "tells": gettext_lazy("Customers are told"),
    "form": gettext_lazy("Form"),
    "purpose": gettext_lazy("Purpose"),
    "instructions": gettext_lazy("Instructions"),
    "text": gettext_lazy("What the customer reads"),
}
_LANGUAGES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}


def changes_between(before: bytes, after: bytes) -> list[Change]:
    """The changes; of what cannot be read as a flow nothing can be said."""
    try:
        return compare(parse(before), parse(after))
    except FlowRefused:
        return []


def name_in(source: bytes) -> str:
    """What the flow in this file is called; nothing when it cannot be read."""
    try:
        return parse(source).name
    except FlowRefused:
        return ""


def change_lines(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """One line an element, with what is different about it."""
    return [
        {
            "element": change.element,
            "name": change.name or change.element,
            "kind": str(_KINDS.get(change.kind) or _("step")),
            "what": change.what,
            "said": str(WHAT[change.what]),
            "differences": [
                {"aspect": _aspect(each.aspect), "before": each.before or "—", "after": each.after or "—"}
                for each in change.differences
            ],
        }
        for change in changes
    ]


def _aspect(code: str) -> str:
    name, _dot, language = code.partition(".")
    words = str(ASPECTS.get(name, name))
    return f"{words} ({_LANGUAGES.get(language, language)})" if language else words
