"""Sound flows by construction: blocks within blocks, each with one way in and one way out."""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

Block = tuple[str, tuple["Block", ...]]
"""A kind and what is inside."""

LEAVES = ("user", "service", "manual", "catch", "multi")
ONE = ("loop", "sub", "guarded", "late", "beside", "each")
MANY = ("sequence", "xor", "and", "or", "race")


def blocks(
    *, leaves: tuple[str, ...] = LEAVES, one: tuple[str, ...] = ONE, many: tuple[str, ...] = MANY, size: int = 12
) -> st.SearchStrategy[Block]:
    """Nested blocks of these kinds."""
    leaf: st.SearchStrategy[Block] = st.sampled_from(leaves).map(lambda kind: (kind, ()))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(one), st.tuples(inner)) if one else st.nothing(),
            st.tuples(st.sampled_from(many), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=size,
    )


@dataclass
class Drawn:
    """The lines of a flow and what its gateways and steps are called."""

    lines: list[str] = field(default_factory=list)
    pairs: dict[str, str] = field(default_factory=dict)
    """Split → join."""
    cut: set[str] = field(default_factory=set)
    """Splits that an interruption around them may keep from joining."""
    count: int = 0
    inside: int = 0
    asking: bool = False
    """Whether a user task stands before every choice, so that its answer decides it."""

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def add(self, *lines: str) -> None:
        self.lines += lines

    def text(self) -> str:
        return "\n" + "\n".join(self.lines) + "\n"


def draw(block: Block, *, asking: bool = False) -> Drawn:
    drawn = Drawn(asking=asking)
    first, last = _block(drawn, block)
    drawn.add("start s", "end e", f"s -> {first}", f"{last} -> e")
    return drawn


def _block(drawn: Drawn, block: Block) -> tuple[str, str]:
    kind, inside = block
    if kind == "sequence":
        return _sequence(drawn, inside)
    if kind in ("xor", "and", "or", "race"):
        return _split(drawn, kind, inside)
    if kind == "loop":
        return _loop(drawn, inside[0])
    return _around(drawn, kind, inside[0]) if inside else _leaf(drawn, kind)


def _leaf(drawn: Drawn, kind: str) -> tuple[str, str]:
    name = drawn.name(kind)
    words = {"service": "service {} command=x", "catch": "catch {} message=m", "multi": "user {} multi=2"}
    drawn.add(words.get(kind, kind + " {}").format(name))
    return name, name


def _sequence(drawn: Drawn, inside: tuple[Block, ...]) -> tuple[str, str]:
    ends = [_block(drawn, block) for block in inside]
    for before, after in pairwise(ends):
        drawn.add(f"{before[1]} -> {after[0]}")
    return ends[0][0], ends[-1][1]


def _split(drawn: Drawn, kind: str, inside: tuple[Block, ...]) -> tuple[str, str]:
    split, join = drawn.name(kind), drawn.name("join")
    drawn.pairs[split] = join
    if drawn.inside:
        drawn.cut.add(split)
    default = f" default={split}_{split}b0" if kind in ("xor", "or") else ""
    drawn.add(f"{kind} {split}{default}", f"{'xor' if kind == 'race' else kind} {join}")
    for number, block in enumerate(inside):
        first, last = _block(drawn, block)
        entry = f"{split}b{number}"
        drawn.add(f"catch {entry} message=m{number}" if kind == "race" else f"xor {entry}")
        test = f" : {_test(split, kind, number)}" if number and kind in ("xor", "or") else ""
        drawn.add(f"{split} -> {entry}{test}", f"{entry} -> {first}", f"{last} -> {join}")
    return _asked(drawn, split), join


def _test(split: str, kind: str, number: int) -> str:
    return f"{split} == {number}" if kind == "xor" else f"{split} % {number + 2} == 0"


def _asked(drawn: Drawn, split: str) -> str:
    if not drawn.asking:
        return split
    drawn.add(f"user ask_{split}", f"ask_{split} -> {split}")
    return f"ask_{split}"


def _loop(drawn: Drawn, block: Block) -> tuple[str, str]:
    back, again, out = drawn.name("back"), drawn.name("again"), drawn.name("out")
    first, last = _block(drawn, block)
    drawn.add(f"xor {back}", f"xor {again} default={again}_{out}", f"xor {out}", f"{back} -> {first}")
    drawn.add(f"{last} -> {_asked(drawn, again)}", f"{again} -> {back} : {again} == 1", f"{again} -> {out}")
    return back, out


def _around(drawn: Drawn, kind: str, block: Block) -> tuple[str, str]:
    """A sub-process, plain or with a boundary event: interrupting (`guarded`, `late`) or `beside` it."""
    name = drawn.name("sub")
    drawn.add(f"sub {name}{' multi=2' if kind == 'each' else ''} {{")
    drawn.inside += kind in ("guarded", "late")
    first, last = _block(drawn, block)
    drawn.inside -= kind in ("guarded", "late")
    drawn.add(f"start {name}s", f"end {name}e", f"{name}s -> {first}", f"{last} -> {name}e", "}")
    if kind not in ("guarded", "late", "beside"):
        return name, name
    event = {"guarded": "error=", "late": "timer=PT1H", "beside": "timer=PT1H soft"}[kind]
    drawn.add(f"boundary {name}b host={name} {event}", f"user {name}u", f"{name}b -> {name}u")
    if kind == "beside":
        drawn.add(f"end {name}x", f"{name}u -> {name}x")
        return name, name
    join = drawn.name("join")
    drawn.add(f"xor {join}", f"{name} -> {join}", f"{name}u -> {join}")
    return name, join
