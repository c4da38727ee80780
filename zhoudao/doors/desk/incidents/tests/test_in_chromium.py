"""From several cases to one incident, one message and one closing, in a real browser."""

from playwright.sync_api import expect

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.incidents.commands.joining import join_cases
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.risks import NewRisk, save_risk
from zhoudao.rooms.incidents.models import Incident, Surge

pytestmark = IN_BROWSER
TOLD = {"zh-Hans": "支付页面暂时打不开，我们正在修复。", "en": "Payments fail for the moment; we are on it."}


def seen(shop: Shop, many: int) -> list[Case]:
    return [shop.hears(f"付款页面打不开，第 {n + 1} 次了", who=f"v-{n}") for n in range(many)]


def incident(shop: Shop, touched: list[Case]) -> Incident:
    described = Description(
        "支付页面打不开", "critical", "支付商升级后证书过期", "请客户半小时后再试，不要重复付款。", TOLD, is_public=True
    )
    plan = ["联系支付商", "在网店挂公告", "核对重复扣款"]
    row = open_incident(described, plan=plan, viewer=shop.viewer("zhao"), at=shop.now)
    ids = [case.id for case in touched]
    join_cases(incident_id=row.id, case_ids=ids, viewer=shop.viewer("zhao"), at=shop.later(minutes=4))
    return row


def test_chosen_in_the_list_told_once_and_closed_together(shop: Shop, desk: Desk) -> None:
    touched = seen(shop, 3)
    Conversation.objects.filter(case=touched[0]).update(language="zh-Hant")
    page = desk("zhao", "/desk/?view=all")
    page.locator("#rows > .row").first.wait_for()
    page.keyboard.press("*")
    page.locator('[data-pick="join"]').click()
    page.locator("#sheet-in [name=title]").fill("支付页面打不开")
    shot(page, "incident-choose")
    page.locator("#sheet-in .button-main").click()
    expect(page.locator(".toast-line")).to_contain_text("3 张工单已加入")
    row = Incident.objects.get()
    page.goto(page.url.split("/desk/")[0] + f"/desk/incidents/{row.number}/")
    page.get_by_role("link", name="告知所有客户").click()
    page.locator("#id_text_zh_hans").fill(TOLD["zh-Hans"])
    shot(page, "incident-words")
    page.locator("form.panel .button-main").click()
    expect(page.locator("#round")).to_contain_text("繁體中文")
    shot(page, "incident-ahead")
    page.locator("#round .button-main").click()
    expect(page.locator("#round")).to_contain_text("3 / 3")
    shot(page, "incident-sent")
    assert Message.objects.filter(direction="out", text=TOLD["zh-Hans"]).count() == 3
    page.locator("#round").get_by_role("link", name="返回").click()
    page.locator("#incident").get_by_role("link", name="解决所有工单").click()
    page.locator("form.panel .button-main").click()
    page.locator("#round .button-main").click()
    expect(page.locator("#round")).to_contain_text("3 / 3")
    assert Case.objects.filter(status="resolved").count() == 3


def test_the_page_is_steered_without_leaving_it(shop: Shop, desk: Desk) -> None:
    row = incident(shop, seen(shop, 4))
    page = desk("zhao", f"/desk/incidents/{row.number}/")
    page.locator(".incident-step input").first.check()
    expect(page.locator(".incident-step").first).to_contain_text("赵敏")
    page.locator(".incident-add input").fill("短信通知已付款的客户")
    page.keyboard.press("Enter")
    expect(page.locator(".incident-step")).to_have_count(4)
    page.get_by_label("对外沟通").select_option(label="王芳")
    page.get_by_role("button", name="已控制").click()
    expect(page.locator(".chip-stage-contained")).to_be_visible()
    shot(page, "incident")
    page.goto(page.url.split("/desk/")[0] + "/desk/incidents/")
    shot(page, "incident-list")


def test_the_open_case_says_what_to_tell(shop: Shop, desk: Desk) -> None:
    touched = seen(shop, 1)
    incident(shop, touched)
    page = desk("zhao", f"/desk/cases/{touched[0].number}/")
    expect(page.locator(".case-incident")).to_contain_text("请客户半小时后再试")
    shot(page, "incident-case")
    page.locator("body").press("I")
    expect(page.locator(".case-incident")).to_have_count(0)


def test_it_fits_a_telephone_at_night(shop: Shop, desk: Desk) -> None:
    touched = seen(shop, 3)
    row = incident(shop, touched)
    page = desk("zhao", f"/desk/incidents/{row.number}/", width=390, is_dark=True)
    addresses = ("", "edit/", "message/", "close/")
    for address in addresses:
        page.goto(page.url.split("/desk/")[0] + f"/desk/incidents/{row.number}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        shot(page, f"incident-phone-{address.strip('/') or 'page'}")
    page.goto(page.url.split("/desk/")[0] + "/desk/incidents/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "incident-phone-list")


def test_a_proposal_the_register_and_a_review_are_there_to_be_read(shop: Shop, desk: Desk) -> None:
    ensure_shipped_flows(shop.now)
    touched = seen(shop, 3)
    plan = ["联系支付服务商", "在网店挂公告"]
    owner = shop.cast.people["zhao"].pk
    wanted = NewRisk("支付页面打不开", "inquiry", "多位客户说付不了款", owner, plan, words="付款", threshold=5)
    save_risk(wanted, viewer=shop.viewer("admin"), at=shop.now)
    found = {"pieces": ["付款", "款页", "页面"], "window_minutes": 60, "count": 8, "expected": 0.4}
    ids = [str(case.id) for case in touched]
    Surge.objects.create(**found, case_ids=ids, found_at=shop.now, seen_at=shop.now)
    page = desk("admin", "/desk/incidents/")
    expect(page.locator(".incident-found")).to_contain_text("付款页面")
    shot(page, "incident-found")
    origin = page.url.split("/desk/")[0]
    for address, name in (("/desk/risks/", "risks"), ("/desk/risks/new/", "risk-new"), ("/desk/board/", "board")):
        page.goto(origin + address)
        shot(page, f"incident-{name}")
    page.goto(origin + "/desk/incidents/")
    page.locator(".incident-found .button-main").click()
    page.locator("#incident").get_by_role("button", name="问题已解决").click()
    page.get_by_role("link", name="复盘").click()
    page.locator("#id_happened").fill("证书过期，支付页面打不开。")
    page.locator("form.panel .button-main").click()
    page.locator(".incident-action [name=words]").fill("证书到期前三十天提醒")
    page.locator(".incident-action [name=owner]").select_option(label="王芳")
    page.locator(".incident-action [name=due]").fill("2026-04-01")
    page.locator(".incident-action button").click()
    expect(page.locator(".errand")).to_contain_text("证书到期前三十天提醒")
    shot(page, "incident-review")
    phone = desk("admin", "/desk/risks/", width=390, is_dark=True)
    for address in ("/desk/risks/", "/desk/risks/new/", f"{page.url.removeprefix(origin)}"):
        phone.goto(origin + address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
        shot(phone, f"incident-phone2-{address.strip('/').split('/')[-1]}")
