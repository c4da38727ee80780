"""Pilots: a version that is live in some stores, while the rest keep theirs. Running runs keep what they began with."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.conduct.flows.events import PilotEnded, PilotSet
from zhoudao.conduct.flows.gates import Going, pass_gates
from zhoudao.conduct.flows.models import FlowVersion, PilotStore
from zhoudao.conduct.flows.refusals import AlreadyLive, BeyondYourStores, FlowNotFound, StoreNotFound
from zhoudao.conduct.flows.versions import version_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import About, By, record


@transaction.atomic
def pilot_flow(
    *,
    version_id: UUID,
    stores: Collection[UUID],
    by: By,
    at: datetime,
    reach: Collection[UUID] | None = None,
    reason: str = "",
) -> FlowVersion:
    """This will have new runs in exactly these stores take this version; without stores its pilot is over.

    Stores that leave the pilot take what is live for all again; a store of another pilot changes over to this one.

    Raises: FlowNotFound, AlreadyLive, StoreNotFound, BeyondYourStores, NotReady
    """
    version = hold_version(version_id)
    if version.is_live:
        raise AlreadyLive
    before = set(PilotStore.objects.filter(version=version).values_list("store_id", flat=True))
    if changed := before ^ set(stores):
        refuse_beyond(changed, reach)
        if fresh := frozenset(stores) - before:
            pass_gates(Going(version, version_of(version.id).graph, fresh, by, at, reason))
        set_pilot(version, stores, at=at, by=by)
    return version


def set_pilot(version: FlowVersion, stores: Collection[UUID], *, at: datetime, by: By) -> None:
    """This will write the pilot's stores anew. The caller holds the flow.

    Raises: StoreNotFound
    """
    found = list(Store.objects.filter(id__in=stores, closed_at=None).order_by("code"))
    if len(found) != len(set(stores)):
        raise StoreNotFound
    PilotStore.objects.filter(version=version).delete()
    PilotStore.objects.filter(key=version.key, store__in=found).delete()
    PilotStore.objects.bulk_create(PilotStore(key=version.key, store=store, version=version) for store in found)
    codes = ", ".join(store.code for store in found)
    fact = PilotSet(version.key, version.version, codes) if found else PilotEnded(version.key, version.version)
    record(fact, at=at, by=by, about=[About("flow", version.id), *(About("store", store.id) for store in found)])


def refuse_beyond(stores: Collection[UUID], reach: Collection[UUID] | None) -> None:
    """Who looks after some stores decides for those, not for all (no `stores`).

    Raises: BeyondYourStores
    """
    if reach is not None and (not stores or set(stores) - set(reach)):
        raise BeyondYourStores


def hold_flow(key: str) -> None:
    """One change of a flow's versions at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"flow:{key}"])


def hold_version(version_id: UUID) -> FlowVersion:
    """The version, its flow held.

    Raises: FlowNotFound
    """
    key = FlowVersion.objects.filter(id=version_id).values_list("key", flat=True).first()
    if key is None:
        raise FlowNotFound
    hold_flow(key)
    return FlowVersion.objects.get(id=version_id)
