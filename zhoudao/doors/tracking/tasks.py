"""The jobs of tracking; every one may run twice."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhoudao.doors.tracking import asking
from zhoudao.doors.tracking.port import readers
from zhoudao.ground.installation import clock
from zhoudao.rooms.parcels.commands import reports

_PATIENT = RetryStrategy(max_attempts=6, exponential_wait=30)


@app.task(name=reports.READ_JOB, queue="default", pass_context=False)
def read_reports() -> None:
    """Reads what sources have sent."""
    reports.read_reports(readers(), now=clock.now)


@app.task(name=asking.FOLLOW_JOB, queue="webhooks", pass_context=False, retry=_PATIENT)
def follow(parcel_id: str) -> None:
    """Asks the sources to tell of a new parcel."""
    asking.follow(UUID(parcel_id))


@app.task(name="tracking.ask", queue="webhooks", pass_context=False)
def ask() -> None:
    """Asks where parcels are."""
    asking.ask_all(now=clock.now, real_now=datetime.now(UTC))
