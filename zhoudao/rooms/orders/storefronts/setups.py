"""What each kind of online shop needs to be set up: the door that knows a kind says it, the settings page asks it."""

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen


@frozen
class Setup:
    """A kind of shop. `makes_secret`: we make its secret and show it once; else the shop shows one, and it is entered
    here. `steps` say what to do over there.
    """

    kind: str
    words: LazyText
    about: LazyText
    steps: LazyText
    makes_secret: bool = True


_setups: dict[str, Setup] = {}


def offer(setup: Setup) -> None:
    """This will let shops of this kind be set up."""
    _setups[setup.kind] = setup


def offered() -> list[Setup]:
    """Every kind there is, in the order it was offered."""
    return list(_setups.values())


def setup_of(kind: str) -> Setup | None:
    """What this kind needs."""
    return _setups.get(kind)
