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
    changes_of,
    fail_job,
    flow_of,
    keep_base,
    keep_outcome,
    note_share,
    outcome_of,
)  # fmt: skip
from zhoudao.conduct.insight.models import Experiment
from zhoudao.doors.desk.insight.tasks import log_beside

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


def _calibrate(one: Experiment, heard: Callable[[float], None]) -> None:
    """Reads today from the log of the report it was begun with. What an hour of work costs is the report's."""
    from zhoudao.conduct.insight.calibrating import NothingToCalibrate, calibrated
    from zhoudao.conduct.insight.scenario_reading import ScenarioRefused
    from zhoudao.engines.bpmn.automaton import NeverEnds, TooManyMarkings
    from zhoudao.engines.bpmn.moving import RunsTwice
    from zhoudao.engines.bpmn.places import TooManyWays
    from zhoudao.engines.mining.reading import LogUnreadable

    report, graph = one.report, flow_of(one)
    if report is None:
        fail_job(one, "no_report")
        return
    heard(0.1)
    try:
        log = log_beside(report, graph.id, is_discovered=bool(one.wish.get("is_discovered")))
        heard(0.3)
        found = calibrated(graph, log, zone=report.zone)
    except (
        NothingToCalibrate, ScenarioRefused, NeverEnds, TooManyMarkings, RunsTwice, TooManyWays, LogUnreadable
    ) as refusal:  # fmt: skip
        fail_job(one, str(refusal))
        return
    wage = float(report.hourly.get("work") or 0)
    for pool in found.scenario["pools"].values():
        pool["cost_per_hour"] = wage
    notes = [{"code": note.code, "element": note.element, "values": dict(note.values)} for note in found.notes]
    keep_base(one, found.scenario, notes)


def _staffing(one: Experiment, heard: Callable[[float], None]) -> None:
    """Searches people for the variant that was named, beside what came out before."""
    from zhoudao.conduct.insight.outcomes import REFUSALS
    from zhoudao.conduct.insight.planning import NobodyToPlan, planned

    variants, wish = list(one.variants.order_by("place")), one.wish
    variant = next((row for row in variants if str(row.id) == wish["variant"]), variants[0])
    try:
        found = planned(
            flow_of(one), base_of(one), changes_of(variant, variants), aim=wish["aim"], most=wish["most"], heard=heard
        )
    except NobodyToPlan:
        fail_job(one, "nobody")
    except REFUSALS as refusal:
        fail_job(one, str(refusal))
    else:
        keep_outcome(one, {**(outcome_of(one) or {"variants": []}), "staffing": {**found, "wish": wish}})


_JOBS = {"run": _run, "calibrate": _calibrate, "staffing": _staffing}
