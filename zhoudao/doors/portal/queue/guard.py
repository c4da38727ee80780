"""What a tap on a queue's page may do: a signed form of its own, and limits a whole store's Wi-Fi stays under."""

from django.http import HttpRequest

from zhoudao.doors.portal.limits import Limit, address_of

NUMBERS = Limit("queue", 60, 600)
PHONES = Limit("queue-phone", 4, 3600)


def wait_before(request: HttpRequest, phone: str) -> int:
    """Seconds to wait before this address or phone number gets another number; counted."""
    waits = [NUMBERS.knock(address_of(request))]
    waits += [PHONES.knock(phone)] if phone else []
    return max(waits)
