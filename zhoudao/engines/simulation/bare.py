"""Loops that are handed many tables: compiled without counting who holds them.

Numba counts references to arrays, by an atomic instruction each time one is taken out of a tuple; in loops that hand on
twenty tables that is nine tenths of the time. Such a loop may not make arrays, and whoever calls it holds its tables.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def bare(loop: Loop) -> Loop:
    """As `zhoudao.kit.compiled.compiled`, without that count."""
    compile_: Any = njit  # its types do not know `_nrt`
    return cast(Loop, compile_(cache=True, nogil=True, _nrt=False)(loop))
