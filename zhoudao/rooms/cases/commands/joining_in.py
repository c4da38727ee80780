"""A reply joins its case whatever the channel: what a customer writes where nothing of theirs is open may answer us."""

from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.queries import group_ids

# Where messages name no thread and senders are proven. A mail names its thread or begins one; a browser may be shared.
UNTHREADED = frozenset(["wechat", "webhook"])
WITHIN = timedelta(days=7)


def answered_case(thread: Conversation, *, at: datetime) -> UUID | None:
    """This will join a thread that just began with the one case that waits for this customer's answer; its id.

    None where several wait, or none: then it is a matter of its own.
    """
    customer = thread.customer
    if thread.channel.kind not in UNTHREADED or customer.created_at >= at:
        return None
    is_alone = customer.merged_into_id is None and not customer.has_joined
    people = [customer.id] if is_alone else group_ids(customer.id)
    waiting = Case.objects.filter(customer_id__in=people, status=Status.WAITING, updated_at__gt=at - WITHIN)
    found = list(waiting.exclude(conversation=None).values_list("id", "conversation_id")[:2])
    if len(found) != 1:
        return None
    Conversation.objects.filter(id=thread.id).update(main_id=found[0][1])
    return found[0][0]
