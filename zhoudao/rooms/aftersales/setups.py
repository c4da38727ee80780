"""What each kind of payment service needs to be set up: the door that knows a kind says it, the settings page asks."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen
from zhoudao.kit.kinds import Kinds

Given = Mapping[str, str]


@frozen
class Field:
    """One thing to fill in; a secret is sealed and never shown again. `is_long`: several lines, such as a key."""

    name: str
    words: LazyText
    hint: LazyText | str = ""
    is_secret: bool = False
    is_needed: bool = True
    is_long: bool = False
    default: str = ""

    @property
    def longest(self) -> int:
        """How many letters are taken."""
        return 8_000 if self.is_long else 300


@frozen
class Setup:
    """A kind of payment service. `wrong`: which field cannot be right, of all that is given; empty: none."""

    kind: str
    words: LazyText
    about: LazyText
    fields: Sequence[Field]
    wrong: Callable[[Given], str]


_kinds: Kinds[Setup] = Kinds()
offer, offered, setup_of = _kinds.offer, _kinds.offered, _kinds.of
