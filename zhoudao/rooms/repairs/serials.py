"""Serial numbers and error codes as they are compared: how people write them differs, what they mean does not."""

import re
import unicodedata

from zhoudao.rooms.repairs.refusals import SerialUnsound

_LETTERS = re.compile(r"[^A-Z0-9]")
_SERIAL = re.compile(r"[A-Z0-9]{4,40}")
_LONGEST, _LONGEST_CODE = 60, 20


def serial_key(text: str) -> str | None:
    """A serial number without case, spaces and strokes; None where none was given.

    >>> serial_key(" sn: wm-08 1234 ")
    'WM081234'

    Raises: SerialUnsound
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if not plain:
        return None
    plain = re.sub(r"^(S/?N|序列号|序號)\s*[:：.]?\s*", "", plain)
    if len(plain) > _LONGEST or any(letter.isalpha() and not letter.isascii() for letter in plain):
        raise SerialUnsound(SerialUnsound.__doc__)
    key = _LETTERS.sub("", plain)
    if not _SERIAL.fullmatch(key):
        raise SerialUnsound(SerialUnsound.__doc__)
    return key


def error_code(text: str) -> str:
    """An error code as the table knows it: `e 18` and `E-18` are `E18`."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return _LETTERS.sub("", plain)[:_LONGEST_CODE]
