"""What is to be known of a calibration: codes with values, said in the language that is active by `said`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Note:
    """`element` is an id of the flow, empty where it is of all; `values` are numbers and names that JSON can carry."""

    code: str
    element: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
