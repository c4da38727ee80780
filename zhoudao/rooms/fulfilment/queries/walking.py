"""The way of a wave: where to go next, for what, and into which tote."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from django.db.models import F

from zhoudao.engines.picking import floor_of
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.models import Method, Step, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.building import bins_of
from zhoudao.rooms.stock.models import Item


@frozen
class Stop:
    """One thing to take from one bin; `lines` are the totes it is for, the first first."""

    bin: str
    item: Item
    lines: tuple[ToteLine, ...]

    @property
    def left(self) -> int:
        """How many are still to be taken."""
        return sum(line.left for line in self.lines)

    @property
    def wanted(self) -> int:
        """How many were to be taken."""
        return sum(line.wanted for line in self.lines)

    @property
    def totes(self) -> list[str]:
        """The codes of the totes."""
        return [line.tote.code for line in self.lines]


def stops_of(wave: Wave, *, only_left: bool = True) -> list[Stop]:
    """What is to be taken where, in the order it is walked (two statements). `only_left`: what is still to do."""
    rows = ToteLine.objects.filter(tote__wave=wave).select_related("tote__order", "item")
    if only_left:
        rows = rows.filter(tote__state=Step.TO_PICK, wanted__gt=F("picked") + F("short"))
    lines = list(rows.order_by("tote__rank", "item_id"))
    bins = bins_of(wave.warehouse_id, {line.item_id for line in lines})
    ways = {code: turn for turn, code in enumerate(floor_of(()).ordered([bins.get(one.item_id, "") for one in lines]))}
    place = {line.id: (ways[bins.get(line.item_id, "")], line.item_id) for line in lines}
    keys: dict[str, Callable[[ToteLine], tuple[Any, ...]]] = {
        Method.SINGLE: lambda line: (line.tote.rank, *place[line.id]),
        Method.BATCH: lambda line: place[line.id],
        Method.CLUSTER: lambda line: (*place[line.id], line.tote.rank),
    }
    key = keys[wave.method]
    walked = sorted(lines, key=lambda line: (key(line), line.tote.rank))
    return [_stop(list(some), bins) for _key, some in groupby(walked, key=key)]


def unsorted_of(wave: Wave) -> list[ToteLine]:
    """What was taken together and lies in no tote yet (one statement)."""
    rows = ToteLine.objects.filter(tote__wave=wave, tote__state=Step.TO_PICK, picked__gt=F("sorted"))
    return list(rows.select_related("tote__order", "item").order_by("tote__rank", "item_id"))


def _stop(lines: Sequence[ToteLine], bins: dict[str, str]) -> Stop:
    item = lines[0].item
    return Stop(bins.get(item.sku, ""), item, tuple(lines))
