"""New rows of several tables, stored with one statement: Django compiles and sends one for every table."""

from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection, models

_PLAIN = frozenset([
    models.CharField, models.UUIDField, models.BigIntegerField, models.PositiveIntegerField,
    models.PositiveSmallIntegerField, models.BinaryField,
])  # fmt: skip
_Shape = tuple[tuple[type[models.Model], int], ...]


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
    name = connection.ops.quote_name
    for model, same in groups.items():
        fields = _fields(model)
        columns = ", ".join(name(str(field.column)) for field in fields)
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {name(model._meta.db_table)} ({columns}) FROM STDIN") as to,
        ):
            for row in same:
                to.write_row([_prepared(row, field) for field in fields])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _prepared(row: models.Model, field: "models.Field[object, object]") -> object:
    """A value as the driver takes it; most need nothing done to them, and asking costs more than the value."""
    if type(field) in _PLAIN:
        return getattr(row, field.attname)
    return field.get_db_prep_save(field.pre_save(row, True), connection)


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
