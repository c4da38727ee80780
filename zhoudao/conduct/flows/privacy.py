"""What the steps of a person's cases and calls collected, and its end: which steps were walked, and when, stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.conduct.flows.bends import note_of, words_of
from zhoudao.conduct.flows.models import ALIVE, Bend, Incident, Run, Task
from zhoudao.conduct.flows.saving import cancel_tree
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.customers.keepers import Keeper

_BY = By("system:privacy")


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What was filled in, step by step, and what each flow knew."""
    runs = _runs(ids).select_related("version").prefetch_related("tasks", "bends").order_by("started_at", "id")
    return [
        {
            "flow": run.version.key,
            "started_at": run.started_at.isoformat(),
            "data": run.data,
            "steps": [
                {
                    "element": task.element,
                    "item": task.item,
                    "result": task.result,
                    "opened_at": _iso(task.opened_at),
                    **({"added": task.name, "instructions": note_of(task)} if task.added_to is not None else {}),
                }
                for task in sorted(run.tasks.all(), key=lambda task: task.opened_at)
            ],
            "bends": [
                {"kind": bend.kind, "element": bend.element, "reason": bend.reason, "words": words_of(bend)}
                for bend in sorted(run.bends.all(), key=lambda bend: bend.bent_at)
            ],
        }
        for run in runs
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will end what still walks and empty what was filled in."""
    runs = _runs(ids)
    for run in runs.filter(status__in=ALIVE, parent=None).select_for_update(of=("self",)).order_by("id"):
        cancel_tree(run, at=at, by=_BY, why="customer_erased")
    Incident.objects.filter(run__in=runs).update(detail="", work={})
    Task.objects.filter(run__in=runs).update(result={}, item=None, note_sealed=None)
    Task.objects.filter(run__in=runs, added_to__isnull=False).update(name="—")
    Bend.objects.filter(run__in=runs).update(words_sealed=None, undo={})
    runs.update(data={})


def _runs(ids: Sequence[UUID]) -> QuerySet[Run]:
    cases = Q(object_type="case", object_id__in=Case.objects.filter(customer_id__in=ids).values("id"))
    bookings = Q(object_type="booking", object_id__in=Booking.objects.filter(customer_id__in=ids).values("id"))
    return Run.objects.filter(cases | bookings)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


KEEPER = Keeper("flows", held, forget)
