"""A pilot is planned: what is tried, how it is judged, where, and beside which stores."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhoudao.conduct.flows.commands.piloting import hold_flow
from zhoudao.conduct.flows.commands.shelving import shelve_draft
from zhoudao.conduct.flows.models import FlowVersion, PilotStore
from zhoudao.conduct.pilots.checklists import ITEMS, TRAINED
from zhoudao.conduct.pilots.events import PilotGivenUp, PilotPlanned, PilotStoresChosen, coded
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.holding import hold_pilot, plain, tell
from zhoudao.conduct.pilots.models import RUNNING, Finding, Item, Pilot, PilotPlace, Side, Stage
from zhoudao.conduct.pilots.outcomes import choosable
from zhoudao.conduct.pilots.queries import owners
from zhoudao.conduct.pilots.refusals import (
    DatesUnsound,
    NoControls,
    NotAtThisStage,
    OneStoreOnly,
    OutcomesUnsound,
    OwnerUnknown,
    PilotNotFound,
    PilotUnsaid,
    StoresTaken,
    StoresUnknown,
    VersionUnsound,
)
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Kind

MOST_WEEKS, LEAST_BEFORE, MOST_BEFORE = 52, 2, 26
_AHEAD, _BACK = timedelta(days=365), timedelta(days=730)
LEAST_STORES = 2  # on each side: chance cannot be told from what one store is like


@frozen
class Plan:
    """What somebody wants to try; see `models.Pilot`."""

    name: str
    question: str
    outcomes: tuple[str, ...]
    least: float
    start_date: date
    weeks: int
    owner_id: UUID
    version_id: UUID | None = None
    draft_key: str = ""  # the flow whose drawing becomes the version, instead
    change: str = ""
    kind: str = ""
    before_weeks: int = 8
    is_everywhere: bool = False
    stops_itself: bool = False


@transaction.atomic
def plan_pilot(*, plan: Plan, viewer: Viewer, at: datetime) -> Pilot:
    """This will keep a pilot to be prepared; one that was changed everywhere on a day is compared at once.

    Raises: PilotNotFound, PilotUnsaid, OutcomesUnsound, DatesUnsound, VersionUnsound, OwnerUnknown, FlowRefusal
    """
    if not viewer.may("improvement:write"):
        raise PilotNotFound
    version = _checked(plan, at)
    if plan.draft_key and not plan.is_everywhere:
        version = shelve_draft(key=plan.draft_key, by=By(viewer.actor), at=at)
    pilot = Pilot.objects.create(
        name=plain(plan.name, 120),
        question=plain(plan.question, 300),
        change=plain(plan.change, 2000),
        version=version,
        is_everywhere=plan.is_everywhere,
        kind=plan.kind,
        outcomes=list(plan.outcomes),
        least=plan.least,
        start_date=plan.start_date,
        weeks=plan.weeks,
        before_weeks=plan.before_weeks,
        stops_itself=plan.stops_itself,
        owner_id=plan.owner_id,
        planned_at=at,
        planned_by=viewer.actor,
    )
    fact = PilotPlanned(coded(pilot.primary), plan.start_date.isoformat(), plan.weeks, plan.is_everywhere)
    tell(pilot, fact, actor=viewer.actor, at=at)
    if plan.is_everywhere:
        _begun_on_its_day(pilot)
        ask_finding(pilot, Finding.Of.COMPARISON, at=at)
        return pilot
    Item.objects.bulk_create(
        Item(pilot=pilot, stage=stage, code=code) for stage, items in ITEMS.items() for code in items if code != TRAINED
    )
    ask_finding(pilot, Finding.Of.PLAN, at=at)
    return pilot


def _checked(plan: Plan, at: datetime) -> FlowVersion | None:
    if (
        not plan.name.strip()
        or not plan.question.strip()
        or not (plan.version_id or plan.draft_key or plan.change.strip())
    ):
        raise PilotUnsaid
    known = {one.code for one in choosable()}
    is_once = len(set(plan.outcomes)) == len(plan.outcomes) > 0
    if (
        not is_once
        or not known.issuperset(plan.outcomes)
        or not 0 < plan.least < 1e9
        or plan.kind not in ("", *Kind.values)
    ):
        raise OutcomesUnsound
    today = at.astimezone(clock.zone()).date()
    first, last = (today - _BACK, today) if plan.is_everywhere else (today, today + _AHEAD)
    are_sound = 1 <= plan.weeks <= MOST_WEEKS and LEAST_BEFORE <= plan.before_weeks <= MOST_BEFORE
    if not are_sound or not first <= plan.start_date <= last:
        raise DatesUnsound
    if plan.owner_id not in {one.pk for one in owners()}:
        raise OwnerUnknown
    if plan.version_id is None:
        return None
    version = FlowVersion.objects.filter(id=plan.version_id).defer("source").first()
    if version is None or (version.is_live and not plan.is_everywhere):
        raise VersionUnsound
    return version


def _begun_on_its_day(pilot: Pilot) -> None:
    pilot.started_at = datetime.combine(pilot.start_date, time(), clock.zone())
    pilot.stage = Stage.RUN
    pilot.save(update_fields=["started_at", "stage"])
    pilot.phases.create(number=1, version=pilot.version, change=pilot.change, began_at=pilot.started_at)


@transaction.atomic
def choose_stores(
    *, pilot_id: UUID, pilots: Collection[UUID], controls: Collection[UUID], viewer: Viewer, at: datetime
) -> Pilot:
    """This will say where it is tried and which stores it is compared with; balance and power are counted anew.

    Raises: PilotNotFound, NotAtThisStage, StoresUnknown, OneStoreOnly, NoControls, StoresTaken
    """
    pilot = hold_pilot(pilot_id, viewer, at_stages=[Stage.PREPARE])
    if pilot.is_everywhere:
        raise StoresUnknown
    chosen = _open_stores(pilots, controls)
    refuse_stores(pilot, pilots, controls)
    pilot.places.all().delete()
    PilotPlace.objects.bulk_create(
        PilotPlace(pilot=pilot, store=store, side=Side.PILOT if store.id in pilots else Side.CONTROL)
        for store in chosen
    )
    _ask_to_train(pilot, pilots)
    codes = {
        side: ", ".join(one.code for one in chosen if one.id in ids) for side, ids in (("p", pilots), ("c", controls))
    }
    tell(pilot, PilotStoresChosen(codes["p"], codes["c"]), actor=viewer.actor, at=at, stores=[one.id for one in chosen])
    ask_finding(pilot, Finding.Of.PLAN, at=at)
    return pilot


def refuse_stores(pilot: Pilot, pilots: Collection[UUID], controls: Collection[UUID]) -> None:
    """Raises: OneStoreOnly, NoControls, StoresTaken"""
    if len(set(pilots)) < LEAST_STORES:
        raise OneStoreOnly
    if len(set(controls)) < LEAST_STORES:
        raise NoControls
    if pilot.version is None:
        return
    hold_flow(pilot.version.key)  # two pilots that choose at once do not both get a store
    here = Q(store__in=[*pilots, *controls])
    others = PilotPlace.objects.filter(here, pilot__version__key=pilot.version.key).exclude(pilot=pilot)
    others = others.filter(pilot__stage__in=[Stage.PREPARE, *RUNNING], pilot__is_everywhere=False)
    on_trial = PilotStore.objects.filter(here, key=pilot.version.key).exclude(version=pilot.version)
    taken = {*others.values_list("store", flat=True), *on_trial.values_list("store", flat=True)}
    if taken:
        raise StoresTaken(", ".join(str(store) for store in Store.objects.filter(id__in=taken).order_by("code")))


def _open_stores(pilots: Collection[UUID], controls: Collection[UUID]) -> list[Store]:
    asked = [*pilots, *controls]
    found = list(Store.objects.filter(id__in=asked, closed_at=None).order_by("code"))
    if len(found) != len(asked):  # unknown, closed, or on both sides
        raise StoresUnknown
    return found


def _ask_to_train(pilot: Pilot, pilots: Collection[UUID]) -> None:
    """One confirmation a pilot store; what a store confirmed stays."""
    known = pilot.items.filter(code=TRAINED)
    known.exclude(store__in=pilots).delete()
    there = set(known.values_list("store", flat=True))
    Item.objects.bulk_create(
        Item(pilot=pilot, stage=Stage.PREPARE, code=TRAINED, store_id=store_id)
        for store_id in sorted(set(pilots) - there)
    )


@transaction.atomic
def give_up_pilot(*, pilot_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will delete a pilot that has not begun, or a before-and-after. Raises: PilotNotFound, NotAtThisStage"""
    pilot = hold_pilot(pilot_id, viewer)
    if pilot.stage != Stage.PREPARE and not pilot.is_everywhere:
        raise NotAtThisStage
    tell(pilot, PilotGivenUp(), actor=viewer.actor, at=at)
    pilot.delete()
