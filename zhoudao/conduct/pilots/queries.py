"""Pilots as their pages show them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise as LazyText

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion, PilotStore
from zhoudao.conduct.pilots.checklists import ITEMS
from zhoudao.conduct.pilots.measured import Frame
from zhoudao.conduct.pilots.models import Finding, Item, Phase, Pilot, PilotPlace, Side
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Store, User
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

WEEK = timedelta(days=7)
_LAST, _VERSIONS = 50, 60


def pilots_listed() -> QuerySet[Pilot]:
    """The last ones, with owner, version and stores (two statements)."""
    places = Prefetch("places", PilotPlace.objects.select_related("store").order_by("store__code"))
    rows = Pilot.objects.select_related("owner", "version").defer("version__source").prefetch_related(places)
    return rows.order_by("-planned_at", "-id")[:_LAST]


def pilot_shown(pilot_id: UUID) -> Pilot | None:
    """One with everything its page needs (six statements)."""
    rows = Pilot.objects.select_related("owner", "version").defer("version__source")
    around = (
        Prefetch("places", PilotPlace.objects.select_related("store").order_by("store__code")),
        Prefetch("phases", Phase.objects.select_related("version").defer("version__source").order_by("number")),
        Prefetch("items", Item.objects.select_related("store").order_by("id")),
        Prefetch("findings", Finding.objects.order_by("of")),
        "moves",
        "alarms",
    )
    return rows.prefetch_related(*around).filter(id=pilot_id).first()


def owners() -> list[User]:
    """Who may look after a pilot, by name (two statements)."""
    found = User.objects.filter(is_active=True).prefetch_related("grants").order_by("name", "email")
    return [user for user in found if viewers.of_user(user).may("improvement:write")]


def trial_stores() -> list[Store]:
    """Where something can be tried: all that are open and sell, by code (one statement)."""
    return list(Store.objects.filter(closed_at=None).exclude(kind="head_office").order_by("code"))


def versions_to_try(language: str, key: str = "") -> list[tuple[UUID, str]]:
    """Flow versions that are not live, the newest first, by name (one statement)."""
    rows = FlowVersion.objects.filter(is_live=False).defer("source").order_by("-deployed_at", "-id")
    rows = rows.filter(key=key) if key else rows
    return [(row.id, f"{pick(row.names, language) or row.key} · {row.version}") for row in rows[:_VERSIONS]]


def drawings_to_try(language: str) -> list[tuple[str, str]]:
    """Flows that are being drawn, by key, with their names (two statements)."""
    keys = list(FlowDraft.objects.filter(owner=None).order_by("key").values_list("key", flat=True))
    live = dict(FlowVersion.objects.filter(key__in=keys, is_live=True).values_list("key", "names"))
    return [(key, pick(live.get(key, {}), language) or key) for key in keys]


def is_on_trial(pilot: Pilot) -> bool:
    """Whether its version is really in force in its stores: somebody may have changed that where versions are made."""
    there = set(PilotStore.objects.filter(version=pilot.version).values_list("store", flat=True))
    return there == {place.store_id for place in pilot.places.all() if place.side == Side.PILOT}


@frozen
class Line:
    """One item as its page shows it."""

    id: UUID
    words: LazyText | str
    store: str
    ticked_at: datetime | None
    ticked_by: str


def checklist(items: Iterable[Item], stage: str) -> list[Line]:
    """The stage's items: the shipped ones in their order, those of stores by store, then one's own."""
    order = {code: place for place, code in enumerate(ITEMS.get(stage, {}))}
    ours = [item for item in items if item.stage == stage]
    ours.sort(key=lambda one: (order.get(one.code, len(order)), one.store.code if one.store else ""))
    return [
        Line(
            one.id, ITEMS[stage].get(one.code, one.words) if one.code else one.words,
            str(one.store) if one.store else "", one.ticked_at, one.ticked_by,
        )
        for one in ours
    ]  # fmt: skip


def stores_compared(pilot: Pilot) -> dict[str, list[Store]]:
    """Its stores by side; of one that was changed everywhere all are pilot stores."""
    if pilot.is_everywhere:
        return {Side.PILOT: trial_stores(), Side.CONTROL: []}
    places = list(PilotPlace.objects.filter(pilot=pilot).select_related("store").order_by("store__code"))
    return {side: [place.store for place in places if place.side == side] for side in (Side.PILOT, Side.CONTROL)}


def before_of(pilot: Pilot, stores: Iterable[Store], *, at: datetime) -> Frame:
    """The weeks before its start; before it has started, before now."""
    start = pilot.started_at or at
    return Frame(tuple(one.id for one in stores), start - pilot.before_weeks * WEEK, start, at, pilot.kind)


def after_of(pilot: Pilot, phase: Phase, stores: Iterable[Store], *, at: datetime) -> Frame:
    """One of its phases, until its end or now."""
    until = phase.ended_at or at
    return Frame(tuple(one.id for one in stores), phase.began_at, until, at, pilot.kind)
