"""Loops over columns of numbers, compiled to machine code when first called and kept beside their source."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """The same function, compiled. What it takes and returns are numbers, numpy arrays and tuples of them; it calls
    only functions that are compiled as well. What is kept is known by the loop's own file alone: who changes a compiled
    function of another file empties `__pycache__`.
    """
    return cast(Loop, njit(cache=True, nogil=True)(loop))
