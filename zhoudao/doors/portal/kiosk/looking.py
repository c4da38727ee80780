"""Whose case it is, told by its number and the last digits of the phone; unknown and wrong are the same."""

import hmac
import re

from zhoudao.doors.portal.limits import Limit
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.visits.models import Device, Visit
from zhoudao.rooms.visits.queries.line import visit_of
from zhoudao.rooms.voice.queries import case_of_progress

DIGITS = 4
SCREENS = Limit("kiosk", 10, 900)
CASES = Limit("kiosk-case", 5, 3600)
_LINK = re.compile(r"/(?P<what>[np])/(?P<token>[\w-]{20,40})/?(?:\?\S*)?$", re.ASCII)


def is_tried_too_often(device: Device, number: str) -> bool:
    """Whether this screen, or anybody about this case, has guessed wrong too often."""
    return bool(SCREENS.wait(str(device.id)) or CASES.wait(number.upper()))


def note_wrong(device: Device, number: str) -> None:
    """This will count a wrong guess."""
    SCREENS.knock(str(device.id))
    CASES.knock(number.upper())


def scanned(text: str) -> Case | Visit | None:
    """What a scanned code leads to: a case's progress page, or a number of the queue."""
    found = _LINK.search(text.strip())
    if found is None:
        return None
    return visit_of(found["token"]) if found["what"] == "n" else case_of_progress(found["token"])


def case_by(number: str, digits: str) -> Case | None:
    """The case with this number, when a phone of its customer ends with these four digits."""
    case = Case.objects.filter(number=number.strip().upper()[:20]).first()
    given = digits.strip()
    if case is None or len(given) != DIGITS or not given.isascii() or not given.isdigit():
        return None
    phones = Identity.objects.filter(customer_id__in=group_ids(case.customer_id), kind="phone")
    ends = [phone.value.partition(";")[0][-DIGITS:] for phone in phones]
    is_theirs = any(
        [hmac.compare_digest(end.encode(), given.encode()) for end in ends]
    )  # all are compared, whichever fits
    return case_of_progress(case.progress_token) if is_theirs else None
