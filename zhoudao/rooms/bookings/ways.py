"""By which way a customer is told of a booking: where their matter is, where they wrote last, or the address given."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.told import told_of
from zhoudao.rooms.cases.commands.ways import thread_for
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.ways import CARRYING
from zhoudao.rooms.cases.refusals import NoConversation, WayTaken
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.queries import group_ids


def thread_to(booking: Booking, *, at: datetime, actor: str) -> UUID | None:
    """The thread a letter goes to, begun where there is none; None when nothing written reaches them."""
    return _of_case(booking, at, actor) or _last_used(booking) or _by_mail(booking, at, actor)


def _of_case(booking: Booking, at: datetime, actor: str) -> UUID | None:
    if booking.case_id is None:
        return None
    case = Case.objects.select_related("conversation__channel", "customer").get(id=booking.case_id)
    try:
        thread = thread_for(case, "", actor=actor, at=at)
    except (NoConversation, WayTaken):
        return None
    return thread if Conversation.objects.filter(id=thread, channel__kind__in=CARRYING).exists() else None


def _last_used(booking: Booking) -> UUID | None:
    """Their own open thread; a record that only somebody's words made has none."""
    if booking.customer_id is None:
        return None
    own = Conversation.objects.filter(customer_id__in=group_ids(booking.customer_id), ended_at=None)
    own = own.filter(channel__is_active=True, channel__kind__in=CARRYING)
    return own.order_by("-last_message_at", "-id").values_list("id", flat=True).first()


def _by_mail(booking: Booking, at: datetime, actor: str) -> UUID | None:
    """A mail to the address they left, in a thread of their own: whoever reads that address may be somebody else."""
    address = told_of(booking).email
    boxes = Channel.objects.filter(kind="email", is_active=True).defer("secrets_sealed").order_by("code")
    mailbox = boxes.filter(store=booking.store_id).first() or boxes.first()
    owner = booking.customer_id
    if not address or mailbox is None or owner is None:
        return None
    here = By(actor, store_id=booking.store_id, channel=mailbox.code)
    said = Claim("external", address, scope=mailbox.code, is_hearsay=True)
    note_identities(customer_id=owner, claims=[said], at=at, by=here)
    return _begun(booking, owner, mailbox, at).id


def _begun(booking: Booking, owner: UUID, mailbox: Channel, at: datetime) -> Conversation:
    return Conversation.objects.create(
        channel=mailbox,
        customer_id=owner,
        store_id=booking.store_id,
        subject=booking.number,
        language=booking.language,
        started_at=at,
        last_message_at=at,
    )
