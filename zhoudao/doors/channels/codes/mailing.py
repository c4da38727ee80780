"""A code by mail, from the company's first mailbox."""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.utils.translation import gettext as _

from zhoudao.doors.channels.codes.words import code_words, company_name
from zhoudao.doors.channels.kinds.email import message_ids, reasons, smtp
from zhoudao.doors.channels.kinds.email.settings import Mailbox, first_mailbox
from zhoudao.doors.channels.outbound import NotCarried


def mail_code(address: str, code: str, *, real_now: datetime) -> None:
    """This will mail a code, in the active language.

    Raises: NotCarried
    """
    mailbox = first_mailbox()
    if mailbox is None:
        raise NotCarried(reasons.NOT_SET_UP)
    smtp.send(mailbox, compose(mailbox, address, code, real_now=real_now), address)


def compose(mailbox: Mailbox, address: str, code: str, *, real_now: datetime) -> EmailMessage:
    """The mail: the code first, so that a phone's notice shows it."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = mailbox.address, address
    mail["Subject"] = _("{code} is your code for {company}").format(code=code, company=company_name())
    mail["Date"], mail["Message-ID"] = format_datetime(real_now), make_msgid(domain=mailbox.domain)
    mail["X-Loop"], mail["Auto-Submitted"] = message_ids.loop_mark(), "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(code_words(code) + "\n", cte="base64")
    return mail
