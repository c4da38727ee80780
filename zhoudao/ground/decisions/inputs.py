"""What a decision table may be asked with."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

_FITS: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, date | datetime | str),
    "list": lambda value: isinstance(value, list | tuple),
    "object": lambda value: isinstance(value, Mapping),
}
TYPES = frozenset(_FITS)


class InputsWrong(Exception):
    """The decision table was asked with something else than its declared inputs."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{self.__doc__} ({'; '.join(faults)})")
        self.faults = faults


def check_inputs(declared: Mapping[str, str], given: Mapping[str, object]) -> None:
    """Every declared input is there and of its type, or unknown (None); nothing else is given.

    Raises: InputsWrong
    """
    faults = [f"{name} is not declared" for name in given if name not in declared]
    faults += [f"{name} is missing" for name in declared if name not in given]
    faults += [
        f"{name} is no {declared[name]}"
        for name, value in given.items()
        if name in declared and value is not None and not _FITS[declared[name]](value)
    ]
    if faults:
        raise InputsWrong(faults)
