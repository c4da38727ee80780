"""`zhoudao import devices`: whose device is which, once, wrong rows named."""

import pytest

from zhoudao.doors.cli.importing_devices import take_over
from zhoudao.ground.installation import clock
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.repairs.models import Device
from zhoudao.rooms.repairs.tests.workshop import CLERK, sold

pytestmark = pytest.mark.django_db


def test_a_list_is_taken_over_once_and_wrong_rows_are_named() -> None:
    for name, address in (("buyer-1", "wang@example.com"), ("buyer-2", "li@example.com")):
        order = sold(claims=[Claim("external", name, scope="shop")])
        proven = [Claim("email", address, verified=True)]
        note_identities(customer_id=order.customer_id, claims=proven, at=clock.now(), by=CLERK)
    rows = (
        "客户,货号,名称,序列号,类别,购买日期\n"
        "wang@example.com,RF-1,冰箱,RF-1234,fridge,2026-01-01\n"
        "wang@example.com,RF-2,冰柜,,fridge,\n"
        "li@example.com,RF-1,冰箱,rf 1234,fridge,2026-01-01\n"
        "nobody@example.com,RF-1,冰箱,RF-5555,,\n"
        "wang@example.com,RF-1,冰箱,??,,\n"
        "wang@example.com,RF-1,冰箱,RF-9999,,yesterday\n"
    ).encode()
    first, again = take_over(rows), take_over(rows)
    assert (first.rows, first.booked, first.before) == (6, 2, 0)
    assert (again.booked, again.before) == (0, 2)
    assert [number for number, _why, _row in first.wrong] == [4, 5, 6, 7]
    assert "Another customer's device has this serial number" in first.wrong[0][1]
    assert Device.objects.get(serial_key="RF1234").warranty_months == 12


def test_a_batch_comes_with_the_list_and_is_added_where_none_was_known() -> None:
    order = sold(claims=[Claim("external", "buyer-1", scope="shop")])
    proven = [Claim("email", "wang@example.com", verified=True)]
    note_identities(customer_id=order.customer_id, claims=proven, at=clock.now(), by=CLERK)
    head = "客户,货号,名称,序列号,批次\n"
    for batch in ("", "l 7", "L8"):
        take_over(f"{head}wang@example.com,RF-1,冰箱,RF-1234,{batch}\n".encode())
    assert Device.objects.get().batch == "L7", "a list does not overrule what is known"
    [(number, why, _row)] = take_over(f"{head}wang@example.com,RF-2,冰箱,RF-5678,批?\n".encode()).wrong
    assert (number, "A batch is letters" in why) == (2, True)
