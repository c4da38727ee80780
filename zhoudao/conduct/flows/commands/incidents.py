"""Runs that got stuck: tried again by a person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows import events
from zhoudao.conduct.flows.doing import walk
from zhoudao.conduct.flows.holding import hold_tree, run_in
from zhoudao.conduct.flows.models import MOVING, Incident, RunStatus
from zhoudao.conduct.flows.refusals import IncidentNotOpen, RunNotFound, RunNotMoving
from zhoudao.conduct.flows.work import from_json
from zhoudao.ground.eventlog.recording import By


@transaction.atomic
def retry_incident(*, incident_id: UUID, at: datetime, by: By) -> bool:
    """This will do again what got stuck; what gets stuck again is a new incident. Returns whether the run is free.

    Raises: IncidentNotOpen, RunNotMoving
    """
    try:
        root = hold_tree(incidents=incident_id)
    except RunNotFound:
        raise IncidentNotOpen from None
    incident = Incident.objects.filter(id=incident_id, resolved_at=None).first()
    if incident is None:
        raise IncidentNotOpen
    run = run_in(root, incident.run_id)
    if run.status not in MOVING:
        raise RunNotMoving
    incident.resolved_at, incident.resolved_by = at, by.actor
    incident.save(update_fields=["resolved_at", "resolved_by"])
    if not Incident.objects.filter(run=run, resolved_at=None).exists():
        run.status = RunStatus.RUNNING
    told = [(events.IncidentResolved(), incident.element)]
    walk(run, from_json(incident.work), at=at, by=by, told=told)
    return run.status != RunStatus.INCIDENT
