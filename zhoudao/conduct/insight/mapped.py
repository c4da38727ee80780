"""How a file's columns were read, as it is kept with its report and shown to be changed."""

from typing import Any

from zhoudao.conduct.insight.models import ROLES
from zhoudao.engines.mining.reading import Mapping, ReadLog, Remark


def mapping_of(kept: dict[str, Any]) -> Mapping:
    """The mapping somebody chose; what they left open is found out."""
    given = {role: kept[role] for role in ROLES if kept.get(role) is not None and role != "activity"}
    activity = kept.get("activity")
    return Mapping(**given, activity=tuple(activity) if activity else None)


def stored(found: ReadLog) -> dict[str, Any]:
    """What was used, how sure it is, and the columns there are to choose from."""
    used = {role: getattr(found.mapping, role) for role in ROLES}
    used["activity"] = list(found.mapping.activity or ())
    named = [used[role] for role in ROLES if role != "activity" and used[role]]
    columns = [*dict.fromkeys([*used["activity"], *named, *found.log.columns])]
    return {**used, "sure": found.sure, "columns": columns, "refused": found.refused_count,
            "rows": found.rows, "refused_rows": [str(row) for row in found.refused_rows[:50]],
            "remarks": [[one.code, {name: str(value) for name, value in one.values.items()}] for one in found.warnings],
            }  # fmt: skip


def remarks_in(kept: dict[str, Any]) -> list[Remark]:
    """What was said of how it was read."""
    return [Remark(code, values) for code, values in kept.get("remarks", ())]
