"""What somebody says who books, and what came of it: sealed under a key of the booking's own."""

import json
from dataclasses import asdict, field, replace
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import (
    NotAnEmail,
    NotAPhone,
    clip,
    mask_email,
    mask_name,
    mask_personal,
    mask_phone,
    normalise_email,
    normalise_phone,
)
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.refusals import ContactMissing, ContactUnsound
from zhoudao.rooms.customers.claims import index_of
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.queries import group_ids

LONGEST_WORDS, LONGEST_NOTE = 2000, 4000


@frozen
class Told:
    """Name, contact, what it is about, and the answers to the service's questions by their codes."""

    name: str = ""
    phone: str = ""
    email: str = ""
    words: str = ""
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def masked(self) -> "Told":
        """As colleagues see it who may not see people in clear."""
        said = {code: mask_personal(text)[0] for code, text in self.answers.items()}
        phone = mask_phone(self.phone.removeprefix("+86"))
        return Told(mask_name(self.name), phone, mask_email(self.email), mask_personal(self.words)[0], said)


def sound(given: Told, *, is_known: bool = False) -> Told:
    """What was given, in one way of writing. `is_known`: their record already says how to reach them.

    Raises: ContactMissing, ContactUnsound
    """
    told = Told(
        clip(" ".join(given.name.replace("\0", "").split()), 80),
        _checked("phone", given.phone),
        _checked("email", given.email),
        clip(given.words.replace("\0", "").strip(), LONGEST_WORDS),
        {code[:40]: clip(text.replace("\0", "").strip(), 500) for code, text in given.answers.items() if text.strip()},
    )
    if not is_known and not (told.name and (told.phone or told.email)):
        raise ContactMissing(ContactMissing.__doc__)
    return told


def completed(told: Told, customer_id: UUID) -> Told:
    """With the name, and a number and address they have proven, where they gave none (two statements)."""
    ids = group_ids(customer_id)
    names = [one.name for one in Customer.objects.filter(id__in=ids).order_by("created_at", "id")]
    rows = Identity.objects.filter(customer_id__in=ids, kind__in=("phone", "email"), suggested=False)
    known = {one.kind: one.value for one in rows.order_by("created_at", "id")}
    return replace(
        told,
        name=told.name or next(filter(None, names), ""),
        phone=told.phone or known.get("phone", ""),
        email=told.email or known.get("email", ""),
    )


def seal_told(booking: Booking, told: Told) -> None:
    """This will keep what was said, with a key of the booking's own, on the booking in hand; the caller saves it."""
    words = json.dumps(asdict(told), ensure_ascii=False)
    booking.told_sealed = box.seal(box.key_of(booking.id), words, place=_place(booking, "told"))
    booking.phone_index = index_of("phone", told.phone) if told.phone else None


def told_of(booking: Booking) -> Told:
    """What was said, in clear."""
    sealed = booking.told_sealed
    return Told(**json.loads(box.open_text(sealed, place=_place(booking, "told")))) if sealed else Told()


def seal_note(booking: Booking, note: str) -> None:
    """This will keep what came of it in words; the caller saves it."""
    text = clip(note.replace("\0", "").strip(), LONGEST_NOTE)
    booking.note_sealed = box.seal(box.key_of(booking.id), text, place=_place(booking, "note")) if text else None


def note_of(booking: Booking) -> str:
    """What came of it, in clear."""
    return box.open_text(booking.note_sealed, place=_place(booking, "note")) if booking.note_sealed else ""


def forget_told(bookings: list[Booking]) -> None:
    """This will destroy what was said and noted; times, numbers and figures stay."""
    for booking in bookings:
        box.destroy_keys(booking.id)
    rows = Booking.objects.filter(id__in=[booking.id for booking in bookings])
    rows.update(told_sealed=None, note_sealed=None, phone_index=None)


def _place(booking: Booking, what: str) -> str:
    return f"booking.{what}.{booking.id}"


def _checked(name: str, value: str) -> str:
    text = value.replace("\0", "").strip()
    try:
        return (normalise_phone(text) if name == "phone" else normalise_email(text)) if text else ""
    except (NotAPhone, NotAnEmail) as error:
        raise ContactUnsound(name) from error
