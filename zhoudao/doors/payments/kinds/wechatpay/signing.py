"""How WeChat Pay and a merchant know each other: RSA signatures over what is sent, AES-GCM over what is told.

Source: https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay4_1.shtml (checking; …4_0 signing),
https://pay.weixin.qq.com/doc/v3/merchant/4012082053 (opening)
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SCHEME = "WECHATPAY2-SHA256-RSA2048"
TOLERANCE = timedelta(minutes=5)
_SMALLEST_BITS = 2048


class NotSigned(Exception):
    """The signature is missing, wrong, too old, or by another key."""


class NotOpened(Exception):
    """This was not sealed with our key."""


class BadKey(ValueError):
    """This is no key of the kind that is asked for."""


def private_key(pem: str) -> RSAPrivateKey:
    """The merchant's own key, as `apiclient_key.pem` has it. Raises: BadKey."""
    try:
        key = serialization.load_pem_private_key(pem.strip().encode(), password=None)
    except (ValueError, TypeError) as error:
        raise BadKey(BadKey.__doc__) from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST_BITS:
        raise BadKey(BadKey.__doc__)
    return key


def public_key(pem: str) -> RSAPublicKey:
    """WeChat Pay's key, as a public key or as a certificate. Raises: BadKey."""
    text = pem.strip().encode()
    try:
        key = _certified(text) if b"BEGIN CERTIFICATE" in text else serialization.load_pem_public_key(text)
    except (ValueError, TypeError) as error:
        raise BadKey(BadKey.__doc__) from error
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_BITS:
        raise BadKey(BadKey.__doc__)
    return key


def sealing_key(text: str) -> bytes:
    """The API v3 key: 32 letters and digits. Raises: BadKey."""
    key = text.strip().encode()
    if len(key) != 32 or not key.isalnum():
        raise BadKey(BadKey.__doc__)
    return key


def signature(key: RSAPrivateKey, *lines: bytes) -> str:
    """By a private key, over lines that each end with a line feed."""
    return base64.b64encode(key.sign(b"".join(line + b"\n" for line in lines), PKCS1v15(), hashes.SHA256())).decode()


def authorisation(
    key: RSAPrivateKey, *, merchant: str, serial: str, method: str, path: str, body: bytes, at: datetime
) -> str:
    """The header that signs a request; `path` with its query."""
    moment, nonce = str(int(at.timestamp())), secrets.token_hex(16)
    signed = signature(key, method.encode(), path.encode(), moment.encode(), nonce.encode(), body)
    parts = {
        "mchid": merchant,
        "nonce_str": nonce,
        "signature": signed,
        "timestamp": moment,
        "serial_no": serial,
    }
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in parts.items())


def verify(headers: Mapping[str, str], body: bytes, key: RSAPublicKey, *, serial: str, real_now: datetime) -> None:
    """This will pass when an answer or a callback is signed with the key of this serial, at most five minutes ago.
    Header names are in lower case.

    Raises: NotSigned
    """
    moment, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 12) or not nonce:
        raise NotSigned(NotSigned.__doc__)
    is_late = abs(real_now.timestamp() - int(moment)) > TOLERANCE.total_seconds()
    if is_late or headers.get("wechatpay-serial", "") != serial:
        raise NotSigned(NotSigned.__doc__)
    message = b"".join(part + b"\n" for part in (moment.encode(), nonce.encode("latin-1", "replace"), body))
    try:
        given = base64.b64decode(headers.get("wechatpay-signature", ""), validate=True)
        key.verify(given, message, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise NotSigned(NotSigned.__doc__) from error


def opened(resource: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    """What a callback says, sealed as AEAD_AES_256_GCM. Raises: NotOpened."""
    try:
        if resource["algorithm"] != "AEAD_AES_256_GCM":
            raise NotOpened(NotOpened.__doc__)
        sealed = base64.b64decode(resource["ciphertext"], validate=True)
        added = str(resource.get("associated_data") or "").encode()
        said = json.loads(AESGCM(key).decrypt(str(resource["nonce"]).encode(), sealed, added))
    except (InvalidTag, KeyError, TypeError, ValueError) as error:
        raise NotOpened(NotOpened.__doc__) from error
    if not isinstance(said, dict):
        raise NotOpened(NotOpened.__doc__)
    return said


def _certified(text: bytes) -> PublicKeyTypes:
    """The key in a certificate."""
    from cryptography.x509 import load_pem_x509_certificate  # 6 MB that most who sign do not need

    return load_pem_x509_certificate(text).public_key()
