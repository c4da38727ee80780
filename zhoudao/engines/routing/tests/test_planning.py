"""How a line is served: in order, to whoever is free, and nobody waits for ever."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from zhoudao.engines.routing import ABLE, Person, Waiting, Wish, able, choose, following, plan

AT = datetime(2026, 3, 10, 2, tzinfo=UTC)


def test_the_line_is_served_in_its_order_and_passes_over_who_cannot_be_served() -> None:
    line = [Waiting("english", Wish("en")), Waiting("first", Wish("zh")), Waiting("second", Wish("zh"))]
    given = list(plan(line, [Person("wang", 0, 1, languages=frozenset(["zh"]))], at=AT))
    assert [(one.case.id, one.choice.person) for one in given] == [("first", "wang")]


def test_reading_the_line_stops_when_nobody_has_room() -> None:
    def endless() -> Iterator[Waiting]:
        yield Waiting("a", Wish())
        yield Waiting("b", Wish())
        raise AssertionError("read on")

    assert len(list(plan(endless(), [Person("wang", 0, 1)], at=AT))) == 1


def test_small_cases_do_not_take_the_room_of_a_large_one_ahead_for_ever() -> None:
    line = [Waiting("large", Wish(points=3)), Waiting("small", Wish())]
    busy = [Person("li", 4, 5), Person("wang", 3, 5)]
    given = list(plan(line, busy, at=AT))
    assert [(one.case.id, one.choice.person) for one in given] == [("small", "li")], "wang saves room"
    assert dict(given[0].choice.codes)["wang"] == "saving_room"


def test_whoever_asks_gets_the_first_they_can_do_that_is_not_kept_for_another() -> None:
    soon = AT + timedelta(minutes=5)
    line = [
        Waiting("legal", Wish(skill="legal")),
        Waiting("lis", Wish(known="li", known_until=soon)),
        Waiting("mine", Wish(known="wang", known_until=soon)),
    ]
    wang, li = Person("wang", 0, 3, state="off_shift"), Person("li", 3, 3)

    def asked(at: datetime, other: Person) -> str | None:
        found = following(line, wang, [wang, other], at=at)
        return found.id if found else None

    assert asked(AT, li) == "mine"
    assert asked(soon, li) == "lis", "the hold has run out"
    assert asked(AT, replace(li, state="away")) == "lis", "nobody waits for who is away"
    assert following(line, replace(wang, load=3), [], at=AT) is None


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=6),
    st.integers(1, 60),
    st.integers(0, 2),
)
def test_shares_of_capacity_never_drift_apart_by_more_than_one_case(
    capacities: list[int], cases: int, points_less_one: int
) -> None:
    points = points_less_one + 1
    team = [Person(f"p{number}", 0, capacity * 4) for number, capacity in enumerate(capacities)]
    loads: Counter[str] = Counter()
    for one in plan([Waiting(f"{n:03}", Wish(points=points)) for n in range(cases)], team, at=AT):
        assert one.choice.person
        loads[one.choice.person] += points
    shares = [loads[person.id] / person.capacity for person in team]
    if loads.total() == cases * points:  # all were served: nobody was full
        assert max(shares) - min(shares) <= max(points / person.capacity for person in team) + 1e-9


@dataclass
class Held:
    """A case somebody works on."""

    owner: str
    points: int


@dataclass
class Team:
    """People at work and a line before them; served whenever anything changes, as the commands do it."""

    people: dict[str, Person] = field(default_factory=dict)
    line: list[tuple[int, int, Waiting]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    now: datetime = AT
    given: int = 0

    def serve(self) -> None:
        """This will give what can be given, on top of what is held."""
        self.line.sort(key=lambda one: (one[0], one[1]))
        planned = list(plan((one[2] for one in self.line), self.people.values(), at=self.now))
        assert planned == list(plan((one[2] for one in self.line), self.people.values(), at=self.now))
        for one in planned:
            assert one.choice.person
            self.take(one.choice.person, one.case.wish.points)
        gone = {one.case.id for one in planned}
        self.line = [one for one in self.line if one[2].id not in gone]

    def take(self, person: str, points: int) -> None:
        """This will write down that somebody has a case."""
        self.held.append(Held(person, points))
        before = self.people[person]
        self.people[person] = replace(before, load=before.load + points, given_at=self.now)


class PushQueue(RuleBasedStateMachine):
    """Anything happens in any order; what has been promised about a pushed line holds all the while."""

    @initialize(capacities=st.lists(st.integers(1, 5), min_size=1, max_size=4))
    def begin(self, capacities: list[int]) -> None:
        self.team = Team()
        self.number = 0
        for place, capacity in enumerate(capacities):
            languages = frozenset(["zh"] if place % 2 else ["zh", "en"])
            self.team.people[f"p{place}"] = Person(f"p{place}", 0, capacity, languages=languages)

    @rule(
        rank=st.integers(0, 2),
        points=st.integers(1, 3),
        language=st.sampled_from(["zh", "zh", "en", "fr"]),
        known=st.sampled_from(["", "p0", "p1"]),
    )
    def arrives(self, rank: int, points: int, language: str, known: str) -> None:
        self.number += 1
        until = self.team.now + timedelta(minutes=3)
        wish = Wish(language, points=points, known=known, known_until=until if known else None)
        self.team.line.append((rank, self.number, Waiting(f"{self.number:04}", wish)))
        self.team.serve()

    @rule(place=st.integers(0, 50))
    def is_done(self, place: int) -> None:
        if self.team.held:
            done = self.team.held.pop(place % len(self.team.held))
            before = self.team.people[done.owner]
            self.team.people[done.owner] = replace(before, load=before.load - done.points)
        self.team.serve()

    @rule(person=st.integers(0, 3), state=st.sampled_from(["", "away", "off_shift"]))
    def comes_or_goes(self, person: int, state: str) -> None:
        name = f"p{person % len(self.team.people)}"
        self.team.people[name] = replace(self.team.people[name], state=state)
        self.team.serve()

    @rule(person=st.integers(0, 3), capacity=st.integers(0, 6))
    def is_given_another_capacity(self, person: int, capacity: int) -> None:
        name = f"p{person % len(self.team.people)}"
        self.team.people[name] = replace(self.team.people[name], capacity=capacity)
        self.team.serve()

    @rule(minutes=st.integers(1, 5))
    def time_passes(self, minutes: int) -> None:
        self.team.now += timedelta(minutes=minutes)
        self.team.serve()

    @invariant()
    def no_case_waits_while_an_able_person_is_free(self) -> None:
        saving = self._saving()
        for _rank, _number, case in self.team.line:
            if case.wish.known_until is not None and self.team.now < case.wish.known_until:
                continue  # kept for somebody
            free = {p.id for p in self.team.people.values() if able(case.wish, p) == ABLE}
            assert free <= saving, (case, free)

    @invariant()
    def nobody_of_the_same_needs_is_served_before_who_came_first(self) -> None:
        self.team.line.sort(key=lambda one: (one[0], one[1]))
        saving = self._saving()
        for _rank, _number, case in self.team.line:
            assert choose(case.wish, self.team.people.values(), at=self.team.now, kept=frozenset(saving)).person is None

    def teardown(self) -> None:
        """No starvation: once everybody is here and work gets done, all that somebody is able to do is served."""
        if not hasattr(self, "team"):
            return
        self.team.now += timedelta(hours=1)
        for name, person in self.team.people.items():
            self.team.people[name] = replace(person, state="", capacity=max(1, person.capacity))
        for _ in range(3 * (len(self.team.line) + len(self.team.held) + 1)):
            self.is_done(0)
        assert {case.wish.language for _rank, _number, case in self.team.line} <= {"fr"}

    def _saving(self) -> set[str]:
        """Those who save room for a large case ahead, as serving says it."""
        saving: set[str] = set()
        list(plan((one[2] for one in self.team.line), self.team.people.values(), at=self.team.now, kept=saving))
        return saving


TestPushQueue = PushQueue.TestCase
TestPushQueue.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
