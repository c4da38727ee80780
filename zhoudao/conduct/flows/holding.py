"""Getting hold of runs. A called flow's run is locked by its outermost caller's row, so that both sides lock alike."""

from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from zhoudao.conduct.flows.models import Run
from zhoudao.conduct.flows.refusals import RunNotFound


def hold_tree(**which: Any) -> Run:
    """This will lock the tree of the run found by these conditions and return its outermost run.

    Raises: RunNotFound
    """
    outermost = Run.objects.filter(**which).values(top=Coalesce("root_id", "id"))
    root = Run.objects.select_for_update(of=("self",)).filter(id__in=outermost).first()
    if root is None:
        raise RunNotFound
    return root


def run_in(root: Run, run_id: UUID) -> Run:
    """A run of a tree that is held."""
    return root if root.id == run_id else Run.objects.get(id=run_id)


def hold_run(run_id: UUID) -> Run:
    """This will lock a run. Raises: RunNotFound"""
    return run_in(hold_tree(id=run_id), run_id)


def hold_runs_of(object_id: UUID, statuses: tuple[str, ...]) -> list[Run]:
    """This will lock the outermost runs that walk for an object and stand like this, oldest first."""
    rows = Run.objects.select_for_update(of=("self",)).filter(object_id=object_id, parent=None, status__in=statuses)
    return list(rows.order_by("id"))
