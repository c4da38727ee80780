"""What somebody wrote anew, without the mail they answer."""

import re

from mailparser_reply import EmailReplyParser

_LONGEST, _LONGEST_LINE = 30_000, 1_000  # the library's patterns are slow on hostile text
_QUOTE = re.compile(
    r"^[ \t>]*(?:"
    r"-{2,}[ \t]*(?:原始[邮郵]件|原[邮郵]件|[转轉][发發]的?[邮郵]件|Original [Mm]essage)[ \t]*-{2,}"
    r"|在.{1,160}[写寫]道[：:]"
    r"|.{0,120}[于於].{1,60}[写寫]道[：:]"
    r"|(?:[发發]件人|寄件者)[：:].{0,200}\n(?:.{0,200}\n){0,2}?"
    r"[ \t]*(?:[发發]送[时時][间間]|日期|收件[人者]|主[题題]|主旨)[：:].*"
    r")[ \t]*$",
    re.MULTILINE,
)
_IS_FORWARD = re.compile(r"\s*(?:fwd?|wg|转发|轉寄|轉發)\s*[:：]", re.IGNORECASE)
_IS_REPLY = re.compile(r"\s*(?:re|aw|回复|回覆|答复|答覆)\s*[:：]", re.IGNORECASE)


def is_reply(subject: str, references: list[str]) -> bool:
    """Whether the text below may be somebody else's. A forward's is what the sender wants to show."""
    return not _IS_FORWARD.match(subject) and bool(references or _IS_REPLY.match(subject))


def newest(text: str) -> str:
    """The text above the first quoted mail; all of it when nothing would be left or it is unusual."""
    if len(text) > _LONGEST or any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        return text
    found = _QUOTE.search(text)
    above = text[: found.start()] if found else text
    shortened = EmailReplyParser(languages=["en", "zh"]).parse_reply(above) or ""
    kept = "\n".join(line for line in shortened.splitlines() if not line.startswith(">")).strip()
    return kept or text.strip()
