"""What the clock has others do."""

from datetime import date, datetime
from random import Random

from procrastinate.contrib.django import app

from zhoudao.conduct.pilots.watching import JOB as WATCH_JOB
from zhoudao.conduct.pilots.watching import watch_pilots
from zhoudao.doors.clock.counting import count_days, count_history
from zhoudao.doors.clock.reporting import make_reports
from zhoudao.ground.installation import clock
from zhoudao.rooms.fieldwork.commands.replanning import replan
from zhoudao.rooms.fieldwork.commands.watching import QUEUE, REPLAN_JOB
from zhoudao.rooms.targets.watching import watch_targets

_PAST_AT_ONCE = 5  # days: a round a minute counts three months in twenty minutes, beside other work


@app.task(name="clock.count_days", queue="analyst")
def count(at: str) -> None:
    """The analyst counts the days' figures, holds them against their targets and reports them; safe to repeat."""
    moment = datetime.fromisoformat(at)
    count_days(at=moment)
    count_history(at=moment, most=_PAST_AT_ONCE)
    watch_targets(at=moment)
    make_reports(at=moment)


@app.task(name=WATCH_JOB, queue="analyst")
def look_at_pilots(at: str) -> None:
    """The analyst looks at the pilots that run, once a day each; safe to repeat."""
    watch_pilots(at=datetime.fromisoformat(at))


@app.task(name=REPLAN_JOB, queue=QUEUE)
def plan_anew(day: str, cause: str, at: str) -> None:
    """The analyst plans a day of visits anew as it is now; safe to repeat, and the same again for the same day."""
    when, moment = date.fromisoformat(day), max(clock.now(), datetime.fromisoformat(at))
    replan(day=when, cause=cause, at=moment, rng=Random(when.toordinal()))  # noqa: S311 – no secret is made of it


@app.task(name="clock.keep_lake", queue="analyst")
def keep_lake() -> None:
    """The analyst brings the lakes of our own events up to date; safe to repeat."""
    from zhoudao.conduct.insight.lake import bring_up_to_date
    from zhoudao.conduct.insight.reporting import OBJECTS

    for object_type in OBJECTS:
        bring_up_to_date(object_type)
