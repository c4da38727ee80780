"""What the clock looks for of refunds: those whose payment service is to be told, or asked again."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from zhoudao.doors.clock.knocks import Knock
from zhoudao.rooms.aftersales.commands.sending import wake_sender
from zhoudao.rooms.aftersales.queries.sending import due_refunds

_BATCH = 200


def refunds_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Refunds whose moment has come: also those whose worker was killed."""
    for refund_id in due_refunds(real, limit=_BATCH):
        yield f"refund {refund_id}", partial(wake_sender, refund_id)
