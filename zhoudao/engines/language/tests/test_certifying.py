"""The promise: of answers that go out by themselves, at most the stated share is wrong."""

import random
from bisect import bisect_right
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.language.certifying import (
    Certificate,
    NoSuchShare,
    Reviewed,
    certified,
    certify,
    least_reviewed,
    upper_bound,
)

WRONG = 0.05


def _answers(rng: random.Random, count: int, slope: float, outside: float) -> list[Reviewed]:
    """Scores between 0 and 1; an answer of score s is right with chance s ** slope, unless it was out of scope."""
    found = []
    for _ in range(count):
        is_outside = rng.random() < outside
        score = rng.random() ** (2 if is_outside else 0.5)
        found.append(Reviewed(score, not is_outside and rng.random() < score**slope, is_outside=is_outside))
    return found


@pytest.mark.parametrize(("slope", "outside"), [(0.1, 0.0), (0.3, 0.1), (1.0, 0.0), (0.05, 0.3)])
def test_the_promise_holds_in_nineteen_draws_of_twenty(slope: float, outside: float) -> None:
    """The threshold is judged on far more answers than it was learned from: what is truly wrong above it."""
    rng = random.Random(20_261_130)
    truth = sorted(_answers(rng, 40_000, slope, outside), key=lambda one: -one.score)
    wrong = list(accumulate(not one.is_right for one in truth))
    scores = [-one.score for one in truth]
    broken = 0
    for _ in range(100):
        threshold = certified(_answers(rng, 500, slope, outside), wrong_share=WRONG).threshold
        if threshold is not None:
            count = bisect_right(scores, -threshold)
            broken += wrong[count - 1] > WRONG * count
    assert broken <= 11  # of a hundred, with a chance of 0.05 each, twelve and more come once in two hundred times


def test_easy_questions_are_nearly_all_answered() -> None:
    """Where hardly anything is wrong, hardly anything is held back."""
    found = certified(_answers(random.Random(1), 2_000, 0.01, 0.0), wrong_share=WRONG)
    assert found.threshold is not None
    assert found.answered > 1_900
    assert found.bound <= WRONG


def test_a_coin_is_never_let_loose() -> None:
    """No score tells right from wrong: no threshold, nothing goes out."""
    rng = random.Random(2)
    found = certified([Reviewed(rng.random(), rng.random() < 0.5) for _ in range(3_000)], wrong_share=WRONG)
    assert found.threshold is None
    assert not found.admits(1.0)


def test_too_few_reviewed_answers_certify_nothing() -> None:
    """However right they are."""
    few = least_reviewed(WRONG) - 1
    assert certified([Reviewed(1.0, True)] * few, wrong_share=WRONG) == Certificate(None, few)
    assert certified([Reviewed(1.0, True)] * (few + 1), wrong_share=WRONG).threshold == 1.0


def test_each_group_has_its_own_word() -> None:
    """Good answers in one language say nothing of those in another."""
    good = [Reviewed(0.9, True, "en")] * 300
    bad = [Reviewed(0.9, place % 3 > 0, "zh-Hant") for place in range(300)]
    found = certify([*good, *bad], wrong_share=WRONG)
    assert found["en"].admits(0.95)
    assert not found["zh-Hant"].admits(0.999)


def test_what_nobody_should_answer_raises_the_threshold() -> None:
    """Few questions out of scope break no share of wrong ones, but the second promise counts them by themselves."""
    inside = [Reviewed(0.6 + 0.4 * place / 3_000, True) for place in range(3_000)]
    outside = [Reviewed(0.5 + 0.3 * place / 100, False, is_outside=True) for place in range(100)]
    loose = certified([*inside, *outside], wrong_share=WRONG)
    strict = certified([*inside, *outside], wrong_share=WRONG, outside_share=0.05)
    assert loose.threshold is not None
    assert strict.threshold is not None
    assert strict.threshold > loose.threshold
    assert sum(one.score >= strict.threshold for one in outside) <= 1


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_a_share_is_a_share(share: float) -> None:
    """Nothing is promised about none or all."""
    with pytest.raises(NoSuchShare):
        certified([], wrong_share=share)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 400), st.data())
def test_the_bound_is_the_exact_one(answered: int, data: st.DataObject) -> None:
    """At the bound, so few wrong ones come with a chance of one in twenty: the binomial sum, term by term."""
    wrong = data.draw(st.integers(0, answered // 2))
    bound = upper_bound(wrong, answered)
    term = chance = (1 - bound) ** answered
    for count in range(wrong):
        term *= (answered - count) / (count + 1) * bound / (1 - bound)
        chance += term
    assert chance == pytest.approx(0.05, abs=1e-6)
