"""What a process read and keeps for a few seconds, so that it is not read at every turn."""

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
EVERY: list["Kept[Any, Any]"] = []  # of this process


class Kept(Generic[K, V]):
    """Values by key, each read anew once `seconds` have passed. For a handful of keys: none is ever dropped."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._values: dict[K, tuple[float, V]] = {}
        EVERY.append(self)

    def get(self, key: K, read: Callable[[], V]) -> V:
        """The value of this key, by `read` when it is not known or too old."""
        found = self._values.get(key)
        if found is not None and time.monotonic() - found[0] < self.seconds:
            return found[1]
        value = read()
        self._values[key] = (time.monotonic(), value)
        return value

    def forget(self, *keys: K) -> None:
        """This will read these anew at the next call, or without any: all."""
        if not keys:
            self._values.clear()
        for key in keys:
            self._values.pop(key, None)
