"""What a step's properties may be chosen from."""

from typing import Any

from zhoudao.conduct.flows.heard import known_to
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.registry import known_commands
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.kit.languages import pick

MESSAGES = ("case.resolved", "case.reopened", "case.closed", "customer.replied")
FACTS = (
    "tier",
    "kind",
    "status",
    "outcome",
    "cause",
    "reopened",
    "store",
    "team",
    "channel",
    "language",
    "value_class",
)


def choices(key: str, language: str) -> dict[str, Any]:
    """Teams, commands with their arguments, tables with their inputs, events, flows (three statements)."""
    teams = Team.objects.filter(closed_at=None).order_by("code").values_list("code", "names")
    tables = DecisionVersion.objects.filter(is_live=True).order_by("key").values_list("key", "inputs")
    flows = FlowVersion.objects.filter(is_live=True).order_by("key").values_list("key", "names")
    return {
        "team": [[code, pick(names, language) or code] for code, names in teams],
        "command": [[name, name] for name in sorted(known_commands())],
        "arguments": {name: sorted(arguments) for name, arguments in known_commands().items()},
        "decision": [[key, key] for key, _inputs in tables],
        "inputs": {key: list(inputs) for key, inputs in tables},
        "done-on": [[name, name] for name in known_to(key)],
        "calls": [[key, pick(names, language) or key] for key, names in flows],
        "messages": list(MESSAGES),
        "facts": list(FACTS),
    }
