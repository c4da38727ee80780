"""Six shops on one street with weeks of cases behind them, for tests of pilots. Others take fixtures from here."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from zhoudao.conduct.flows.commands import deploy_flow
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.pilots.commands import Plan, choose_stores, plan_pilot, start_pilot
from zhoudao.conduct.pilots.models import Pilot
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.customers.models import Customer

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # in Shanghai, a Tuesday
CODES = ("bund", "garden", "harbour", "market", "museum", "station")
_LIVE = "start s\nuser look\nend e\ns -> look -> e"
_NEXT = "start s\nuser look\nuser more\nend e\ns -> look -> more -> e"


@dataclass
class Street:
    """`now` moves only when a test says so."""

    viewer: Viewer
    stores: dict[str, Store]
    now: datetime = NOON
    customer: Customer | None = None
    made: int = 0
    rng: Random = field(default_factory=lambda: Random(3))

    def ids(self, *codes: str) -> list[UUID]:
        """These stores' ids."""
        return [self.stores[code].id for code in codes]

    def lives(self, code: str, days: int, *, hours: float, a_day: int = 2, until: datetime | None = None) -> list[Case]:
        """So many days of complaints in a store until a moment, each solved after about so many hours."""
        end, rows = until or self.now, []
        for day in range(days, 0, -1):
            for place in range(a_day):
                opened = end - timedelta(days=day) + timedelta(hours=place)
                rows.append(self.case(code, opened, hours * self.rng.uniform(0.6, 1.4)))
        return Case.objects.bulk_create(rows)

    def case(self, code: str, opened: datetime, hours: float | None, **more: Any) -> Case:
        """A complaint that was solved after so many hours, or (None) is open; not stored."""
        self.made += 1
        if self.customer is None:
            self.customer = Customer.objects.create(key_id=uuid7(), created_at=self.now)
        given: dict[str, Any] = {
            "number": f"C2026-7{self.made:05d}", "kind": "complaint", "customer": self.customer,
            "store": self.stores[code], "opened_at": opened, "updated_at": opened, "status": "open",
        }  # fmt: skip
        if hours is not None:
            given |= {
                "status": "closed", "outcome": "answered", "cause": "other",
                "resolved_at": opened + timedelta(hours=hours),
            }  # fmt: skip
        return Case(**(given | more))

    def flow(self, key: str = "complaint") -> FlowVersion:
        """A flow that is live, and its next version, which is tried nowhere yet."""
        by = By("user:manager")

        def source(lines: str) -> bytes:
            return bpmn(lines).replace(b'<process id="p"', f'<process id="{key}"'.encode())

        deploy_flow(source=source(_LIVE), by=by, at=self.now)
        newest = FlowVersion.objects.filter(key=key).count()
        return FlowVersion.objects.create(
            key=key, version=newest + 1, names={"zh-Hans": "投诉"}, source=source(_NEXT), deployed_at=self.now,
            deployed_by=by.actor,
        )  # fmt: skip

    def plan(self, **more: Any) -> Plan:
        """A plan that is sound, with what a test wants otherwise."""
        given: dict[str, Any] = {
            "name": "门店自己决定", "question": "投诉是否更快解决？",
            "outcomes": ("resolution", "satisfaction"),
            "least": 9.0, "start_date": date(2026, 3, 10), "weeks": 6, "owner_id": self.viewer.user_id,
            "change": "门店可直接退换", "kind": "complaint",
        }  # fmt: skip
        return Plan(**(given | more))

    def planned(self, **more: Any) -> Pilot:
        """A pilot to be prepared."""
        return plan_pilot(plan=self.plan(**more), viewer=self.viewer, at=self.now)

    def chosen(
        self, pilot: Pilot, pilots: str = "bund garden", controls: str = "harbour market museum station"
    ) -> Pilot:
        """Its stores."""
        return choose_stores(
            pilot_id=pilot.id, pilots=self.ids(*pilots.split()), controls=self.ids(*controls.split()),
            viewer=self.viewer, at=self.now,
        )  # fmt: skip

    def running(self, **more: Any) -> Pilot:
        """A pilot that has begun, although nothing was ticked."""
        pilot = self.chosen(self.planned(**more))
        return start_pilot(pilot_id=pilot.id, viewer=self.viewer, at=self.now, reason="试试看")


def open_street(manager: User) -> Street:
    """This will open the shops; the manager looks after pilots."""
    names = dict(zip(CODES, ("外滩", "豫园", "港口", "市场", "博物馆", "车站"), strict=True))
    stores = {code: Store.objects.create(code=code, names={"zh-Hans": f"{names[code]}店"}) for code in CODES}
    return Street(of_user(manager), stores)


def eight_weeks(street: Street) -> None:
    """This will give every shop eight weeks of complaints, each of thirty hours or so."""
    for code in CODES:
        street.lives(code, 56, hours=30.0)
