"""A merged case's clocks go on in the survivor; taken apart, both stand as if they had never met."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import BeforeMerge, Case, Promise
from zhoudao.rooms.cases.refusals import SurvivorMerged
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def case_of(shop: Shop, who: str) -> Case:
    return shop.hears("桌子什么时候到？", who=who)


def again(case: Case) -> Case:
    return Case.objects.get(id=case.id)


def reply(shop: Shop, case: Case, *, thread: Case | None = None, expects_answer: bool = True) -> None:
    reply_to_case(
        case_id=case.id,
        text="您好，马上为您查。",
        viewer=shop.viewer("zhao"),
        at=shop.now,
        real_now=shop.now,
        expects_answer=expects_answer,
        conversation_id=(thread or case).conversation_id,
    )
    dispatch.drain()


def resolve(shop: Shop, case: Case) -> None:
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("zhao"), at=shop.now)
    dispatch.drain()


def merge(shop: Shop, loser: Case, survivor: Case) -> Case:
    merge_cases(case_id=loser.id, into_id=survivor.id, viewer=shop.viewer("zhao"), at=shop.now)
    dispatch.drain()
    return again(survivor)


def take_apart(shop: Shop, loser: Case) -> Case:
    undo_merge(case_id=loser.id, viewer=shop.viewer("zhao"), at=shop.now)
    dispatch.drain()
    return again(loser)


def owes(case: Case) -> dict[str, Promise]:
    return {one.kind: one for one in case.promises.filter(ended_at=None)}


def types(case: Case) -> list[str]:
    rows = Event.objects.filter(primary_id=case.id).order_by("seq").values_list("type", flat=True)
    return [name.removeprefix("cases.") for name in rows]


def test_a_waiting_survivor_owes_the_answer_the_other_owed_by_the_same_time(shop: Shop) -> None:
    keep = case_of(shop, "a")
    reply(shop, keep)
    assert again(keep).status == "waiting"
    shop.later(minutes=30)
    lose = case_of(shop, "b")
    due = owes(lose)["answer"].due_at
    shop.later(minutes=30)
    survivor = merge(shop, lose, keep)
    assert (survivor.status, survivor.awaits_us) == ("open", True)
    answer = owes(survivor)["answer"]
    assert (answer.due_at, answer.from_case) == (due, lose.id)
    assert survivor.next_due_at is not None
    assert due is not None
    assert survivor.next_due_at <= due
    assert owes(again(lose)) == {}
    assert types(keep)[-1] != "CaseAbsorbed"
    assert {"CaseAbsorbed", "CaseResumed"} <= set(types(keep))
    reply(shop, survivor)
    assert "answer" not in owes(again(keep))


def test_a_solved_survivor_is_opened_again_and_is_not_closed_after_two_days(shop: Shop) -> None:
    keep = case_of(shop, "a")
    resolve(shop, keep)
    lose = case_of(shop, "b")
    survivor = merge(shop, lose, keep)
    assert (survivor.status, survivor.resolved_at, survivor.reopened) == ("open", None, 1)
    assert {"answer", "next_update", "resolution"} <= owes(survivor).keys()
    assert "CaseReopened" in types(keep)
    apart = take_apart(shop, lose)
    assert (again(keep).status, again(keep).reopened, owes(again(keep))) == ("resolved", 0, {})
    assert (apart.status, apart.awaits_us) == ("open", True)


def test_of_two_clocks_the_one_due_first_is_owed(shop: Shop) -> None:
    lose = case_of(shop, "a")
    shop.later(minutes=40)
    keep = case_of(shop, "b")
    own = {kind: one.due_at for kind, one in owes(keep).items()}
    earlier = {kind: one.due_at for kind, one in owes(lose).items()}
    survivor = merge(shop, lose, keep)
    assert {kind: one.due_at for kind, one in owes(survivor).items()} == earlier
    take_apart(shop, lose)
    assert {kind: one.due_at for kind, one in owes(again(keep)).items()} == own


def test_a_question_asked_while_merged_goes_back_with_its_clock(shop: Shop) -> None:
    lose, keep = case_of(shop, "a"), case_of(shop, "b")
    reply(shop, lose)
    reply(shop, keep)
    merge(shop, lose, keep)
    asked = shop.later(minutes=20)
    shop.hears("还要多久？", who="a")
    assert again(keep).awaits_us
    shop.later(minutes=20)
    apart = take_apart(shop, lose)
    assert (apart.status, apart.awaits_us, owes(apart)["answer"].started_at) == ("open", True, asked)
    assert (again(keep).status, again(keep).awaits_us) == ("waiting", False)
    assert "answer" not in owes(again(keep))
    assert not BeforeMerge.objects.exists()


def test_what_was_merged_in_later_stays_when_the_first_is_taken_out(shop: Shop) -> None:
    first, second, keep = case_of(shop, "a"), case_of(shop, "b"), case_of(shop, "c")
    reply(shop, keep)
    reply(shop, first)
    shop.later(minutes=5)
    merge(shop, first, keep)
    shop.later(minutes=5)
    shop.hears("喂？", who="a")
    shop.later(minutes=5)
    merge(shop, second, keep)
    take_apart(shop, first)
    survivor = again(keep)
    assert (survivor.status, owes(survivor)["answer"].from_case) == ("open", second.id)
    take_apart(shop, second)
    assert (again(keep).status, again(keep).awaits_us) == ("waiting", False)
    assert "answer" not in owes(again(keep))


def test_an_inner_merge_is_taken_apart_after_the_outer_one(shop: Shop) -> None:
    inner, middle, outer = case_of(shop, "a"), case_of(shop, "b"), case_of(shop, "c")
    merge(shop, inner, middle)
    merge(shop, middle, outer)
    with pytest.raises(SurvivorMerged):
        take_apart(shop, inner)
    assert take_apart(shop, middle).status == "open"
    assert take_apart(shop, inner).status == "open"


def test_what_a_person_did_to_the_survivor_meanwhile_stays_done(shop: Shop) -> None:
    lose, keep = case_of(shop, "a"), case_of(shop, "b")
    merge(shop, lose, keep)
    shop.later(minutes=10)
    resolve(shop, keep)
    apart = take_apart(shop, lose)
    assert (again(keep).status, again(keep).resolved_at, owes(again(keep))) == ("resolved", shop.now, {})
    assert (apart.status, "answer" in owes(apart)) == ("open", True)


@dataclass
class Worlds:
    """The same two cases twice: one pair is merged and taken apart, the other never."""

    shop: Shop
    rng: Random
    name: str
    pair: list[Case] = field(default_factory=list)
    apart: list[Case] = field(default_factory=list)
    loser: int | None = None

    def begin(self) -> None:
        """Both pairs write their first words."""
        for index in range(2):
            self.shop.later(minutes=self.rng.randrange(1, 90))
            self.pair.append(case_of(self.shop, f"{self.name} pair {index}"))
            self.apart.append(case_of(self.shop, f"{self.name} apart {index}"))

    def step(self) -> None:
        """Something happens in both worlds, or somebody merges or takes apart in one."""
        self.shop.later(minutes=self.rng.randrange(1, 240))
        index = self.rng.randrange(2)
        act = self.rng.choice(["writes", "writes", "reply", "reply", "merge", "merge", "sweep", "resolve"])
        if act == "writes":
            self.shop.hears("在吗", who=f"{self.name} pair {index}")
            self.shop.hears("在吗", who=f"{self.name} apart {index}")
        elif act == "reply":
            expects = self.rng.random() < 0.7
            whole = self.pair[index] if self.loser is None else self.pair[1 - self.loser]
            reply(self.shop, whole, thread=self.pair[index], expects_answer=expects)
            reply(self.shop, self.apart[index], expects_answer=expects)
        elif act == "sweep":
            self.sweep()
        elif act == "resolve" and self.loser is None:
            resolve(self.shop, self.pair[index])
            resolve(self.shop, self.apart[index])
        elif act == "merge":
            self.turn(index)

    def turn(self, index: int) -> None:
        """Merged when apart, taken apart when merged."""
        if self.loser is None:
            merge(self.shop, self.pair[index], self.pair[1 - index])
            self.loser = index
            return
        take_apart(self.shop, self.pair[self.loser])
        self.loser = None
        self.compare()

    def sweep(self) -> None:
        """The clock looks at every promise whose moment has come."""
        for id_ in Promise.objects.filter(next_check_at__lte=self.shop.now).values_list("id", flat=True):
            while Promise.objects.filter(id=id_, next_check_at__lte=self.shop.now).exists():
                check_promise(id_, at=self.shop.now)

    def compare(self) -> None:
        """Nobody can tell the worlds apart."""
        self.sweep()
        for merged, never in zip(self.pair, self.apart, strict=True):
            assert stands(again(merged)) == stands(again(never)), self.name


def stands(case: Case) -> dict[str, Any]:
    """All that a case says of itself and its clocks."""
    names = ("status", "awaits_us", "snoozed_until", "resolved_at", "reopened", "first_human_contact_at", "next_due_at")
    return {name: getattr(case, name) for name in names} | {"came_back_at": case.came_back_at, "clocks": [*ticks(case)]}


def ticks(case: Case) -> Iterator[tuple[Any, ...]]:
    for one in case.promises.order_by("kind", "started_at", "id"):
        due = None if one.ended_at else one.due_at
        yield one.kind, one.started_at, due, one.kept_at, one.broken_at, one.ended_at, one.from_case


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_two_that_were_taken_apart_stand_as_if_never_merged(shop: Shop, seed: int) -> None:
    for turn in range(2):
        worlds = Worlds(shop, Random(f"{seed} {turn}"), f"{seed}-{turn}")
        worlds.begin()
        for _ in range(14):
            worlds.step()
        if worlds.loser is not None:
            worlds.turn(0)
        for case in (*worlds.pair, *worlds.apart):
            resolve(shop, again(case))
