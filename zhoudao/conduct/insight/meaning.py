"""Which activity of a log is which step of a flow."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhoudao.engines.bpmn.graph import PROCESS, TASKS, Graph, Kind, Node, On

_EVENTS = frozenset({Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY})


class UnknownElement(Exception):
    """An activity was said to be an element that the flow does not have, or that nobody sees happen."""

    def __init__(self, activity: str, element: str) -> None:
        super().__init__(f"“{activity}” cannot be {element}: the flow has no step or message of that id.")
        self.activity, self.element = activity, element


@dataclass(frozen=True)
class Meaning:
    """`elements` is by activity the ids it may be; `unmapped` are the activities that are none: wherever they happen
    they are a deviation; `unseen` are the tasks no activity is: they pass without being seen, and are never missed.
    """

    elements: Mapping[str, frozenset[str]]
    unmapped: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def visible(self) -> frozenset[str]:
        """Every element that some activity is."""
        return frozenset().union(*self.elements.values())


def meaning(
    graph: Graph, activities: Sequence[str], said: Mapping[str, str | Collection[str]] | None = None, *,
    are_tasks_seen: bool = True,
) -> Meaning:  # fmt: skip
    """An activity is the steps and messages of its name or id, upper and lower case and spaces aside; what is said
    comes first, and an activity said to be nothing (an empty text) is none. With `are_tasks_seen` tasks that no
    activity is are missed wherever they should have been done; without, they are `unseen`.

    Raises: UnknownElement.
    """
    elements: dict[str, frozenset[str]] = {}
    known = dict(_named(graph))
    ids = {node.id for node in graph.nodes if _may_be_seen(node)}
    for activity in activities:
        if said is not None and activity in said:
            found = _said(activity, said[activity], ids)
        else:
            found = frozenset(known.get(folded(activity), ()))
        if found:
            elements[activity] = found
    met = frozenset().union(*elements.values())
    unseen = () if are_tasks_seen else tuple(n.id for n in graph.nodes if n.kind in TASKS and n.id not in met)
    return Meaning(elements, tuple(each for each in activities if each not in elements), unseen)


def folded(name: str) -> str:
    """A name without what people write differently or cannot see: case, spaces, control signs."""
    return "".join(sign for sign in name.casefold() if sign.isprintable() and not sign.isspace())


def _said(activity: str, said: str | Collection[str], ids: Collection[str]) -> frozenset[str]:
    named = frozenset([said] if isinstance(said, str) else said) - {""}
    for element in sorted(named):
        if element not in ids:
            raise UnknownElement(activity, element)
    return named


def _named(graph: Graph) -> Iterator[tuple[str, list[str]]]:
    """By folded name: tasks before events, so that a message of a task's name does not stand for it; then ids."""
    names: dict[str, list[str]] = {}
    shown = [node for node in graph.nodes if _may_be_seen(node)]
    for node in shown:
        if node.kind in TASKS:
            names.setdefault(folded(node.name), []).append(node.id)
    for node in shown:
        if node.kind not in TASKS and node.name and folded(node.name) not in names:
            names[folded(node.name)] = [node.id]
    for node in shown:
        names.setdefault(folded(node.id), [node.id])
    yield from names.items()


def _may_be_seen(node: Node) -> bool:
    """Tasks, and events that are messages; the plain start and end of a process are no steps."""
    if node.kind in TASKS:
        return True
    return (
        node.kind in _EVENTS and node.event.on is On.MESSAGE and (node.scope == PROCESS or node.kind is not Kind.START)
    )
