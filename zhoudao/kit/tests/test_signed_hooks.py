"""Signed webhooks, by the specification's public vectors and by what a forger would try."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.kit.signed_hooks import BadSecret, NotSigned, key_of, new_secret, sign, verify

# The specification's own vector, which its reference libraries test themselves by.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
SECONDS = "1614265330"


def passes(
    id_: str = ID,
    seconds: str = SECONDS,
    signatures: str = SIGNATURE,
    body: bytes = BODY,
    secrets: tuple[str, ...] = (SECRET,),
    now: datetime = AT,
) -> bool:
    try:
        verify(id_, seconds, signatures, body, secrets, real_now=now)
    except NotSigned:
        return False
    return True


def test_the_public_vector_is_signed_and_verified() -> None:
    assert sign(ID, AT, BODY, [SECRET]) == {
        "webhook-id": ID,
        "webhook-timestamp": SECONDS,
        "webhook-signature": SIGNATURE,
    }
    assert passes()
    assert passes(secrets=(SECRET.removeprefix("whsec_"),)), "a secret without its prefix is the same secret"


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b'{"test": 2432232315}'},
        {"body": b'{"test":2432232314}'},
        {"id_": "msg_another"},
        {"id_": ""},
        {"seconds": "1614265331"},
        {"seconds": ""},
        {"seconds": "-1"},
        {"seconds": "1614265330.0"},
        {"seconds": "१६१४२६५३३०"},
        {"seconds": "9" * 400},
        {"signatures": ""},
        {"signatures": "v1,"},
        {"signatures": SIGNATURE.replace("v1,", "v2,")},
        {"signatures": SIGNATURE.replace("v1,", "v1a,")},
        {"signatures": SIGNATURE.removeprefix("v1,")},
        {"signatures": "v1,é"},
        {"secrets": (new_secret(),)},
        {"secrets": ()},
    ],
)
def test_anything_else_is_refused(changed: dict[str, object]) -> None:
    assert not passes(**changed)  # type: ignore[arg-type]  # one argument of several types at a time


def test_a_moment_may_be_five_minutes_off_either_way_and_no_more() -> None:
    edge = timedelta(minutes=5)
    assert passes(now=AT + edge)
    assert passes(now=AT - edge)
    assert not passes(now=AT + edge + timedelta(seconds=1))
    assert not passes(now=AT - edge - timedelta(seconds=1))


def test_one_right_signature_among_several_is_enough_but_not_among_thousands() -> None:
    assert passes(signatures=f"v1,AAAA v2,BBBB {SIGNATURE}")
    assert not passes(signatures="v1,AAAA " * 16 + SIGNATURE)


def test_while_secrets_change_either_side_may_be_first() -> None:
    new = new_secret()
    both = sign(ID, AT, BODY, [new, SECRET])["webhook-signature"]
    assert passes(signatures=both, secrets=(SECRET,))
    assert passes(signatures=both, secrets=(new,))
    assert passes(signatures=SIGNATURE, secrets=(new, SECRET))


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_????", "whsec_" + base64.b64encode(b"short").decode()])
def test_a_secret_that_is_none_is_refused_by_name(secret: str) -> None:
    with pytest.raises(BadSecret):
        key_of(secret)
    assert len(key_of(new_secret())) == 32
