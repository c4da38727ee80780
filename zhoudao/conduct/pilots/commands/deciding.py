"""The end of a pilot: rolled out, kept where it is, or taken back; and what a stop rule does by itself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows.commands.deploying import roll_out_flow
from zhoudao.conduct.flows.commands.piloting import pilot_flow
from zhoudao.conduct.flows.models import PilotStore
from zhoudao.conduct.pilots.commands.stages import end_phase
from zhoudao.conduct.pilots.events import PilotDecided, PilotHarmSeen, coded
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.holding import hold_pilot, plain, tell
from zhoudao.conduct.pilots.models import RUNNING, Decision, Finding, Phase, Pilot, Stage, Why
from zhoudao.conduct.pilots.refusals import DecisionUnsound
from zhoudao.conduct.pilots.telling import tell_harm
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By

SYSTEM = "system:analyst"


@transaction.atomic
def decide_pilot(*, pilot_id: UUID, decision: str, why: str, viewer: Viewer, at: datetime, words: str = "") -> Pilot:
    """This will end it: its version is live for all from now on, stays in its stores, or is taken back there.

    Raises: PilotNotFound, NotAtThisStage, DecisionUnsound, FlowRefusal
    """
    pilot = hold_pilot(pilot_id, viewer, at_stages=RUNNING)
    said = plain(words, 1000)
    if decision not in Decision.values or why not in Why.values or (why == Why.OTHER and not said):
        raise DecisionUnsound
    _end(pilot, decision, why, actor=viewer.actor, at=at, words=said)
    return pilot


def _end(pilot: Pilot, decision: str, why: str, *, actor: str, at: datetime, words: str = "") -> None:
    if not pilot.is_everywhere:  # that one is live already, and taken back where versions are made
        _move_version(pilot, decision, By(actor), at)
    end_phase(pilot, at)
    pilot.stage, pilot.ended_at = Stage.OVER, at
    pilot.decision, pilot.why, pilot.why_words, pilot.decided_by = decision, why, words, actor
    pilot.save(update_fields=["stage", "ended_at", "decision", "why", "why_words", "decided_by"])
    tell(pilot, PilotDecided(coded(decision), coded(why)), actor=actor, at=at)
    ask_finding(pilot, Finding.Of.COMPARISON, at=at)


def _move_version(pilot: Pilot, decision: str, by: By, at: datetime) -> None:
    if pilot.version is None or decision == Decision.KEEP:
        return
    if decision == Decision.ROLL_OUT:
        roll_out_flow(version_id=pilot.version.id, by=by, at=at)
    elif PilotStore.objects.filter(version=pilot.version).exists():
        pilot_flow(version_id=pilot.version.id, stores=[], by=by, at=at)


@transaction.atomic
def note_harm(*, pilot_id: UUID, phase_id: int, outcome: str, at: datetime) -> bool:
    """This will tell the owner that a stop rule fired, once a phase and outcome, and take the version back where the
    pilot stops by itself. Safe to repeat; says whether it was new.
    """
    pilot = Pilot.objects.select_for_update(of=("self",)).select_related("version").filter(id=pilot_id).first()
    phase = Phase.objects.filter(id=phase_id, pilot=pilot_id, ended_at=None).first()
    if pilot is None or phase is None or not pilot.is_running:
        return False
    _alarm, is_new = pilot.alarms.get_or_create(phase=phase, outcome=outcome, defaults={"at": at})
    if not is_new:
        return False
    pilot.harmed_at = pilot.harmed_at or at
    pilot.save(update_fields=["harmed_at"])
    tell(pilot, PilotHarmSeen(coded(outcome), phase.number), actor=SYSTEM, at=at)
    tell_harm(pilot, phase, outcome, at=at)
    if pilot.stops_itself:
        _end(pilot, Decision.GO_BACK, Why.WORSE, actor=SYSTEM, at=at)
    return True
