"""What somebody wants of an initiative, and where it comes from, before it is one."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Any
from uuid import UUID

from zhoudao.kit.frozen import frozen


@frozen
class Goal:
    """A figure of a store or (none) the company, or free words. Numbers in the figure's unit; shares are 0 to 1."""

    metric: str = ""
    store_id: UUID | None = None
    words: str = ""
    baseline: float | None = None
    target: float | None = None


@frozen
class Draft:
    """An initiative as it is written."""

    title: str
    owner_id: UUID | None
    due_date: date
    problem: str = ""
    flow_key: str = ""
    flow_version: int | None = None
    steps: str = ""
    goal: Goal = Goal()
    pilot_id: UUID | None = None
    pilot_name: str = ""


@frozen
class Origin:
    """Where it comes from: `source` is finding, case, suggestion, audit or hand."""

    source: str
    report_id: UUID | None = None
    report_name: str = ""
    place: int | None = None
    finding: Mapping[str, Any] = field(default_factory=dict)
    pattern: str = ""
    gain: tuple[float, float] | None = None

    def fields(self) -> dict[str, Any]:
        """As the initiative keeps it."""
        least, most = self.gain or (None, None)
        return {
            "report_id": self.report_id,
            "report_name": self.report_name,
            "finding_place": self.place,
            "finding": dict(self.finding),
            "pattern": self.pattern,
            "gain_least": least,
            "gain_most": most,
        }
