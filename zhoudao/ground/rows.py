"""New rows of several tables, stored with one statement: Django compiles and sends one for every table."""

from collections.abc import Callable
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

_PLAIN = frozenset([
    models.CharField, models.TextField, models.UUIDField, models.BigIntegerField, models.PositiveIntegerField,
    models.PositiveSmallIntegerField, models.BinaryField, models.BooleanField, models.ForeignKey,
])  # fmt: skip
_Shape = tuple[tuple[type[models.Model], int], ...]
_Row = TypeVar("_Row", bound=models.Model)


def new_row(model: type[_Row], **values: object) -> _Row:
    """As `model(**values)`, for one of thousands: by the columns' attributes (`order_id`), nothing checked or told."""
    row = model.__new__(model)
    known, made = _defaults(model)
    row.__dict__.update(known, _state=ModelState(), **values)
    for name, make in made:
        if name not in values:
            row.__dict__[name] = make()
    return row


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, object], list[tuple[str, Callable[[], object]]]]:
    """What a column is unless it is said: a value, or something made anew for each row."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    made: list[tuple[str, Callable[[], object]]] = [
        (field.attname, field.get_default) for field in fields if field.has_default() and callable(field.default)
    ]
    anew = {name for name, _make in made}
    return {field.attname: _default(field) for field in fields if field.attname not in anew}, made


def _default(field: "models.Field[Any, Any]") -> object:
    """A column's default; one that only the database knows is said where it is a plain value."""
    value, known = field.get_default(), cast(Any, field.db_default)
    return getattr(known, "value", known) if isinstance(value, DatabaseDefault) else value


def store_new(*rows: models.Model) -> None:
    """This will insert these rows, of any tables, in one statement; none is stored yet.

    Keys from one of them to another hold: the database looks at them when the statement ends.
    """
    if not rows:
        return
    groups = [(model, list(same)) for model, same in groupby(rows, key=type)]
    values: list[Any] = []
    for model, same in groups:
        for row in same:
            values += [field.get_db_prep_save(field.pre_save(row, True), connection) for field in _fields(model)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple((model, len(same)) for model, same in groups)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def copy_new(*rows: models.Model) -> None:
    """As `store_new`, for many rows: one COPY for each table, in the order in which the tables first come."""
    groups: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    for model, same in groups.items():
        with connection.cursor() as cursor:
            copied(cursor, model, same)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def copied(cursor: Any, model: type[models.Model], rows: list[models.Model]) -> None:
    """This will send these rows of one table by COPY through this cursor."""
    name, read = connection.ops.quote_name, _reader(model)
    columns = ", ".join(name(str(field.column)) for field in _fields(model))
    with cursor.copy(f"COPY {name(model._meta.db_table)} ({columns}) FROM STDIN") as to:
        for row in rows:
            to.write_row(read(row))


@cache
def _reader(model: type[models.Model]) -> Callable[[models.Model], list[Any]]:
    """By which a row's values are read as the driver takes them; most need nothing done to them."""
    fields = _fields(model)
    plain = attrgetter(*(field.attname for field in fields))
    odd = [(place, field) for place, field in enumerate(fields) if not _is_plain(field)]

    def read(row: models.Model) -> list[Any]:
        values = list(plain(row))
        for place, field in odd:
            values[place] = field.get_db_prep_save(field.pre_save(row, True), connection)
        return values

    return read


def _is_plain(field: "models.Field[Any, Any]") -> bool:
    if isinstance(field, models.DateTimeField):
        return not (field.auto_now or field.auto_now_add)
    return type(field) in _PLAIN


@cache
def _fields(model: type[models.Model]) -> tuple["models.Field[object, object]", ...]:
    return tuple(field for field in model._meta.concrete_fields if not field.generated)


@cache
def _statement(shape: _Shape) -> str:
    parts = [_insert(model, count) for model, count in shape]
    before = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    return f"WITH {before} {parts[-1]}" if before else parts[-1]


def _insert(model: type[models.Model], count: int) -> str:
    name, fields = connection.ops.quote_name, _fields(model)
    columns = ", ".join(name(str(field.column)) for field in fields)
    row = "(" + ", ".join(["%s"] * len(fields)) + ")"
    return f"INSERT INTO {name(model._meta.db_table)} ({columns}) VALUES {', '.join([row] * count)}"  # noqa: S608  # our own names
