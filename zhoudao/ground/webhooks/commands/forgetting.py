"""Deliveries are kept for a while only: what was taken for a week, what was given up on for a month."""

from datetime import datetime, timedelta

from zhoudao.ground.webhooks.models import Sending

KEPT = {"delivered": timedelta(days=7), "dead": timedelta(days=30)}
_AT_A_TIME = 5000


def forget_old(*, real_now: datetime) -> int:
    """This will drop old deliveries, some thousand at a time; returns how many went."""
    gone = 0
    for state, kept in KEPT.items():
        old = Sending.objects.filter(state=state, ended_at__lt=real_now - kept).order_by("ended_at")
        ids = list(old.values_list("id", flat=True)[:_AT_A_TIME])
        gone += Sending.objects.filter(id__in=ids).delete()[0] if ids else 0
    return gone
