"""What the analyst says of a pilot: who is like whom, what it could see, what it changed, and whether it harms."""

from datetime import timedelta

import pytest

from zhoudao.conduct.pilots.judging import compared, planned, watched
from zhoudao.conduct.pilots.tests.street import CODES, Street, eight_weeks
from zhoudao.engines.trials.comparison import Comparison, Reason, Verdict

pytestmark = pytest.mark.django_db
FASTER = {"bund": 12.0, "garden": 12.0}


def six_weeks_later(street: Street, hours: dict[str, float]) -> None:
    street.now += timedelta(days=42)
    for code in CODES:
        street.lives(code, 42, hours=hours.get(code, 30.0))


def test_before_it_starts_it_proposes_stores_and_says_what_they_can_show(street: Street) -> None:
    eight_weeks(street)
    pilot = street.planned()
    found = planned(pilot, at=street.now)
    assert found["levels"]["bund"]["weekly"] == 14.0
    assert found["levels"]["bund"]["level"] == pytest.approx(30.0, rel=0.1)
    assert [len(found["proposal"][side]) for side in ("pilot", "control")] == [2, 4]
    assert found["sides"] == found["proposal"], "until stores are chosen"
    assert 0 < found["power"]["detectable"] < 9.0
    assert found["power"]["needed"] <= 6
    assert {row["feature"] for row in found["balance"]} == {"size", "level", "trend", "spread"}
    assert [len(found["weekly"][side]) for side in ("pilot", "control")] == [8, 8]


def test_of_chosen_stores_it_says_how_like_they_are_and_small_changes_need_longer(street: Street) -> None:
    eight_weeks(street)
    pilot = street.chosen(street.planned(least=1.0), "bund garden", "harbour market")
    found = planned(pilot, at=street.now)
    assert found["sides"] == {"pilot": ["bund", "garden"], "control": ["harbour", "market"]}
    assert found["power"]["needed"] is None or found["power"]["needed"] > 6
    street.chosen(pilot, "bund garden", "harbour station")
    street.lives("station", 56, hours=200.0)
    apart = {row["feature"]: row["apart"] for row in planned(pilot, at=street.now)["balance"]}
    assert apart["level"] < -0.25


def test_where_nothing_happened_before_it_says_nothing(street: Street) -> None:
    found = planned(street.planned(), at=street.now)
    assert found == {
        "levels": {}, "proposal": None, "sides": None, "balance": None, "power": None, "weekly": None,
    }  # fmt: skip


def test_a_real_change_is_found_with_its_size_and_none_where_there_is_none(street: Street) -> None:
    eight_weeks(street)
    pilot, beside = street.running(), street.running()
    six_weeks_later(street, FASTER)
    found = Comparison.from_json(compared(pilot, at=street.now)["phases"][0]["found"][0])
    assert found.verdict is Verdict.BETTER
    assert found.effect is not None
    assert found.effect.value == pytest.approx(-18.0, abs=3.0)
    assert (found.pilot_after.cases, found.control_after.cases) == (168, 336)
    beside.places.filter(store__code="bund").update(side="control")
    beside.places.filter(store__code="market").update(side="pilot")
    unclear = Comparison.from_json(compared(beside, at=street.now)["phases"][0]["found"][0])
    assert unclear.verdict is not Verdict.WORSE


def test_phases_are_told_apart(street: Street) -> None:
    eight_weeks(street)
    pilot = street.running()
    six_weeks_later(street, {})
    pilot.phases.update(ended_at=street.now)
    pilot.phases.create(number=2, began_at=street.now)
    six_weeks_later(street, FASTER)
    first, second = [
        Comparison.from_json(phase["found"][0]) for phase in compared(pilot, at=street.now)["phases"]
    ]  # fmt: skip
    assert first.pilot_after.cases == second.pilot_after.cases == 168
    assert first.verdict is not Verdict.BETTER
    assert second.verdict is Verdict.BETTER


def test_ratings_nobody_gave_are_not_judged(street: Street) -> None:
    eight_weeks(street)
    pilot = street.running()
    six_weeks_later(street, {})
    _times, ratings = compared(pilot, at=street.now)["phases"][0]["found"]
    assert ratings["verdict"] == "not_enough"


def test_without_controls_there_is_a_before_and_an_after_and_no_effect(street: Street) -> None:
    eight_weeks(street)
    pilot = street.planned(is_everywhere=True, start_date=street.now.date() - timedelta(days=14))
    found = Comparison.from_json(compared(pilot, at=street.now)["phases"][0]["found"][0])
    assert (found.effect, Reason.NO_CONTROLS in found.reasons) == (None, True)
    assert found.pilot_before.cases > found.pilot_after.cases > 0


@pytest.mark.parametrize(("hours", "stop"), [(90.0, "harm"), (30.0, None)])
def test_harm_is_seen_while_it_runs_and_not_where_there_is_none(street: Street, hours: float, stop: str | None) -> None:
    eight_weeks(street)
    pilot = street.running()
    six_weeks_later(street, {"bund": hours, "garden": hours})
    found = watched(pilot, at=street.now)
    assert found["phase"] == 1
    assert found["outcomes"]["resolution"]["stop"] == stop
    assert found["outcomes"]["satisfaction"]["looks"] == 0
