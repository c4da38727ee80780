"""Which promises a case kept, counted as they are decided."""

from zhoudao.engines.simulation.bare import bare
from zhoudao.engines.simulation.layout import World
from zhoudao.engines.simulation.working import worked


@bare
def keep(w: World, slot: int, at: int) -> None:
    """This will count the promises that are decided when a node is done, or (NONE) when the case is over."""
    for which in range(len(w.promises)):
        promise = w.promises[which]
        if promise.node == at and w.marks[slot, promise.mark] == 0:
            w.marks[slot, promise.mark] = 1
            arrived = w.cases[w.slots[slot].case].arrived
            if arrived >= w.one[0].warm:
                spent = worked(w, promise.hours, w.one[0].now) - worked(w, promise.hours, arrived)
                if spent <= promise.target:
                    promise.kept += 1
                else:
                    promise.broken += 1
