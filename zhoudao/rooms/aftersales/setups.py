"""What each kind of payment service needs to be set up: the door that knows a kind says it, the settings page asks."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen

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


_setups: dict[str, Setup] = {}


def offer(setup: Setup) -> None:
    """This will let payment services of this kind be set up."""
    _setups[setup.kind] = setup


def offered() -> list[Setup]:
    """Every kind there is, in the order it was offered."""
    return list(_setups.values())


def setup_of(kind: str) -> Setup | None:
    """What this kind needs."""
    return _setups.get(kind)
