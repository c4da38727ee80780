"""Products by program: saved, found, read whole, advised."""

from typing import Any

import pytest
from django.test import Client

from zhoudao.ground.accounts.tokens import create_token
from zhoudao.rooms.catalogue.tests.range import NOW, ZHAO, purifier, purifiers
from zhoudao.rooms.orders.commands.pricing import set_list_prices

pytestmark = pytest.mark.django_db
PATH = "/api/v1/products"
SAID: dict[str, Any] = {
    "code": "quiet",
    "kind": "air-purifiers",
    "names": {"en": "Quiet"},
    "values": {"noise": 32, "night": True, "filter": "hepa"},
    "variants": [{"sku": "Q1", "options": {"colour": "white"}}],
}


def client(*scopes: str) -> Client:
    return Client(headers={"authorization": f"Bearer {create_token(name='shop', scopes=list(scopes))}"})


def post(who: Client, body: dict[str, Any], path: str = PATH) -> Any:
    return who.post(path, body, content_type="application/json")


def test_a_program_saves_a_product_and_reads_it_whole() -> None:
    purifiers()
    writer = client("products:read", "products:write")
    made = post(writer, SAID)
    assert made.status_code == 201, made.content
    assert made.json()["values"] == {"noise": 32, "night": True, "filter": "hepa"}
    set_list_prices(prices={"Q1": 99_900}, currency="CNY", by=ZHAO, at=NOW)
    [sku] = writer.get(f"{PATH}/quiet").json()["variants"]
    assert (sku["price_minor"], sku["options"], sku["shelves"]) == (99_900, {"colour": "white"}, [])
    assert post(writer, SAID | {"values": {"noise": "loud"}}).json()["code"] == "value_unsound"
    assert post(writer, SAID | {"code": "two"}).status_code == 409, "the SKU is another's"
    assert post(client("products:read"), SAID).status_code == 403
    assert writer.get(f"{PATH}/nothing").status_code == 404


def test_a_list_is_paged_and_advice_gives_reasons() -> None:
    purifiers()
    for number in range(27):
        purifier(f"p-{number:02}", "净化器", {f"P{number}": ""}, noise=30 + number)
    reader = client("products:read")
    first = reader.get(PATH, {"kind": "air-purifiers"}).json()
    rest = reader.get(PATH, {"kind": "air-purifiers", "cursor": first["next"]}).json()
    assert [one["code"] for one in first["items"] + rest["items"]] == [f"p-{number:02}" for number in range(27)]
    assert rest["next"] is None
    assert reader.get(PATH, {"cursor": "ffff"}).status_code == 422
    need = {"kind": "air-purifiers", "answers": {"noise": "0"}}
    found = post(reader, need, f"{PATH}/advice").json()
    assert ([one["code"] for one in found["picks"]], found["fitting"]) == (["p-00", "p-01", "p-02"], 11)
    assert "30 dB" in found["picks"][0]["reasons"][0]
    assert post(reader, need | {"answers": {"budget": "x"}}, f"{PATH}/advice").json()["code"] == "answer_unsound"
