"""Experiments: begun by people with a flow and a scenario, varied, run by a job of the analyst, deleted whole."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.conduct.insight.altering import Change, altered
from zhoudao.conduct.insight.events import ExperimentBegun, ExperimentDeleted
from zhoudao.conduct.insight.models import Experiment, Variant
from zhoudao.conduct.insight.scenario import Scenario
from zhoudao.conduct.insight.scenario import read as read_scenario
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.files.store import discard, erase, keep, read
from zhoudao.ground.vault import box

JOB, QUEUE = "desk.run_experiment", "analyst"
MOST_VARIANTS = 6
_PATIENCE = timedelta(minutes=30)


class ExperimentNotFound(Exception):
    """There is no such simulation."""


class VariantNotFound(Exception):
    """There is no such variant."""


class TooManyVariants(Exception):
    """There are six variants beside today; delete one first."""


class StillBeingMade(Exception):
    """It is being simulated; wait until it is done."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """What an experiment begins with: a flow, and a scenario's JSON or the report from whose log it is found
    (`is_discovered`: the flow too).
    """

    flow: bytes
    flow_name: str
    base: dict[str, Any] | None = None
    is_discovered: bool = False
    report_id: UUID | None = None
    notes: Sequence[tuple[str, int]] = ()
    today: str = "Today"


@transaction.atomic
def begin_experiment(*, start: Start, name: str, viewer: Viewer, at: datetime) -> Experiment:
    """This will keep a flow and how it is today, ready to be varied.

    Raises: FlowRefused (what cannot be read as a flow), ScenarioRefused, FileTooLarge, ReportNotFound
    """
    assert viewer.user_id is not None  # it was signed in to
    graph = parse(start.flow)
    if start.base is not None:
        read_scenario(graph, start.base)
    origin = "report" if start.report_id else "plain" if start.notes else "file"
    one = Experiment(
        name=name[:120], flow_name=start.flow_name[:120], origin=origin, notes=[list(each) for each in start.notes],
        begun_by_id=viewer.user_id, begun_at=at, report_id=start.report_id,
    )  # fmt: skip
    one.flow = _kept(one, start.flow)
    one.base = None if start.base is None else _kept(one, _packed(start.base))
    one.save(force_insert=True)
    Variant.objects.create(experiment=one, place=0, name=start.today)
    record(
        ExperimentBegun(origin), about=[About("experiment", one.id)], by=By(f"user:{viewer.user_id}"), at=at
    )  # fmt: skip
    if start.report_id is not None:
        wish = {"is_discovered": start.is_discovered}
        return ask_experiment(experiment_id=one.id, job="calibrate", wish=wish, at=at)
    return one


@transaction.atomic
def add_variant(*, experiment_id: UUID, name: str, changes: Sequence[Change]) -> Variant:
    """This will add a variant with these changes of today.

    Raises: ExperimentNotFound, TooManyVariants, StillBeingMade, ChangeRefused, ScenarioRefused
    """
    one = _locked(experiment_id)
    places = set(one.variants.values_list("place", flat=True))
    free = next((place for place in range(1, MOST_VARIANTS + 1) if place not in places), None)
    if free is None:
        raise TooManyVariants(TooManyVariants.__doc__)
    today = one.variants.get(place=0).changes
    scenario_of(flow_of(one), base_of(one), [*today, *changes])
    return Variant.objects.create(experiment=one, place=free, name=name[:80], changes=list(changes))


@transaction.atomic
def change_variant(*, variant_id: UUID, name: str, changes: Sequence[Change], once_cost: int = 0) -> Variant:
    """This will have a variant be today with these changes; of today itself they are corrections under all others.

    Raises: VariantNotFound, StillBeingMade, ChangeRefused, ScenarioRefused
    """
    variant = _variant(variant_id)
    one = _locked(variant.experiment_id)
    graph, base = flow_of(one), base_of(one)
    if variant.place == 0:
        for other in [[], *one.variants.exclude(place=0).values_list("changes", flat=True)]:
            scenario_of(graph, base, [*changes, *other])
    else:
        scenario_of(graph, base, [*one.variants.get(place=0).changes, *changes])
    variant.name, variant.changes, variant.once_cost = name[:80] or variant.name, list(changes), once_cost
    variant.save()
    return variant


@transaction.atomic
def delete_variant(*, variant_id: UUID) -> None:
    """This will delete a variant; today stays. Raises: VariantNotFound, StillBeingMade"""
    variant = _variant(variant_id)
    _locked(variant.experiment_id)
    if variant.place == 0:
        raise VariantNotFound(VariantNotFound.__doc__)
    variant.delete()


@transaction.atomic
def delete_experiment(*, experiment_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will delete an experiment with everything kept for it. Raises: ExperimentNotFound"""
    one = Experiment.objects.select_for_update().filter(id=experiment_id).first()
    if one is None:
        raise ExperimentNotFound(ExperimentNotFound.__doc__)
    record(
        ExperimentDeleted(one.origin), about=[About("experiment", one.id)], by=By(f"user:{viewer.user_id}"), at=at
    )  # fmt: skip
    one.delete()
    erase(experiment_id)


@transaction.atomic
def ask_experiment(
    *, experiment_id: UUID, job: str, wish: dict[str, Any] | None = None, at: datetime
) -> Experiment:  # fmt: skip
    """This will have the analyst do a `job`: calibrate, run or staffing. One that is at it is left alone, unless it has
    been for half an hour.

    Raises: ExperimentNotFound
    """
    one = Experiment.objects.select_for_update().filter(id=experiment_id).first()
    if one is None:
        raise ExperimentNotFound(ExperimentNotFound.__doc__)
    if one.is_waited_for and one.asked_at is not None and at - one.asked_at < _PATIENCE:
        return one
    one.job, one.wish, one.state, one.percent, one.fault, one.asked_at = job, wish or {}, "asked", 0, "", at
    one.save()
    transaction.on_commit(lambda: app.configure_task(JOB, queue=QUEUE).defer(experiment_id=str(one.id)))
    return one


def begin_job(experiment_id: UUID) -> Experiment | None:
    """The experiment as the job finds it; nothing when it is gone or done."""
    one = Experiment.objects.select_related("flow", "base", "body", "report").filter(id=experiment_id).first()
    if one is None or not one.is_waited_for:
        return None
    note_share(one, 0.0)
    return one


def note_share(one: Experiment, share: float) -> None:
    """This will say how far it is, 0 to 1."""
    Experiment.objects.filter(id=one.id).update(state="making", percent=min(max(round(share * 100), 1), 99))


def fail_job(one: Experiment, fault: str) -> None:
    """This will say why nothing came of it."""
    Experiment.objects.filter(id=one.id).update(state="failed", percent=0, fault=fault)


@transaction.atomic
def keep_base(one: Experiment, base: dict[str, Any], notes: Sequence[dict[str, Any]]) -> None:
    """This will keep the scenario that was found in a log, and what is to be known of it (`noted.Note` as JSON)."""
    file = _kept(one, _packed(base))
    rows = Experiment.objects.filter(id=one.id)
    if not rows.update(base=file, notes=list(notes), state="new", percent=0, fault=""):
        erase(one.id)  # deleted meanwhile


@transaction.atomic
def keep_outcome(one: Experiment, body: dict[str, Any]) -> None:
    """This will keep what came out, sealed, in place of what came out before."""
    before, file = one.body, _kept(one, _packed(body))
    kept = Experiment.objects.filter(id=one.id).update(body=file, state="done", percent=100, fault="")
    if before is not None and before.id != file.id:
        discard(before)
    if not kept:  # deleted while it was made
        erase(one.id)


def flow_of(one: Experiment) -> Graph:
    """Its flow, read. Raises: Unreadable"""
    assert one.flow is not None  # kept with it
    return parse(read(one.flow))


def base_of(one: Experiment) -> dict[str, Any]:
    """The scenario all its variants begin with. Raises: Unreadable"""
    assert one.base is not None  # of one that is past its calibration
    return _unpacked(one.base)


def outcome_of(one: Experiment) -> dict[str, Any] | None:
    """What came out last; nothing before the first run. Raises: Unreadable"""
    return None if one.body is None else _unpacked(one.body)


def scenario_of(graph: Graph, base: dict[str, Any], changes: Sequence[Change]) -> tuple[Scenario, dict[str, Any]]:
    """The scenario with the changes made, read, and its JSON. Raises: ChangeRefused, ScenarioRefused"""
    given = altered(graph, base, changes)
    return read_scenario(graph, given), given


def changes_of(row: Variant, variants: Sequence[Variant]) -> list[Change]:
    """All changes of a variant, those of today before its own."""
    today: list[Change] = list(variants[0].changes)
    return today if row.place == 0 else [*today, *row.changes]


def _variant(variant_id: UUID) -> Variant:
    found = Variant.objects.filter(id=variant_id).first()
    if found is None:
        raise VariantNotFound(VariantNotFound.__doc__)
    return found


def _locked(experiment_id: UUID) -> Experiment:
    one = Experiment.objects.select_for_update().filter(id=experiment_id).first()
    if one is None:
        raise ExperimentNotFound(ExperimentNotFound.__doc__)
    if one.is_waited_for or one.base_id is None:
        raise StillBeingMade(StillBeingMade.__doc__)
    return one


def _kept(one: Experiment, content: bytes) -> StoredFile:
    return keep(content, subject_id=one.id, key_id=box.key_of(one.id))


def _packed(value: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 6)


def _unpacked(file: StoredFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(read(file)))
    return found
