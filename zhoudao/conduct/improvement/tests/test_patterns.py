"""Which redesigns are proposed for a finding, and what they may save."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.conduct.improvement.pattern_words import ASSUMPTIONS, MEANINGS, NAMES
from zhoudao.conduct.improvement.patterns import FITS, Assumption, Pattern, proposals
from zhoudao.engines.mining.findings import Kind
from zhoudao.engines.mining.waiting import CAUSES

KINDS = [kind.value for kind in Kind if kind is not Kind.CAUSE]


def found(kind: str, **more: Any) -> dict[str, Any]:
    """A finding of a hundred hours, twenty times in ten cases."""
    return {"kind": kind, "what": ["a", "b"], "hours": 100.0, "count": 20, "cases": 10, **more}


def gains(finding: dict[str, Any]) -> dict[str, tuple[float, float]]:
    return {one.pattern.value: (one.least, one.most) for one in proposals(finding)}


def test_every_kind_of_finding_and_every_cause_of_waiting_has_a_redesign() -> None:
    assert set(FITS) == {*KINDS, *CAUSES}
    assert {pattern for fits in FITS.values() for pattern, _assumption in fits} == set(Pattern)
    for cause in CAUSES:
        assert proposals(found("cause", what=["a", cause])), cause
    assert proposals(found("a kind of next year")) == []
    assert proposals({}) == []


def test_a_wait_between_two_steps_falls_at_least_to_the_usual_one() -> None:
    assert gains(found("slow", median_hours=3.0))["merge"] == (40.0, 100.0)
    assert gains(found("slow", median_hours=9.0))["merge"] == (0.0, 100.0), "more than there is cannot be saved"


def test_what_happens_several_times_a_case_happens_at_least_once_still() -> None:
    assert gains(found("to_and_fro"))["triage"] == (50.0, 100.0)
    assert gains(found("handed", cases=5))["one_stop"] == (75.0, 100.0)
    assert gains(found("outside", count=10))["ask_earlier"] == (0.0, 100.0)


def test_a_check_is_left_out_where_it_passes_anyway_but_for_a_sample() -> None:
    gain = gains(found("check", passes=0.98))
    assert gain["drop"] == pytest.approx((88.2, 100.0))
    assert gain["automate"] == pytest.approx((49.0, 98.0))


@settings(deadline=None)
@given(
    kind=st.sampled_from([*KINDS, *CAUSES]),
    hours=st.floats(0, 1e6),
    count=st.integers(0, 10_000),
    cases=st.integers(0, 10_000),
    median=st.floats(0, 1e4),
    passes=st.floats(0, 1),
)
def test_nothing_saves_more_than_the_finding_costs(
    kind: str, hours: float, count: int, cases: int, median: float, passes: float
) -> None:
    figures = {"hours": hours, "count": count, "cases": cases, "median_hours": median, "passes": passes}
    what = {"kind": "cause", "what": ["a", kind]} if kind in CAUSES else {"kind": kind, "what": ["a"]}
    proposed = proposals({**what, **figures})
    assert len({one.pattern for one in proposed}) == len(proposed) > 0
    assert all(0 <= one.least <= one.most <= hours for one in proposed)
    assert [one.least for one in proposed] == sorted((one.least for one in proposed), reverse=True)


def test_every_redesign_and_what_its_range_stands_on_is_said() -> None:
    assert set(NAMES) == set(MEANINGS) == set(Pattern)
    assert set(ASSUMPTIONS) == set(Assumption)
