"""Keys as a merchant has them: a key pair, a public key of theirs or a certificate, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from zhoudao.doors.payments.kinds.wechatpay import signing
from zhoudao.doors.payments.kinds.wechatpay.fake import Platform, pem, public_pem


def certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tenpay.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_their_key_is_read_from_a_public_key_or_a_certificate(keys: Platform) -> None:
    wanted = keys.key.public_key().public_numbers()
    for text in (public_pem(keys.key), f"\n{certificate(keys.key)}  "):
        assert signing.public_key(text).public_numbers() == wanted


def test_what_is_no_such_key_is_refused(keys: Platform) -> None:
    small, curve = rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256R1())
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    curve_pem = curve.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()
    for text in ("", "hello", pem(keys.key), public_pem(small), curve_pem, certificate(keys.key)[:200]):
        with pytest.raises(signing.BadKey):
            signing.public_key(text)
    for text in ("", "hello", public_pem(keys.key), pem(small)):
        with pytest.raises(signing.BadKey):
            signing.private_key(text)
    for text in ("", "a" * 31, "a" * 33, "é" * 16, "a" * 31 + "-"):
        with pytest.raises(signing.BadKey):
            signing.sealing_key(text)


def test_a_signature_is_by_this_key_over_these_words_and_of_now(keys: Platform) -> None:
    now, body = datetime.now(UTC), '{"汉": 1}'.encode()
    serial = keys.config["public_serial"]
    signed = {name.lower(): value for name, value in keys.signed(body).items()}
    signing.verify(signed, body, keys.key.public_key(), serial=serial, real_now=now)
    for headers, words, moment in (
        (signed, body + b" ", now),
        (signed | {"wechatpay-nonce": "0"}, body, now),
        (signed | {"wechatpay-signature": "!"}, body, now),
        (signed, body, now + timedelta(minutes=6)),
        (signed, body, now - timedelta(minutes=6)),
        ({}, body, now),
    ):
        with pytest.raises(signing.NotSigned):
            signing.verify(headers, words, keys.key.public_key(), serial=serial, real_now=moment)
