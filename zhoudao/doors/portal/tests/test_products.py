"""Products for customers: without an account, without scripts, in words and not in figures."""

from typing import Any

import pytest
from django.test import Client

from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.catalogue.commands.showing import add_picture, note_fault
from zhoudao.rooms.catalogue.models import Product
from zhoudao.rooms.catalogue.tests.range import NOW, ZHAO, both, picture, purifier, purifiers
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.stock.tests.shelf import open_shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """Three purifiers, one of which is sold no more."""
    purifiers()
    purifier("quiet", "静音 30", {"Q1": "white"}, noise=32, room=20, night="yes")
    purifier("strong", "强力 60", {"S1": "black"}, noise=55, room=60)
    purifier("old", "旧款", {"O1": ""}, noise=20)
    Product.objects.filter(code="old").update(sold_until_date="2020-01-01")
    set_list_prices(prices={"Q1": 99_900, "S1": 199_900}, currency="CNY", by=ZHAO, at=NOW)
    shelf = open_shelf(Store.objects.create(code="nanjing", names=both("南京店", "Nanjing store"), city="南京"))
    shelf.receives("Q1", 2, "shop")
    return Client()


def page(client: Client, path: str, **query: Any) -> str:
    answer = client.get(path, {"language": "en"} | query)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_what_is_on_sale_is_shown_and_nothing_else(client: Client) -> None:
    listed = page(client, "/products/", kind="air-purifiers")
    assert "/products/one/quiet/" in listed
    assert "/products/one/old/" not in listed
    assert "/guide/air-purifiers/" in listed
    drawn = add_picture(code="old", content=picture((50, 50)), by=ZHAO, at=NOW)
    assert client.get("/products/one/old/").status_code == 404
    assert client.get(f"/products/one/old/pictures/{drawn.id}/").status_code == 404
    assert client.get("/products/compare/", {"p": "old"})["Location"] == "/products/"


def test_a_product_says_where_it_lies_without_figures_and_what_customers_should_know(client: Client) -> None:
    told = both("响", "It rattles"), both("拧紧", "Tighten it")
    note_fault(code="quiet", names=told[0], advice=told[1], is_told=True, by=ZHAO, at=NOW)
    note_fault(code="quiet", names=both("内部", "Inside"), advice=both("换", "Swap"), by=ZHAO, at=NOW)
    text = page(client, "/products/one/quiet/")
    assert "Nanjing store: only a few left" in text
    assert "It rattles" in text
    assert "Inside" not in text, "what is not told to customers"
    assert "32 dB" in text


def test_a_customer_answers_and_reads_why_or_by_how_much_nothing_fits(client: Client) -> None:
    text = page(client, "/guide/air-purifiers/", go="1", budget="1500", noise="0", near="shop")
    assert "Within your budget: CN¥999.00 of CN¥1,500.00" in text
    assert "Nanjing store: only a few left" in text
    assert "/products/one/strong/" not in text
    Product.objects.filter(code="quiet").update(sold_until_date="2020-01-01")
    missed = page(client, "/guide/air-purifiers/", go="1", noise="0")
    assert "Nothing we sell has all that must be" in missed
    assert "Noise 55 dB: 15 dB more than you asked for" in missed
    wrong = page(client, "/guide/air-purifiers/", go="1", room="huge")
    assert "We need a number here" in wrong
    assert client.get("/guide/nothing/").status_code == 404


def test_side_by_side_in_every_language(client: Client) -> None:
    for language, said in (("zh-hans", "噪音"), ("zh-hant", "噪音"), ("en", "Noise")):
        text = page(client, "/products/compare/", p=["quiet", "strong"], language=language)
        assert said in text
        assert "32 dB" in text
    assert "In stock" in text


@pytest.mark.django_db
def test_a_shop_that_shows_nothing_yet_says_so_and_offers_no_way_round() -> None:
    page = Client(headers={"Accept-Language": "zh-Hans"}).get("/products/").content.decode()
    assert "这里还没有商品" in page
    assert "显示全部" not in page
