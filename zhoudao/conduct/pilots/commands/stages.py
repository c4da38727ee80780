"""Prepare, run, optimise: a stage ends when its checklist is ticked, or with a reason why it goes on without."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows.commands.piloting import pilot_flow
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.pilots.commands.planning import refuse_stores
from zhoudao.conduct.pilots.events import PilotAdvanced, PilotPhaseBegun, PilotStarted, coded
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.holding import hold_pilot, plain, tell
from zhoudao.conduct.pilots.models import Finding, Move, Pilot, PilotPlace, Side, Stage
from zhoudao.conduct.pilots.refusals import ChecklistOpen, NotAtThisStage, PilotUnsaid, VersionUnsound
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By


@transaction.atomic
def start_pilot(*, pilot_id: UUID, viewer: Viewer, at: datetime, reason: str = "") -> Pilot:
    """This will have the pilot stores work by it from now on: new cases there take its version.

    Raises: PilotNotFound, NotAtThisStage, ChecklistOpen, OneStoreOnly, NoControls, StoresTaken, FlowRefusal
    """
    pilot = hold_pilot(pilot_id, viewer, at_stages=[Stage.PREPARE])
    stores = stores_of(pilot)
    refuse_stores(pilot, stores[Side.PILOT], stores[Side.CONTROL])
    left_open = _leave(pilot, reason, viewer, at)
    if pilot.version is not None:
        pilot_flow(version_id=pilot.version.id, stores=stores[Side.PILOT], by=By(viewer.actor), at=at)
    pilot.stage, pilot.started_at = Stage.RUN, at
    pilot.save(update_fields=["stage", "started_at"])
    pilot.phases.create(number=1, version=pilot.version, change=pilot.change, began_at=at)
    key, number = (pilot.version.key, pilot.version.version) if pilot.version else ("", 0)
    codes = pilot.places.filter(side=Side.PILOT).order_by("store__code").values_list("store__code", flat=True)
    fact = PilotStarted(key, number, ", ".join(codes), left_open)
    tell(pilot, fact, actor=viewer.actor, at=at, stores=stores[Side.PILOT])
    ask_finding(pilot, Finding.Of.COMPARISON, at=at)
    return pilot


@transaction.atomic
def optimise_pilot(*, pilot_id: UUID, viewer: Viewer, at: datetime, reason: str = "") -> Pilot:
    """This will end the first run: what was learnt may go into a next version, in the same stores.

    Raises: PilotNotFound, NotAtThisStage, ChecklistOpen
    """
    pilot = hold_pilot(pilot_id, viewer, at_stages=[Stage.RUN])
    if pilot.is_everywhere:
        raise NotAtThisStage
    left_open = _leave(pilot, reason, viewer, at)
    pilot.stage = Stage.OPTIMISE
    pilot.save(update_fields=["stage"])
    tell(pilot, PilotAdvanced(coded(Stage.OPTIMISE), left_open), actor=viewer.actor, at=at)
    return pilot


@transaction.atomic
def begin_phase(
    *, pilot_id: UUID, viewer: Viewer, at: datetime, version_id: UUID | None = None, change: str = ""
) -> Pilot:
    """This will have the same stores work by the next version (or change) of it; the comparison keeps both apart.

    Raises: PilotNotFound, NotAtThisStage, VersionUnsound, PilotUnsaid, FlowRefusal
    """
    pilot = hold_pilot(pilot_id, viewer, at_stages=[Stage.OPTIMISE])
    version = _next_version(pilot, version_id)
    said = plain(change, 2000)
    if version is None and not said:
        raise PilotUnsaid
    stores = stores_of(pilot)[Side.PILOT]
    if version is not None:
        pilot_flow(version_id=version.id, stores=stores, by=By(viewer.actor), at=at)
    end_phase(pilot, at)
    number = pilot.phases.count() + 1
    pilot.phases.create(number=number, version=version, change=said, began_at=at)
    pilot.version = version or pilot.version
    pilot.save(update_fields=["version"])
    key, of = (version.key, version.version) if version else ("", 0)
    tell(pilot, PilotPhaseBegun(number, key, of), actor=viewer.actor, at=at, stores=stores)
    ask_finding(pilot, Finding.Of.COMPARISON, at=at)
    return pilot


def _next_version(pilot: Pilot, version_id: UUID | None) -> FlowVersion | None:
    """Of the same flow, not the one on trial. A pilot of a flow goes on with a version, one of words with words."""
    if pilot.version is None and version_id is None:
        return None
    found = FlowVersion.objects.filter(id=version_id).defer("source").first() if version_id else None
    if found is None or pilot.version is None or found.key != pilot.version.key or found == pilot.version:
        raise VersionUnsound
    return found


def _leave(pilot: Pilot, reason: str, viewer: Viewer, at: datetime) -> int:
    """This will note that the stage is over; returns how many of its items were open. Raises: ChecklistOpen"""
    left_open = pilot.items.filter(stage=pilot.stage, ticked_at=None).count()
    said = plain(reason, 300)
    if left_open and not said:
        raise ChecklistOpen(str(left_open))
    Move.objects.create(pilot=pilot, stage=pilot.stage, left_open=left_open, reason=said, at=at, by=viewer.actor)
    return left_open


def end_phase(pilot: Pilot, at: datetime) -> None:
    """This will close the phase that runs. The caller holds the pilot."""
    pilot.phases.filter(ended_at=None).update(ended_at=at)


def stores_of(pilot: Pilot) -> dict[str, list[UUID]]:
    """Its stores by side, each in order (one statement)."""
    found: dict[str, list[UUID]] = {Side.PILOT: [], Side.CONTROL: []}
    rows = PilotPlace.objects.filter(pilot=pilot).order_by("store__code")
    for store_id, side in rows.values_list("store_id", "side"):
        found[side].append(store_id)
    return found
