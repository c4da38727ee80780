"""Choosing again what was chosen, by other rules: what it would have cost, with the stock and the days as they would
have been.

What was free then is corrected by what these rules would have taken elsewhere before, and days are counted anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from zhoudao.engines.allocation.choosing import allocate
from zhoudao.engines.allocation.facts import Rule, Site


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice as it was made: the places as they were, and from which how many of what were sent."""

    day: date
    sites: Sequence[Site]
    plan: Mapping[str, Mapping[str, int]]


@dataclass
class Side:
    """What one way of choosing comes to."""

    parcels: int = 0
    km: int = 0
    cost: int = 0
    of_place: dict[str, int] = field(default_factory=dict)
    busiest: int = 0  # most parcels of a place on a day

    def add(self, plan: Mapping[str, object], sites: Mapping[str, Site], on_day: int) -> None:
        """This will count what an order is sent from; `on_day`: the parcels of its busiest place that day."""
        for key in plan:
            self.parcels += 1
            self.km += sites[key].km or 0
            self.cost += sites[key].cost
            self.of_place[key] = self.of_place.get(key, 0) + 1
        self.busiest = max(self.busiest, on_day)


@dataclass
class Replay:
    """Both sides, over the orders both could send. `moved`: sent from elsewhere; `unsent`: these rules could not."""

    capacity: Mapping[str, int | None]
    then: Side = field(default_factory=Side)
    would: Side = field(default_factory=Side)
    orders: int = 0
    moved: int = 0
    unsent: int = 0
    _drift: dict[tuple[str, str], int] = field(default_factory=dict)
    _was: dict[tuple[str, date], int] = field(default_factory=dict)
    _days: dict[tuple[str, date], int] = field(default_factory=dict)

    def take(self, chosen: Chosen, rules: Sequence[Rule]) -> None:
        """This will choose the next order, in the order in which they were chosen."""
        wanted: dict[str, int] = {}
        for share in chosen.plan.values():
            for sku, count in share.items():
                wanted[sku] = wanted.get(sku, 0) + count
        sites = [self._now(site, chosen.day) for site in chosen.sites]
        plan = allocate(wanted, sites, rules).plan
        self._count(chosen.plan, self._was, chosen.day, 1)
        if plan is None:
            self.unsent += 1
            return
        self._count(plan, self._days, chosen.day, -1)
        by_key = {site.key: site for site in chosen.sites}
        self.orders += 1
        self.moved += {key: dict(share) for key, share in plan.items()} != {k: dict(v) for k, v in chosen.plan.items()}
        for side, sent, days in ((self.then, chosen.plan, self._was), (self.would, plan, self._days)):
            side.add(sent, by_key, max(days[key, chosen.day] for key in sent))

    def _now(self, site: Site, day: date) -> Site:
        taken, most = self._days.get((site.key, day), 0), self.capacity.get(site.key)
        free = {sku: count + self._drift.get((site.key, sku), 0) for sku, count in site.free.items()}
        load, left = (taken * 100 // most, max(0, most - taken)) if most else (0, None)
        return replace(site, free=free, load=load, left=left)

    def _count(
        self, plan: Mapping[str, Mapping[str, int]], days: dict[tuple[str, date], int], day: date, sign: int
    ) -> None:
        for key, share in plan.items():
            days[key, day] = days.get((key, day), 0) + 1
            for sku, count in share.items():
                self._drift[key, sku] = self._drift.get((key, sku), 0) + sign * count
