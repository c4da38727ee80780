"""The flow beside a case: its drawing, the steps to do now and their forms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.conduct.flows.queries import case_flow
from zhoudao.doors.desk.flows.filling import forms_of
from zhoudao.doors.desk.flows.words import price
from zhoudao.ground.accounts.viewer import Viewer


def panel_context(viewer: Viewer, case_id: UUID, number: str, *, at: datetime) -> dict[str, Any]:
    """What `_panel.html` needs."""
    flow = case_flow(case_id, viewer=viewer, at=at)
    forms = forms_of(flow.tasks, viewer.language) if flow else []
    return {"flow": flow, "forms": forms, "number": number, "cost": price(flow.cost) if flow and flow.cost else ""}
