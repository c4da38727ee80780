"""How WeChat signs and encrypts: SHA-1 over sorted parts, AES-256-CBC with PKCS#7 padding to blocks of 32 bytes.

Source: WeChat official accounts platform, "message encryption and decryption" (消息加解密说明).
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


class NotGenuine(Exception):
    """This was not encrypted by who knows the key, or is for another account."""


def signature(*parts: str) -> str:
    """What WeChat signs these parts with (the token is one of them).

    >>> signature("token", "1409735669", "nonce")
    'e1f0a2e634093eeb64a37daf30639888f9fbdf8c'
    """
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether this is the signature of the parts."""
    return hmac.compare_digest(given.encode(errors="replace"), signature(*parts).encode())


def key_of(encoding_key: str) -> bytes:
    """The 32 bytes in the 43 characters that the platform calls EncodingAESKey.

    Raises: ValueError
    """
    try:
        key = base64.b64decode(f"{encoding_key}=")
    except binascii.Error as error:
        raise ValueError("An EncodingAESKey has 43 characters.") from error
    if len(encoding_key) != 43 or len(key) != 32:
        raise ValueError("An EncodingAESKey has 43 characters.")
    return key


def encrypt(text: bytes, *, key: bytes, app_id: str, chance: bytes | None = None) -> str:
    """Random bytes, length, text and account id, padded and encrypted, in base64."""
    plain = (chance or os.urandom(16)) + struct.pack(">I", len(text)) + text + app_id.encode()
    padding = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()


def decrypt(sealed: str, *, key: bytes, app_id: str) -> bytes:
    """The text again, when it was encrypted with this key for this account.

    Raises: NotGenuine
    """
    try:
        content = base64.b64decode(sealed, validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(content) + decryptor.finalize()
    except ValueError as error:
        raise NotGenuine(NotGenuine.__doc__) from error
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= BLOCK or len(plain) - padding < 20:
        raise NotGenuine(NotGenuine.__doc__)
    body = plain[16:-padding]
    (length,) = struct.unpack(">I", body[:4])
    text, owner = body[4 : 4 + length], body[4 + length :]
    if len(text) != length or owner != app_id.encode():
        raise NotGenuine(NotGenuine.__doc__)
    return text
