"""Who is given a case, and what is kept of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.routing import ABLE, Person, Wish, able, choose, is_same, people_in, written

AT = datetime(2026, 3, 10, 2, tzinfo=UTC)
SOON, PAST = AT + timedelta(minutes=10), AT - timedelta(minutes=1)
WANG = Person("wang", load=2, capacity=10)
LI = Person("li", load=1, capacity=2)
SUN = Person("sun", load=0, capacity=10, in_team=False)

codes = st.frozensets(st.sampled_from(["a", "b"]))
people = st.lists(
    st.builds(
        Person,
        id=st.sampled_from("pqrstuvw"),
        load=st.integers(0, 6),
        capacity=st.integers(0, 6),
        given_at=st.none() | st.integers(-5, 0).map(lambda minutes: AT + timedelta(minutes=minutes)),
        languages=codes,
        skills=codes,
        state=st.sampled_from(["", "", "", "away", "off_shift"]),
        in_team=st.sampled_from([True, True, False]),
    ),
    unique_by=lambda person: person.id,
    max_size=8,
)
moments = st.none() | st.sampled_from([SOON, PAST])
wishes = st.builds(
    Wish,
    language=st.sampled_from(["", "a"]),
    skill=st.sampled_from(["", "", "b"]),
    points=st.integers(1, 4),
    adviser=st.sampled_from(["", *"pq"]),
    adviser_until=moments,
    known=st.sampled_from(["", *"rs"]),
    known_until=moments,
)


def test_the_least_busy_for_their_capacity_is_chosen_not_who_has_fewest() -> None:
    assert choose(Wish(), [WANG, LI], at=AT).person == "wang"


def test_among_equals_whoever_was_given_one_longest_ago_and_a_newcomer_first() -> None:
    early, late = replace(WANG, id="b", given_at=PAST - timedelta(hours=1)), replace(WANG, id="a", given_at=PAST)
    assert choose(Wish(), [late, early], at=AT).person == "b"
    assert choose(Wish(), [late, early, replace(WANG, id="c")], at=AT).person == "c"
    assert choose(Wish(), [replace(WANG, id="z"), replace(WANG, id="y")], at=AT).person == "y"


def test_the_adviser_comes_first_from_whatever_team_and_is_waited_for_only_while_the_hold_runs() -> None:
    wish = Wish(language="en", skill="legal", adviser="sun", adviser_until=SOON)
    assert choose(wish, [WANG, SUN], at=AT).why == "adviser"
    busy = replace(SUN, load=10)
    wish = Wish(adviser="sun", adviser_until=SOON)
    assert choose(wish, [WANG, busy], at=AT).why == "held_adviser"
    assert choose(wish, [WANG, busy], at=SOON).person == "wang"
    assert choose(wish, [WANG, replace(busy, state="away")], at=AT).person == "wang", "nobody waits for who is away"


def test_whoever_knows_the_customer_comes_before_the_least_busy_and_after_the_adviser() -> None:
    wish = Wish(known="li", known_until=SOON)
    assert choose(wish, [WANG, LI], at=AT).why == "known"
    assert choose(wish, [WANG, replace(LI, load=2)], at=AT).why == "held_known"
    assert choose(wish, [WANG, replace(LI, load=2)], at=SOON).person == "wang"
    assert choose(replace(wish, adviser="wang"), [WANG, LI], at=AT).why == "adviser"


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (replace(WANG, state="away"), "away"),
        (replace(WANG, state="off_shift"), "off_shift"),
        (replace(WANG, languages=frozenset(["zh-Hans"])), "language"),
        (replace(WANG, capacity=0), "no_capacity"),
        (replace(WANG, load=9), "full"),
        (SUN, "other_team"),
    ],
)
def test_everybody_who_is_not_chosen_has_a_reason(person: Person, code: str) -> None:
    choice = choose(Wish(language="en", points=2), [person], at=AT)
    assert choice.person is None
    assert choice.codes == ((person.id, code),)


def test_why_it_waits_tells_what_passes_by_itself_from_what_does_not() -> None:
    lame, away, full = replace(WANG, capacity=0), replace(WANG, state="away"), replace(WANG, load=10)
    assert choose(Wish(), [], at=AT).why == "nobody_in_team"
    assert choose(Wish(), [SUN], at=AT).why == "nobody_in_team"
    assert choose(Wish(), [lame], at=AT).why == "nobody_able"
    assert choose(Wish(), [lame, away], at=AT).why == "nobody_here"
    assert choose(Wish(), [lame, away, full], at=AT).why == "all_full"


def test_a_case_larger_than_somebodys_whole_capacity_fits_when_they_hold_nothing() -> None:
    assert able(Wish(points=4), Person("a", 0, 2)) == ABLE
    assert able(Wish(points=4), Person("a", 1, 2)) == "full"


@given(wishes, people)
def test_the_answer_is_the_plain_rules_and_never_somebody_who_cannot(wish: Wish, team: list[Person]) -> None:
    choice = choose(wish, team, at=AT)
    assert choice == choose(wish, team, at=AT)
    assert choice.person == plainly(wish, team)
    shuffled = choose(wish, team[::-1], at=AT)
    assert (shuffled.person, shuffled.why) == (choice.person, choice.why), "the order people are read in says nothing"
    if choice.person is not None:
        taker = next(person for person in team if person.id == choice.person)
        assert taker.state == ""
        assert taker.load == 0 or taker.load + wish.points <= taker.capacity


@given(wishes, people)
def test_what_is_kept_of_a_decision_decides_the_same_again(wish: Wish, team: list[Person]) -> None:
    choice = choose(wish, team, at=AT)
    record = json.loads(json.dumps(written(wish, team, choice, at=AT)))
    assert is_same(record)
    assert [person for person, _code in people_in(record)] == team
    assert not is_same(record | {"chosen": "somebody else"})


def plainly(wish: Wish, team: list[Person]) -> str | None:
    """The rules once more, as one would tell them."""
    could = [person.id for person in team if able(wish, person) == ABLE]
    for whom, until in ((wish.adviser, wish.adviser_until), (wish.known, wish.known_until)):
        if whom in could:
            return whom
        is_busy = any(person.id == whom and able(wish, person) == "full" for person in team)
        if is_busy and until is not None and until > AT:
            return None
    ranked = sorted(
        (person.load / person.capacity, person.given_at or datetime.min.replace(tzinfo=UTC), person.id)
        for person in team
        if person.id in could
    )
    return ranked[0][2] if ranked else None
