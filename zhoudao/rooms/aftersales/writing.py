"""Writing to the customer of a return, where they are reached and in their language."""

from collections.abc import Callable

from django.utils import translation

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.cases.order_ways import way_to
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.parcels.links import tracking_url


def write_to_customer(request: ReturnRequest, event: Event, say: Callable[[], str], *, actor: str) -> None:
    """This will write what `say` answers in their language, with the order's link; nothing where it is empty, nobody is
    reached, or they were forgotten. The return comes with its order, customer and store.
    """
    if request.order.customer.erased_at is not None:
        return
    thread = way_to(request.order, event.occurred_at)
    if thread is None:
        return
    with translation.override(thread.language.lower()):
        text = say()
    if text:
        reply(
            conversation_id=thread.id,
            text=f"{text} {tracking_url(request.order_id)}",
            by=By(actor, store_id=request.store_id, channel=request.channel),
            author_name="",
            at=event.occurred_at,
            real_now=event.recorded_at,
            is_auto=True,
            expects_answer=False,
        )
