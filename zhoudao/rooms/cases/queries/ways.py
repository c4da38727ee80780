"""By which ways a customer can be answered in a case: threads of it that carry, and channels they are known on."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.profile import profile_of
from zhoudao.rooms.customers.queries import group_ids, masked

CARRYING = ("email", "wechat", "webhook", "webchat", "api")
_OF_CHANNEL = {"openid": ("wechat",), "external": ("email", "webhook"), "visitor": ("webchat",)}


@frozen
class Way:
    """One way. `address` is masked, empty where the channel's own id says nothing; `thread_id` None: not yet begun."""

    channel: Channel
    customer_id: UUID
    address: str = ""
    identity_id: UUID | None = None
    thread_id: UUID | None = None
    is_default: bool = False

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.channel.code}.{self.identity_id or self.thread_id}"


def ways_of(case: Case) -> list[Way]:
    """All ways, the threads of the case first, one of them marked as what to use unless a person chooses another."""
    group = group_ids(case.customer_id)
    left = Q(customer=case.customer_id, kind="email") if _left_an_address(case) else Q(pk=None)
    usable = Q(customer_id__in=group, suggested=False) | left
    identities = list(Identity.objects.filter(usable).order_by("-created_at", "-id"))
    box.warm(one.value_sealed for one in identities)
    channels = list(Channel.objects.filter(is_active=True, kind__in=CARRYING).defer("secrets_sealed").order_by("code"))
    threads = _threads(case)
    ways = [Way(one.channel, one.customer_id, thread_id=one.id) for one in threads if one.channel in channels]
    ways = [_addressed(way, identities) for way in ways]
    known = {(way.channel.id, way.customer_id) for way in ways}
    for identity in identities:
        for channel in _channels_of(identity, channels, case):
            if (channel.id, identity.customer_id) not in known:
                known.add((channel.id, identity.customer_id))
                ways.append(Way(channel, identity.customer_id, _masked(identity, channel), identity.id))
    chosen = _default(ways, threads, group)
    return [replace(way, is_default=way is chosen) for way in ways]


def _left_an_address(case: Case) -> bool:
    """Whether the customer themselves left an address to be answered at: it then takes answers in this matter."""
    return case.conversation is not None and case.conversation.channel.kind == "form"


def _threads(case: Case) -> list[Conversation]:
    """The open threads of the case and of what was merged into it, the one last used first."""
    own = Case.objects.filter(Q(id=case.id) | Q(merged_into=case)).values("conversation_id")
    all_ = own.union(Conversation.objects.filter(main__in=own).values("id"))  # either by its index; an OR reads all
    rows = Conversation.objects.filter(id__in=all_, ended_at=None).select_related("channel")
    return list(rows.order_by("-last_message_at", "-id"))


def _addressed(way: Way, identities: Sequence[Identity]) -> Way:
    here = (one for one in identities if one.customer_id == way.customer_id and one.scope == way.channel.code)
    own = next((one for one in here if way.channel.kind in _OF_CHANNEL.get(one.kind, ())), None)
    return replace(way, address=_masked(own, way.channel), identity_id=own.id) if own else way


def _channels_of(identity: Identity, channels: Iterable[Channel], case: Case) -> list[Channel]:
    """Where this identity can be written to; a proven mail address from the case's store's mailbox, else the first."""
    if identity.kind == "email" and (identity.verified_at is not None or identity.suggested):
        boxes = [one for one in channels if one.kind == "email"]
        return sorted(boxes, key=lambda one: one.store_id != case.store_id)[:1]
    kinds = _OF_CHANNEL.get(identity.kind, ())
    return [one for one in channels if one.code == identity.scope and one.kind in kinds]


def _masked(identity: Identity, channel: Channel) -> str:
    if channel.kind != "email":
        return ""
    return masked(Identity(id=identity.id, kind="email", value_sealed=identity.value_sealed))


def _default(ways: Sequence[Way], threads: Sequence[Conversation], group: Sequence[UUID]) -> Way | None:
    """Where the customer wrote last in this case; else what they prefer; else what they used last at all."""
    said = Message.objects.filter(conversation__in=[one.id for one in threads], direction="in")
    last = said.order_by("-created_at", "-id").values_list("conversation_id", flat=True).first()
    for way in ways:
        if way.thread_id is not None and way.thread_id == last:
            return way
    people = list(Customer.objects.filter(id__in=group).select_related("adviser"))
    root = next((one for one in people if one.merged_into_id is None), None)
    preferred = profile_of(root, people).preferred_channel if root else ""
    used = dict(
        Conversation.objects.filter(customer_id__in=group)
        .order_by("last_message_at")
        .values_list("channel_id", "last_message_at")
    )
    ranked = [way for way in ways if way.thread_id] or [way for way in ways if way.channel.kind == preferred]
    ranked = (
        ranked or sorted((way for way in ways if way.channel.id in used), key=lambda way: used[way.channel.id])[::-1]
    )
    return next(iter(ranked or ways), None)
