"""Questions asked again and again: Django writes their SQL once a process, not once a time."""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
_MARKS: dict[type, Callable[[int], Any]] = {
    UUID: lambda place: UUID(int=(1 << 100) + place),
    str: lambda place: f"\x01question-{place}",
    datetime: lambda place: datetime(1, 1, 1, 0, 0, place, tzinfo=UTC),
    list: lambda place: [UUID(int=(1 << 100) + place)],
}


class Question(Generic[Row]):
    """A query for values that change from one time to the next: instances with what is joined to them, or rows.

    `ask` is called once, with a mark for each value, which it hands on as it is; `kinds` are the values' types (UUID,
    str, datetime, or list for an array of UUIDs). All else about the query, its limit too, is the same every time.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]], *kinds: type) -> None:
        self._ask, self._kinds = ask, kinds
        self._written: _Written | None = None

    def all(self, *values: Any) -> list[Row]:
        """What the query finds for these values, in its order."""
        written = self._written = self._written or _Written(self._ask, self._kinds)
        return list(written.queryset_for(values))

    def first(self, *values: Any) -> Row | None:
        """The first of it, or None."""
        return next(iter(self.all(*values)), None)


class _Written:
    """A query with its SQL, and where in the SQL's parameters each value goes."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Any]], kinds: tuple[type, ...]) -> None:
        marks = [_MARKS[kind](place) for place, kind in enumerate(kinds)]
        self.queryset = ask(*marks)
        self.compiler: SQLCompiler = self.queryset.query.get_compiler(connection=connection)
        self.sql, parameters = self.compiler.as_sql()
        self.parameters = list(parameters)
        self.places = [
            (index, marks.index(each)) for index, each in enumerate(parameters) if any(each == mark for mark in marks)
        ]
        if missing := set(range(len(marks))) - {place for _, place in self.places}:
            raise ValueError(f"The question never asks for its value {sorted(missing)}.")

    def queryset_for(self, values: tuple[Any, ...]) -> QuerySet[Any, Any]:
        filled = list(self.parameters)
        for index, place in self.places:
            filled[index] = values[place]
        compiler, query = copy(self.compiler), copy(self.queryset.query)
        compiler.connection = connection  # this thread's
        compiler.as_sql = lambda *_, **__: (self.sql, tuple(filled))  # type: ignore[method-assign]  # written already
        query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]  # as above
        found: QuerySet[Any, Any] = QuerySet(self.queryset.model, query)
        for name in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
            setattr(found, name, getattr(self.queryset, name))
        return found
