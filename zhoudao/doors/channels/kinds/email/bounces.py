"""Reports that a mail of ours did not arrive (RFC 3464, and what servers send instead)."""

import re
from email.message import Message

from flufl.bounce import all_failures

from zhoudao.doors.channels.kinds.email.charsets import header, words
from zhoudao.doors.channels.kinds.email.headers import first, senders, values
from zhoudao.doors.channels.kinds.email.mail import Bounce

_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-?daemon)@", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|delivery status|delivery (?:has )?fail|failure notice|returned mail|mail delivery|delivery notification"
    r"|non.?deliver|could not be delivered|退信|无法投递|無法投遞|系统退信|投递失败",
    re.IGNORECASE,
)
_STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_WORDS = re.compile(r"^Diagnostic-Code:\s*(?:[\w-]+\s*;\s*)?(.{1,400})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^Action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)


def bounce(message: Message, raw: bytes) -> Bounce | None:
    """The report this mail is, if it is one."""
    if not _may_be_one(message):
        return None
    report = words(raw[:300_000])
    delayed, final = _failures(message)
    actions = {action.lower() for action in _ACTION.findall(report)}
    if not (delayed or final or actions & {"failed", "delayed"}):
        return None
    status, said = _STATUS.search(report), _WORDS.search(report)
    return Bounce(
        is_final=bool(final) or "failed" in actions,
        recipients=sorted(final or delayed)[:5],
        status=status[1] if status else "",
        words=header(said[1])[:200] if said else "",
    )


def _may_be_one(message: Message) -> bool:
    return (
        (message.get_content_type() == "multipart/report" and "delivery-status" in str(message.get("content-type")))
        or next(values(message, "return-path"), "").strip() == "<>"
        or any(_DAEMON.match(address) for _, address in senders(message))
        or bool(first(message, "x-failed-recipients"))
        or bool(_SUBJECT.search(first(message, "subject")))
    )


def _failures(message: Message) -> tuple[set[str], set[str]]:
    try:
        delayed, final = all_failures(message)
    except Exception:  # its detectors trip over malformed reports; the standard's own words decide then
        return set(), set()
    return {words(address) for address in delayed}, {words(address) for address in final}
