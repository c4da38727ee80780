"""Products taken over from a list: whole or not at all, with every wrong row named."""

import argparse
from pathlib import Path

import pytest

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.importing_products import run, take_over, template
from zhoudao.rooms.catalogue.models import Product
from zhoudao.rooms.catalogue.tests.range import purifiers
from zhoudao.rooms.orders.models import ListPrice

pytestmark = pytest.mark.django_db
LIST = """code,kind,name,name en,sku,colour,噪音,night,price
quiet,air-purifiers,静音,Quiet,Q1,白色,30 dB,是,999.00
quiet,air-purifiers,,,Q2,black,,,"1,099"
loud,air-purifiers,强力,Loud,L1,green,55,no,1999
odd,kettles,壶,Kettle,K1,,,,
"""


def test_rows_of_one_code_are_one_product_and_wrong_ones_are_named() -> None:
    purifiers()
    trial = take_over(LIST.encode(), is_trial=True)
    assert not Product.objects.exists()
    outcome = take_over(LIST.encode())
    assert (outcome.rows, outcome.products, outcome.products) == (4, 1, trial.products)
    assert [number for number, _why, _row in outcome.wrong] == [4, 5]
    assert "L1: colour: 'green'" in outcome.wrong[0][1]
    product = Product.objects.get()
    wholes = {one.sku: one.whole for one in product.variants.all()}
    assert wholes == {
        "Q1": {"noise": 30, "night": True, "colour": "white"},
        "Q2": {"noise": 30, "night": True, "colour": "black"},
    }
    assert dict(ListPrice.objects.values_list("sku", "price_minor")) == {"Q1": 99_900, "Q2": 109_900}


def test_a_list_begins_as_its_kind_says_and_errors_are_written_down(tmp_path: Path) -> None:
    purifiers()
    assert template("air-purifiers")[-5:] == ["noise", "room", "filter", "night", "colour"]
    with pytest.raises(Refused):
        template("nothing")
    file, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    file.write_text(LIST, encoding="utf-8")
    asked = argparse.Namespace(template=None, file=file, dry_run=False, errors=errors)
    assert run(asked) == 1
    assert [line.partition(",")[0] for line in errors.read_text(encoding="utf-8-sig").splitlines()] == ["4", "5"]
    with pytest.raises(Refused):
        take_over(b"a,b\n1,2\n")
