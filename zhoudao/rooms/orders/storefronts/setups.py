"""What each kind of online shop needs to be set up: the door that knows a kind says it, the settings page asks it."""

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen
from zhoudao.kit.kinds import Kinds


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


_kinds: Kinds[Setup] = Kinds()
offer, offered, setup_of = _kinds.offer, _kinds.offered, _kinds.of
