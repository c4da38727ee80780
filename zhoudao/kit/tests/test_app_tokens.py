"""Tokens of the company's own app: ours, for us, for now; everything else is refused alike."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.kit.app_tokens import NotTrusted, key_of, new_secret, read, write

NOW = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
US, SECRET = "https://service.shop.example", "zde_secret"
SECONDS = int(NOW.timestamp())
GOOD: dict[str, Any] = {
    "sub": "u-7", "aud": US, "iat": SECONDS, "exp": SECONDS + 120, "jti": "nonce-0001", "phone": "13812348000",
    "email": "w@mail.example", "name": "王", "locale": "zh-Hant",
}  # fmt: skip


def token(secret: str = SECRET, **differs: Any) -> str:
    claims = {name: value for name, value in (GOOD | differs).items() if value is not None}
    return write(claims, key_id="k", secret=secret)


def raw(header: Any, claims: Any = GOOD, signature: str = "") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*parts, signature])


def reads(text: str, *secrets: str) -> Any:
    return read(text, secrets or [SECRET], audience=US, real_now=NOW)


def test_a_good_token_says_who_it_is_also_while_secrets_change() -> None:
    said = reads(token(), "zde_new", SECRET)
    assert (said.subject, said.nonce, said.phone, said.email, said.name, said.language) == (
        "u-7", "nonce-0001", "13812348000", "w@mail.example", "王", "zh-Hant",
    )  # fmt: skip
    assert key_of(token()) == "k"
    assert reads(token(aud=[US], iat=None)).subject == "u-7"
    assert new_secret() != new_secret()


def test_the_published_example_of_the_standard_is_read_bit_by_bit() -> None:
    """RFC 7515 A.1: header, payload and key as printed there."""
    from zhoudao.kit.app_tokens import _signature  # the arithmetic alone: that example has no audience

    signed = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )
    text = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    key = base64.urlsafe_b64decode(text + "==").decode("latin-1")
    import hashlib
    import hmac

    wanted = base64.urlsafe_b64decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=")
    assert hmac.new(key.encode("latin-1"), signed.encode(), hashlib.sha256).digest() == wanted
    assert _signature(signed, "plain") == hmac.new(b"plain", signed.encode(), hashlib.sha256).digest()


@pytest.mark.parametrize(
    "text",
    [
        token("zde_other"),
        token(exp=SECONDS - 31),
        token(exp=SECONDS + 3600),
        token(exp=None),
        token(exp="soon"),
        token(exp=True),
        token(iat=SECONDS + 300),
        token(aud="https://other.example"),
        token(aud=None),
        token(aud=[US, "https://other.example"]),
        token(jti=None),
        token(jti="short"),
        token(sub=None),
        token(sub=""),
        token(sub=7),
        token(name=["x"]),
        token(phone="1\0"),
        token()[:-2] + "AA",
        raw({"alg": "none", "kid": "k"}),
        raw({"alg": "none", "kid": "k"}, signature="e30"),
        raw({"alg": "None", "kid": "k"}),
        raw({"alg": "RS256", "kid": "k"}, signature="e30"),
        raw({"alg": "HS256"}, signature="e30"),
        raw({"alg": "HS256", "kid": "k", "crit": ["exp"]}, signature="e30"),
        raw(["HS256"]),
        "",
        "a.b",
        "a.b.c.d",
        "....",
        "x" * 5000,
        token() + "=",
    ],
)
def test_everything_else_is_refused_alike(text: str) -> None:
    with pytest.raises(NotTrusted):
        reads(text)


def test_a_moment_of_difference_between_clocks_is_allowed() -> None:
    assert read(token(), [SECRET], audience=US, real_now=NOW + timedelta(seconds=149)).subject == "u-7"
    with pytest.raises(NotTrusted):
        read(token(), [SECRET], audience=US, real_now=NOW + timedelta(seconds=151))
