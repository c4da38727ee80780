"""Routing's decisions, out of the event log: explained, and made again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Concat

from zhoudao.engines.routing import is_same, people_in
from zhoudao.ground.accounts.models import User
from zhoudao.ground.decisions.queries import table_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.frozen import frozen

ROUTED = "cases.CaseRouted"


@frozen
class Looked:
    """Somebody routing looked at: load and capacity as they were, and the code they got."""

    name: str
    load: int
    capacity: int
    given_at: datetime | None
    code: str
    is_chosen: bool


@frozen
class Decision:
    """One decision about a case. `rules` are (table, version, row)."""

    at: datetime
    why: str
    owner: str | None
    people: list[Looked]
    wish: dict[str, Any]
    rules: list[tuple[str, int, int | None]]
    is_same: bool


@frozen
class Replayed:
    """A decision that was made again from the log."""

    case_id: UUID
    why: str
    is_same: bool


def decisions_of(case_id: UUID) -> list[Decision]:
    """What routing decided about a case, oldest first (two statements, more for each table version not yet read)."""
    named = Concat("type", Value(""))  # not by the index of types: a planner that takes them for few reads them all
    events = list(Event.objects.filter(primary_id=case_id).alias(named=named).filter(named=ROUTED).order_by("seq"))
    ids = {person.id for event in events for person, _code in _people(event)}
    names = {str(id_): name for id_, name in User.objects.filter(id__in=ids).values_list("id", "name")}
    return [_decision(event, names) for event in events]


def replayed(events: Iterable[Event]) -> list[Replayed]:
    """Every one of these routing events made again, from nothing but what it keeps and the tables' versions."""
    return [Replayed(event.primary_id, event.attributes["why"], _is_same(event)) for event in events]


def _decision(event: Event, names: dict[str, str]) -> Decision:
    kept = event.attributes
    people = [
        Looked(
            name=names.get(person.id, "—"),
            load=person.load,
            capacity=person.capacity,
            given_at=person.given_at,
            code=code,
            is_chosen=person.id == kept["owner"],
        )
        for person, code in _people(event)
    ]
    order = sorted(people, key=lambda one: (not one.is_chosen, one.code != "free", one.name))
    rules = [(key, version, row) for key, (version, row) in sorted(kept.get("rules", {}).items(), reverse=True)]
    wish = kept["decision"].get("wish", {})
    return Decision(event.occurred_at, kept["why"], kept["owner"], order, wish, rules, _is_same(event))


def _people(event: Event) -> list[Any]:
    return people_in(event.attributes["decision"])


def _is_same(event: Event) -> bool:
    kept = event.attributes
    decision = kept["decision"]
    if not all(_answers(key, version, row, kept["asked"]) for key, (version, row) in kept.get("rules", {}).items()):
        return False
    if not decision:
        return kept["owner"] is None  # nobody was looked at: the team takes its cases itself, or no rule fits
    chosen = None if kept["why"] == "line" else decision["chosen"]
    return is_same(decision) and chosen == kept["owner"] and kept["why"] in ("line", decision["why"])


def _answers(key: str, version: int, row: int | None, asked: dict[str, Any]) -> bool:
    """Whether this version of the table still answers these inputs with this row."""
    table = table_of(key, version)
    if table is None:
        return False
    return table.ask(asked)[1] == row
