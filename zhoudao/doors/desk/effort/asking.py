"""Which part of the counted cases an address asks for."""

from django.http import QueryDict

from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.cases.queries.effort import MANY, NONE, Slice
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS


def slice_of(query: QueryDict) -> Slice:
    """Anything unknown is left out."""
    split, part, contacts = query.get("by", ""), query.get("part", ""), query.get("contacts", "")
    known = {"kind": part in Kind.values, "channel": part in CHANNEL_KINDS}
    is_known = part == NONE or known.get(split, split in ("team", "store") and uuid_in(part) is not None)
    number = int(contacts) if contacts.isascii() and contacts.isdigit() and 0 < len(contacts) < 3 else 0
    return Slice(split if is_known else "", part if is_known else "", min(number, MANY))
