"""A drawn flow becomes a version that is live nowhere yet: a pilot makes it so, once it is prepared."""

from datetime import datetime

from django.db import transaction

from zhoudao.conduct.flows.commands.deploying import problems_of
from zhoudao.conduct.flows.commands.piloting import hold_flow
from zhoudao.conduct.flows.events import FlowShelved
from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.refusals import DraftNotFound, FlowChangedMeanwhile, FlowNotSound
from zhoudao.engines.bpmn.parse import parse
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.languages import FALLBACK


@transaction.atomic
def shelve_draft(*, key: str, by: By, at: datetime) -> FlowVersion:
    """This will store what was drawn as the flow's next version, checked as if it were deployed.

    Raises: DraftNotFound, FlowNotSound, FlowChangedMeanwhile
    """
    hold_flow(key)
    draft = FlowDraft.objects.select_for_update(of=("self",)).filter(key=key, owner=None).first()
    if draft is None:
        raise DraftNotFound
    source = bytes(draft.source)
    if problems := problems_of(source):
        raise FlowNotSound(problems)
    newest = FlowVersion.objects.filter(key=key).order_by("-version").first()
    if newest is not None and newest.version > draft.seen:
        raise FlowChangedMeanwhile(newest)
    made = FlowVersion.objects.create(
        key=key,
        version=newest.version + 1 if newest else 1,
        names={FALLBACK: parse(source).name or key},
        source=source,
        deployed_at=at,
        deployed_by=by.actor,
    )
    draft.delete()
    record(FlowShelved(key, made.version), at=at, by=by, about=[About("flow", made.id)])
    return made
