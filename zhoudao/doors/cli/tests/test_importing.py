"""Opening stock from a list: each row once, wrong ones said, interrupted and gone on with."""

import argparse
from pathlib import Path

import pytest

from zhoudao.doors.cli import Refused, importing
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.stock.models import Item, Movement
from zhoudao.rooms.stock.tests.shelf import Shelf, differences, open_shelf

LIST = """仓库,编号,数量,名称,条码,安全库存
east,6001,5,铸铁茶壶,690111,2
west,6001,"1,200",,,
east,6002,0.5,,,
nowhere,6003,1,,,
east,6001,7,,,
east,6004,0,,,
"""


@pytest.fixture
def shelf(db: None) -> Shelf:
    return open_shelf(Store.objects.create(code="nanjing", names={"zh-Hans": "南京店"}))


def test_sound_rows_are_booked_once_and_the_others_are_said(shelf: Shelf) -> None:
    trial = importing.take_over(LIST.encode("gb18030"), is_trial=True)
    assert (trial.rows, trial.booked, len(trial.wrong)) == (6, 2, 4)
    assert not Movement.objects.exists()
    first = importing.take_over(LIST.encode())
    assert [number for number, _why, _row in first.wrong] == [4, 5, 6, 7]
    assert (shelf.book("6001"), shelf.book("6001", "west")) == ((5, 0, 3), (1200, 0, 1200))
    assert (Item.objects.get(sku="6001").names["zh-Hans"], str(first.booked)) == ("铸铁茶壶", "2")
    again = importing.take_over(LIST.replace("0.5", "8").encode())
    assert (again.booked, again.before) == (1, 2), "put right, only that row is booked"
    assert differences() == []


def test_a_list_without_its_columns_or_no_list_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="quantity"):
        importing.take_over(b"sku,warehouse\n1,east\n")
    file = tmp_path / "x.csv"
    file.write_bytes(b"a\0b")
    with pytest.raises(Refused, match=r"x\.csv"):
        importing.run(argparse.Namespace(file=file, dry_run=False, errors=None))


def test_wrong_rows_are_written_to_a_file_of_their_own(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    file.write_text(LIST, encoding="utf-8")
    assert importing.run(argparse.Namespace(file=file, dry_run=False, errors=errors)) == 1
    assert "6 rows: 2 booked, 0 before, 4 wrong" in capsys.readouterr().out
    assert len(errors.read_text(encoding="utf-8-sig").splitlines()) == 4
