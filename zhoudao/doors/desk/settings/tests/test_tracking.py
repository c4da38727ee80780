"""Sources of tracking: set up by an administrator, secrets shown once or never."""

import pytest
from django.test import Client

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.parcels.commands.sources import secrets_of
from zhoudao.rooms.parcels.models import TrackingReport, TrackingSource

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(shop: Shop) -> Client:
    return as_(shop, "admin")


def test_a_source_is_added_with_its_keys_and_they_are_never_shown_again(admin: Client) -> None:
    assert "Nobody tells us" in text(admin.get("/desk/settings/tracking/"))
    assert admin.get("/desk/settings/tracking/new/pigeon/").status_code == 404
    path = "/desk/settings/tracking/new/kuaidi100/"
    assert admin.post(path, {"code": "kd", "key": "k"}).status_code == 422
    assert admin.post(path, {"code": "kd", "key": "k", "salt": "short"}).status_code == 422
    given = {"code": "KD", "key": "auth-key", "salt": "pinch-of-salt", "customer": "C0", "carriers": "sf，zto"}
    page = text(admin.post(path, given, follow=True))
    assert "/hooks/tracking/kd/" in page
    assert "auth-key" not in page
    source = TrackingSource.objects.get()
    assert (source.carriers, secrets_of(source)["salt"]) == (["sf", "zto"], "pinch-of-salt")
    assert "code already" in text(admin.post(path, given))
    changed = {"carriers": "", "customer": "C1", "salt": "", "key": "new-key"}
    admin.post("/desk/settings/tracking/kd/", changed)
    source.refresh_from_db()
    assert (source.is_active, source.carriers, source.config["customer"]) == (False, [], "C1")
    assert secrets_of(source) == {"key": "new-key", "salt": "pinch-of-salt"}
    assert admin.post("/desk/settings/tracking/kd/", {"carriers": "§"}).status_code == 422
    assert "switched off" in text(admin.get("/desk/settings/tracking/"))


def test_our_own_secret_is_shown_once_and_made_anew_on_demand(admin: Client) -> None:
    page = text(admin.post("/desk/settings/tracking/new/webhook/", {"code": "wms"}))
    first = secrets_of(TrackingSource.objects.get())["signing"]
    assert first in page
    assert first not in text(admin.get("/desk/settings/tracking/wms/"))
    again = text(admin.post("/desk/settings/tracking/wms/", {"renew": "on", "is_active": "on"}))
    second = secrets_of(TrackingSource.objects.get())["signing"]
    assert first != second
    assert second in again


def test_only_who_sets_up_the_company_sees_them(shop: Shop) -> None:
    assert as_(shop, "wang").get("/desk/settings/tracking/").status_code == 403


def test_what_nobody_could_read_is_tried_again_by_whoever_works_in_the_whole_company(admin: Client, shop: Shop) -> None:
    admin.post("/desk/settings/tracking/new/webhook/", {"code": "wms"})
    source = TrackingSource.objects.get()
    report = TrackingReport.objects.create(
        source=source, key="1", raw_sealed=b"", status="failed", detail="state: one of", received_at=shop.now
    )
    assert "state: one of" in text(admin.get("/desk/orders/unknown/"))
    assert admin.post(f"/desk/orders/unknown/{report.id}/").status_code == 302
    assert TrackingReport.objects.get().status == "new"
    assert as_(shop, "wang").get("/desk/orders/unknown/").status_code == 403
