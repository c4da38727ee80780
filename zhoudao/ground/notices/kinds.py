"""What there is to tell. Rooms name their own kinds when the program starts."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

WAYS: dict[str, LazyText] = {
    "browser": _("At the desk"),
    "mail": _("By mail"),
    "both": _("At the desk and by mail"),
    "none": _("Not at all"),
}


@dataclass(frozen=True)
class Kind:
    """`title` names it among one's choices; `words` is a sentence over a notice's attributes."""

    code: str
    title: LazyText
    words: LazyText
    default: str = "browser"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """This will let notices of this kind be told."""
    _kinds[kind.code] = kind


def kinds() -> list[Kind]:
    """All there are, in the order they were named."""
    return list(_kinds.values())


def way_of(code: str, ways: dict[str, Any]) -> str:
    """How somebody with these choices is told of this kind; what was chosen wrongly counts as not chosen."""
    chosen = ways.get(code)
    return chosen if chosen in WAYS else _kinds[code].default


def sentence(code: str, attributes: dict[str, Any]) -> str:
    """The notice in the reader's language; a kind no code knows any more keeps its name."""
    kind = _kinds.get(code)
    if kind is None:
        return code
    try:
        return str(kind.words) % attributes
    except (KeyError, TypeError, ValueError):
        return str(kind.title)
