"""A queue in its order, the people there are: who is given what now, and what somebody who asks gets next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from zhoudao.engines.routing.choosing import ABLE, Choice, Person, Wish, able, choose


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in a queue; the queue is in order of rank (the smallest first), then since when, then id."""

    id: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class Given:
    """A case that finds somebody, with the people as they were when it did."""

    case: Waiting
    choice: Choice
    people: tuple[Person, ...]


def plan(
    queue: Iterable[Waiting], people: Iterable[Person], *, at: datetime, kept: set[str] | None = None
) -> Iterator[Given]:
    """What of the queue is given to whom now; it stops reading as soon as nobody has room.

    Whoever cannot be served is passed over. But a large case that only lacks room has somebody save theirs for it, so
    that small ones behind do not take it away piece by piece for ever: `kept` are those who do, and grows.
    """
    now = {person.id: person for person in people}
    kept = set() if kept is None else kept
    for case in queue:
        if not any(_has_room(person) and person.id not in kept for person in now.values()):
            return
        before = tuple(now.values())
        choice = choose(case.wish, before, at=at, kept=frozenset(kept))
        if choice.person is None:
            kept |= _saver(case.wish, choice, now)
            continue
        yield Given(case, choice, before)
        taker = now[choice.person]
        now[taker.id] = replace(taker, load=taker.load + case.wish.points, given_at=at)


def following(queue: Iterable[Waiting], asker: Person, people: Iterable[Person], *, at: datetime) -> Waiting | None:
    """What this person gets who asks for the next case: the first they are able to do and nobody else is waited for.

    Whoever asks is here, whatever their shift says.
    """
    here = replace(asker, state="")
    at_work = {person.id for person in people if not person.state}
    for case in queue:
        if able(case.wish, here) == ABLE and not _is_for_another(case.wish, here.id, at_work, at):
            return case
    return None


def _is_for_another(wish: Wish, asker: str, at_work: set[str], at: datetime) -> bool:
    holds = ((wish.adviser, wish.adviser_until), (wish.known, wish.known_until))
    for whom, until in holds:
        if whom == asker:
            return False
        if whom in at_work and until is not None and at < until:
            return True
    return False


def _has_room(person: Person) -> bool:
    return not person.state and person.load < person.capacity


def _saver(wish: Wish, choice: Choice, now: Mapping[str, Person]) -> set[str]:
    """Of those who only lack room, whoever has the most of it; nobody when the case is kept for somebody."""
    if choice.why != "all_full":
        return set()
    short = [now[id_] for id_, code in choice.codes if code == "full" and now[id_].load < now[id_].capacity]
    if not short:
        return set()
    return {min(short, key=lambda person: (person.load - person.capacity, person.id)).id}
