"""Living the past over: its events are heard at once, within its transaction, by a few subscribers and by nobody else.

What is lived over is over when it is committed. Whoever acts on what is going on (lines, clocks, notices, customers'
phones) must not hear of it: for them it is noted as done.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, Func

from zhoudao.ground.eventlog.dispatch import listeners
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.ids import uuid7

Hearers = Mapping[str, Collection[str]]
"""Subscribers by name, each with the types it hears; none: all it asks for."""
_THIS_TRANSACTION = Func(template="pg_current_xact_id()::text::bigint", output_field=BigIntegerField())
_DONE = """
    INSERT INTO eventlog_handled (subscriber, event_id)
    SELECT name, id FROM unnest(%(names)s::text[], %(ids)s::uuid[]) AS done(name, id) ON CONFLICT DO NOTHING
"""


class Told:
    """What happens in the running transaction from now on, told to `hearers` whenever `tell` is called."""

    def __init__(self, hearers: Hearers) -> None:
        self._hearers, self._after = hearers, uuid7()

    def tell(self) -> int:
        """This will have them hear what happened since, in its order, and what comes of that; returns how many events.

        What a subscriber raises is raised: nothing is parked.
        """
        told = 0
        while fresh := self._fresh():
            done: list[tuple[str, UUID]] = []
            for event in fresh:
                done += [(name, event.id) for name in self._hear(event)]
            _note(done)
            told += len(fresh)
        return told

    def _fresh(self) -> list[Event]:
        rows = list(Event.objects.filter(xid=_THIS_TRANSACTION, id__gt=self._after).order_by("id"))
        self._after = rows[-1].id if rows else self._after
        return rows

    def _hear(self, event: Event) -> Collection[str]:
        """Who is told from now on that it is done, whether they heard of it or not."""
        found = listeners(event.type)
        for name, handle in found.items():
            types = self._hearers.get(name)
            if types is not None and (not types or event.type in types):
                handle(event)
        return found


def _note(done: list[tuple[str, UUID]]) -> None:
    given: dict[str, Any] = {"names": [name for name, _ in done], "ids": [id_ for _, id_ in done]}
    with connection.cursor() as cursor:
        cursor.execute(_DONE, given)
