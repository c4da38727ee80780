"""The orders' jobs; safe to run twice."""

from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.commands.approving import allocate_short, approve_passed
from zhoudao.rooms.orders.commands.handing_in import read_in, work_list
from zhoudao.rooms.orders.commands.rehearsing import work_rehearsal
from zhoudao.rooms.orders.handlers import APPROVE_JOB
from zhoudao.rooms.orders.models import OrderList


@app.task(name=APPROVE_JOB, queue="default", pass_context=False)
def approve() -> None:
    """Approves what passed the review, and looks elsewhere for what is not where it was kept."""
    approve_passed(now=clock.now)
    allocate_short(now=clock.now)


@app.task(name="orders.rehearse", queue="analyst", pass_context=False)
def rehearse(rehearsal_id: str) -> None:
    """Chooses a while's orders again by other rules."""
    work_rehearsal(UUID(rehearsal_id), at=clock.now())


@app.task(name="desk.read_list", queue="default", pass_context=False)
def read(list_id: str) -> None:
    """Its columns and first rows."""
    read_in(UUID(list_id))


@app.task(name="desk.take_list", queue="default", pass_context=False)
def take(list_id: str) -> None:
    """Goes on where it ended, with the rights its asker has now."""
    row = OrderList.objects.select_related("asked_by").get(id=UUID(list_id))
    viewer = viewers.of_user(row.asked_by).within("orders:write")
    stores = viewer.stores_worked_in if viewer.may("orders:write") else frozenset[UUID]()
    work_list(row.id, by=By(viewer.actor), at=clock.now(), only_stores=stores)
