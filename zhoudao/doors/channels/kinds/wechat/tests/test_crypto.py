"""Signatures and encryption, by the platform's public sample and by what a forger would try."""

import base64
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.doors.channels.kinds.wechat.crypto import NotGenuine, decrypt, encrypt, is_signed, key_of, signature
from zhoudao.doors.channels.kinds.wechat.reading import read

# From the platform's own sample code for developers.
TOKEN, APP_ID, AES_KEY = "QDG6eK", "wx5823bf96d3bd56c7", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
KEY = key_of(AES_KEY)
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
SEALED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)


def test_the_platforms_sample_is_signed_and_opened() -> None:
    assert is_signed("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", TOKEN, "1409659589", "263014780", ECHO)
    assert decrypt(ECHO, key=KEY, app_id=APP_ID) == b"1616140317555161061"
    assert is_signed("477715d11cdb4164915debcba66cb864d751f3e6", TOKEN, "1409659813", "1372623149", SEALED)
    told = read(decrypt(SEALED, key=KEY, app_id=APP_ID))
    assert (told.kind, told.sender, told.id) == ("text", "mycreate", "4561255354251345929")
    assert told.fields["Content"] == "hello"


@given(text=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_what_is_encrypted_opens_again_whatever_its_length(text: bytes) -> None:
    sealed = encrypt(text, key=KEY, app_id=APP_ID)
    assert len(base64.b64decode(sealed)) % 32 == 0
    assert decrypt(sealed, key=KEY, app_id=APP_ID) == text


@given(junk=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_junk_is_not_genuine_and_harms_nobody(junk: bytes) -> None:
    for sealed in (junk.decode("latin-1"), base64.b64encode(junk).decode()):
        with pytest.raises(NotGenuine):
            decrypt(sealed, key=KEY, app_id=APP_ID)


def test_another_account_another_key_and_a_changed_letter_are_not_genuine() -> None:
    with pytest.raises(NotGenuine):
        decrypt(SEALED, key=KEY, app_id="wx0000000000000000")
    with pytest.raises(NotGenuine):
        decrypt(SEALED, key=os.urandom(32), app_id=APP_ID)
    with pytest.raises(NotGenuine):
        decrypt(SEALED[:40] + "A" + SEALED[41:-24], key=KEY, app_id=APP_ID)


@pytest.mark.parametrize("key", ["", "short", AES_KEY + "A", "?" * 43, AES_KEY[:-1]])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        key_of(key)


def test_the_order_of_parts_does_not_matter_and_no_part_may_change() -> None:
    assert signature("a", "b", "c") == signature("c", "a", "b")
    assert not is_signed(signature("a", "b", "c"), "a", "b", "d")
    assert not is_signed("", "a", "b", "c")
    assert not is_signed("签名", "a", "b", "c")
