"""What the clock has others do."""

from datetime import datetime

from procrastinate.contrib.django import app

from zhoudao.doors.clock.counting import count_days, count_history
from zhoudao.doors.clock.reporting import make_reports
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
