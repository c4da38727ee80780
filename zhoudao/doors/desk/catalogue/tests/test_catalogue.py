"""Products at the desk: found, compared, edited as tables, reached from an order's line, and narrowed with reasons."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.catalogue.models import Category, Product
from zhoudao.rooms.catalogue.tests.range import NOW, ZHAO, picture, purifier, purifiers
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.stock.tests.shelf import Shelf, open_shelf

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/products/"
Signs = Callable[[str], Client]


@pytest.fixture
def shelf(shop: Shop) -> Shelf:
    """Two purifiers, of which the store has two; and Fang, who keeps products."""
    fang = User.objects.create_user(email="fang@example.com", password="x" * 14, name="方敏")
    Grant.objects.create(user=fang, role="process_manager")
    shop.cast.people["fang"] = fang
    purifiers()
    purifier("quiet", "静音 30", {"Q1": "white"}, noise=32, room=20, night="yes", filter="hepa")
    purifier("strong", "强力 60", {"S1": "black"}, noise=55, room=60, filter="hepa")
    set_list_prices(prices={"Q1": 99_900, "S1": 199_900}, currency="CNY", by=ZHAO, at=NOW)
    shelf = open_shelf(shop.cast.stores["nanjing"])
    shelf.receives("Q1", 2, "shop")
    return shelf


def page(client: Client, path: str = "", **query: Any) -> str:
    answer = client.get(PATH + path, query)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_the_list_is_narrowed_by_words_kind_and_specification(shelf: Shelf, sign_in: Signs) -> None:
    wang = sign_in("wang")
    assert "静音 30" in page(wang, q="静音")
    assert "强力 60" not in page(wang, q="静音")
    narrowed = page(wang, **{"kind": "air-purifiers", "most.noise": "40", "is.night": "yes"})
    assert "静音 30" in narrowed
    assert "强力 60" not in narrowed
    assert "没有符合条件的商品" in page(wang, **{"kind": "air-purifiers", "least.room": "100"})
    assert "新增商品" not in page(wang), "an agent reads"


def test_a_list_of_many_asks_as_much_as_one_of_few(
    shelf: Shelf, sign_in: Signs, django_assert_max_num_queries: Any
) -> None:
    wang = sign_in("wang")
    for number in range(24):
        purifier(f"more-{number}", "更多", {f"N{number}": ""}, noise=30 + number)
    page(wang)
    with django_assert_max_num_queries(12):
        page(wang, kind="air-purifiers")


def test_a_product_tells_its_price_stock_faults_and_what_was_said_of_it(shelf: Shelf, sign_in: Signs) -> None:
    order = placed(items=[Item("Q1", 1, 99_900, "静音 30")], store="nanjing", at=shelf.now)
    fang = sign_in("fang")
    post = {"do": "note", "fault": "风扇响 / 風扇響 / Fan rattles", "advice": "换风扇", "is_told": "on"}
    fang.post(f"{PATH}one/quiet/act/", post)
    with_picture = {"do": "picture", "picture": _file(picture((300, 200)))}
    fang.post(f"{PATH}one/quiet/act/", with_picture)
    text = page(fang, "one/quiet/")
    for said in ("¥999.00", "南京店库存", "风扇响", "换风扇", "客户可见", "32 dB", "image/png"):
        assert said in text, said
    [drawn] = Product.objects.get(code="quiet").pictures.all()
    answer = fang.get(f"{PATH}one/quiet/pictures/{drawn.id}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert fang.get(f"{PATH}one/strong/pictures/{drawn.id}/").status_code == 404
    shown = fang.get(f"/desk/orders/{order.number}/").content.decode()
    assert f'{PATH}of/?sku=Q1"' in shown, "one click from an order's line"
    assert fang.get(f"{PATH}of/", {"sku": "Q1"})["Location"] == f"{PATH}one/quiet/"
    unknown = fang.get(f"{PATH}of/", {"sku": "X-9"})
    assert (unknown.status_code, "X-9" in unknown.content.decode()) == (404, True)


def test_what_differs_is_marked_and_the_best_is_named(shelf: Shelf, sign_in: Signs) -> None:
    text = page(sign_in("wang"), "compare/", p=["quiet", "strong", "nothing"])
    assert text.count('class="differs"') == 6, "price, stock, noise, room, night, colour"
    assert "<strong>32 dB</strong>" in text
    assert "<strong>60 m²</strong>" in text
    assert "¥999.00" in text


def test_an_agent_asks_four_questions_and_reads_why(shelf: Shelf, sign_in: Signs) -> None:
    wang = sign_in("wang")
    given = {"kind": "air-purifiers", "budget": "1500", "room": "15", "noise": "0", "night": "yes", "near": "shop"}
    text = page(wang, "guide/", go="1", **given)
    assert "静音 30" in text
    assert "强力 60" not in text
    assert "在预算内：¥999.00（预算 ¥1,500.00）" in text
    assert "南京店库存：有 2 件" in text
    Product.objects.filter(code="quiet").update(sold_until_date="2020-01-01")
    missed = page(wang, "guide/", go="1", **given)
    assert "差得最少" in missed
    assert "比您要求的多 15 dB" in missed
    assert "这不是该问题的答案" in page(wang, "guide/", go="1", kind="air-purifiers", budget="viel")


def test_a_manager_edits_the_guide_as_a_table_and_others_do_not(shelf: Shelf, sign_in: Signs) -> None:
    fang, path = sign_in("fang"), f"{PATH}kinds/air-purifiers/guide/"
    assert "卧室 / / Bedroom = 40" in page(fang, "kinds/air-purifiers/guide/")
    row = {"code": "room", "names": "多大？ / 多大？ / How large?", "asks": "number", "attribute": "room"}
    row |= {"aim": "at_least", "answers": "", "weight": "5", "is_must": "on"}
    assert fang.post(path, {f"0-{name}": value for name, value in row.items()}).status_code == 302
    [asked] = Category.objects.get(code="air-purifiers").questions.all()
    assert (asked.weight, asked.is_must, asked.names["en"]) == (5, True, "How large?")
    row["attribute"] = "filter"
    refused = fang.post(path, {f"0-{name}": value for name, value in row.items()})
    assert (refused.status_code, "多大？" in refused.content.decode()) == (422, True), "what was typed stays"
    assert sign_in("wang").post(path, {}).status_code == 403


def test_a_kind_and_a_product_are_declared_by_hand(shelf: Shelf, sign_in: Signs) -> None:
    fang = sign_in("fang")
    kind = {"code": "kettles", "names": "水壶", "0-code": "material", "0-names": "材质", "0-typed": "choice"}
    kind |= {"0-choices": "glass = 玻璃 / 玻璃 / Glass\nsteel", "0-is_option": "on", "position": "7"}
    assert fang.post(f"{PATH}kinds/new/", kind).status_code == 302
    assert "glass = 玻璃 / 玻璃 / Glass" in page(fang, "kinds/kettles/")
    said = {"code": "k-1", "name-en": "Kettle", "sku-0": "K1", "option-0-material": "glass", "sku-1": "", "brand": "B"}
    made = fang.post(f"{PATH}new/?kind=kettles", said)
    assert (made.status_code, made["Location"]) == (302, f"{PATH}one/k-1/")
    assert Product.objects.get(code="k-1").variants.get().whole == {"material": "glass"}
    edit = page(fang, "one/k-1/edit/")
    assert 'value="K1"' in edit
    wrong = fang.post(f"{PATH}one/k-1/edit/", said | {"sku-1": "Q1"})
    assert (wrong.status_code, "另一款商品已有此货号：Q1" in wrong.content.decode()) == (422, True)


def _file(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.png", content, "image/png")
