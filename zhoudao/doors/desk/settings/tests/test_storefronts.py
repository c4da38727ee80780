"""Online shops: set up by an administrator, secrets shown once; what could not be taken is on a page of the orders."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.posts import accept_post, take_post, take_waiting
from zhoudao.rooms.orders.commands.storefronts import secrets_of
from zhoudao.rooms.orders.models import Order, Storefront, StorefrontPost
from zhoudao.rooms.orders.storefronts.told import Told
from zhoudao.rooms.orders.submission import Item

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(shop: Shop) -> Client:
    return as_(shop, "admin")


def add(admin: Client, kind: str = "webhook", **more: str) -> str:
    given = {"code": "Mall", "store": str(Store.objects.get(code="web").id), "currency": "cny", **more}
    return text(admin.post(f"/desk/settings/shops/new/{kind}/", given, follow=True))


def test_a_shop_is_set_up_and_our_secret_shown_once_and_made_anew(admin: Client) -> None:
    assert "No shop posts" in text(admin.get("/desk/settings/shops/"))
    assert admin.get("/desk/settings/shops/new/pigeon/").status_code == 404
    page = add(admin)
    found = Storefront.objects.get()
    [secret] = secrets_of(found, real_now=found_now())
    assert secret in page
    assert "/hooks/orders/mall/" in page
    assert secret not in text(admin.get("/desk/settings/shops/mall/"))
    assert "code already" in add(admin)
    changed = {"store": str(found.store_id), "currency": "CNY", "is_active": "on", "renew": "on"}
    again = text(admin.post("/desk/settings/shops/mall/", changed))
    new, before = secrets_of(Storefront.objects.get(), real_now=found_now())
    assert (new in again, before) == (True, secret)
    admin.post("/desk/settings/shops/mall/", {"store": str(found.store_id), "currency": "CNY"})
    assert "switched off" in text(admin.get("/desk/settings/shops/"))


def in_dollars(_shop: Storefront, raw: bytes) -> Told:
    return Told(raw.decode(), datetime(2026, 3, 1, tzinfo=UTC), [Item("A", 1, 100)], currency="USD")


def found_now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    "wrong", [{"code": "§"}, {"code": ""}, {"store": "nowhere"}, {"currency": "YUAN"}, {"secret": "short"}]
)
def test_what_is_unsound_is_refused_and_what_was_typed_stays(admin: Client, wrong: dict[str, str]) -> None:
    page = add(admin, "shopify", **{"secret": "shpss_12345678", **wrong})
    assert "A shop has a code" in page
    assert "shpss_12345678" not in page
    assert not Storefront.objects.exists()


def test_shopifys_own_secret_is_entered_and_never_shown(admin: Client) -> None:
    page = add(admin, "shopify", secret="shpss_12345678")  # a test's
    assert "shpss_12345678" not in page
    assert secrets_of(Storefront.objects.get(), real_now=found_now()) == ["shpss_12345678"]


def test_what_could_not_be_taken_waits_with_why_and_is_taken_again_or_put_aside(admin: Client, shop: Shop) -> None:
    add(admin)
    found = Storefront.objects.get()
    for n in range(27):
        post_id = accept_post(shop=found, key=f"p{n}", raw=f"T-{n}".encode(), at=shop.now)
        assert post_id is not None
        assert take_post(post_id, in_dollars, at=shop.now) == "failed"
    assert "27 orders could not be taken" in text(admin.get("/desk/settings/shops/"))
    clerk = as_(shop, "admin")
    with CaptureQueriesContext(connection) as asked:
        page = text(clerk.get("/desk/orders/shops/"))
    assert len(asked) <= 12
    assert "another currency" in page
    assert "T-26" in page
    assert "T-1<" not in page
    assert "T-1<" in text(clerk.get(f"/desk/orders/shops/?cursor={page.split('?cursor=')[1][:36]}"))
    Storefront.objects.update(currency="USD")
    first, second = StorefrontPost.objects.order_by("id")[:2]
    clerk.post(f"/desk/orders/shops/{first.id}/", {"do": "again"})
    assert take_waiting(lambda _kind: in_dollars, now=lambda: shop.now) == 1
    assert Order.objects.get().external_number == "T-0"
    clerk.post(f"/desk/orders/shops/{second.id}/", {"do": "dismiss"})
    assert StorefrontPost.objects.get(id=second.id).status == "dismissed"
    assert clerk.post(f"/desk/orders/shops/{second.id}/", {"do": "again"}).status_code == 404
    third = StorefrontPost.objects.order_by("id")[2]
    assert clerk.post(f"/desk/orders/shops/{third.id}/", {"do": "burn"}).status_code == 400
    assert as_(shop, "wang").get("/desk/orders/shops/").status_code == 403


def test_only_who_sets_up_the_company_sees_them(shop: Shop) -> None:
    assert as_(shop, "wang").get("/desk/settings/shops/").status_code == 403


def test_a_store_that_sells_for_a_shop_is_not_closed(admin: Client) -> None:
    add(admin)
    store = Store.objects.get(code="web")
    page = text(admin.get(f"/desk/settings/stores/{store.id}/close/"))
    assert "mall" in page
