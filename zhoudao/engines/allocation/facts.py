"""What is known of the places, what is asked, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion; differences below `step` are none: `distance` in steps of 100 km."""

    name: str
    step: int = 1


@dataclass(frozen=True, slots=True)
class Site:
    """A place as it is now. `free` by SKU; `km` to the address (None: unknown); `cost` of a parcel from there in minor
    units; `load`: percent of its day that is taken; `left`: parcels it can still send (None: no limit); small
    `priority` is first; `is_own`: it is the stock of the store the order was made for.
    """

    key: str
    free: Mapping[str, int]
    km: int | None = None
    cost: int = 0
    load: int = 0
    left: int | None = None
    priority: int = 100
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """A place that was looked at: `chosen`; `full` (no parcel more that day); `short` (it has not all, and no set of
    places with it would do); or `lost`, by the criterion `by` (`equal`: by nothing but its priority and name).
    """

    site: Site
    verdict: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """From which place how many of what (None: all together have too few), and what is known of every place.

    `decided` is the criterion that set it apart from the next best; `only` where nothing else would do.
    """

    plan: Mapping[str, Mapping[str, int]] | None
    looked: tuple[Looked, ...]
    decided: str = ""

    @property
    def parcels(self) -> int:
        """How many parcels leave."""
        return len(self.plan or ())

    @property
    def km(self) -> int | None:
        """How far they go together; None: unknown."""
        far = [one.site.km for one in self.looked if one.verdict == "chosen"]
        known = [one for one in far if one is not None]
        return sum(known) if known and len(known) == len(far) else None

    @property
    def cost(self) -> int:
        """What they cost together, in minor units."""
        return sum(one.site.cost for one in self.looked if one.verdict == "chosen")
