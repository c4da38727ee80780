"""Carrying answers by SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage

from zhoudao.doors.channels.kinds.email import message_ids, reasons
from zhoudao.doors.channels.kinds.email.composing import compose
from zhoudao.doors.channels.kinds.email.settings import BadMailbox, Mailbox, Server, mailbox_of
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.models import Identity

TIMEOUT_SECONDS = 30


class EmailTransport:
    """Sends a message of ours from its channel's mailbox to who wrote there."""

    def carry(self, message: Message) -> str:
        """This will hand the mail to the outgoing server; returns its Message-ID.

        Raises: NotCarried
        """
        try:
            mailbox = mailbox_of(message.conversation.channel)
        except BadMailbox as error:
            raise NotCarried(reasons.NOT_SET_UP, str(error)) from error
        to = _address_of(message)
        mail = compose(message, mailbox, to, real_now=datetime.now(UTC))
        send(mailbox, mail, to)
        return message_ids.sign(message.id, mailbox.domain)


def send(mailbox: Mailbox, mail: EmailMessage, to: str) -> None:
    """This will hand one mail to the outgoing server.

    Raises: NotCarried
    """
    with signed_in(mailbox.smtp) as smtp, _in_words():
        smtp.send_message(mail, from_addr=mailbox.address, to_addrs=[to])


@contextmanager
def signed_in(server: Server) -> Iterator[smtplib.SMTP]:
    """The outgoing server, signed in.

    Raises: NotCarried
    """
    with _in_words():
        smtp = _connect(server)
    try:
        if server.user:
            with _in_words():
                smtp.login(server.user, server.password)
        yield smtp
    finally:
        _leave(smtp)


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls == "ssl":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.tls == "starttls":
        smtp.starttls(context=context)
    return smtp


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()


@contextmanager
def _in_words() -> Iterator[None]:
    """What an outgoing server can do to us, as a reason a person can act on."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _answered(*next(iter(error.recipients.values()))) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotCarried(reasons.SIGN_IN, f"{error.smtp_code}") from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error) from error
    except ssl.SSLError as error:
        raise NotCarried(reasons.NOT_ENCRYPTED, str(error)[:200]) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotCarried(reasons.NOT_SET_UP, str(error)[:200]) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotCarried(reasons.UNREACHABLE, str(error)[:200]) from error


def _answered(code: int, words: bytes | str) -> NotCarried:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return NotCarried(reasons.of_answer(code, said), f"{code} {said}"[:180], is_final=code >= 500)


def _address_of(message: Message) -> str:
    """Where the customer of this conversation wrote from; else what was typed to be told of something there."""
    thread = message.conversation
    found = Identity.objects.filter(customer_id=thread.customer_id, kind="external", scope=thread.channel.code)
    identity = found.order_by("suggested", "-created_at").first()
    if identity is None:
        raise NotCarried(reasons.NO_ADDRESS, is_final=True)
    return identity.value
