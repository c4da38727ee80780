"""What the house itself asks its tables with; a table of one's own is asked with whatever a flow gives it."""

from collections.abc import Mapping

_OFFERED: dict[str, dict[str, str]] = {}


def offer(key: str, inputs: Mapping[str, str]) -> None:
    """This will let the table of this key be published with these inputs (name: type) or some of them."""
    _OFFERED[key] = dict(inputs)


def offered(key: str) -> Mapping[str, str]:
    """What the table of this key is asked with (name: type); nothing when it is nobody's here."""
    return _OFFERED.get(key, {})
