"""A guard against machines without anybody's third service: a signed form, a field no person sees, time, and limits."""

from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest

from zhoudao.doors.portal.limits import Limit, address_of

FORMS = Limit("form", 10, 600)
CONTACTS = Limit("form-contact", 5, 3600)
LEAST_SECONDS = 3  # nobody reads and fills a form faster
_DAY = 24 * 3600
_SALT = "portal.help"


def issue() -> str:
    """A form's own id, signed with when it was given out."""
    return signing.dumps(uuid4().hex, salt=_SALT)


def form_id(token: str) -> UUID | None:
    """The id of a form that we gave out within a day."""
    try:
        return UUID(signing.loads(token, salt=_SALT, max_age=_DAY))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def is_hasty(token: str) -> bool:
    """Whether it came back faster than a person writes."""
    try:
        signing.loads(token, salt=_SALT, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True


def wait_before(request: HttpRequest, contact: str) -> int:
    """Seconds to wait before another form from this address or about this contact is taken; counted."""
    return max(FORMS.knock(address_of(request)), CONTACTS.knock(contact.lower()))
