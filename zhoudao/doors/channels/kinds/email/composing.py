"""An answer as a mail: in its thread, in the customer's language, with nothing in a header that was not made safe."""

import re
from datetime import datetime
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.doors.channels.kinds.email import message_ids, threads
from zhoudao.doors.channels.kinds.email.acknowledging import ACTOR
from zhoudao.doors.channels.kinds.email.settings import Mailbox
from zhoudao.ground.files import store
from zhoudao.kit.languages import pick
from zhoudao.kit.text import clip
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands.replying import clear_text
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.conversations.queries import attached, attachment_name

_ANSWERED = re.compile(r"^(?:\s*(?:re|aw|回复|回覆|答复|答覆)\s*[:：])+\s*", re.IGNORECASE)
_ORDER = re.compile(r"O\d{4}-\d{6,12}", re.ASCII)  # as we number them
_REFERENCES = 10


class _Ids(UnstructuredHeader, BaseHeader):
    """Message ids stay as they are, one a line: the standard library would encode a long one beyond recognition."""

    def fold(self, *, policy: policy.Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("message-id", "in-reply-to", "references"):
    _HEADERS.map_to_type(_name, _Ids)
_POLICY = policy.SMTP.clone(header_factory=_HEADERS)


def compose(message: Message, mailbox: Mailbox, to: str, *, real_now: datetime) -> EmailMessage:
    """This will write the mail: one message, one Message-ID, so that a receiver can drop a second copy."""
    thread = message.conversation
    case = Case.objects.filter(conversation=thread.main_id or thread.id).first()
    with translation.override(thread.language.lower()):
        mail = EmailMessage(policy=_POLICY)
        mail["Message-ID"] = message_ids.sign(message.id, mailbox.domain)
        mail["Date"] = format_datetime(real_now)
        mail["From"] = _address(_sender(message), mailbox.address)
        mail["To"] = _address("", to)
        mail["Subject"] = _subject(message, case)
        _place_in_thread(mail, message, mailbox)
        mail["X-Loop"] = message_ids.loop_mark()
        if message.is_auto:
            mail["Auto-Submitted"] = "auto-generated"
            mail["X-Auto-Response-Suppress"] = "All"
        _write(mail, clear_text(message), _footer(message, case))
        _enclose(mail, message)
    return mail


def _enclose(mail: EmailMessage, message: Message) -> None:
    for row in attached(message.id):
        main, _slash, sub = row.file.content_type.partition("/")
        content, name = store.read(row.file), _safe(attachment_name(row), 120)
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)


def _write(mail: EmailMessage, text: str, footer: str) -> None:
    mail.set_content(f"{text}\n\n-- \n{footer}\n" if footer else f"{text}\n", cte="base64")
    lines = escape(text).replace("\n", "<br>\n")
    small = f"\n<p><small>{_linked(footer)}</small></p>" if footer else ""
    html = f'<html lang="{translation.get_language()}"><body><p>{_links(lines)}</p>{small}</body></html>\n'
    mail.add_alternative(html, subtype="html", cte="base64")


def _links(escaped: str) -> str:
    return re.sub(r"https?://[^\s<>&\"']+", lambda found: f'<a href="{found[0]}">{found[0]}</a>', escaped)


def _linked(footer: str) -> str:
    return _links(escape(footer).replace("\n", "<br>\n"))


def _footer(message: Message, case: Case | None) -> str:
    if case is None or message.is_auto:
        return ""
    return _("Case %(number)s. How it stands: %(link)s") % {"number": case.number, "link": progress_url(case)}


def _sender(message: Message) -> str:
    shop = pick(message.conversation.channel.names, translation.get_language())
    return f"{message.author_name} · {shop}" if message.author_name and shop else message.author_name or shop


def _subject(message: Message, case: Case | None) -> str:
    if message.is_auto:
        return _automatic(message, case)
    subject = _ANSWERED.sub("", message.conversation.subject) or _("Your message")
    return f"Re: {_safe(subject)}"


def _automatic(message: Message, case: Case | None) -> str:
    """It repeats nothing the customer wrote, as it may go to somebody who never wrote to us: only numbers of ours."""
    thread = message.conversation
    if case is None:
        if _ORDER.fullmatch(thread.order_number):
            return _("Your order %(number)s") % {"number": thread.order_number}
        return _("News from %(shop)s") % {"shop": _safe(pick(thread.channel.names, translation.get_language()))}
    words = _("We have received your message (%(number)s)") if message.actor == ACTOR else _("Your case %(number)s")
    return words % {"number": case.number}


def _place_in_thread(mail: EmailMessage, message: Message, mailbox: Mailbox) -> None:
    before = _ids_before(message.conversation, message, mailbox)
    if before:
        mail["In-Reply-To"] = next((one for one in reversed(before) if not one.startswith("<zd.")), before[-1])
        mail["References"] = " ".join(before)


def _ids_before(thread: Conversation, message: Message, mailbox: Mailbox) -> list[str]:
    said = thread.messages.filter(direction__in=["in", "out"], created_at__lte=message.created_at)
    newest = (
        said.exclude(id=message.id).order_by("-created_at", "-id").only("id", "direction", "external_id")[:_REFERENCES]
    )
    ids = [
        threads.id_in(one.external_id) if one.direction == "in" else message_ids.sign(one.id, mailbox.domain)
        for one in newest
    ]
    return [one for one in ids[::-1] if one and re.fullmatch(r"<[\x21-\x7e]{1,200}>", one)]


def _address(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(_safe(name, 80), local, domain)


def _safe(text: str, longest: int = 180) -> str:
    """On one line and without control characters, whatever a name or subject holds."""
    return clip(" ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029\u0085]", " ", text).split()), longest)
