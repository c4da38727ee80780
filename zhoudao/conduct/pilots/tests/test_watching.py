"""Running pilots are looked at once a day, and one that cannot be judged holds up nobody."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.conduct.pilots import judging
from zhoudao.conduct.pilots.commands import decide_pilot
from zhoudao.conduct.pilots.models import Finding
from zhoudao.conduct.pilots.tests.street import CODES, Street, eight_weeks
from zhoudao.conduct.pilots.watching import pilots_due, watch_pilots
from zhoudao.ground.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_running_pilots_are_looked_at_once_a_day(street: Street) -> None:
    eight_weeks(street)
    pilot = street.running(stops_itself=True)
    street.planned()
    assert [watch_pilots(at=street.now), watch_pilots(at=street.now + timedelta(hours=5))] == [1, 0]
    street.now += timedelta(days=42)
    for code in CODES:
        street.lives(code, 42, hours=90.0 if code in ("bund", "garden") else 30.0)
    assert watch_pilots(at=street.now) == 1
    pilot.refresh_from_db()
    assert (pilot.stage, pilot.decision, pilot.decided_by) == ("over", "go_back", "system:analyst")
    assert Notice.objects.filter(kind="pilot_harm").count() == 1
    assert watch_pilots(at=street.now + timedelta(days=2)) == 0


def test_one_that_cannot_be_judged_does_not_hold_up_the_others(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = street.running(), street.running()
    judge = judging.watched

    def watched(pilot: Any, **given: Any) -> Any:
        if pilot.id == broken.id:
            raise ZeroDivisionError
        return judge(pilot, **given)

    monkeypatch.setattr(judging, "watched", watched)
    assert watch_pilots(at=street.now) == 2
    states = dict(Finding.objects.filter(of=Finding.Of.WATCH).values_list("pilot", "state"))
    assert states == {broken.id: "failed", sound.id: "done"}
    assert not pilots_due(street.now).exists()
    decide_pilot(pilot_id=sound.id, decision="keep", why="same", viewer=street.viewer, at=street.now)
    assert [one.id for one in pilots_due(street.now + timedelta(days=1))] == [broken.id]
