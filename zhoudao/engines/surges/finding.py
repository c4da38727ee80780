"""What new matters have in common that earlier ones had not: words many people use at once, or one kind in one store.

Every piece of a text (two Chinese characters, three letters) is counted by people, not by matters: whoever writes ten
times is one. The piece least likely by chance names a group; its matters are set aside, the rest is looked at again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from zhoudao.engines.surges.judging import CHANCE, FEWEST, Verdict, is_ordinary, judge

MOST_FOUND = 3
_PIECES = 6
Thing = tuple[str, ...]  # ("words", piece) or ("kind", kind, store)


@dataclass(frozen=True)
class Seen:
    """One new matter: what it is called here, who came, of what kind, where, and the pieces of its words."""

    id: str
    person: str
    kind: str
    store: str
    pieces: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """Matters that came together. `pieces` are what their words have in common, the commonest first; none where only
    kind and store are."""

    ids: tuple[str, ...]
    pieces: tuple[str, ...]
    kind: str
    store: str
    verdict: Verdict


def find(now: Sequence[Seen], earlier: Iterable[Sequence[Seen]], *, weeks: int, chance: float = CHANCE) -> list[Found]:
    """Groups among the new matters that are out of the ordinary against the same window of earlier weeks, of which
    there are `weeks`. They are taken one by one, and no more of them than it needs to see that all is as ever.
    """
    found: list[Found] = []
    left, before = list(now), _before(_people(now), earlier, weeks, chance) if weeks else {}
    while before and len(found) < MOST_FOUND:
        one = _worst(left, before, chance)
        if one is None:
            break
        found.append(one)
        gone = set(one.ids)
        left = [seen for seen in left if seen.id not in gone]
    return found


def _before(
    people: Mapping[Thing, set[str]], earlier: Iterable[Sequence[Seen]], weeks: int, chance: float
) -> dict[Thing, list[int]]:
    """How often what many people brought came in each earlier week; what cannot be a surge any more is left out."""
    before: dict[Thing, list[int]] = {thing: [] for thing, who in people.items() if len(who) >= FEWEST}
    left = iter(earlier)
    while before := {
        thing: seen for thing, seen in before.items() if not is_ordinary(len(people[thing]), seen, weeks, chance)
    }:
        week = next(left, None)
        if week is None:
            break
        counts = _counted(week, before.keys())
        for thing, seen in before.items():
            seen.append(counts[thing])
    return before


def _worst(now: Sequence[Seen], before: Mapping[Thing, list[int]], chance: float) -> Found | None:
    people = _people(now)
    verdicts = {thing: judge(len(people[thing]), weeks, chance=chance) for thing, weeks in before.items()}
    surges = {thing: verdict for thing, verdict in verdicts.items() if verdict.is_surge}
    if not surges:
        return None
    # words say what it is about: one kind in one store only where no words do
    worst = min(surges, key=lambda thing: (thing[0] == "kind", surges[thing].chance, thing))
    group = [seen for seen in now if worst in _things(seen)]
    pieces = [thing[1] for thing in surges if thing[0] == "words"]
    return Found(
        ids=tuple(seen.id for seen in group),
        pieces=_common(group, pieces) if worst[0] == "words" else (),
        kind=_only(seen.kind for seen in group),
        store=_only(seen.store for seen in group),
        verdict=replace(surges[worst], count=len(people[worst])),
    )


def _people(matters: Iterable[Seen]) -> dict[Thing, set[str]]:
    found: dict[Thing, set[str]] = defaultdict(set)
    for seen in matters:
        for thing in _things(seen):
            found[thing].add(seen.person)
    return found


def _counted(matters: Iterable[Seen], wanted: Set[Thing]) -> Counter[Thing]:
    pairs = {(thing, seen.person) for seen in matters for thing in _things(seen) if thing in wanted}
    return Counter(thing for thing, _person in pairs)


def _things(seen: Seen) -> Iterator[Thing]:
    yield ("kind", seen.kind, seen.store)
    for piece in seen.pieces:
        yield ("words", piece)


def _common(group: Sequence[Seen], pieces: Sequence[str]) -> tuple[str, ...]:
    """The surging pieces that at least half of the group has."""
    counts = Counter(piece for piece in pieces for seen in group if piece in seen.pieces)
    return tuple(
        piece for piece, n in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if 2 * n >= len(group)
    )[:_PIECES]


def _only(values: Iterable[str]) -> str:
    """What four fifths of them are, else ''."""
    counts = Counter(values)
    value, n = counts.most_common(1)[0]
    return value if 5 * n >= 4 * counts.total() else ""
