"""What a tile may open: doors that have pages for customers say so once."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen

LINK = "link"  # the tile's own address


@frozen
class Target:
    """A page by the name of its route, with what the route and the page's query need."""

    code: str
    words: LazyText | str
    route: str = ""
    named: Sequence[str] = ()
    query: str = ""

    @property
    def address(self) -> str:
        """Where it is; empty for a link."""
        if not self.route:
            return ""
        return reverse(self.route, args=list(self.named)) + (f"?{self.query}" if self.query else "")


_targets: dict[str, Target] = {}


def offer(target: Target) -> None:
    """This will let tiles open it."""
    _targets[target.code] = target


def offered() -> list[Target]:
    """All there are, in the order they were offered."""
    return list(_targets.values())


def target_of(code: str) -> Target | None:
    """The one with this code, if anybody offers it."""
    return _targets.get(code)
