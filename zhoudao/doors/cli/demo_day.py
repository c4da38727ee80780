"""The demo company's clock: a first day that is played in under a minute, and the pace of replays."""

import time
from datetime import UTC, datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.doors.cli.demo_company import Made, make_company
from zhoudao.doors.cli.demo_replay import Pace
from zhoudao.engines.worktime import is_open
from zhoudao.ground.accounts.tokens import create_token
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.staff.models import Calendar

DAY, DAY_SECONDS = timedelta(hours=24), 45
SCOPES = ["demo:replay", "messages:read", "cases:read", "cases:write"]
_HOUR = timedelta(hours=1)


def has_life() -> bool:
    """Whether customers have written here before."""
    return Case.objects.exists()


@transaction.atomic
def found() -> Made | None:
    """This will found the company a day ago, by its own clock; the job `demo.play` catches up with the present."""
    began = datetime.now(UTC) - DAY
    made = make_company(at=began)
    if made is not None:
        clock.set_clock(shown_start=began, rate=1)
        app.configure_task("demo.play").defer()
    return made


def replay_token() -> str:
    """A token for one replay."""
    return create_token(name="replay", scopes=SCOPES, expires_at=datetime.now(UTC) + timedelta(days=2))


def hurry(speed: float) -> Pace:
    """This will run the company's clock at the replay's speed; without one, at an hour when people work."""
    if speed:
        clock.set_clock(shown_start=clock.now(), rate=speed, lead=clock.AGREED)
    else:
        clock.set_clock(shown_start=working_hour(clock.now()), rate=1)
    time.sleep(clock.AGREED.total_seconds())
    return Pace(speed, time.monotonic())


def calm(speed: float) -> None:
    """This will let the clock run as fast as any from where it stands."""
    if speed:
        clock.end_hurry(clock.AGREED)


def catch_up() -> tuple[Pace, timedelta]:
    """This will run the clock until it meets the present, soon, and real time from there; with how much is to pass."""
    real = datetime.now(UTC)
    behind = real - clock.now()
    begins = clock.AGREED
    until = real + begins + timedelta(seconds=DAY_SECONDS)
    rate = 1 + behind / timedelta(seconds=DAY_SECONDS)
    if rate < 2:  # the day was played before
        return Pace(0, time.monotonic()), behind
    clock.set_clock(shown_start=clock.now(), rate=rate, lead=begins, until=until)
    time.sleep(begins.total_seconds())
    return Pace(rate, time.monotonic()), behind


def follow_real_time() -> None:
    """This will show real time from now on."""
    clock.set_clock(shown_start=datetime.now(UTC), rate=1)


def working_hour(at: datetime) -> datetime:
    """The next full hour, from now, in which all teams work; now when they do."""
    used = Calendar.objects.filter(teamsettings__isnull=False).distinct()
    hours = [calendar(found) for found in used.values_list("id", flat=True)]
    for moment in (at + step * _HOUR for step in range(24 * 10)):
        if all(is_open(moment, own) and is_open(moment + 2 * _HOUR, own) for own in hours):
            return moment
    return at
