"""What is offered of a sort of thing: each by its kind, said once at the start by the door that knows it."""

from typing import Generic, Protocol, TypeVar


class OfKind(Protocol):
    """Whatever has a kind."""

    @property
    def kind(self) -> str:
        """What it is called in addresses and rows."""


T = TypeVar("T", bound=OfKind)


class Kinds(Generic[T]):
    """All kinds there are, in the order they were offered."""

    def __init__(self) -> None:
        self._known: dict[str, T] = {}

    def offer(self, one: T) -> None:
        """This will let things of this kind be set up."""
        self._known[one.kind] = one

    def offered(self) -> list[T]:
        """Every kind there is, in the order it was offered."""
        return list(self._known.values())

    def of(self, kind: str) -> T | None:
        """What this kind needs."""
        return self._known.get(kind)
