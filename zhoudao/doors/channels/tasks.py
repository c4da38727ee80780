"""The channels' jobs; every one may run twice."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.doors.channels import inbound, outbound, trying
from zhoudao.doors.channels.codes.sending import send_code as send_code_now
from zhoudao.doors.channels.kinds.email import digests, polling
from zhoudao.doors.channels.kinds.wechat import files
from zhoudao.doors.channels.letters import text_letter as text_letter_now
from zhoudao.ground.installation import clock


@app.task(name="channels.parse_delivery", queue="default", pass_context=False)
def parse_delivery(delivery_id: str) -> None:
    """Reads what arrived."""
    inbound.parse_delivery(UUID(delivery_id), at=clock.now(), real_now=datetime.now(UTC))


@app.task(name="channels.deliver_reply", queue="default", pass_context=False)
def deliver_reply(message_id: str) -> None:
    """Sends an answer."""
    outbound.deliver_reply(UUID(message_id), at=clock.now(), real_now=datetime.now(UTC))


@app.task(name="channels.poll_mailbox", queue="default", pass_context=False)
def poll_mailbox(channel_id: str) -> None:
    """Fetches what is new in a mailbox."""
    polling.poll(UUID(channel_id), at=clock.now(), real_now=datetime.now(UTC))


@app.task(name="channels.fetch_file", queue="default", pass_context=False)
def fetch_file(message_id: str) -> None:
    """Fetches a file that did not come with its message."""
    files.fetch_late(UUID(message_id), at=clock.now(), real_now=datetime.now(UTC))


@app.task(name="channels.sweep", queue="default", pass_context=False)
def sweep() -> None:
    """Finds answers and deliveries whose job died."""
    outbound.requeue_stuck(real_now=datetime.now(UTC))
    inbound.reparse_stuck(at=clock.now(), real_now=datetime.now(UTC))


@app.task(name="channels.try_channel", queue="default", pass_context=False)
def try_channel(channel_id: str) -> None:
    """Tries whether a channel works and notes what was seen."""
    trying.try_channel(UUID(channel_id), real_now=datetime.now(UTC))


@app.task(name="channels.mail_notices", queue="default", pass_context=False)
def mail_notices() -> None:
    """Mails colleagues what waits for them."""
    digests.mail_all(at=clock.now(), real_now=datetime.now(UTC))


@app.task(name="channels.send_code", queue="default", pass_context=False)
def send_code(challenge_id: str) -> None:
    """Sends a code that proves an address."""
    send_code_now(UUID(challenge_id), real_now=datetime.now(UTC))


@app.task(name="channels.text_letter", queue="default", pass_context=False)
def text_letter(letter_id: str) -> None:
    """Tells a customer of a booking by text message."""
    text_letter_now(UUID(letter_id), at=clock.now(), real_now=datetime.now(UTC))
