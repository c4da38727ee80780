"""`zhoudao import orders`: a list, a map, what became of them, and the real marketplace's ten thousand."""

import argparse
import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from zhoudao.doors.cli import Refused, importing_orders
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.models import Order

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[5] / "shared/data/orders"
LIST = "订单号,货号,单价\n1,A,5\n2,B,x\n"


@pytest.fixture(autouse=True)
def web() -> None:
    Store.objects.get_or_create(code="web", defaults={"names": {}, "kind": "web"})


def asked(file: Path, **more: Any) -> argparse.Namespace:
    usual: dict[str, Any] = {"map": "", "source": "shop", "history": False, "dry_run": False, "errors": None}
    return argparse.Namespace(file=file, json=False, **(usual | more))


def test_a_list_is_taken_with_guessed_columns_and_the_wrong_rows_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, errors = tmp_path / "orders.csv.gz", tmp_path / "errors.csv"
    file.write_bytes(gzip.compress(LIST.encode("gb18030")))
    assert importing_orders.run(asked(file, dry_run=True)) == 1
    assert "1 would be placed" in capsys.readouterr().out
    assert not Order.objects.exists()
    assert importing_orders.run(asked(file, errors=errors)) == 1
    said = capsys.readouterr()
    assert "2 orders" in said.out
    assert "1 placed, 0 there before, 1 wrong" in said.out
    assert "sku = 货号" in said.err
    assert "row 3: " in said.err
    assert errors.read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,")
    file.write_bytes(LIST.replace("x", "6").encode())
    assert importing_orders.run(asked(file)) == 0


def test_a_map_file_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, plan = tmp_path / "list.csv", tmp_path / "map.json"
    file.write_text(LIST, encoding="utf-8")
    columns = {"external_number": "订单号", "sku": "货号", "price": "单价"}
    plan.write_text(json.dumps({"source": "erp", "columns": columns}), encoding="utf-8")
    arguments = asked(file, map=str(plan), source="", history=True)
    arguments.json = True
    assert importing_orders.run(arguments) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["placed"], told["wrong"][0]["rows"]) == (1, [3])
    assert (Order.objects.get().source, Event.objects.get(type="orders.OrderPlaced").attributes["is_history"]) == (
        "erp",
        True,
    )


def test_what_cannot_begin_says_why(tmp_path: Path) -> None:
    file, plan = tmp_path / "list.csv", tmp_path / "map.json"
    file.write_text(LIST, encoding="utf-8")
    plan.write_text("{", encoding="utf-8")
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"a\0b")
    for arguments, says in (
        (asked(file, source=""), "--source"),
        (asked(file, map=str(plan)), "map.json"),
        (asked(file, map="nowhere"), "nowhere"),
        (asked(tmp_path, map="olist"), "orders"),
        (asked(binary), "x.csv"),
        (asked(tmp_path / "none.csv"), "none.csv"),
        (asked(file, source="a b"), "source"),
    ):
        with pytest.raises(Refused, match=says):
            importing_orders.run(arguments)
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)  # held open, it would keep everybody else's events waiting
@pytest.mark.skipif(
    not REAL.exists() and not os.environ.get("REQUIRE_ALL"), reason=f"the marketplace's orders are not there: {REAL}"
)
def test_the_real_ten_thousand_come_in_as_history_and_only_once(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    assert importing_orders.run(asked(REAL, map="olist", source="")) == 1
    first = capsys.readouterr().out
    assert "10,000 orders" in first
    assert "9,889 placed, 0 there before, 111 wrong" in first, "those without any item"
    assert importing_orders.run(asked(REAL, map="olist", source="")) == 1
    assert "0 placed, 9,889 there before, 111 wrong" in capsys.readouterr().out
    assert time.monotonic() - began < 300
    assert Event.objects.filter(type="orders.OrderPlaced").count() == 9_889
    late = Event.objects.filter(type="orders.OrderDelivered", attributes__is_late=True).count()
    assert 400 < late < 1_200
