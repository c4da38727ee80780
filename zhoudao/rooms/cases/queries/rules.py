"""The rows of the routing table that lead to a team."""

from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.routing import ROUTING_TABLE


@frozen
class RuleRow:
    """One row: its number, what it is for, and whether it sends cases here or only lets them overflow."""

    number: int
    note: str
    overflows: bool


def rules_for(code: str) -> list[RuleRow]:
    """The rows of the live routing table that name this team (one statement)."""
    live = DecisionVersion.objects.filter(key=ROUTING_TABLE, is_live=True).first()
    found = []
    for number, row in enumerate(live.content.get("rules", []) if live else [], start=1):
        team, helper = (_word(row, live, name) for name in ("team", "overflow_team"))
        if code in (team, helper):
            found.append(RuleRow(number, str(row.get("_description", "")), team != code))
    return found


def _word(row: dict[str, object], live: DecisionVersion | None, field: str) -> str:
    """What a row answers in this column, when it is one quoted word."""
    columns = live.content.get("outputs", []) if live else []
    id_ = next((each.get("id") for each in columns if each.get("field") == field), None)
    return str(row.get(str(id_)) or "").strip().strip("'\"")
