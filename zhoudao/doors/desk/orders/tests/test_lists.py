"""A list handed in at the desk: looked at, its columns chosen, taken in by a worker, what was wrong fetched again."""

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhoudao.doors.desk.orders import tasks
from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.vault.models import DataKey
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands import importing
from zhoudao.rooms.orders.commands.handing_in import forget_lists
from zhoudao.rooms.orders.models import Order, OrderList, OrderListMap

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["shop"]  # a fixture
LIST = """单号,货号,单价,数量,收货人,手机
1001,CH-1,129.00,2,王小姐,13812348000
1001,LP-7,50,1,王小姐,13812348000
1002,CH-1,129.00,0.5,陈先生,
1003,CH-1,129.00,1,=1+1,
"""
COLUMNS = {"column_external_number": "单号", "column_sku": "货号", "column_price": "单价", "column_quantity": "数量"}
MORE = {"column_name": "收货人", "column_phone": "手机"}
ASKED = {**COLUMNS, **MORE, "source": "taobao", "currency": "CNY", "zone": "Asia/Shanghai", "store": ""}


def handed_in(client: Client, content: bytes = LIST.encode("gb18030"), name: str = "三月.csv") -> str:
    answer = client.post("/desk/orders/lists/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, text(answer)
    path = str(answer["Location"])
    tasks.read(path.split("/")[-2])
    return path


def test_a_list_is_looked_at_mapped_and_taken_in(shop: Shop) -> None:
    client = as_(shop, "admin")
    path = handed_in(client)
    assert "三月.csv" in text(client.get("/desk/orders/lists/"))
    page = text(client.get(path))
    assert '<option value="货号" selected>' in page, "known titles are guessed"
    assert "Choose the column for: Order number." in page
    looked = text(client.post(path, {**ASKED, "do": "look"}, follow=True))
    assert "Choose the column" not in looked
    assert looked.count("Will be placed") == 2
    assert "Quantity (数量): A quantity is a whole number" in looked
    assert "王**" in looked
    assert "13812348000" not in looked
    assert not Order.objects.exists()
    began = client.post(path, {**ASKED, "do": "begin"}, follow=True)
    assert f'hx-get="{path}progress/"' in text(began)
    assert "HX-Redirect" not in client.get(f"{path}progress/").headers
    tasks.take(path.split("/")[-2])
    assert client.get(f"{path}progress/")["HX-Redirect"] == path
    done = text(client.get(path))
    assert "These rows as a file" in done
    assert (Order.objects.count(), Order.objects.filter(source="taobao").count()) == (2, 2)
    told = Event.objects.get(type="orders.OrderListTaken")
    assert told.attributes == {"orders": 3, "placed": 2, "before": 0, "wrong": 1}
    rows = client.get(f"{path}wrong.csv").content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["Row", "4"]
    again = client.post(path, {**ASKED, "do": "begin"})
    assert again.status_code == 200, "what is done is only shown"
    assert Order.objects.count() == 2


def test_a_map_is_kept_by_its_name_for_the_next_list(shop: Shop) -> None:
    client = as_(shop, "admin")
    path = handed_in(client)
    assert client.post(path, {**ASKED, "do": "save", "name": " "}).status_code == 422
    assert "The map is saved" in text(client.post(path, {**ASKED, "do": "save", "name": "淘宝"}, follow=True))
    assert OrderListMap.objects.get().how["columns"]["external_number"] == "单号"
    other = handed_in(client)
    used = text(client.post(other, {"do": "use", "saved": "淘宝"}))
    assert '<option value="单号" selected>' in used
    assert 'value="taobao"' in used


def _rights(shop: Shop, name: str) -> frozenset[str]:
    from zhoudao.ground.accounts.viewer import of_user

    return frozenset(of_user(shop.cast.people[name]).permissions)


def test_what_cannot_be_read_is_said_with_its_place_and_destroyed(shop: Shop) -> None:
    client = as_(shop, "admin")
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = '<row><c r="A1"><v>1</v></c></row><row><c r="C2"><f>2+3</f><v>5</v></c></row>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>")
    for content, says in (
        (file.getvalue(), "The cell C2 is a formula"),
        (b"a\0b", "no CSV or Excel file"),
        (b",,\n1,2,3\n", "must name the columns"),
    ):
        path = handed_in(client, content, "x.xlsx")
        assert says in text(client.get(path))
        assert client.post(path, {**ASKED, "do": "begin"}).status_code == 200
    assert (OrderList.objects.filter(state="unreadable").count(), StoredFile.objects.count()) == (3, 0)
    nothing = client.post("/desk/orders/lists/", {"file": SimpleUploadedFile("x.csv", b"")})
    assert nothing.status_code == 422
    assert client.post("/desk/orders/lists/", {}).status_code == 422


def test_killed_it_goes_on_there_and_counts_each_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 3)
    client = as_(shop, "admin")
    content = "单号,货号,单价\n" + "".join(f"{n},A,5\n" for n in range(8))
    path = handed_in(client, content.encode())
    client.post(path, {**ASKED, "do": "begin"})
    list_id = path.split("/")[-2]
    usual, calls = importing.take_some, list[int]()

    def dies(*arguments: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        usual(*arguments, **more)

    monkeypatch.setattr("zhoudao.rooms.orders.commands.handing_in.take_some", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.take(list_id)
    assert (OrderList.objects.get().done, Order.objects.count()) == (3, 3)
    tasks.take(list_id)
    row = OrderList.objects.get(id=UUID(list_id))
    assert (row.state, row.done, row.placed, row.before, Order.objects.count()) == ("done", 8, 8, 0, 8)
    assert row.forgotten_at is not None, "nothing is left to put right"
    assert not StoredFile.objects.exists()
    assert not DataKey.objects.filter(subject_id=row.id).exists()
    assert client.get(f"{path}wrong.csv").status_code == 404


def test_a_list_is_its_own_and_of_those_who_take_orders(shop: Shop) -> None:
    path = handed_in(as_(shop, "admin"))
    assert as_(shop, "zhou").get(path).status_code == 403, "an analyst only reads"
    colleague = next(name for name in shop.cast.people if name != "admin" and "orders:write" in _rights(shop, name))
    assert as_(shop, colleague).get(path).status_code == 404
    assert as_(shop, colleague).get(f"{path}wrong.csv").status_code == 404


def test_a_list_of_a_store_not_ones_own_is_refused_row_by_row(shop: Shop) -> None:
    colleague = next(name for name in shop.cast.people if name != "admin" and "orders:write" in _rights(shop, name))
    client = as_(shop, colleague)
    path = handed_in(client, "单号,货号,单价,门店\n1,A,5,hangzhou\n".encode())
    client.post(path, {**ASKED, "column_store": "门店", "do": "begin"})
    tasks.take(path.split("/")[-2])
    assert "no such store" in text(client.get(path))
    assert not Order.objects.exists()


def test_after_a_week_nothing_of_a_list_is_left(shop: Shop) -> None:
    client = as_(shop, "admin")
    path = handed_in(client)
    OrderList.objects.update(handed_in_at=shop.now - timedelta(days=8))
    assert forget_lists(at=shop.now) == 1
    row = OrderList.objects.get()
    assert (row.first_sealed, StoredFile.objects.count(), DataKey.objects.filter(subject_id=row.id).count()) == (
        None,
        0,
        0,
    )
    assert "kept for a week and is gone" in text(client.get(path))
    assert client.post(path, {**ASKED, "do": "begin"}).status_code == 422
