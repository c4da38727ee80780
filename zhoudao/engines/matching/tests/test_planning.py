"""Plans are as cheap as the cheapest of all plans, and keep every hard rule."""

from dataclasses import replace
from random import Random

import pytest

from zhoudao.engines.matching import Given, Job, Plan, Shift, Worker, broken, plan
from zhoudao.engines.matching.enumerating import cheapest
from zhoudao.engines.matching.facts import UNPLANNED
from zhoudao.engines.matching.imagined import jobs, workers

HERE = (31.2, 121.4)
ANNA = Worker("anna", HERE, frozenset({"washer"}), frozenset(), {}, 50, 6, (Shift(0, 480, 720), Shift(0, 780, 1080)))


def job(key: str, begin: int = 480, **more: object) -> Job:
    return replace(Job(key, HERE, 60, begin, 1080, "washer"), **more)  # type: ignore[arg-type]  # a job's own fields


def whole(found: Plan) -> int:
    return found.cost + UNPLANNED * len(found.left)


@pytest.mark.parametrize("seed", range(40))
def test_small_cases_cost_what_the_cheapest_of_all_plans_costs(seed: int) -> None:
    rng = Random(seed)
    days = rng.choice([1, 1, 2])
    there, wanted = workers(rng, 3, days), jobs(rng, rng.randint(3, 6), days)
    best = cheapest(wanted, there)
    found = plan(wanted, there, at=0, rng=Random(seed), rounds=30)
    assert broken(found, wanted, there) == []
    assert found.is_proven
    assert whole(found) == best


@pytest.mark.parametrize("seed", range(20))
def test_without_looking_at_all_routes_it_is_within_two_percent(seed: int) -> None:
    rng = Random(1000 + seed)
    there, wanted = workers(rng, 3, 1), jobs(rng, 6, 1)
    found = plan(wanted, there, at=0, rng=Random(seed), rounds=60, all_of=0)
    assert broken(found, wanted, there) == []
    assert not found.is_proven
    assert whole(found) <= 1.02 * cheapest(wanted, there)


def test_a_larger_case_keeps_every_rule_and_comes_out_the_same_again() -> None:
    rng = Random(5)
    there, wanted = workers(rng, 12, 2), jobs(rng, 50, 2)
    found, again = (plan(wanted, there, at=0, rng=Random(9), rounds=40) for _ in range(2))
    assert broken(found, wanted, there) == []
    assert found == again
    assert len(found.given) > 35


def test_a_promised_time_stays_and_another_comes_only_when_needed() -> None:
    berta = replace(ANNA, key="berta", start=(31.21, 121.4))
    promised = job("p", 600, latest=660, is_promised=True, had="berta")
    kept = plan([promised], [ANNA, berta], at=0, rng=Random(1))
    assert [(one.worker, one.begin) for one in kept.given] == [("berta", 600)], "two kilometres are no reason"
    away = replace(berta, shifts=())
    changed = plan([promised], [ANNA, away], at=0, rng=Random(1))
    assert [(one.worker, one.begin) for one in changed.given] == [("anna", 600)]
    nobody = plan([promised], [replace(ANNA, shifts=()), away], at=0, rng=Random(1))
    assert nobody.left == {"p": "time"}


def test_what_is_under_way_stays_whatever_the_rules_say_and_others_wait_for_it() -> None:
    begun = job("b", 470, minutes=200, latest=670, is_promised=True, had="anna", is_fixed=True)
    after = job("a", 600, latest=660, is_promised=True, had="anna")
    found = plan([begun, after], [ANNA], at=0, rng=Random(1))
    assert [(one.job, one.begin) for one in found.given] == [("b", 470)]
    assert found.left == {"a": "time"}
    assert broken(found, [begun, after], [ANNA]) == []


def test_nothing_to_plan_and_nobody_to_plan_for_are_plans_too() -> None:
    assert plan([], [ANNA], at=0, rng=Random(1)) == Plan((), {}, 0, is_proven=True)
    assert plan([job("j")], [], at=0, rng=Random(1)).left == {"j": "skill"}


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"worker": "berta"}, "skill"),
        ({"begin": 480, "end": 540}, "so early"),
        ({"begin": 690, "end": 750}, "hours"),
        ({"begin": 1050, "end": 1110}, "too late"),
        ({"end": 600}, "length"),
    ],
)
def test_the_checker_sees_what_is_wrong(changed: dict[str, object], what: str) -> None:
    berta = replace(ANNA, key="berta", skills=frozenset({"fridge"}))
    right = Given("j", "anna", 0, 495, 555)
    assert broken(Plan((right,), {}, 0, is_proven=False), [job("j")], [ANNA, berta]) == []
    wrong = replace(right, **changed)  # type: ignore[arg-type]  # a Given's own fields
    found = broken(Plan((wrong,), {}, 0, is_proven=False), [job("j")], [ANNA, berta])
    assert any(what in one for one in found)


def test_the_checker_sees_two_at_once_and_what_was_dropped() -> None:
    both = (Given("j", "anna", 0, 495, 555), Given("k", "anna", 0, 540, 600))
    found = broken(Plan(both, {}, 0, is_proven=False), [job("j"), job("k"), job("dropped")], [ANNA])
    assert {"not every visit has one place, or a reason", "k: no time for the way", "j and k: at once"} == set(found)
