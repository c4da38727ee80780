"""A process tree on paper: blocks beside and below each other, so that no line crosses another.

Every block has its way in on the left and its way out on the right at one height, its axis, which is y 0 while it is
put together. Units are those of BPMN drawings: a task is 100 × 80.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from zhoudao.engines.mining.trees import Is, Tree, may_be_empty

Point = tuple[float, float]
TASK, GATEWAY, EVENT = (100.0, 80.0), (50.0, 50.0), (36.0, 36.0)
_GAP, _LANE, _SKIP = 50.0, 20.0, 20.0


@dataclass(frozen=True, slots=True)
class Item:
    """One node; x is its left edge, y its middle."""

    id: str
    kind: str
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """One sequence flow. `option` is the value of the choice by which it is gone along, empty where none is asked."""

    source: str
    target: str
    points: tuple[Point, ...]
    option: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One way of a choice; `first` are the names of what comes first on it, nothing where it is left out."""

    value: str
    first: tuple[str, ...]
    is_usual: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Where somebody decides. `asked` are the tasks of which one is done last before it; none: at the very start."""

    gateway: str
    name: str
    options: tuple[Option, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its axis at y 0; nothing of it is above −`up` or below `down`. Where it is empty it is a line."""

    width: float = 0.0
    up: float = _SKIP / 2
    down: float = _SKIP / 2
    items: tuple[Item, ...] = ()
    lines: tuple[Line, ...] = ()
    entry: str = ""
    exit: str = ""

    def moved(self, x: float, y: float) -> "Block":
        return self._each(lambda at: (at[0] + x, at[1] + y), lambda item: replace(item, x=item.x + x, y=item.y + y))

    def mirrored(self) -> "Block":
        """From right to left."""
        return self._each(
            lambda at: (self.width - at[0], at[1]), lambda item: replace(item, x=self.width - item.x - item.width)
        )

    def _each(self, point: Callable[[Point], Point], item: Callable[[Item], Item]) -> "Block":
        lines = tuple(replace(line, points=tuple(point(at) for at in line.points)) for line in self.lines)
        return replace(self, items=tuple(item(each) for each in self.items), lines=lines)


@dataclass
class Placed:
    """The whole flow, from the start event to the end, and what is decided on the way."""

    block: Block = field(default_factory=Block)
    choices: list[Choice] = field(default_factory=list)


def placed(tree: Tree) -> Placed:
    """A tree put on paper; its upper left corner is at 0, 0."""
    tree = _copied(tree)
    paper = _Paper(tree)
    body = paper.block(tree, ())
    start = _single("start", "startEvent", "", EVENT)
    whole = paper.row([start, body, _single("end", "endEvent", "", EVENT)])
    return Placed(whole.moved(0, whole.up), paper.choices)


class _Paper:
    def __init__(self, tree: Tree) -> None:
        self.choices: list[Choice] = []
        self._count: dict[str, int] = {}
        self._task_of = {id(leaf): self._name("task") for leaf in tree.leaves()}

    def _name(self, kind: str) -> str:
        self._count[kind] = self._count.get(kind, 0) + 1
        return f"{kind}_{self._count[kind]}"

    def block(self, tree: Tree, asked: tuple[str, ...]) -> Block:
        """`asked` are the tasks done last before it."""
        if tree.kind is Is.ACTIVITY:
            return _single(self._task_of[id(tree)], "userTask", tree.activity, TASK)
        if tree.kind is Is.SEQUENCE:
            return self._sequence(tree, asked)
        if tree.kind is Is.LOOP:
            return self._loop(tree, asked)
        return self._split(tree, asked) if tree.inside else Block()

    def _sequence(self, tree: Tree, asked: tuple[str, ...]) -> Block:
        row = []
        for each in tree.inside:
            row.append(self.block(each, asked))
            asked = self._last(each) + (asked if may_be_empty(each) else ())
        return self.row(row)

    def row(self, blocks: list[Block]) -> Block:
        """One after the other on one axis; empty ones are the line between the others."""
        x, items, lines, last = 0.0, list[Item](), list[Line](), Block()
        seen = [each for each in blocks if each.items]
        for each in seen:
            x += _GAP if last.items else 0
            lines += [Line(last.exit, each.entry, ((x - _GAP, 0.0), (x, 0.0)))] if last.items else []
            there = each.moved(x, 0)
            items += there.items
            lines += there.lines
            x, last = x + each.width, each
        up, down = max(each.up for each in seen), max(each.down for each in seen)
        return Block(x, up, down, tuple(items), tuple(lines), seen[0].entry, seen[-1].exit)

    def _split(self, tree: Tree, asked: tuple[str, ...]) -> Block:
        """A choice or what is done side by side; the most frequent way stands first, what is left out last."""
        is_choice = tree.kind is Is.CHOICE
        kind = "exclusiveGateway" if is_choice else "parallelGateway"
        ways = sorted(tree.inside, key=lambda each: (each.kind is Is.SILENT, -each.times)) if is_choice else tree.inside
        split, join = self._name("split"), self._name("join")
        values = self._decided(split, list(ways), asked) if is_choice else [""] * len(ways)
        blocks = [self.block(each, asked) for each in ways]
        widest = max(each.width for each in blocks)
        left, right = GATEWAY[0] + _GAP, GATEWAY[0] + 2 * _GAP + widest
        items = [_item(split, kind, 0), _item(join, kind, right)]
        lines, y = list[Line](), 0.0
        for place, (each, value) in enumerate(zip(blocks, values, strict=True)):
            y += each.up + _LANE if place else 0
            there = each.moved(left + (widest - each.width) / 2, y)
            items += there.items
            lines += [*there.lines, *_branch(there, split, join, (right + GATEWAY[0], y, each.width), value)]
            y += each.down
        return Block(
            right + GATEWAY[0], max(blocks[0].up, 25), max(y, 25), tuple(items), tuple(lines), split, join
        )  # fmt: skip

    def _loop(self, tree: Tree, asked: tuple[str, ...]) -> Block:
        """The body on the axis, and the ways back below it, from right to left."""
        body, *again = tree.inside
        join, split = self._name("join"), self._name("split")
        backs = sorted(again, key=lambda each: (-each.times, each.kind is Is.SILENT))
        behind = tuple(dict.fromkeys(task for each in backs for task in self._before_again(each, body)))
        main = self.block(body, (*asked, *behind))
        last = self._last(body) + (asked if may_be_empty(body) else ())
        blocks = [self.block(each, last).mirrored() for each in backs]
        values = self._going_round(split, tree, backs, last)
        widest = max(main.width, *(each.width for each in blocks))
        left, right = GATEWAY[0] + _GAP, GATEWAY[0] + 2 * _GAP + widest
        there = main.moved(left + (widest - main.width) / 2, 0)
        items = [_item(join, "exclusiveGateway", 0), _item(split, "exclusiveGateway", right), *there.items]
        lines = [*there.lines, *_through(there, join, split, (GATEWAY[0], right, 0, main.width))]
        y = max(main.down, 25)
        for each, value in zip(blocks, values, strict=True):
            y += each.up + _LANE
            back = each.moved(left + (widest - each.width) / 2, y)
            items += back.items
            lines += [*back.lines, *_back(back, split, join, (right + GATEWAY[0], y, each.width), value)]
            y += each.down
        return Block(right + GATEWAY[0], max(main.up, 25), y, tuple(items), tuple(lines), join, split)

    def _before_again(self, back: Tree, body: Tree) -> tuple[str, ...]:
        """The tasks done last before the body is done again by this way."""
        return self._last(back) + (self._last(body) if may_be_empty(back) else ())

    def _decided(self, gateway: str, ways: list[Tree], asked: tuple[str, ...]) -> list[str]:
        most = max(each.times for each in ways)
        usual = next(place for place, each in enumerate(ways) if each.times == most)
        options = tuple(
            Option(f"w{place + 1}", _first(each), place == usual) for place, each in enumerate(ways)
        )  # fmt: skip
        self._choice(gateway, options, asked)
        return [option.value for option in options]

    def _going_round(self, gateway: str, tree: Tree, backs: list[Tree], asked: tuple[str, ...]) -> list[str]:
        """Going on is the usual way out of a loop, so that nobody goes round for ever unasked."""
        options = [
            Option(f"w{place + 2}", _first(each) or _first(tree.inside[0]), is_usual=False)
            for place, each in enumerate(backs)
        ]  # fmt: skip
        self._choice(gateway, (Option("w1", (), is_usual=True), *options), asked)
        return [option.value for option in options]

    def _choice(self, gateway: str, options: tuple[Option, ...], asked: tuple[str, ...]) -> None:
        self.choices.append(Choice(gateway, self._name("way"), options, tuple(dict.fromkeys(asked))))

    def _last(self, tree: Tree) -> tuple[str, ...]:
        """The tasks of which one is done last in it."""
        if tree.kind is Is.ACTIVITY:
            return (self._task_of[id(tree)],)
        if tree.kind is Is.SEQUENCE:
            found: tuple[str, ...] = ()
            for each in reversed(tree.inside):
                found += self._last(each)
                if not may_be_empty(each):
                    break
            return found
        if tree.kind is Is.LOOP:
            body, *again = tree.inside
            return self._last(body) + (_flat(self._last(each) for each in again) if may_be_empty(body) else ())
        return _flat(self._last(each) for each in tree.inside)


def _copied(tree: Tree) -> Tree:
    """The same with no part standing at two places, so that each can be told from all others."""
    return replace(tree, inside=tuple(_copied(each) for each in tree.inside))


def _flat(groups: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(each for group in groups for each in group)


def _first(tree: Tree) -> tuple[str, ...]:
    """The names of what may come first in it."""
    if tree.kind is Is.ACTIVITY:
        return (tree.activity,)
    if tree.kind is Is.SEQUENCE:
        found: tuple[str, ...] = ()
        for each in tree.inside:
            found += _first(each)
            if not may_be_empty(each):
                break
        return found
    if tree.kind is Is.LOOP:
        body, *again = tree.inside
        return _first(body) + (_flat(_first(each) for each in again) if may_be_empty(body) else ())
    return _flat(_first(each) for each in tree.inside)


def _single(name: str, kind: str, label: str, size: Point) -> Block:
    half = size[1] / 2
    return Block(size[0], half, half, (Item(name, kind, label, 0.0, 0.0, *size),), (), name, name)


def _item(name: str, kind: str, x: float) -> Item:
    return Item(name, kind, "", x, 0.0, *GATEWAY)


def _through(
    block: Block, source: str, target: str, at: tuple[float, float, float, float], option: str = ""
) -> list[Line]:
    """Straight from a gateway to a block and on, or right through where it is empty. `at`: from x, to x, y, width."""
    begin, end, y, width = at
    if not block.items:
        return [Line(source, target, ((begin, y), (end, y)), option)]
    left = begin + (end - begin - width) / 2
    return [
        Line(source, block.entry, ((begin, y), (left, y)), option),
        Line(block.exit, target, ((left + width, y), (end, y))),
    ]


def _branch(block: Block, split: str, join: str, at: tuple[float, float, float], option: str) -> list[Line]:
    """On the axis straight, else down from the split and up to the join. `at`: whole width, y, the block's width."""
    whole, y, width = at
    size, half = GATEWAY[0], GATEWAY[0] / 2
    lines = _through(block, split, join, (size, whole - size, y, width), option)
    if not y:
        return lines
    down, up = ((half, half), (half, y)), ((whole - half, y), (whole - half, half))
    first, last = lines[0], lines[-1]
    if first is last:
        return [replace(first, points=(*down, *up))]
    return [replace(first, points=(*down, first.points[1])), replace(last, points=(last.points[0], *up))]


def _back(block: Block, split: str, join: str, at: tuple[float, float, float], option: str) -> list[Line]:
    """From the split down, to the left through the block, and up to the join."""
    whole, y, width = at
    half = GATEWAY[0] / 2
    down, up = ((whole - half, half), (whole - half, y)), ((half, y), (half, half))
    if not block.items:
        return [Line(split, join, (*down, *up), option)]
    left = (whole - width) / 2
    return [
        Line(split, block.entry, (*down, (left + width, y)), option),
        Line(block.exit, join, ((left, y), *up)),
    ]
