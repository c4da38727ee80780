"""What stands on a return's label: where it goes, under which number, and nothing of the person."""

from uuid import UUID

from zhoudao.ground.files.store import read
from zhoudao.ground.vault.box import Unreadable
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.queries.for_customers import Address, address_at, place_back
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.return_labels.refusals import LabelBeingMade, LabelNotMade


@frozen
class ReturnLabel:
    """A label: the carrier's code and number, the return's own, and where it goes."""

    carrier: str
    number: str
    request_number: str
    goal: Address


def label_printed(number_id: UUID) -> ReturnLabel | None:
    """What is printed of a number; nothing once it was put back."""
    rows = PrepaidNumber.objects.select_related("pool", "warehouse__store", "request__store", "request__warehouse")
    own = rows.filter(id=number_id, request__isnull=False).first()
    if own is None or own.request is None:
        return None
    goal = address_at(own.request, own.warehouse or place_back(own.request))
    return ReturnLabel(own.pool.carrier, own.number, own.request.number, goal)


def made(own: PrepaidNumber) -> bytes:
    """The label as a file. It is kept for a day. Raises: LabelBeingMade, LabelNotMade."""
    sheet = own.sheet
    if sheet is not None and sheet.state in ("asked", "making"):
        raise LabelBeingMade(LabelBeingMade.__doc__)
    if sheet is None or sheet.file is None:
        raise LabelNotMade(LabelNotMade.__doc__)
    try:
        return read(sheet.file)
    except Unreadable as gone:
        raise LabelNotMade(LabelNotMade.__doc__) from gone
