"""Loops that are handed many tables by one address.

Numba hands on a tuple of twenty tables as two hundred numbers, copied at every call, and counts who holds each table by
an atomic instruction: nineteen twentieths of the time of loops that call each other. So a `World` is told to numba as a
type of its own: one address, from which a table's place is read where it is used. A table is a type of its own as well:
the address of its place, rows and columns; an index is never below zero, so none is counted from the end. Bare loops do
not count who holds what; they make no arrays, and whoever calls the outermost holds the world. They divide without
looking for zero. Each is compiled once, for what its annotations say, whatever kind of whole number it is called with.
"""

import operator
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar, cast, get_type_hints

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # it has no types
from numba import extending as _extending
from numba import types
from numba.core import imputils as _imputils
from numba.core.typing import templates as _templates
from numba.np.numpy_support import from_dtype

from zhoudao.engines.simulation.layout import TABLES, World

# Numba's own words for its extensions are only half typed.
extending: Any = _extending
imputils: Any = _imputils
templates: Any = _templates
make: Any = numba.njit
Loop = TypeVar("Loop", bound=Callable[..., object])
Key = np.uint64 | int
_WORD = ir.IntType(64)


class WorldType(types.Type):
    """What a `World` is to numba. Its name changes with the tables, so that no loop that was compiled for others is
    taken from beside the source.
    """

    def __init__(self) -> None:
        super().__init__(name="World" + blake2b(repr(TABLES).encode(), digest_size=4).hexdigest())


class RowsType(types.Type):
    """What a table of a `World` is to numba: what a row (or number) is, and how many dimensions it has."""

    def __init__(self, dtype: Any, ndim: int) -> None:
        self.dtype, self.ndim = dtype, ndim
        super().__init__(name=f"Rows({dtype}, {ndim})")


_TYPE = WorldType()
_TABLES = {name: RowsType(from_dtype(dtype), ndim) for name, (dtype, ndim) in TABLES.items()}
_PLACES = {name: 3 * number for number, name in enumerate(TABLES)}
_ANNOTATED: dict[Any, Any] = {
    World: _TYPE, int: types.int64, float: types.float64, bool: types.boolean, Key: types.uint64
}  # fmt: skip


def bare(loop: Loop) -> Loop:
    """As `zhoudao.kit.compiled.compiled`, for loops over a `World`."""
    return cast(Loop, _made(loop, is_within=False))


def within(loop: Loop) -> Loop:
    """A bare loop that is put into those that call it."""
    return cast(Loop, _made(loop, is_within=True))


def _made(loop: Callable[..., object], *, is_within: bool) -> Any:
    made = make(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=is_within)(loop)
    hints = get_type_hints(loop)
    takes = tuple(_ANNOTATED[hint] for name, hint in hints.items() if name != "return")
    compile_for = made.compile
    made.compile = lambda _given: compile_for(takes)
    return made


def _type_of(value: World, context: Any) -> WorldType:
    return _TYPE


@extending.register_model(WorldType)
@extending.register_model(RowsType)
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


_PAIR: Any = types.Tuple((types.int64, types.int64))  # type: ignore[no-untyped-call]  # numba's own is not typed


def _index(rows: RowsType) -> Any:
    return types.int64 if rows.ndim == 1 else _PAIR


@templates.infer_global(operator.getitem)
class _Read(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], RowsType):
            return templates.signature(args[0].dtype, args[0], _index(args[0]))
        return None


@templates.infer_global(operator.setitem)
class _Written(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], RowsType):
            return templates.signature(types.none, args[0], _index(args[0]), args[0].dtype)
        return None


@templates.infer_global(len)
class _Counted(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        return templates.signature(types.intp, *args) if isinstance(args[0], RowsType) else None


def _table(context: Any, builder: Any, of: Any, world: Any, name: str) -> Any:
    return builder.add(world, ir.Constant(_WORD, 8 * _PLACES[name]))


def _word(builder: Any, rows: Any, number: int) -> Any:
    """Address, rows or columns of a table: none changes while a loop runs."""
    found = builder.load(builder.gep(builder.inttoptr(rows, _WORD.as_pointer()), [ir.Constant(_WORD, number)]))
    found.set_metadata("invariant.load", builder.module.add_metadata([]))
    return found


def _place(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Where a row or number is."""
    of, at = signature.args[0], args[1]
    if of.ndim == 2:
        row, column = builder.extract_value(at, 0), builder.extract_value(at, 1)
        at = builder.add(builder.mul(row, _word(builder, args[0], 2)), column)
    data = context.get_data_type(of.dtype)
    return builder.gep(builder.inttoptr(_word(builder, args[0], 0), data.as_pointer()), [at])


def _read(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    place = _place(context, builder, signature, args)
    if isinstance(signature.args[0].dtype, types.Record):
        return place
    return context.unpack_value(builder, signature.args[0].dtype, place)


def _write(context: Any, builder: Any, signature: Any, args: Any) -> None:
    context.pack_value(builder, signature.args[0].dtype, args[2], _place(context, builder, signature, args))


def _count(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return _word(builder, args[0], 1)


# Called, not written above the functions: numba's decorators would take their types away.
extending.typeof_impl.register(World)(_type_of)
extending.unbox(WorldType)(_unboxed)
imputils.lower_getattr_generic(WorldType)(_table)
imputils.lower_builtin(operator.getitem, RowsType, types.Any)(_read)
imputils.lower_builtin(operator.setitem, RowsType, types.Any, types.Any)(_write)
imputils.lower_builtin(len, RowsType)(_count)
