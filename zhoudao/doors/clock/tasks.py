"""What the clock has others do."""

from datetime import datetime

from procrastinate.contrib.django import app

from zhoudao.doors.clock.counting import count_days


@app.task(name="clock.count_days", queue="analyst")
def count(at: str) -> None:
    """The analyst counts the days' figures; safe to repeat."""
    count_days(at=datetime.fromisoformat(at))
