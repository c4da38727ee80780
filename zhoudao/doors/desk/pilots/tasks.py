"""What the analyst makes of pilots: it alone loads numpy and the statistics that stand on it."""

import logging
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.conduct.pilots.finding import JOB, QUEUE, begin_finding, fail_finding, finish_finding
from zhoudao.ground.installation.clock import now

_log = logging.getLogger(__name__)


@app.task(name=JOB, queue=QUEUE)
def find(pilot_id: str, of: str) -> None:
    """Makes one finding; made already, nothing happens. What goes wrong is said on its page, not tried for ever."""
    from zhoudao.conduct.pilots import judging

    row = begin_finding(UUID(pilot_id), of)
    if row is None:
        return
    moment = now()
    make = {"plan": judging.planned, "comparison": judging.compared, "watch": judging.watched}[of]
    try:
        finish_finding(row, make(row.pilot, at=moment), at=moment)
    except Exception:
        _log.exception("What was asked of the pilot %s could not be found: %s", pilot_id, of)
        fail_finding(row, "failed")
