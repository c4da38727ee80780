"""Devices and their warranties: registered, extended, disputed, and answered at once."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from zhoudao.ground.decisions.commands import publish
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.repairs.commands.owning import describe_device, extend_warranty, settle_dispute
from zhoudao.rooms.repairs.commands.registering import What, register_device
from zhoudao.rooms.repairs.models import Device, Make
from zhoudao.rooms.repairs.refusals import (
    DeviceUnsound,
    ExtensionUnsound,
    LineUnknown,
    MoreThanBought,
    NotDelivered,
    NotDisputed,
    SerialTaken,
    SerialUnsound,
)
from zhoudao.rooms.repairs.serials import error_code, serial_key
from zhoudao.rooms.repairs.tables import WARRANTY
from zhoudao.rooms.repairs.tests.workshop import CLERK, SERIAL, TEN, WASHER, device, line_id, sold
from zhoudao.rooms.repairs.warranties import later, parts_until, standing

pytestmark = pytest.mark.django_db
BOUGHT = date(2026, 3, 10)


def another(**more: Any) -> Order:
    """The same machine, sold to somebody else."""
    return sold(claims=[Claim("external", "buyer-2", scope="shop")], **more)


@pytest.mark.parametrize(
    "text", ["WM-0812 3456", "wm08123456", " SN: WM 0812-3456", "ＷＭ０８１２３４５６", "序列号：WM08123456"]
)
def test_a_serial_number_is_the_same_however_it_is_written(text: str) -> None:
    assert serial_key(text) == "WM08123456"


@pytest.mark.parametrize("text", ["12", "x" * 41, "洗衣机123456", "?!?!?!", "a" * 200])
def test_what_is_no_serial_number_is_refused(text: str) -> None:
    with pytest.raises(SerialUnsound):
        serial_key(text)


def test_none_was_given_and_codes_are_compared_without_strokes() -> None:
    assert (serial_key("  "), error_code("e - 18"), error_code("Ｅ１８")) == (None, "E18", "E18")


def test_a_machine_knows_its_warranty_with_the_version_that_gave_it() -> None:
    one = device(sold())
    assert (one.brand, one.category, one.delivered_date) == ("海鸥", "washer", BOUGHT)
    assert (one.warranty_months, one.parts_months, one.terms_why) == (12, {"motor": 36, "mainboard": 36}, "law")
    last = standing(one, date(2027, 3, 10))
    assert (last.is_covered, last.until, last.why, last.version) == (True, date(2027, 3, 10), "covered", 1)
    over = standing(one, date(2027, 3, 11))
    assert (over.is_covered, over.why) == (False, "over")
    motor = standing(one, date(2029, 3, 10), "motor")
    assert (motor.is_covered, motor.why, motor.until) == (True, "part", date(2029, 3, 10))
    assert standing(one, date(2029, 3, 11), "motor").why == "part_over"
    assert [until for _part, until in parts_until(one)] == [date(2029, 3, 10)] * 2


def test_a_battery_ends_before_its_phone() -> None:
    Make.objects.create(sku="PH-1", category="phone")
    order = sold(items=[Item("PH-1", 1, 300_000, "手机")])
    one = device(order)
    day = BOUGHT + timedelta(days=200)
    assert standing(one, day).is_covered
    assert standing(one, day, "battery").why == "part_over"


def test_chosen_goods_have_two_years_by_the_table() -> None:
    Make.objects.create(sku="WM-9", brand="周到优选", category="washer")
    one = device(sold(items=[Item("WM-9", 1, 399_900, "精选洗衣机")]))
    assert (one.warranty_months, one.terms_why) == (24, "chosen")


def test_a_warranty_is_extended_once_with_a_reason() -> None:
    one, key = device(sold()), uuid4()
    for _twice in range(2):
        extend_warranty(device_id=one.id, months=12, is_sold=True, reason="延保 W-1", key=key, by=CLERK, at=TEN)
    one = Device.objects.get(id=one.id)
    found = standing(one, date(2028, 3, 10))
    assert (found.is_covered, found.why, found.until) == (True, "extended", date(2028, 3, 10))
    assert standing(one, date(2027, 3, 10)).why == "covered"
    for months, reason in ((0, "x"), (61, "x"), (-1, "x"), (12, "  ")):
        with pytest.raises(ExtensionUnsound):
            extend_warranty(
                device_id=one.id, months=months, is_sold=False, reason=reason, key=uuid4(), by=CLERK, at=TEN
            )


def test_a_table_changed_since_changes_no_device_that_is_known() -> None:
    first = device(sold())
    stored = DecisionVersion.objects.get(key=WARRANTY, is_live=True)
    rules = [rule | {"months": "1"} for rule in stored.content["rules"]]
    tests = [one | {"expect": one["expect"] | {"months": 1}} for one in stored.tests]
    publish(
        key=WARRANTY, content=stored.content | {"rules": rules}, inputs=stored.inputs, tests=tests, by=CLERK, at=TEN
    )
    second = device(another(), "WM-99999")
    first.refresh_from_db()
    assert (first.warranty_months, first.terms_version) == (12, 1)
    assert (second.warranty_months, second.terms_version) == (1, 2)


def test_without_a_table_a_colleague_decides() -> None:
    order = sold()
    DecisionVersion.objects.filter(key=WARRANTY).update(is_live=False)
    one = device(order)
    assert (standing(one, BOUGHT).is_covered, standing(one, BOUGHT).why, one.terms_version) == (False, "no_terms", None)


def test_the_same_number_twice_is_one_device() -> None:
    order = sold(items=[WASHER.__class__("WM-8", 3, 299_900, "滚筒洗衣机")])
    assert device(order, "WM-0812 3456") == device(order, "wm08123456")
    assert Device.objects.count() == 1


def test_no_more_devices_than_were_bought_and_a_nameless_one_gets_its_number() -> None:
    order = sold()
    nameless = device(order, "")
    assert device(order, "") == nameless
    assert device(order, SERIAL).id == nameless.id
    with pytest.raises(MoreThanBought):
        device(order, "WM-0000 1111")


def test_another_customers_number_is_taken_and_disputed_and_nobody_is_told_whose_it_is() -> None:
    theirs, mine = device(sold()), device(another())
    assert (theirs.is_disputed, mine.is_disputed) == (False, True)
    assert standing(mine, BOUGHT) == standing(device(another(), "WM-7777"), BOUGHT), "as for a number nobody knows"
    with pytest.raises(NotDisputed):
        settle_dispute(device_id=theirs.id, is_theirs=True, by=CLERK, at=TEN)


def test_a_colleague_settles_whose_it_is() -> None:
    theirs, order = device(sold()), another()
    mine = device(order)
    settle_dispute(device_id=mine.id, is_theirs=False, by=CLERK, at=TEN)
    mine.refresh_from_db()
    assert (mine.serial_key, mine.is_disputed) == (None, False)
    third = device(order)
    assert third.id == mine.id
    settle_dispute(device_id=third.id, is_theirs=True, by=CLERK, at=TEN)
    theirs.refresh_from_db()
    assert theirs.is_gone
    assert not Device.objects.get(id=third.id).is_disputed


def test_what_was_not_delivered_or_is_another_orders_is_no_device() -> None:
    order = sold()
    with pytest.raises(LineUnknown):
        device(order, line_id=line_id(another()))
    waits = placed(items=[WASHER], discount_minor=0, shipping_minor=0, tax_minor=0)
    with pytest.raises(NotDelivered):
        device(waits)


def test_bought_elsewhere_it_has_a_warranty_from_the_day_it_was_bought() -> None:
    order = sold()
    given: dict[str, Any] = {"customer_id": order.customer_id, "store_id": order.store_id, "by": CLERK, "at": TEN}
    what = What("RF-1", "冰箱", "RF 1234", category="fridge", bought_date=date(2025, 12, 31))
    one = register_device(what=what, **given)
    assert register_device(what=what, **given) == one
    assert standing(one, date(2026, 12, 31)).is_covered
    nothing = register_device(what=What("RF-2", "冰箱"), **given)
    assert standing(nothing, BOUGHT).why == "no_date"
    for wrong in (What("", "x"), What("A\nB", "x"), What("A", " "), What("A", "x", bought_date=date(2030, 1, 1))):
        with pytest.raises(DeviceUnsound):
            register_device(what=wrong, **given)


def test_what_is_known_is_put_right_with_the_terms_goods_like_it_have_now() -> None:
    one = device(sold(items=[Item("X-1", 1, 10_000, "机器")]))
    assert one.warranty_months == 6
    given: dict[str, Any] = {"device_id": one.id, "delivered_date": BOUGHT, "by": CLERK, "at": TEN}
    describe_device(what=What("X-1", "冰箱", "NEW-123", category="fridge"), **given)
    one.refresh_from_db()
    assert (one.warranty_months, one.serial_key, Make.objects.get(sku="X-1").category) == (12, "NEW123", "fridge")
    other = device(another(items=[Item("X-1", 1, 10_000, "机器")]), "OTHER-1")
    with pytest.raises(SerialTaken), transaction.atomic():
        describe_device(what=What("X-1", "冰箱", "other1"), **given)
    assert other.category == "fridge"


def test_months_end_on_the_last_day_there_is() -> None:
    assert later(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert later(date(2026, 12, 15), 240) == date(2046, 12, 15)


def test_who_registered_it_is_kept() -> None:
    assert device(sold(), by=By("user:desk")).registered_by == "user:desk"
