"""A decision as it is kept in an event: all that went in, so that it can be made again and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from zhoudao.engines.routing.choosing import ABLE, Choice, Person, Wish, able, choose

Written = dict[str, Any]


def written(wish: Wish, people: Sequence[Person], choice: Choice, *, at: datetime) -> Written:
    """What went into a choice and what came out, as JSON: codes, ids and amounts."""
    asked: dict[str, Any] = {name: _plain(value) for name, value in asdict(wish).items() if value}
    codes = dict(choice.codes)
    rows = [[*_row(person), codes.get(person.id, "")] for person in people]
    return {"wish": asked, "people": rows, "at": at.isoformat(), "chosen": choice.person, "why": choice.why}


def people_in(record: Mapping[str, Any]) -> list[tuple[Person, str]]:
    """Everybody a kept decision looked at, as they were, with the code each got."""
    return [(_person(row), str(row[-1])) for row in record.get("people", [])]


def made_again(record: Mapping[str, Any]) -> Choice:
    """The choice, made anew from what was kept."""
    seen = people_in(record)
    asked: dict[str, Any] = {
        name: _moment(value) if name.endswith("_until") else value for name, value in record["wish"].items()
    }
    wish = replace(Wish(), **asked)
    people = [person for person, _code in seen]
    if record["why"] == "next":  # somebody asked: the only question is whether they can do it
        codes = tuple((person.id, able(wish, person)) for person in people)
        return Choice(next((id_ for id_, code in codes if code == ABLE), None), "next", codes)
    kept = frozenset(person.id for person, code in seen if code == "saving_room")
    return choose(wish, people, at=datetime.fromisoformat(record["at"]), kept=kept)


def is_same(record: Mapping[str, Any]) -> bool:
    """Whether what was kept gives the same person for the same reason and the same codes again."""
    again = made_again(record)
    codes = [(person.id, code) for person, code in people_in(record)]
    return (again.person, again.why, list(again.codes)) == (record["chosen"], record["why"], codes)


def _row(person: Person) -> list[Any]:
    return [
        person.id,
        person.load,
        person.capacity,
        person.given_at.isoformat() if person.given_at else None,
        sorted(person.languages),
        sorted(person.skills),
        person.state,
        person.in_team,
    ]


def _person(row: Sequence[Any]) -> Person:
    id_, load, capacity, given_at, languages, skills, state, in_team = row[:8]
    moment = _moment(given_at)
    return Person(id_, load, capacity, moment, frozenset(languages), frozenset(skills), state, in_team)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
