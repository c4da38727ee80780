"""Files of labels: made by a job, kept sealed for a day, destroyed with whom they name."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files.store import erase, keep
from zhoudao.ground.vault import box
from zhoudao.rooms.fulfilment.models import LabelSheet

JOB, QUEUE = "fulfilment.print_labels", "labels"
KEPT = timedelta(days=1)
_MOST = 200


def ask_sheet(paper: str, subjects: Sequence[UUID], *, language: str, by: By, at: datetime) -> LabelSheet:
    """This will have labels made, once what is being done is committed."""
    sheet = LabelSheet.objects.create(
        paper=paper, subjects=list(subjects), language=language, asked_by=by.actor, asked_at=at
    )
    app.configure_task(JOB, queue=QUEUE).defer(sheet_id=str(sheet.id))
    return sheet


def begin_sheet(sheet_id: UUID) -> LabelSheet | None:
    """The labels as the job finds them; nothing when they are made already, or gone."""
    sheet = LabelSheet.objects.filter(id=sheet_id).exclude(state="done").first()
    if sheet is not None:
        say_of_sheet(sheet, "making")
    return sheet


def say_of_sheet(sheet: LabelSheet, state: str, fault: str = "") -> None:
    """This will say how far it is."""
    LabelSheet.objects.filter(id=sheet.id).update(state=state, fault=fault)


@transaction.atomic
def finish_sheet(sheet: LabelSheet, content: bytes) -> None:
    """This will keep the file under a key of its own; nothing when somebody on it was forgotten meanwhile."""
    held = LabelSheet.objects.select_for_update().filter(id=sheet.id).first()
    if held is None:
        return
    box.destroy_keys(held.id)
    key = box.new_key(held.id)
    key.save(force_insert=True)
    held.file = keep(content, subject_id=held.id, key_id=key.id)
    held.state, held.fault = "done", ""
    held.save(update_fields=["file", "state", "fault"])


def forget_sheets(*, at: datetime) -> int:
    """This will destroy labels that were printed more than a day ago; returns how many."""
    rows = LabelSheet.objects.filter(asked_at__lt=at - KEPT).order_by("asked_at")
    return destroy_sheets(rows.values_list("id", flat=True)[:_MOST])


@transaction.atomic
def destroy_sheets(ids: Iterable[UUID]) -> int:
    """This will destroy files of labels with their keys."""
    held = list(LabelSheet.objects.select_for_update().filter(id__in=list(ids)).order_by("id"))
    LabelSheet.objects.filter(id__in=[sheet.id for sheet in held]).delete()
    for sheet in held:
        erase(sheet.id)
        box.destroy_keys(sheet.id)
    return len(held)
