"""The whole state of a run: where its tokens are. Small enough for one column."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from zhoudao.engines.bpmn.graph import Graph

_VERSION = 1


class MarkingForeign(Exception):
    """This marking was not written for this flow."""


class Token(NamedTuple):
    """One visit of one element. A token inside a sub-process, and an armed event, names its host as parent."""

    id: int
    node: int
    parent: int = 0
    flow: int = -1
    """The flow it came by; joins count them."""
    total: int = 0
    """Of a repeated activity: how many instances; of a timer: how often it may still fire, 0 without end."""
    done: int = 0
    nth: int = -1
    """Of one instance of a repeated activity: its number from 0."""


@dataclass(frozen=True, slots=True)
class Marking:
    tokens: tuple[Token, ...] = ()
    next_id: int = 1

    @property
    def started(self) -> bool:
        return self.next_id > 1

    @property
    def ended(self) -> bool:
        return self.started and not self.tokens


def dump(graph: Graph, marking: Marking) -> bytes:
    """Version, the graph's checksum, then the tokens as small numbers."""
    numbers = [marking.next_id, len(marking.tokens)]
    for token in marking.tokens:
        numbers += [token.id, token.node, token.parent, token.flow + 1, token.total, token.done, token.nth + 1]
    out = bytearray([_VERSION]) + graph.mark.to_bytes(4, "big")
    for number in numbers:
        _append(out, number)
    return bytes(out)


def _append(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def load(graph: Graph, stored: bytes) -> Marking:
    """The marking that was dumped. Raises: MarkingForeign."""
    if len(stored) < 7 or stored[0] != _VERSION or int.from_bytes(stored[1:5], "big") != graph.mark:
        raise MarkingForeign(MarkingForeign.__doc__)
    next_id, count, *rest = _numbers(stored[5:])
    if len(rest) != count * 7:
        raise MarkingForeign(MarkingForeign.__doc__)
    tokens = []
    for start in range(0, len(rest), 7):
        name, node, parent, flow, total, done, nth = rest[start : start + 7]
        if node >= len(graph.nodes) or flow > len(graph.flows):
            raise MarkingForeign(MarkingForeign.__doc__)
        tokens.append(Token(name, node, parent, flow - 1, total, done, nth - 1))
    return Marking(tuple(tokens), next_id)


def _numbers(stored: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in stored:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
