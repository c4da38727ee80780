"""The tree of reasons over all cases: kind, cause, product, each with what it brings and costs; and exactly which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.again import comes_again
from zhoudao.rooms.cases.queries.board import Asked, scope
from zhoudao.rooms.tallies.figures import REASON_REPEATS, REASONS
from zhoudao.rooms.tallies.matters import Amounts, with_product
from zhoudao.rooms.tallies.reading import NotCounted, Reader, Tree
from zhoudao.rooms.tallies.shares import shares

FIGURES = frozenset([REASONS.code, REASON_REPEATS.code])
_PART = 2_000


@frozen
class Path:
    """A place in the tree; what is None is not asked for, '' is what is not known."""

    kind: str | None = None
    cause: str | None = None
    product: str | None = None

    @property
    def depth(self) -> int:
        """0 for all, 1 a kind, 2 a cause, 3 a product."""
        return sum(one is not None for one in (self.kind, self.cause, self.product))


@dataclass
class Node:
    """One reason with what is under it, the largest first."""

    path: Path
    now: Amounts = field(default_factory=Amounts)
    before: Amounts = field(default_factory=Amounts)
    under: list["Node"] = field(default_factory=list)

    @property
    def repeat_share(self) -> float | None:
        """Of its cases."""
        return self.now.repeats / self.now.cases if self.now.cases else None

    @property
    def change(self) -> float | None:
        """Of its cases, against the period before; None where there were none."""
        return (self.now.cases - self.before.cases) / self.before.cases if self.before.cases else None


def tree(viewer: Viewer, asked: Asked, *, at: datetime, zone: ZoneInfo) -> Node:
    """All cases opened in the period, beside the period before (at most five statements; twelve where uncounted)."""
    both = replace(asked, start=asked.before().start)
    since = asked.start.astimezone(zone).date()
    try:
        found = Reader(viewer, both, at=at, zone=zone).tree(since=since)
    except NotCounted:
        found = recounted(viewer, asked, at=at, zone=zone)
    return _grown(found)


def recounted(viewer: Viewer, asked: Asked, *, at: datetime, zone: ZoneInfo) -> Tree:
    """The same from the cases themselves, some at a time."""
    found: Tree = {}
    for is_before, period in ((True, asked.before()), (False, asked)):
        ids = list(_opened(viewer, period).values_list("id", flat=True))
        for start in range(0, len(ids), _PART):
            for share in shares(ids[start : start + _PART], at=at, zone=zone):
                if share.matter is not None:
                    key = (is_before, share.matter.kind, share.matter.cause, share.matter.product)
                    found[key] = found.get(key, Amounts()).plus(share.matter.amounts)
    return found


def cases_of(viewer: Viewer, asked: Asked, code: str, path: Path) -> QuerySet[Case]:
    """The cases a place of the tree counted, newest change first.

    Raises: KeyError (no such figure)
    """
    if code not in FIGURES:
        raise KeyError(code)
    rows = _opened(viewer, asked)
    rows = rows.filter(kind=path.kind) if path.kind is not None else rows
    rows = rows.filter(cause=path.cause) if path.cause is not None else rows
    rows = with_product(rows, path.product) if path.product is not None else rows
    if code == REASON_REPEATS.code:
        rows = comes_again(rows).filter(Q(comes_again=True) | Q(came_back_at__isnull=False))
    return rows.order_by("-updated_at", "-id")


def _opened(viewer: Viewer, asked: Asked) -> QuerySet[Case]:
    return scope(viewer, asked).filter(opened_at__gte=asked.start, opened_at__lt=asked.end)


def _grown(found: Mapping[tuple[bool, str, str, str], Amounts]) -> Node:
    root, known = Node(Path()), dict[Path, Node]()
    for (is_before, kind, cause, product), amounts in sorted(found.items()):
        parent = root
        _add(root, is_before, amounts)
        paths: Sequence[Path] = (Path(kind), Path(kind, cause), Path(kind, cause, product))
        for path in paths if product else paths[:2]:
            if path not in known:
                known[path] = Node(path)
                parent.under.append(known[path])
            parent = known[path]
            _add(parent, is_before, amounts)
    _order(root, lambda node: (-node.now.cases, -node.before.cases, str(node.path)))
    return root


def _add(node: Node, is_before: bool, amounts: Amounts) -> None:
    if is_before:
        node.before = node.before.plus(amounts)
    else:
        node.now = node.now.plus(amounts)


def _order(node: Node, key: Callable[[Node], tuple[int, int, str]]) -> None:
    node.under.sort(key=key)
    for one in node.under:
        _order(one, key)
