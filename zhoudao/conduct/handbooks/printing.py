"""Editions printed to files: asked for once, made by a job, kept sealed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.conduct.handbooks.commands import hold_edition
from zhoudao.conduct.handbooks.models import Print, State
from zhoudao.ground.files.store import keep
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import DataKey

JOB, QUEUE = "desk.print_handbook", "analyst"
_PATIENCE = timedelta(minutes=10)


@transaction.atomic
def ask_print(*, edition_id: UUID, language: str, at: datetime) -> Print:
    """This will have an edition printed in a language. Made or being made already, it is that one; failed, it is tried
    anew. The approval line differs, so a draft's print is another than the approved one's.

    Raises: EditionNotFound
    """
    edition = hold_edition(edition_id)
    one, is_new = Print.objects.get_or_create(
        edition=edition,
        language=language,
        as_approved=edition.state != State.DRAFT,
        defaults={"asked_at": at},
    )
    is_lost = one.state in ("asked", "making") and one.asked_at < at - _PATIENCE
    if not is_new and one.state != "failed" and not is_lost:
        return one
    one.state, one.percent, one.fault, one.asked_at = "asked", 0, "", at
    one.save()
    app.configure_task(JOB, queue=QUEUE).defer(print_id=str(one.id))
    return one


def begin_print(print_id: UUID) -> Print | None:
    """The print as the job finds it; nothing when it is made already."""
    one = Print.objects.select_related("edition__team", "edition__made_by", "edition__approved_by").get(id=print_id)
    if one.state == "done":
        return None
    note_progress(one, "making", 10)
    return one


def note_progress(one: Print, state: str, percent: int, *, fault: str = "") -> None:
    """This will say how far it is."""
    one.state, one.percent, one.fault = state, percent, fault
    one.save(update_fields=["state", "percent", "fault"])


@transaction.atomic
def finish_print(one: Print, content: bytes) -> None:
    """This will keep the file."""
    key = DataKey.objects.filter(subject_id=one.edition_id).first()
    if key is None:
        key = box.new_key(one.edition_id)
        key.save(force_insert=True)
    one.file = keep(content, subject_id=one.edition_id, key_id=key.id)
    one.state, one.percent = "done", 100
    one.save(update_fields=["file", "state", "percent"])
