"""Loops that are handed many tables by one address.

Numba hands on a tuple of twenty tables as two hundred numbers, copied at every call, and counts who holds each table by
an atomic instruction: nineteen twentieths of the time of loops that call each other. So a `World` is told to numba as a
type of its own: one address, from which a table's place is read where it is used. Bare loops do not count; they make no
arrays, and whoever calls the outermost holds the world. They divide without looking for zero.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir  # type: ignore[import-untyped]  # it has no types
from numba import extending as _extending
from numba import types
from numba.core import imputils as _imputils
from numba.core.typing import templates as _templates
from numba.np import arrayobj as _arrayobj
from numba.np.numpy_support import from_dtype

from zhoudao.engines.simulation.layout import TABLES, World

# Numba's own words for its extensions are only half typed.
extending: Any = _extending
imputils: Any = _imputils
templates: Any = _templates
arrayobj: Any = _arrayobj
make: Any = numba.njit
Loop = TypeVar("Loop", bound=Callable[..., object])
_WORD = ir.IntType(64)


def bare(loop: Loop) -> Loop:
    """As `zhoudao.kit.compiled.compiled`, for loops over a `World`."""
    return cast(Loop, make(cache=True, nogil=True, error_model="numpy", _nrt=False)(loop))


def within(loop: Loop) -> Loop:
    """A bare loop that is put into those that call it."""
    return cast(Loop, make(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)(loop))


class WorldType(types.Type):
    """What a `World` is to numba."""

    def __init__(self) -> None:
        super().__init__(name="World")


_TYPE = WorldType()
_TABLES = {name: types.Array(from_dtype(dtype), ndim, "C") for name, (dtype, ndim) in TABLES.items()}
_PLACES = {name: 3 * number for number, name in enumerate(TABLES)}


def _type_of(value: World, context: Any) -> WorldType:
    return _TYPE


@extending.register_model(WorldType)
class _Model(extending.models.PrimitiveModel):
    def __init__(self, manager: Any, of: Any) -> None:
        super().__init__(manager, of, _WORD)


def _unboxed(of: Any, value: Any, at: Any) -> Any:
    where = at.pyapi.object_getattr_string(value, "address")
    address = at.pyapi.long_as_longlong(where)
    at.pyapi.decref(where)
    return extending.NativeValue(address, is_error=at.pyapi.c_api_error())


@templates.infer_getattr
class _Attributes(templates.AttributeTemplate):
    key = WorldType

    def generic_resolve(self, of: Any, name: str) -> Any:
        return _TABLES.get(name)


def _table(context: Any, builder: Any, of: Any, world: Any, name: str) -> Any:
    """The table as an array that nobody counts; where it is never changes while a loop runs."""
    made = _TABLES[name]
    place = builder.inttoptr(world, _WORD.as_pointer())

    def word(number: int) -> Any:
        found = builder.load(builder.gep(place, [ir.Constant(_WORD, _PLACES[name] + number)]))
        found.set_metadata("invariant.load", builder.module.add_metadata([]))
        return found

    array = arrayobj.make_array(made)(context, builder)
    shape = [word(1), word(2)][: made.ndim]
    size = ir.Constant(_WORD, context.get_abi_sizeof(context.get_data_type(made.dtype)))
    strides = [builder.mul(shape[1], size), size] if made.ndim == 2 else [size]
    data = builder.inttoptr(word(0), array.data.type)
    arrayobj.populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return array._getvalue()


# Called, not written above the functions: numba's decorators would take their types away.
extending.typeof_impl.register(World)(_type_of)
extending.unbox(WorldType)(_unboxed)
imputils.lower_getattr_generic(WorldType)(_table)
