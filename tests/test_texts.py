"""Who left only a phone number is told by text message, over the real protocol, to a gateway on loopback."""

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from zhoudao.doors.channels.letters import text_letter
from zhoudao.doors.webhooks.tests.receiver import Receiver, running
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.booking import Asked, book
from zhoudao.rooms.bookings.commands.changing import cancel_booking, move_booking
from zhoudao.rooms.bookings.commands.telling import Reminders, save_reminders, send_letter
from zhoudao.rooms.bookings.commands.texting import MOST_A_DAY, MOST_ATTEMPTS, refuse_texts
from zhoudao.rooms.bookings.models import Booking, Letter
from zhoudao.rooms.bookings.tests.salon import Salon, moment, open_salon
from zhoudao.rooms.bookings.told import Told
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.entrances.commands.gateway import set_gateway
from zhoudao.rooms.entrances.models import Gateway

pytestmark = pytest.mark.django_db(transaction=True)
THEM = By("visitor:x")


@pytest.fixture
def salon() -> Salon:
    return open_salon(open_shop())


@pytest.fixture
def gateway(salon: Salon, settings: Any) -> Iterator[Receiver]:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    with running(Receiver()) as receiver:
        receiver.secrets.append(set_gateway(url=receiver.url, is_active=False, at=salon.shop.now, by=THEM))
        yield receiver


def books(salon: Salon, clock: str = "10:00", *, may_text: bool = True, source: str = "portal") -> Booking:
    told = Told("王小姐", "13812348000", words="独角兽")
    asked = Asked(salon.slot(clock), uuid4(), source, told, is_ours=True, may_text=may_text)
    return book(asked, by=THEM, now=salon.now)


def goes(salon: Salon, kind: str = "made", at: datetime | None = None) -> Letter:
    """The clock knocks, the job runs; the newest letter of this kind, as it stands then."""
    at = at or salon.shop.now
    letter = Letter.objects.filter(kind=kind).latest("id")
    send_letter(letter.id, at=at, real_now=at)
    text_letter(letter.id, at=at, real_now=datetime.now(UTC))
    letter.refresh_from_db()
    return letter


def test_they_are_told_once_with_the_link_and_without_their_name(salon: Salon, gateway: Receiver) -> None:
    booking = books(salon)
    letter = goes(salon)
    text_letter(letter.id, at=salon.shop.now, real_now=datetime.now(UTC))
    ((id_, body),) = gateway.heard
    assert (id_, body["type"], body["data"]["to"]) == (str(letter.id), "sms.message", "+8613812348000")
    assert booking.token in body["data"]["text"]
    assert "王" not in body["data"]["text"]
    assert (letter.sent_at, letter.due_at, letter.spared) == (salon.shop.now, None, "")
    assert Event.objects.filter(type="bookings.ToldByText", primary_id=booking.id).count() == 1


def test_changes_reach_them_and_what_is_over_does_not(salon: Salon, gateway: Receiver) -> None:
    booking = books(salon)
    move_booking(booking_id=booking.id, starts_at=moment("15:00"), by=By("user:x"), now=salon.now)
    goes(salon, "moved")
    made = Letter.objects.filter(kind="made")
    assert not made.exists(), "what was not told yet of the old time is told nobody"
    cancel_booking(booking_id=booking.id, by=By("user:x"), at=salon.shop.now)
    goes(salon, "cancelled")
    assert [body["data"]["text"].count(booking.number) for _id, body in gateway.heard] == [1, 1]


def test_a_gateway_that_fails_is_asked_again_and_in_the_end_somebody_is_to_call(
    salon: Salon, gateway: Receiver
) -> None:
    books(salon)
    gateway.answers = [503, 200]
    letter = goes(salon)
    assert (letter.sent_at, letter.attempts, bool(letter.failure)) == (None, 1, True)
    assert letter.due_at is not None
    gateway.answers = []
    assert goes(salon, at=letter.due_at).sent_at == letter.due_at
    books(salon, "14:00")
    gateway.answers = [503] * 20
    at = salon.shop.now
    for _ in range(MOST_ATTEMPTS):
        letter = goes(salon, at=at)
        at = letter.due_at or at
    assert (letter.spared, letter.due_at, letter.attempts) == ("failed", None, MOST_ATTEMPTS)
    books(salon, "16:00")
    gateway.answers = [403]
    assert goes(salon).spared == "failed", "asking again would not help"


def test_a_job_that_was_lost_is_made_good_by_the_clock(salon: Salon, gateway: Receiver) -> None:
    books(salon)
    letter = Letter.objects.get(kind="made")
    send_letter(letter.id, at=salon.shop.now, real_now=salon.shop.now)
    assert gateway.heard == []
    assert goes(salon, at=salon.shop.now + timedelta(minutes=3)).sent_at is not None
    assert len(gateway.heard) == 1


def test_why_they_were_not_told_is_said(salon: Salon, gateway: Receiver) -> None:
    books(salon, "09:00", may_text=False)
    assert goes(salon).spared == "not_wanted"
    booking = books(salon)
    refuse_texts(booking_id=booking.id, by=THEM, at=salon.shop.now)
    assert goes(salon).spared == "not_wanted"
    rule = Reminders(1440, 120, True, None, None, texts=False)
    save_reminders(rule, viewer=salon.viewer("admin"), at=salon.shop.now)
    books(salon, "14:00")
    assert goes(salon).spared == "off"
    save_reminders(Reminders(1440, 120, True, None, None), viewer=salon.viewer("admin"), at=salon.shop.now)
    Gateway.objects.all().delete()
    books(salon, "15:00")
    assert goes(salon).spared == "no_gateway"
    assert gateway.heard == []


def test_one_number_is_not_flooded(salon: Salon, gateway: Receiver) -> None:
    booking = books(salon)
    for n in range(MOST_A_DAY):
        about = booking.starts_at + timedelta(minutes=n + 1)
        Letter.objects.create(booking=booking, kind="x", about=about, by_text=True, sent_at=salon.shop.now)
    assert goes(salon).spared == "too_many"


def test_what_a_colleague_changed_at_night_wakes_nobody_and_what_they_booked_themselves_is_answered(
    salon: Salon, gateway: Receiver
) -> None:
    salon.shop.now = moment("23:00") - timedelta(days=1)
    books(salon, source="desk")
    letter = goes(salon)
    assert (letter.sent_at, letter.due_at, gateway.heard) == (None, moment("09:00"), [])
    assert goes(salon, at=moment("09:00")).sent_at == moment("09:00")
    books(salon, "14:00")
    assert goes(salon).sent_at == salon.shop.now
