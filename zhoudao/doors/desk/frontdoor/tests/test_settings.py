"""The front door's settings: tiles by whoever runs the service, keys and the gateway by the administrator."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.desk.inbox.tests.conftest import shop, sign_in
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.rooms.entrances.models import AppKey, Gateway, Tile

__all__ = ["shop", "sign_in"]
pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[str], Client]


def tile(**differs: Any) -> dict[str, Any]:
    said = {
        "target": "stores",
        "icon": "star",
        "position": "5",
        "is_shown": "on",
        "name_zh-Hans": "门店",
        "name_en": "Stores",
    }
    return said | differs


def test_a_tile_is_added_changed_and_taken_away_and_customers_see_it(sign_in: SignIn) -> None:
    Tile.objects.all().delete()
    desk = sign_in("admin")
    assert desk.post("/desk/settings/portal/tiles/new/", tile()).status_code == 302
    one = Tile.objects.get()
    assert "Stores" in Client(headers={"Accept-Language": "en"}).get("/portal/").content.decode()
    desk.post(f"/desk/settings/portal/tiles/{one.id}/", tile(target="link", address="https://shop.example/care"))
    assert "https://shop.example/care" in Client().get("/portal/").content.decode()
    assert "门店" in desk.get("/desk/settings/portal/").content.decode()
    assert desk.post(f"/desk/settings/portal/tiles/{one.id}/", {"delete": "1"}).status_code == 302
    assert not Tile.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_zh-Hans": " "},
        {"icon": "skull"},
        {"target": "moon"},
        {"target": "link", "address": "http://shop.example"},
        {"target": "link", "address": "javascript:alert(1)"},
        {"target": "link", "address": "https://user:pw@shop.example"},
        {"position": "-1"},
    ],
)
def test_a_tile_that_cannot_be_is_said_and_not_kept(sign_in: SignIn, wrong: dict[str, str]) -> None:
    Tile.objects.all().delete()
    assert sign_in("admin").post("/desk/settings/portal/tiles/new/", tile(**wrong)).status_code == 422
    assert not Tile.objects.exists()


def test_who_runs_the_service_keeps_the_tiles_and_only_administrators_keys() -> None:
    assert {role for role, held in ROLES.items() if "portal:write" in held} == {"administrator", "process_manager"}
    assert "settings:write" not in ROLES["process_manager"]


def test_a_keys_secret_is_shown_once_and_revoked_keys_open_nothing(sign_in: SignIn) -> None:
    desk = sign_in("admin")
    said = {"name": "Shop app", "realm": "app", "origins": "https://shop.example\nhttps://m.shop.example"}
    shown = desk.post("/desk/settings/portal/apps/", said).content.decode()
    assert re.search(r"zde_[\w-]{43}", shown)
    key = AppKey.objects.get()
    assert key.origins == ["https://m.shop.example", "https://shop.example"]
    address = f"/desk/settings/portal/apps/{key.id}/"
    assert "zde_" not in desk.get(address).content.decode()
    assert "zde_" in desk.post(address, {"renew": "1"}).content.decode()
    assert desk.post(address, said | {"origins": "https://*.shop.example"}).status_code == 422
    assert desk.post(address, said | {"origins": ""}).status_code == 302
    assert desk.post(address, {"revoke": "1"}).status_code == 302
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize(
    "url", ["http://sms.example", "ftp://sms.example", "https://10.0.0.1/", "sms", "https://u:p@sms.example"]
)
def test_the_gateway_is_a_public_encrypted_address(sign_in: SignIn, url: str, settings: Any) -> None:
    settings.OUTGOING_NETWORKS = []
    assert sign_in("admin").post("/desk/settings/portal/texts/", {"url": url}).status_code == 422
    assert not Gateway.objects.exists()
