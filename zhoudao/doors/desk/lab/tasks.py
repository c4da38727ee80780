"""Experiments are simulated in the analyst's process, the only one that loads numpy and what stands on it."""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.conduct.insight.experimenting import (
    JOB,
    QUEUE,
    base_of,
    begin_job,
    fail_job,
    flow_of,
    keep_outcome,
    note_share,
    outcome_of,
)  # fmt: skip
from zhoudao.conduct.insight.models import Experiment

LONGEST_SECONDS = 600.0
_SOON = 0.5
_log = logging.getLogger(__name__)


class TakesTooLong(Exception):
    """It was still going on after ten minutes."""


@app.task(name=JOB, queue=QUEUE)
def run_experiment(experiment_id: str) -> None:
    """Does what was asked of an experiment; done already, nothing happens. What goes wrong is said on its page."""
    one = begin_job(UUID(experiment_id))
    if one is None:
        return
    try:
        _JOBS[one.job](one, _heard(one))
    except TakesTooLong:
        fail_job(one, "too_long")
    except Exception:
        _log.exception("The experiment %s could not be run", experiment_id)
        fail_job(one, "failed")


def _heard(one: Experiment) -> Callable[[float], None]:
    """Says how far it is, twice a second at most, and ends what goes on for too long."""
    begun = said = time.monotonic()

    def heard(share: float) -> None:
        nonlocal said
        moment = time.monotonic()
        if moment - begun > LONGEST_SECONDS:
            raise TakesTooLong(TakesTooLong.__doc__)
        if moment - said > _SOON:
            said = moment
            note_share(one, share)

    return heard


def _run(one: Experiment, heard: Callable[[float], None]) -> None:
    from zhoudao.conduct.insight.outcomes import Asked, outcome

    asked = [Asked(str(variant.id), variant.changes) for variant in one.variants.order_by("place")]
    before = outcome_of(one) or {}
    body = outcome(flow_of(one), base_of(one), asked, before=before, heard=heard)
    keep_outcome(one, {**body, "staffing": before.get("staffing")})


_JOBS = {"run": _run}
