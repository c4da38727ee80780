"""A washing machine leaks: asked for by its customer with a photo at the phone, judged, an engineer sent, repaired
there, and signed for on the engineer's phone.
"""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.stories.test_order_way import shop
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.doors.desk.inbox.tests.conftest import sign_in
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.tests.network import open_network
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import tracking_path
from zhoudao.rooms.repairs.links import repair_path
from zhoudao.rooms.repairs.models import Make, Repair
from zhoudao.rooms.repairs.tests.test_visits import SHANGHAI
from zhoudao.rooms.repairs.tests.workshop import PNG, SERIAL, book, parts_come, place, sold

__all__ = ["desk", "shop", "sign_in"]
pytestmark = IN_BROWSER


def the_customer_asks(desk: Desk, order: Order, folder: Path) -> Repair:
    """On the phone, with a photo of the plate: the warranty is answered at once."""
    (folder / "plate.png").write_bytes(PNG)
    page = desk("admin", f"{tracking_path(order.id)}?language=zh-hans", width=390)
    page.locator("a[href*='/repair/']").first.click()
    page.get_by_label("序列号").fill(SERIAL)
    page.get_by_label("漏水").check()
    page.locator("#repair-words").fill("门边一直滴水")
    page.locator("#repair-photos").set_input_files(folder / "plate.png")
    shot(page, "repair-ask")
    page.get_by_role("button", name="提交维修申请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("正在判断故障")
    expect(page.locator("main")).to_contain_text("在保修期内")
    return Repair.objects.get()


def it_is_judged_and_an_engineer_sent(desk: Desk, repair: Repair) -> Visit:
    """One look: the proposal is confirmed, the part kept, the best engineer sent."""
    page = desk("admin", f"/desk/repairs/{repair.number}/")
    expect(page.locator("#content")).to_contain_text("75 %")
    shot(page, "repair-triage")
    page.locator("button[value=triage]").first.click()
    page.locator("select[name=warehouse]").select_option("workshop")
    page.locator("button[value=keep]").click()
    page.locator("button[value=visit]").click()
    expect(page.locator("#visit-title")).to_be_visible()
    shot(page, "repair-planned")
    return Visit.objects.get()


def it_is_repaired_and_signed_for(desk: Desk, repair: Repair, engineer: str) -> None:
    """On the engineer's phone."""
    page = desk(engineer, f"/desk/repairs/{repair.number}/visit/", width=390)
    expect(page.locator("#content")).to_contain_text("门封圈")
    page.locator("button[value=arrive]").click()
    page.locator("#work-minutes").fill("40")
    page.locator("#work-words").fill("换了门封圈，试机不漏")
    page.locator("button[value=log]").click()
    shot(page, "repair-visit")
    page.locator("button[name=solved][value=yes]").click()
    page.locator("a[href$='/sign/']").click()
    canvas = page.locator(".sign-pad canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 30 + step * 30, box["y"] + (30 if step % 2 else 90))
    page.mouse.up()
    page.locator("#sign-name").fill("王小姐")
    shot(page, "repair-sign")
    page.locator(".sign button[type=submit]").click()
    expect(page.locator(".signed img")).to_be_visible()
    shot(page, "repair-signed")


def test_a_washing_machine_is_repaired_from_the_photo_to_the_signature(shop: Shop, desk: Desk, tmp_path: Path) -> None:
    network = open_network(shop)
    Make.objects.create(sku="WM-8", category="washer")
    order = sold(shop.now, recipient=SHANGHAI)
    parts_come(3, at=shop.now)
    place()
    repair = the_customer_asks(desk, order, tmp_path)
    dispatch.drain()
    case = Case.objects.get(kind="after_sales")
    assert (repair.conversation_id, repair.is_covered, repair.proposed) == (case.conversation_id, True, "seal")
    visit = it_is_judged_and_an_engineer_sent(desk, repair)
    dispatch.drain()
    shop.later(hours=3)
    page = desk("admin", f"{repair_path(repair.id)}?language=zh-hans", width=390)
    expect(page.locator("main")).to_contain_text(visit.engineer.member.user.name if visit.engineer else "?")
    shot(page, "repair-customer")
    it_is_repaired_and_signed_for(desk, repair, network.who(visit))
    dispatch.drain()
    repair.refresh_from_db()
    visit.refresh_from_db()
    assert (repair.state, repair.handing, visit.state, visit.outcome) == ("closed", "there", "done", "fixed")
    assert repair.signature is not None
    assert book() == (2, 0)
    assert repair.closed_at is not None
    assert repair.closed_at - repair.asked_at < timedelta(days=1)
    page = desk("admin", f"{repair_path(repair.id)}?language=zh-hans", width=390)
    expect(page.get_by_role("heading", level=1)).to_contain_text("维修已完成")
