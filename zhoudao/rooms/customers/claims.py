"""What a sender says about who they are, and what of it may join."""

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAnEmail, NotAPhone, fold, normalise_email, normalise_phone

_ONE_WAY: dict[str, Callable[[str], str]] = {"phone": normalise_phone, "email": normalise_email}
_OWN_TO_A_CHANNEL = frozenset(["external", "visitor"])
_LONGEST = 250


@frozen
class Claim:
    """A phone number, address or id. `scope` is the channel's code for ids that mean something only there.

    `is_hearsay`: typed by anybody, also where such an id else finds its customer. Written to, never found by.
    """

    kind: str
    value: str
    scope: str = ""
    verified: bool = False
    is_hearsay: bool = False

    @cached_property
    def normal(self) -> str:
        """The value in its one way of writing; what is no phone number or address is kept as it was given."""
        try:
            return _ONE_WAY[self.kind](self.value)
        except (KeyError, NotAPhone, NotAnEmail):
            text = unicodedata.normalize("NFKC", self.value.replace("\0", "")).strip()
            return text.encode(errors="replace").decode()[:_LONGEST]

    @property
    def joins(self) -> bool:
        """Whether it finds its customer: proven, or a channel's own id. All else is a suggestion."""
        return self.verified or (self.kind in _OWN_TO_A_CHANNEL and bool(self.scope) and not self.is_hearsay)

    @cached_property
    def index(self) -> bytes:
        """What it is found by."""
        return index_of(self.kind, self.normal)

    @property
    def lock(self) -> int:
        """The advisory lock of this contact: whoever holds it may make its customer."""
        text = f"contact|{self.kind}|{self.scope}|{self.normal}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def index_of(kind: str, normal: str) -> bytes:
    """The blind index of an identity's value in its one way of writing."""
    return box.blind_index(f"identity.{kind}", normal)


def name_index(name: str) -> bytes:
    """The blind index of a name: exact, but for width, case and traditional characters."""
    return box.blind_index("customer.name", fold(name.strip()))


def joining(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that join. A person's own come before a device's: two people who share a browser are not one."""
    usable = [claim for claim in claims if claim.joins and claim.normal]
    return sorted(usable, key=lambda claim: claim.kind in _OWN_TO_A_CHANNEL)


def locks(claims: Sequence[Claim]) -> list[int]:
    """The advisory locks to take, in an order in which nobody waits for each other."""
    return sorted({claim.lock for claim in joining(claims)})
