"""Jobs whose worker was killed stay `doing` for ever; this brings them back."""

import logging
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

SILENCE = timedelta(seconds=30)
TRIES = 6
_log = logging.getLogger(__name__)


def retry_stalled() -> int:
    """This will run again every job whose worker has been silent, one savepoint each; returns how many."""
    silent = Q(worker=None) | Q(worker__last_heartbeat__lt=datetime.now(UTC) - SILENCE)
    brought_back = 0
    for job in ProcrastinateJob.objects.filter(silent, status="doing", attempts__lt=TRIES * 3)[:500]:
        try:
            with transaction.atomic():
                app.job_manager.retry_job_by_id(job_id=job.id, retry_at=datetime.now(UTC))
                brought_back += 1
        except DatabaseError:
            _log.warning("Job %s could not be brought back", job.id, exc_info=True)
    return brought_back
