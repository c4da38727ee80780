"""Jobs whose worker was killed stay `doing` for ever; this brings them back, or ends them when there is no need to."""

import logging
from datetime import UTC, datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

SILENCE = timedelta(seconds=30)
TRIES = 6
_MOST = 500
_log = logging.getLogger(__name__)


def retry_stalled() -> int:
    """This will run again every job whose worker has been silent, one savepoint each; returns how many. One whose twin
    waits under the same queueing lock is ended, as the twin does its work; so is one whose workers died too often.
    """
    silent = Q(worker=None) | Q(worker__last_heartbeat__lt=datetime.now(UTC) - SILENCE)
    waits = ProcrastinateJob.objects.filter(status="todo", queueing_lock=OuterRef("queueing_lock"))
    brought_back = 0
    for job in ProcrastinateJob.objects.filter(silent, status="doing").annotate(has_twin=Exists(waits))[:_MOST]:
        try:
            with transaction.atomic():
                if job.has_twin or job.attempts >= TRIES * 3:
                    _end(job)
                else:
                    app.job_manager.retry_job_by_id(job_id=job.id, retry_at=datetime.now(UTC))
                    brought_back += 1
        except ConnectorException:  # it ended meanwhile, or got a twin: the next round sees it
            _log.warning("Job %s could not be brought back", job.id, exc_info=True)
    return brought_back


def _end(job: ProcrastinateJob) -> None:
    if job.attempts >= TRIES * 3:
        _log.error("Job %s (%s) was given up after %s tries", job.id, job.task_name, job.attempts)
    async_to_sync(app.job_manager.finish_job_by_id_async)(job.id, Status.FAILED, False)
