"""Courier services: set up by an administrator, keys never shown again."""

import pytest
from django.test import Client

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.pickups.commands.services import secrets_of
from zhoudao.rooms.pickups.models import CourierService

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/settings/couriers/"
GIVEN = {"key": "auth-key-1", "secret": "a-secret-1", "carrier": "jd", "code": "KD"}


@pytest.fixture
def admin(shop: Shop) -> Client:
    return as_(shop, "admin")


def test_a_service_is_set_up_with_its_keys_and_they_are_never_shown_again(admin: Client) -> None:
    assert "Nobody fetches returns" in text(admin.get(PATH))
    assert admin.get(f"{PATH}new/carrots/").status_code == admin.get(f"{PATH}none/").status_code == 404
    page = text(admin.post(f"{PATH}new/kuaidi100/", GIVEN, follow=True))
    service = CourierService.objects.get()
    assert (service.code, service.config) == ("kd", {"carrier": "jd"})
    assert secrets_of(service) == {"key": "auth-key-1", "secret": "a-secret-1"}
    assert all(secret not in page + str(service.config) for secret in ("auth-key-1", "a-secret-1"))
    assert "code already" in text(admin.post(f"{PATH}new/kuaidi100/", GIVEN))
    admin.post(f"{PATH}kd/", {"carrier": "zto", "secret": "another", "weight": "2.5"})
    service.refresh_from_db()
    assert (service.is_active, service.config) == (False, {"carrier": "zto", "weight": "2.5"})
    assert secrets_of(service) == {"key": "auth-key-1", "secret": "another"}
    assert "switched off" in text(admin.get(PATH))


@pytest.mark.parametrize(
    "change",
    [{"key": ""}, {"secret": ""}, {"carrier": "pigeons"}, {"weight": "heavy"}, {"weight": "-1"}, {"code": "two words"}],
)
def test_what_cannot_be_right_is_said_before_anything_is_kept(admin: Client, change: dict[str, str]) -> None:
    answer = admin.post(f"{PATH}new/kuaidi100/", GIVEN | change)
    assert answer.status_code == 422
    assert "a-secret-1" not in text(answer)
    assert not CourierService.objects.exists()
    admin.post(f"{PATH}new/kuaidi100/", GIVEN)
    if "carrier" in change or "weight" in change:
        assert admin.post(f"{PATH}kd/", {"carrier": "jd"} | change).status_code == 422


def test_why_it_did_not_answer_last_is_said(admin: Client) -> None:
    admin.post(f"{PATH}new/kuaidi100/", GIVEN)
    CourierService.objects.update(trouble="not_trusted")
    assert "does not accept our key" in text(admin.get(PATH))
    assert "does not accept our key" in text(admin.get(f"{PATH}kd/"))


def test_only_who_sets_up_the_company_sees_them(shop: Shop, admin: Client) -> None:
    admin.post(f"{PATH}new/kuaidi100/", GIVEN)
    for path in (PATH, f"{PATH}kd/", f"{PATH}new/kuaidi100/"):
        assert as_(shop, "wang").get(path).status_code == 403
