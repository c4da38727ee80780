"""One case, the people there are: who is given it, why, and why each of the others is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

ABLE = "free"
_NEVER = ("language", "skill", "no_capacity")  # however long one waits
_NOT_HERE = ("off_shift", "away")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes cases, as they are now. Load and capacity are points.

    No language means every language. `state` is empty, `away` or `off_shift`. Whoever is not `in_team` gets only what
    they are the adviser of.
    """

    id: str
    load: int
    capacity: int
    given_at: datetime | None = None
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    state: str = ""
    in_team: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What a case asks for: of whom, how much of them, and until when it is kept for whom the customer knows."""

    language: str = ""
    skill: str = ""
    points: int = 1
    adviser: str = ""
    adviser_until: datetime | None = None
    known: str = ""
    known_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom (None: it waits), why, and a code for everybody who was looked at."""

    person: str | None
    why: str
    codes: tuple[tuple[str, str], ...]


def able(wish: Wish, person: Person) -> str:
    """`free` when they can take it now, else what speaks against it.

    A case larger than somebody's whole capacity fits when they hold nothing: else it would wait for ever.
    """
    if not person.in_team and person.id != wish.adviser:
        return "other_team"
    if person.id != wish.adviser:
        if person.languages and wish.language and wish.language not in person.languages:
            return "language"
        if wish.skill and wish.skill not in person.skills:
            return "skill"
    if person.capacity < 1:
        return "no_capacity"
    if person.state:
        return person.state
    return "full" if person.load + min(wish.points, person.capacity) > person.capacity else ABLE


def choose(wish: Wish, people: Iterable[Person], *, at: datetime, kept: frozenset[str] = frozenset()) -> Choice:
    """The adviser, else whom the customer knows, else who has the least of their capacity in use.

    Among equals whoever was given a case longest ago, then by id. Somebody the case is kept for and who is here but
    full is waited for until the hold runs out. People in `kept` are saving room for a case further ahead.
    """
    seen = [(person, _code(wish, person, kept)) for person in people]
    codes = tuple((person.id, code) for person, code in seen)
    said = dict(codes)
    for whom, until, why in ((wish.adviser, wish.adviser_until, "adviser"), (wish.known, wish.known_until, "known")):
        if whom and said.get(whom) == ABLE:
            return Choice(whom, why, codes)
        if whom and said.get(whom) == "full" and until is not None and at < until:
            return Choice(None, f"held_{why}", codes)
    free = [person for person, code in seen if code == ABLE]
    if free:
        return Choice(min(free, key=_fairness).id, "only_one" if len(free) == 1 else "least_loaded", codes)
    return Choice(None, _why_nobody(said.values()), codes)


def _code(wish: Wish, person: Person, kept: frozenset[str]) -> str:
    code = able(wish, person)
    return "saving_room" if code == ABLE and person.id in kept else code


def _fairness(person: Person) -> tuple[float, datetime, str]:
    return person.load / person.capacity, person.given_at or _LONG_AGO, person.id


def _why_nobody(codes: Iterable[str]) -> str:
    team = [code for code in codes if code != "other_team"]
    if not team:
        return "nobody_in_team"
    could: Sequence[str] = [code for code in team if code not in _NEVER]
    if not could:
        return "nobody_able"
    return "nobody_here" if all(code in _NOT_HERE for code in could) else "all_full"
