"""What there is to tell. Rooms name their own kinds when the program starts."""

from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import word_of
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

WAYS: dict[str, LazyText] = {
    "browser": _("At the desk"),
    "mail": _("By mail"),
    "both": _("At the desk and by mail"),
    "none": _("Not at all"),
}


@frozen
class Kind:
    """`title` names it among one's choices; `words` is a sentence over a notice's attributes, `many` over a bundle's.

    What is a `duty` cannot be chosen not to be told.
    """

    code: str
    title: LazyText
    words: LazyText
    default: str = "browser"
    many: LazyText | None = None
    is_duty: bool = False

    @property
    def ways(self) -> dict[str, LazyText]:
        """Among what one chooses."""
        return {way: words for way, words in WAYS.items() if way != "none" or not self.is_duty}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """This will let notices of this kind be told."""
    _kinds[kind.code] = kind


def kinds() -> list[Kind]:
    """All there are, in the order they were named."""
    return list(_kinds.values())


def way_of(code: str, ways: dict[str, Any]) -> str:
    """How somebody with these choices is told of this kind; what was chosen wrongly counts as not chosen."""
    chosen, kind = ways.get(code), _kinds[code]
    return chosen if chosen in kind.ways else kind.default


def sentence(code: str, attributes: dict[str, Any]) -> str:
    """The notice in the reader's language; a kind no code knows any more keeps its name."""
    kind = _kinds.get(code)
    if kind is None:
        return code
    words = kind.many if kind.many is not None and attributes.get("count", 1) > 1 else kind.words
    try:
        return str(words) % {name: _said(value) for name, value in attributes.items()}
    except (KeyError, TypeError, ValueError):
        return str(kind.title)


def _said(value: Any) -> Any:
    """Names are kept in every language, codes are named in the reader's."""
    if isinstance(value, dict):
        return pick(value, get_language())
    return word_of(value) if isinstance(value, str) else value
