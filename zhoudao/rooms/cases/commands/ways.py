"""Choosing by which way a customer is answered, and beginning it where it was not used yet."""

from datetime import datetime
from uuid import UUID

from zhoudao.rooms.cases.commands.holding import by_of
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.ways import CARRYING, Way, ways_of
from zhoudao.rooms.cases.refusals import NoConversation, WayTaken, WayUnknown
from zhoudao.rooms.conversations.commands.sides import open_side
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import customer_of_identity, group_ids


def thread_for(case: Case, way: str, *, actor: str, at: datetime) -> UUID:
    """This will find or begin the thread by which the customer of a held case is answered; '' takes the usual one.

    Raises: NoConversation, WayUnknown, WayTaken
    """
    if case.conversation is None:
        raise NoConversation
    if not way and case.conversation.channel.kind in CARRYING:
        return case.conversation.id
    ways = ways_of(case)
    chosen = next((one for one in ways if (one.key == way if way else one.is_default)), None)
    if chosen is None:
        if way:
            raise WayUnknown
        return case.conversation.id
    return chosen.thread_id or _begin(case, chosen, actor, at)


def _begin(case: Case, way: Way, actor: str, at: datetime) -> UUID:
    assert case.conversation is not None
    by = by_of(case, actor)
    if way.channel.kind == "email":
        _own_address(way, at, actor, case)
    side = open_side(
        main_id=case.conversation.id,
        channel_id=way.channel.id,
        customer_id=way.customer_id,
        subject=case.subject,
        at=at,
        by=by,
    )
    return side.id


def _own_address(way: Way, at: datetime, actor: str, case: Case) -> None:
    """A proven address becomes this mailbox's own id of the customer, so that their answer finds its thread."""
    assert way.identity_id is not None
    address = Identity.objects.get(id=way.identity_id).value
    own = Claim("external", address, scope=way.channel.code)
    note_identities(customer_id=way.customer_id, claims=[own], at=at, by=by_of(case, actor))
    owner = customer_of_identity("external", way.channel.code, address)
    if owner not in group_ids(way.customer_id):
        raise WayTaken
