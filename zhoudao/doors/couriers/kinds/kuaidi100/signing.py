"""How 快递100 and a merchant know each other: MD5 over what is sent and a secret, in capitals.

Source: https://api.kuaidi100.com/document/603cb649a62a19500e19866b; their own Java library (SignUtils)
"""

import hashlib


def md5(text: str) -> str:
    """Their sign.

    >>> md5("{}salt")
    '4DF345D41BAFC8E489CC9C94112F002A'
    """
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def signed(param: str, *, moment: str, key: str, secret: str) -> str:
    """What signs a request; `moment` in milliseconds since 1970."""
    return md5(param + moment + key + secret)
