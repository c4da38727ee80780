"""Small processes as trees of blocks: as the engine's net, and (in `slow.py`) walked block by block."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from zhoudao.engines.simulation.distributions import Distribution, exponential
from zhoudao.engines.simulation.model import (
    Arrivals,
    Boundary,
    Does,
    Flow,
    Join,
    Model,
    Node,
    Pool,
    Promise,
    Split,
    Task,
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    id: str
    kind: str  # task, seq, xor, and, or, loop, race, scope
    parts: tuple["Block", ...] = ()
    chances: tuple[float, ...] = ()  # of xor, or; of a loop, that it goes round again
    times: tuple[Distribution, ...] = ()  # of a race
    task: Task | None = None
    bound: Boundary | None = None  # of a task or scope; its way is the last part
    aside: "Block | None" = None  # where the boundary leads: back to the way (interrupting) or to an end of its own


def walk(block: Block) -> Iterator[Block]:
    yield block
    for part in (*block.parts, *([block.aside] if block.aside else [])):
        yield from walk(part)


@dataclass
class _Net:
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def node(self, name: str, **more: object) -> str:
        self.nodes.append(Node(name, **more))  # type: ignore[arg-type]  # whatever is given
        return name

    def flow(self, source: str, target: str, **more: object) -> None:
        self.flows.append(Flow(f"{source}>{target}", source, target, **more))  # type: ignore[arg-type]  # as above

    def add(self, block: Block, scope: str | None) -> tuple[str, str]:
        """Its first and last node."""
        first, last = getattr(self, f"_{block.kind}")(block, scope)
        if block.bound is None:
            return first, last
        bound = self.node(block.id + ".b", boundary=block.bound, scope=scope)
        after = self.node(block.id + ".after", scope=scope)
        self.flow(last, after)
        aside = self.add(block.aside, scope) if block.aside else (bound, bound)
        if block.aside:
            self.flow(bound, aside[0])
        over = after if block.bound.interrupting else self.node(block.id + ".aside", does=Does.END, scope=scope)
        self.flow(aside[1], over)
        return first, after

    def _task(self, block: Block, scope: str | None) -> tuple[str, str]:
        return (self.node(block.id, does=Does.TASK, task=block.task, scope=scope),) * 2

    def _seq(self, block: Block, scope: str | None) -> tuple[str, str]:
        ends = [self.add(part, scope) for part in block.parts]
        for one, other in pairwise(ends):
            self.flow(one[1], other[0])
        return ends[0][0], ends[-1][1]

    def _fork(self, block: Block, scope: str | None, split: Split, join: Join) -> tuple[str, str]:
        first = self.node(block.id, split=split, scope=scope)
        last = self.node(block.id + ".join", join=join, scope=scope)
        for number, part in enumerate(block.parts):
            ends = self.add(part, scope)
            chance = block.chances[number] if block.chances else 1.0
            self.flow(first, ends[0], chance=chance, default=split is Split.SOME and number == 0)
            self.flow(ends[1], last)
        return first, last

    def _xor(self, block: Block, scope: str | None) -> tuple[str, str]:
        return self._fork(block, scope, Split.ONE, Join.EACH)

    def _and(self, block: Block, scope: str | None) -> tuple[str, str]:
        return self._fork(block, scope, Split.ALL, Join.ALL)

    def _or(self, block: Block, scope: str | None) -> tuple[str, str]:
        return self._fork(block, scope, Split.SOME, Join.STARTED)

    def _loop(self, block: Block, scope: str | None) -> tuple[str, str]:
        first = self.node(block.id + ".again", scope=scope)
        ends = self.add(block.parts[0], scope)
        asked, last = self.node(block.id, split=Split.ONE, scope=scope), self.node(block.id + ".on", scope=scope)
        self.flow(first, ends[0])
        self.flow(ends[1], asked)
        self.flow(asked, first, chance=block.chances[0])
        self.flow(asked, last, chance=1 - block.chances[0])
        return first, last

    def _race(self, block: Block, scope: str | None) -> tuple[str, str]:
        first, last = self.node(block.id, does=Does.RACE, scope=scope), self.node(block.id + ".over", scope=scope)
        for number, part in enumerate(block.parts):
            arm = self.node(f"{block.id}.{number}", scope=scope)
            self.flow(first, arm, after=block.times[number])
            ends = self.add(part, scope)
            self.flow(arm, ends[0])
            self.flow(ends[1], last)
        return first, last

    def _scope(self, block: Block, scope: str | None) -> tuple[str, str]:
        self.node(block.id, does=Does.SCOPE, scope=scope, start=block.id + ".in")
        inner, over = self.node(block.id + ".in", scope=block.id), block.id + ".out"
        ends = self.add(block.parts[0], block.id)
        self.node(over, does=Does.END, scope=block.id)
        self.flow(inner, ends[0])
        self.flow(ends[1], over)
        return block.id, block.id


def model(
    block: Block, pools: tuple[Pool, ...], arrivals: Arrivals, *, ranks: tuple[float, ...] = (1.0,),
    promises: tuple[Promise, ...] = (),
) -> Model:  # fmt: skip
    """The block from a start to an end."""
    net = _Net()
    net.node("start")
    ends = net.add(block, None)
    net.node("end", does=Does.END)
    net.flow("start", ends[0])
    net.flow(ends[1], "end")
    return Model(
        tuple(net.nodes), tuple(net.flows), "start", arrivals, pools, promises=promises, ranks=ranks
    )  # fmt: skip


def task(name: str, service: Distribution | None = None, *pools: str, **more: object) -> Block:
    """A task; its time is an hour without memory unless it is said."""
    made = Task(service or exponential(3600), pools)
    return Block(name, "task", task=replace(made, **more))  # type: ignore[arg-type]  # whatever is given


def seq(*parts: Block) -> Block:
    """One after the other."""
    return Block("-".join(part.id for part in parts), "seq", parts)
