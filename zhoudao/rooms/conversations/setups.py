"""What each kind of channel needs to be set up: the doors that know a kind say it, the settings page asks for it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen
from zhoudao.kit.kinds import Kinds

Check = Callable[[Mapping[str, Any], Mapping[str, str]], None]


class BadSetup(ValueError):
    """A channel cannot be set up like that."""

    def __init__(self, field: str, words: LazyText | str) -> None:
        super().__init__(str(words))
        self.field, self.words = field, words


@frozen
class Field:
    """One thing to fill in. A dot in its name leads into a part of the config: `imap.host`."""

    name: str
    words: LazyText
    kind: Literal["text", "secret", "number", "choice", "yes_no", "address", "lines", "date"] = "text"
    hint: LazyText | str = ""
    choices: Sequence[tuple[str, LazyText | str]] = ()
    default: str = ""
    is_needed: bool = True


@frozen
class Setup:
    """A kind of channel. `made`: secrets that we make ourselves and show once, with what each is for."""

    kind: str
    fields: Sequence[Field] = ()
    made: Sequence[tuple[str, LazyText]] = ()
    about: LazyText | str = ""
    address: Literal["", "hook"] = ""  # where the other side calls us
    can_be_tried: bool = False
    check: Check = lambda _config, _secrets: None


_kinds: Kinds[Setup] = Kinds()
offer, offered, setup_of = _kinds.offer, _kinds.offered, _kinds.of
