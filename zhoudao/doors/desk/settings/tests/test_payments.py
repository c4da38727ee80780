"""Payment services: set up by an administrator, keys looked at before they are kept and never shown again."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.rooms.aftersales.commands.services import secrets_of
from zhoudao.rooms.aftersales.models import PaymentService
from zhoudao.rooms.cases.tests.shop import Shop

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/settings/payments/"


@pytest.fixture
def admin(shop: Shop) -> Client:
    return as_(shop, "admin")


class Platform:
    """What a merchant has from it: real keys."""

    def __init__(self) -> None:
        ours, theirs = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
        public = theirs.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        private = ours.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self.secrets = {"private_key": private, "sealing_key": "a" * 32}
        self.config = {"merchant": "1900000109", "serial": "5157F09E", "public_serial": "PUB_KEY_ID_01"}
        self.config["public_key"] = public


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform()


def test_a_service_is_set_up_with_its_keys_and_they_are_never_shown_again(admin: Client, platform: Platform) -> None:
    assert "Refunds are paid by hand" in text(admin.get(PATH))
    assert admin.get(f"{PATH}new/cowries/").status_code == 404
    assert admin.get(f"{PATH}none/").status_code == 404
    path, given = f"{PATH}new/wechatpay/", {**platform.config, **platform.secrets, "code": "WX", "currencies": "cny"}
    assert text(admin.get(path)).count("<textarea") == 2
    page = text(admin.post(path, {**given, "sources": "shop，mini-program"}, follow=True))
    assert "/hooks/payments/wx/" in page
    service = PaymentService.objects.get()
    assert (service.sources, service.currencies) == (["mini-program", "shop"], ["CNY"])
    assert secrets_of(service)["private_key"] == platform.secrets["private_key"].strip()
    assert all(secret.strip() not in page for secret in platform.secrets.values())
    assert "PRIVATE KEY" not in str(service.config)
    assert "code already" in text(admin.post(path, given))
    changed = {**platform.config, "merchant": "1900000110", "sealing_key": "0" * 32, "sources": "", "currencies": ""}
    admin.post(f"{PATH}wx/", changed)
    service.refresh_from_db()
    assert (service.is_active, service.sources, service.config["merchant"]) == (False, [], "1900000110")
    assert secrets_of(service) == {
        "private_key": platform.secrets["private_key"].strip(),
        "sealing_key": "0" * 32,
    }
    assert "switched off" in text(admin.get(PATH))


@pytest.mark.parametrize(
    "change",
    [
        {"merchant": ""},
        {"private_key": "hello"},
        {"private_key": "-----BEGIN PUBLIC KEY-----\n§\n-----END PUBLIC KEY-----"},
        {"public_key": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"},
        {"sealing_key": "too short"},
        {"numbers": "receipt"},
        {"code": "two words"},
        {"code": ""},
        {"currencies": "yuan"},
        {"sources": "§"},
    ],
)
def test_what_cannot_be_right_is_said_before_anything_is_kept(
    admin: Client, platform: Platform, change: dict[str, str]
) -> None:
    given = {**platform.config, **platform.secrets, "code": "wx", "currencies": "CNY"} | change
    answer = admin.post(f"{PATH}new/wechatpay/", given)
    assert answer.status_code == 422
    assert platform.secrets["private_key"].strip() not in text(answer)
    assert not PaymentService.objects.exists()


def test_keys_of_another_kind_are_refused_also_later(admin: Client, platform: Platform) -> None:
    given = {**platform.config, **platform.secrets, "code": "wx"}
    admin.post(f"{PATH}new/wechatpay/", given)
    for change in ({"private_key": "hello"}, {"public_key": ""}, {"currencies": "yuan"}):
        assert admin.post(f"{PATH}wx/", {**platform.config, **change}).status_code == 422
    kept = secrets_of(PaymentService.objects.get())
    assert kept["private_key"] == platform.secrets["private_key"].strip()


def test_why_it_did_not_answer_last_is_said(admin: Client, platform: Platform) -> None:
    admin.post(f"{PATH}new/wechatpay/", {**platform.config, **platform.secrets, "code": "wx"})
    PaymentService.objects.update(trouble="not_signed")
    assert "not signed with the key we know" in text(admin.get(PATH))
    assert "not signed with the key we know" in text(admin.get(f"{PATH}wx/"))


def test_only_who_sets_up_the_company_sees_them(shop: Shop, admin: Client, platform: Platform) -> None:
    admin.post(f"{PATH}new/wechatpay/", {**platform.config, **platform.secrets, "code": "wx"})
    for path in (PATH, f"{PATH}wx/", f"{PATH}new/wechatpay/"):
        assert as_(shop, "wang").get(path).status_code == 403
