"""One or many cases, the same steps: looked at first, done one by one, taken back one by one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.conversations.refusals import MessageEmpty, MessageTooLong
from zhoudao.rooms.teamwork.events import BatchBegan, BatchUndone
from zhoudao.rooms.teamwork.models import Batch, BatchItem, Macro
from zhoudao.rooms.teamwork.refusals import BatchNotFound, NothingChosen, TeamworkRefusal, VariablesOpen
from zhoudao.rooms.teamwork.steps import Done, Moment, Steps, check, perform, take_back

MOST = 1000
LOOKED_AT = 60  # as many a preview tries; the others tell when they are done
_REFUSED = (CaseRefusal, TeamworkRefusal, MessageEmpty, MessageTooLong)


@frozen
class Hindrance:
    """A case to which the steps cannot be done, and why: a refusal's name and detail."""

    number: str
    refusal: str
    detail: str = ""


@transaction.atomic
def ask_batch(
    steps: Steps, case_ids: Sequence[UUID], *, viewer: Viewer, at: datetime, macro: Macro | None = None
) -> Batch:
    """This will put down what shall be done to which cases (those the viewer may see); nothing is done yet.

    Raises: NothingChosen, MacroEmpty, MacroBroken
    """
    check(steps, viewer)
    seen = Case.objects.filter(visible(viewer), id__in=list(case_ids)[:MOST]).order_by("-updated_at", "-id")
    ids = list(seen.values_list("id", flat=True))
    if not ids or viewer.user_id is None:
        raise NothingChosen
    Batch.objects.filter(user_id=viewer.user_id, state="asked").delete()  # asked and thought better of
    batch = Batch.objects.create(user_id=viewer.user_id, macro=macro, steps=steps.stored(), asked_at=at, total=len(ids))
    BatchItem.objects.bulk_create([BatchItem(batch=batch, case_id=case_id, place=n) for n, case_id in enumerate(ids)])
    return batch


def look_ahead(batch: Batch, moment: Moment) -> list[Hindrance]:
    """What will not be possible and why: the steps are done to the first cases and rolled back, each in turn."""
    steps, found = Steps.of(batch.steps), []
    with transaction.atomic():
        for item in batch.items.select_related("case").order_by("place")[:LOOKED_AT]:
            refusal = _tried(partial(perform, steps, item.case_id, moment), undone=True)[1]
            if refusal is not None:
                found.append(Hindrance(item.case.number, *refusal))
        transaction.set_rollback(True)
    return found


@transaction.atomic
def begin_batch(*, batch_id: UUID, viewer: Viewer, at: datetime) -> Batch:
    """This will let the steps be done; safe to repeat.

    Raises: BatchNotFound
    """
    batch = _held(batch_id, viewer)
    if batch.state == "asked":
        batch.state = "running"
        batch.save(update_fields=["state"])
        record(BatchBegan(batch.total), at=at, by=By(viewer.actor), about=[About("batch", batch.id)])
        if batch.macro_id:
            Macro.objects.filter(id=batch.macro_id).update(uses=batch.macro.uses + 1 if batch.macro else 1, used_at=at)
    return batch


@transaction.atomic
def begin_undo(*, batch_id: UUID, viewer: Viewer, at: datetime) -> Batch:
    """This will let everything done be taken back; safe to repeat.

    Raises: BatchNotFound
    """
    batch = _held(batch_id, viewer)
    if batch.state == "done":
        batch.state = "undoing"
        batch.save(update_fields=["state"])
        batch.items.filter(state="done").update(state="back")
        record(BatchUndone(batch.total), at=at, by=By(viewer.actor), about=[About("batch", batch.id)])
    return batch


def work_batch(batch_id: UUID, moment: Moment, *, most: int = MOST) -> int:
    """This will do (or take back) up to `most` cases, each in its own transaction; returns how many are left.

    Safe to repeat and to run twice at once.
    """
    for _ in range(most):
        if not _next(batch_id, moment):
            break
    return _finish(batch_id, moment)


@transaction.atomic
def _next(batch_id: UUID, moment: Moment) -> bool:
    rows = BatchItem.objects.filter(batch_id=batch_id, state__in=["waiting", "back"], batch__state__in=RUNNING)
    item = rows.select_for_update(skip_locked=True, of=("self",)).select_related("batch").order_by("place").first()
    if item is None:
        return False
    if item.state == "waiting":
        steps = Steps.of(item.batch.steps)
        done, refusal = _tried(lambda: perform(steps, item.case_id, moment))
        item.state = "refused" if refusal else "done"
        item.undo = {"before": done.before, "after": done.after, "message": done.message} if done else {}
    else:
        _, refusal = _tried(lambda: take_back(Done(**item.undo), item.case_id, moment))
        item.state = "kept" if refusal else "undone"
    item.refusal, item.detail = refusal or ("", "")
    item.save()
    return True


@transaction.atomic
def _finish(batch_id: UUID, moment: Moment) -> int:
    batch = Batch.objects.select_for_update().get(id=batch_id)
    left = batch.items.filter(state__in=["waiting", "back"]).count()  # at most a thousand
    if not left and batch.state in RUNNING:
        batch.state, batch.finished_at = ("done" if batch.state == "running" else "undone"), moment.at
        batch.save(update_fields=["state", "finished_at"])
    return left


RUNNING = ("running", "undoing")


def batch_of(viewer: Viewer, batch_id: UUID) -> Batch | None:
    """A batch of one's own."""
    if viewer.user_id is None:
        return None
    return Batch.objects.select_related("macro").filter(id=batch_id, user_id=viewer.user_id).first()


def _held(batch_id: UUID, viewer: Viewer) -> Batch:
    if viewer.user_id is None:
        raise BatchNotFound
    rows = Batch.objects.select_for_update(of=("self",)).select_related("macro")
    batch = rows.filter(id=batch_id, user_id=viewer.user_id).first()
    if batch is None:
        raise BatchNotFound
    return batch


def _tried(act: Callable[[], Done | None], *, undone: bool = False) -> tuple[Done | None, tuple[str, str] | None]:
    """What came of it, all or nothing: the result, or the refusal's name and detail."""
    try:
        with transaction.atomic():
            done = act()
            if undone:
                transaction.set_rollback(True)
    except _REFUSED as refusal:
        detail = str(refusal) if isinstance(refusal, VariablesOpen) else ""
        return None, (type(refusal).__name__, detail)
    return done, None
