"""The kinds of events there are to be told of: every fact of the house but those about webhooks themselves."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, known_facts, sentence
from zhoudao.kit.frozen import frozen

PING = "webhooks.ping"
_OWN = "webhooks"
GROUPS: dict[str, LazyText] = {
    "cases": _("Cases"),
    "orders": _("Orders"),
    "parcels": _("Parcels"),
    "aftersales": _("Returns and refunds"),
    "pickups": _("Pick-ups"),
    "return_labels": _("Prepaid return labels"),
    "quality": _("Quality of goods"),
    "fieldwork": _("Visits of engineers"),
    "repairs": _("Devices and repairs"),
    "conversations": _("Conversations and channels"),
    "teamwork": _("Teamwork"),
    "complaints": _("Complaints"),
    "incidents": _("Incidents"),
    "voice": _("Ratings"),
    "targets": _("Figures and targets"),
    "tallies": _("What cases cost"),
    "visits": _("Visits and queues"),
    "bookings": _("Bookings"),
    "entrances": _("Front door"),
    "stock": _("Stock"),
    "knowledge": _("Knowledge base"),
    "catalogue": _("Products"),
    "fulfilment": _("Fulfilment"),
    "customers": _("Customers"),
    "flows": _("Flows"),
    "triage": _("What customers write about"),
    "handbooks": _("Handbooks"),
    "insight": _("Process intelligence"),
    "pilots": _("Pilots"),
    "improvement": _("Improvement register"),
    "decisions": _("Decision tables"),
    "staff": _("Staff"),
    "accounts": _("Access"),
}
_ID = UUID("0190a0a0-0000-7000-8000-000000000001")
_MOMENT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
_NAMED: dict[str, Any] = {
    "number": "C2026-000123",
    "kind": "inquiry",
    "tier": "regular",
    "channel": "webchat",
    "promise": "answer",
    "flow": "inquiry",
    "step": "answer",
}
_PLAIN: dict[type, Callable[[], Any]] = {
    bool: lambda: True,
    int: lambda: 30,
    float: lambda: 1.5,
    str: lambda: "code",
    list: list,
    dict: dict,
}


@frozen
class Kind:
    """One kind of event: its stored type, what it says with … for what differs, and the version of its attributes."""

    type: str
    words: str
    about: str
    schema: int


@frozen
class Group:
    """Kinds of events of one room, with the room's name for people."""

    code: str
    words: str
    kinds: list[Kind]


def kinds_known() -> frozenset[str]:
    """Every type that can be asked for."""
    return frozenset(type_ for type_ in known_facts() if type_.partition(".")[0] != _OWN)


def catalogue() -> list[Group]:
    """All kinds in the reader's language, by room."""
    by_room: dict[str, list[Kind]] = {}
    for type_ in sorted(kinds_known()):
        by_room.setdefault(type_.partition(".")[0], []).append(_kind(type_, known_facts()[type_]))
    order = [*GROUPS, *sorted(set(by_room) - set(GROUPS))]
    return [Group(room, str(GROUPS.get(room, room)), by_room[room]) for room in order if room in by_room]


def words_of(type_: str) -> str:
    """A kind of event in the reader's language."""
    if type_ == PING:
        return str(_("Test"))
    fact = known_facts().get(type_)
    return _kind(type_, fact).words if fact else type_


def example_attributes(type_: str) -> dict[str, Any]:
    """Attributes as an event of this kind has them, made of the fact's own fields."""
    fact = known_facts()[type_]
    hints = get_type_hints(fact)
    return {field.name: _example(field.name, hints[field.name]) for field in fields(fact)}


def _kind(type_: str, fact: type[Fact]) -> Kind:
    names = {field.name: "…" for field in fields(fact) if not field.name.endswith("_at") and field.name != "until"}
    said = sentence(type_, names | dict.fromkeys(_moments(fact)))
    about = (fact.__doc__ or "").strip().partition("\n")[0]
    return Kind(type_, said.replace("—", "…"), about, fact.schema)


def _moments(fact: type[Fact]) -> Iterator[str]:
    return (field.name for field in fields(fact) if field.name.endswith("_at") or field.name == "until")


def _example(name: str, kind: Any) -> Any:
    if name in _NAMED:
        return _NAMED[name]
    if name.endswith("_at") or name == "until":
        return _MOMENT.isoformat()
    options = [one for one in get_args(kind) if one is not type(None)] if get_origin(kind) not in (list, dict) else []
    plain = options[0] if options else get_origin(kind) or kind
    is_key = name.endswith("_id") or name in ("owner", "member", "team", "previous_owner", "previous_team")
    return str(_ID) if plain is str and is_key else _PLAIN.get(plain, lambda: None)()
