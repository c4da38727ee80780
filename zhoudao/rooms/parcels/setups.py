"""What each kind of source needs to be set up: the door that knows a kind says it, the settings page asks for it."""

from collections.abc import Sequence

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen


@frozen
class Field:
    """One thing to fill in; a secret is sealed and never shown again."""

    name: str
    words: LazyText
    hint: LazyText | str = ""
    is_secret: bool = False
    is_needed: bool = True
    shortest: int = 1
    default: str = ""


@frozen
class Setup:
    """A kind of source. `made`: the secret that we make and show once; `is_asked`: it can be asked about a parcel."""

    kind: str
    words: LazyText
    about: LazyText
    fields: Sequence[Field] = ()
    made: str = ""
    is_asked: bool = False


_setups: dict[str, Setup] = {}


def offer(setup: Setup) -> None:
    """This will let sources of this kind be set up."""
    _setups[setup.kind] = setup


def offered() -> list[Setup]:
    """Every kind there is, in the order it was offered."""
    return list(_setups.values())


def setup_of(kind: str) -> Setup | None:
    """What this kind needs."""
    return _setups.get(kind)


def asked_kinds() -> list[str]:
    """Kinds that can be asked."""
    return [setup.kind for setup in _setups.values() if setup.is_asked]
