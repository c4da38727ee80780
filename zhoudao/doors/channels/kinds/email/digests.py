"""Notices by mail: everything that waited for somebody in one mail, from the company's first mailbox."""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhoudao.doors.channels.kinds.email import message_ids, smtp
from zhoudao.doors.channels.kinds.email.settings import Mailbox, first_mailbox
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.ground.accounts.models import User
from zhoudao.ground.notices.commands import claim_mail, mail_failed, mail_went, people_to_mail
from zhoudao.ground.notices.models import Notice
from zhoudao.ground.notices.queries import line_of


def mail_all(*, at: datetime, real_now: datetime) -> int:
    """This will mail everybody what waits for them; returns how many mails left. Without a mailbox all wait on."""
    mailbox = first_mailbox()
    if mailbox is None:
        return 0
    people = people_to_mail(at=at, real_now=real_now)
    return sum(_mail(user_id, mailbox, at=at, real_now=real_now) for user_id in people)


def compose(user: User, notices: list[Notice], mailbox: Mailbox, *, real_now: datetime) -> EmailMessage:
    """This will write one mail about these notices, in the reader's language."""
    with translation.override(user.language):
        lines = [line_of(notice) for notice in notices]
        subject = lines[0].text if len(lines) == 1 else _("{n} notices").format(n=len(lines))
        body = "\n\n".join(f"{line.text}\n{settings.BASE_URL}{line.address}" for line in lines)
        intro = ngettext("Something concerns you:", "{n} things concern you:", len(lines)).format(n=len(lines))
        choose = _("What to be told, and how")
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = mailbox.address, user.email, " ".join(subject.split())
    mail["Date"], mail["Message-ID"] = format_datetime(real_now), make_msgid(domain=mailbox.domain)
    mail["X-Loop"], mail["Auto-Submitted"] = message_ids.loop_mark(), "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    foot = f"-- \n{choose}: {settings.BASE_URL}/desk/notices/choices/"
    mail.set_content(f"{intro}\n\n{body}\n\n{foot}\n", cte="base64")
    return mail


def _mail(user_id: UUID, mailbox: Mailbox, *, at: datetime, real_now: datetime) -> bool:
    claimed = claim_mail(user_id, at=at, real_now=real_now)
    user = User.objects.filter(id=user_id, is_active=True).first()
    if not claimed or user is None:
        return False
    try:
        smtp.send(mailbox, compose(user, claimed, mailbox, real_now=real_now), user.email)
    except NotCarried as error:
        mail_failed(claimed, why=error.words, at=at)
        return False
    mail_went(claimed, at=at)
    return True
