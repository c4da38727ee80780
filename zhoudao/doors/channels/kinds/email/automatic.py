"""Mails nobody wrote: out-of-office answers, lists, bulk. They never get an answer and reopen nothing."""

import re
from email.message import Message

from zhoudao.doors.channels.kinds.email.headers import first

_AWAY = re.compile(
    r"(?:(?:re|回复|回覆)\s*[:：]\s*)?(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|ooo\s*[:：]"
    r"|abwesen|自动(?:回复|答复)|自動(?:回[覆復]|答覆)|不在办公室|休假自动)",
    re.IGNORECASE,
)
_SILENCED = frozenset(["all", "oof", "autoreply"])


def automatic(message: Message) -> str:
    """Why nobody wrote this mail: `auto_reply`, `list`, `bulk`; '' when somebody did."""
    if _is_answer(message):
        return "auto_reply"
    if any(first(message, name) for name in ("list-id", "list-post", "list-unsubscribe")):
        return "list"
    precedence = first(message, "precedence").lower()
    return {"list": "list", "bulk": "bulk", "junk": "bulk", "auto_reply": "auto_reply"}.get(precedence, "")


def _is_answer(message: Message) -> bool:
    said = first(message, "auto-submitted").lower().split(";")[0].strip()
    suppressed = {word.strip().lower() for word in first(message, "x-auto-response-suppress").split(",")}
    return (
        said not in ("", "no")
        or bool(suppressed & _SILENCED)
        or any(first(message, name) for name in ("x-autoreply", "x-autorespond", "x-auto-reply"))
        or bool(_AWAY.match(first(message, "subject")))
    )
