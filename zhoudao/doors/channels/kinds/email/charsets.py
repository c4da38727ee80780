"""Bytes to words, whatever they claim to be. Never raises."""

import re
from email.errors import HeaderParseError
from email.header import decode_header

_LONGEST_HEADER = 4000  # decoding is quadratic in a hostile header
# Senders that say GB2312 or Big5 use the larger sets.
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "big5": "big5hkscs"}
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def words(content: bytes, charset: str = "") -> str:
    """The text of these bytes: by their charset, else by what fits, else with marks for what does not."""
    name = charset.strip().strip("'\"").lower()[:40]
    for candidate in (_LARGER.get(name, name), "utf-8", "gb18030"):
        try:
            return _UNSAFE.sub("", content.decode(candidate))
        except (LookupError, UnicodeError, ValueError):
            continue
    return _UNSAFE.sub("", content.decode("utf-8", "replace"))


def header(raw: str) -> str:
    """A header's value in words, on one line."""
    plain = raw[:_LONGEST_HEADER].encode("utf-8", "surrogateescape")
    text = words(plain)
    if "=?" in text:
        text = _encoded_words(text)
    return " ".join(text.split())


def _encoded_words(text: str) -> str:
    try:
        chunks = decode_header(text)
    except (HeaderParseError, ValueError, LookupError):
        return text
    return "".join(chunk if isinstance(chunk, str) else words(chunk, charset or "") for chunk, charset in chunks)
