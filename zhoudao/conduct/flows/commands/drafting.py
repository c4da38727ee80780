"""The next version of a flow while it is drawn: kept on the server at every pause, one for all who draw it."""

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from xml.sax.saxutils import quoteattr

from django.db import transaction

from zhoudao.conduct.flows.commands.deploying import deploy_flow
from zhoudao.conduct.flows.commands.piloting import hold_flow
from zhoudao.conduct.flows.events import DraftDropped, DraftSaved
from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.refusals import DraftChangedMeanwhile, DraftNotFound, DraftUnreadable, FlowExists
from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit import xml

_KEY = re.compile(r"[a-z][a-z0-9_]{1,58}")
_EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:zd="https://zhoudao.org/bpmn" id="definitions_{key}" targetNamespace="https://zhoudao.org/flows">
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:startEvent id="begin" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{key}">
    <bpmndi:BPMNPlane id="plane_{key}" bpmnElement="{key}">
      <bpmndi:BPMNShape id="begin_di" bpmnElement="begin"><dc:Bounds x="160" y="160" width="36" height="36" />\
</bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


@transaction.atomic
def begin_flow(*, key: str, name: str, by: By, at: datetime) -> FlowDraft:
    """This will begin the drawing of a flow nobody has yet, with nothing but its start.

    Raises: FlowExists, DraftUnreadable
    """
    if not _KEY.fullmatch(key) or not name.strip():
        raise DraftUnreadable
    hold_flow(key)
    if FlowVersion.objects.filter(key=key).exists() or FlowDraft.objects.filter(key=key, owner=None).exists():
        raise FlowExists
    source = _EMPTY.format(key=key, name=quoteattr(name.strip())).encode()
    return _begun(FlowDraft(key=key, source=source, saved_at=at, saved_by=by.actor), by, at)


def save_draft(
    *,
    key: str,
    source: bytes,
    revision: int,
    by: By,
    at: datetime,
    user_id: UUID,
    began_with: UUID | None = None,
    replaces: bool = False,
) -> FlowDraft:
    """This will keep what was drawn. `revision` is the one the drawing was read at, 0 when there was none.

    When somebody saved in between, nothing of theirs is touched and this is kept as the person's own copy. Who knows of
    the other drawing may put theirs in its place (`replaces`); the other one is then kept for who drew it.

    Raises: DraftChangedMeanwhile, DraftNotFound, DraftUnreadable
    """
    _readable(key, source)
    mine = FlowDraft(key=key, source=source, saved_at=at, saved_by=by.actor)
    with transaction.atomic():
        hold_flow(key)
        draft = FlowDraft.objects.filter(key=key, owner=None).first()
        if draft is None and revision == 0:
            mine.base = FlowVersion.objects.filter(id=began_with, key=key).first() if began_with else None
            mine.seen = _newest(key)
            return _begun(mine, by, at)
        if draft is not None and draft.revision == revision:
            if replaces:
                _give_back(draft)
                FlowDraft.objects.filter(key=key, owner=user_id).delete()
            return _saved(draft, mine, by)
        _keep_aside(mine, draft, user_id)
    if draft is None:
        raise DraftNotFound
    raise DraftChangedMeanwhile(draft)


@transaction.atomic
def deploy_draft(
    *,
    key: str,
    revision: int,
    by: By,
    at: datetime,
    note: str = "",
    stores: Collection[UUID] = (),
    seen: int | None = None,
    reach: Collection[UUID] | None = None,
    reason: str = "",
) -> FlowVersion:
    """This will deploy what was drawn. `seen` is the newest version the person knows of, if it is another by now;
    `reason` says why it should go live although a gate would refuse it.

    Raises: DraftNotFound, DraftChangedMeanwhile, FlowNotSound, FlowChangedMeanwhile, BeyondYourStores, NotReady
    """
    draft = _held(key, revision)
    known = draft.seen if seen is None else seen
    made = deploy_flow(
        source=bytes(draft.source),
        by=by,
        at=at,
        note=note.strip(),
        stores=stores,
        seen=known,
        reach=reach,
        reason=reason,
    )
    draft.delete()
    return made


@transaction.atomic
def drop_draft(*, key: str, revision: int, by: By, at: datetime) -> None:
    """This will throw away what was drawn, unless somebody went on drawing.

    Raises: DraftNotFound, DraftChangedMeanwhile
    """
    draft = _held(key, revision)
    record(DraftDropped(key), at=at, by=by, about=[About("flow_draft", draft.id)])
    draft.delete()


@transaction.atomic
def drop_kept_copy(*, key: str, user_id: UUID, by: By, at: datetime) -> None:
    """This will throw away what a person could not save.

    Raises: DraftNotFound
    """
    copy = FlowDraft.objects.select_for_update().filter(key=key, owner=user_id).first()
    if copy is None:
        raise DraftNotFound
    record(DraftDropped(key), at=at, by=by, about=[About("flow_draft", copy.id)])
    copy.delete()


def _held(key: str, revision: int) -> FlowDraft:
    hold_flow(key)
    draft = FlowDraft.objects.filter(key=key, owner=None).first()
    if draft is None:
        raise DraftNotFound
    if draft.revision != revision:
        raise DraftChangedMeanwhile(draft)
    return draft


def _begun(draft: FlowDraft, by: By, at: datetime) -> FlowDraft:
    draft.save(force_insert=True)
    record(DraftSaved(draft.key), at=at, by=by, about=[About("flow_draft", draft.id)])
    return draft


def _saved(draft: FlowDraft, mine: FlowDraft, by: By) -> FlowDraft:
    if bytes(draft.source) == mine.source:
        return draft
    if draft.saved_by != mine.saved_by:
        record(DraftSaved(draft.key), at=mine.saved_at, by=by, about=[About("flow_draft", draft.id)])
    draft.source, draft.saved_at, draft.saved_by = mine.source, mine.saved_at, mine.saved_by
    draft.revision += 1
    draft.save(update_fields=["source", "saved_at", "saved_by", "revision"])
    return draft


def _keep_aside(mine: FlowDraft, draft: FlowDraft | None, user_id: UUID) -> None:
    base, seen = (draft.base, draft.seen) if draft else (None, _newest(mine.key))
    values = {"source": mine.source, "base": base, "seen": seen, "saved_at": mine.saved_at, "saved_by": mine.saved_by}
    FlowDraft.objects.update_or_create(key=mine.key, owner_id=user_id, defaults=values)


def _give_back(draft: FlowDraft) -> None:
    """What is about to be replaced becomes its author's own copy."""
    author = User.objects.filter(id=draft.saved_by.removeprefix("user:")).first() if _is_person(draft) else None
    if author is not None:
        theirs = FlowDraft(key=draft.key, source=draft.source, saved_at=draft.saved_at, saved_by=draft.saved_by)
        _keep_aside(theirs, draft, author.id)


def _is_person(draft: FlowDraft) -> bool:
    return draft.saved_by.startswith("user:")


def _newest(key: str) -> int:
    return FlowVersion.objects.filter(key=key).order_by("-version").values_list("version", flat=True).first() or 0


def _readable(key: str, source: bytes) -> None:
    """Unfinished is fine; what is no XML, or not this flow any more, is not."""
    try:
        root = xml.parse(source)
    except xml.XmlRefused as refusal:
        raise DraftUnreadable(str(refusal)) from refusal
    ids = [child.get("id") for child in root if str(child.tag).endswith("}process")]
    if ids != [key]:
        raise DraftUnreadable(f"The process must keep its id {key}.")
