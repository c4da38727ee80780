"""The installation's keys as one file under a passphrase, for the safe a backup is not kept in."""

import base64
import getpass
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from zhoudao.doors.cli import Refused

_FORMAT = "zhoudao-keys-1"
_COST = {"n": 2**16, "r": 8, "p": 1}
SHORTEST = 12


class WrongPassphrase(Refused):
    """The passphrase does not open this keys file, or the file was changed."""


def seal(document: dict[str, Any], passphrase: str) -> str:
    """The text of a keys file only this passphrase opens."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    box = AESGCM(_derive(passphrase, salt, _COST)).encrypt(nonce, json.dumps(document).encode(), _FORMAT.encode())
    parts = {"salt": salt, "nonce": nonce, "box": box}
    words = {name: base64.b64encode(value).decode() for name, value in parts.items()}
    return json.dumps({"format": _FORMAT, **_COST, **words}, indent=1)


def unseal(text: str, passphrase: str) -> dict[str, Any]:
    """The keys in a file that `seal` made.

    Raises: Refused, WrongPassphrase
    """
    try:
        words = json.loads(text)
        if words["format"] != _FORMAT:
            raise Refused(f"This is no keys file of Zhoudao, but {words['format']!r}.")
        salt, nonce, box = (base64.b64decode(words[name]) for name in ("salt", "nonce", "box"))
        key = _derive(passphrase, salt, {name: min(int(words[name]), 2**20) for name in _COST})
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"This is no keys file of Zhoudao ({error}).") from error
    try:
        opened: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, box, _FORMAT.encode()))
    except InvalidTag:
        raise WrongPassphrase(WrongPassphrase.__doc__) from None
    return opened


def ask(file: Path | None, *, twice: bool) -> str:
    """The passphrase: from a file, the environment's ZHOUDAO_PASSPHRASE, or the person at the terminal.

    Raises: Refused
    """
    given = file.read_text().strip() if file else os.environ.get("ZHOUDAO_PASSPHRASE", "")
    if not given and sys.stdin.isatty():
        given = getpass.getpass("Passphrase: ")
        if twice and given != getpass.getpass("Once more: "):
            raise Refused("The two passphrases differ.")
    if len(given) < SHORTEST:
        raise Refused(
            f"A passphrase of at least {SHORTEST} characters is needed: type it, or give --passphrase-file or "
            f"ZHOUDAO_PASSPHRASE."
        )
    return given


def _derive(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())
