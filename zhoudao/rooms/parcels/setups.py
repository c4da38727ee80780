"""What each kind of source needs to be set up: the door that knows a kind says it, the settings page asks for it."""

from collections.abc import Sequence

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen
from zhoudao.kit.kinds import Kinds


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


_kinds: Kinds[Setup] = Kinds()
offer, offered, setup_of = _kinds.offer, _kinds.offered, _kinds.of


def asked_kinds() -> list[str]:
    """Kinds that can be asked."""
    return [setup.kind for setup in offered() if setup.is_asked]
