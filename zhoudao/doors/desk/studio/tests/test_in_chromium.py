"""The studio in a real browser, under the pages' strict policy."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion, Task
from zhoudao.conduct.flows.tests.bench import Bench
from zhoudao.conduct.flows.versions import version_of
from zhoudao.doors.desk.flows.tests.test_pages import signed_in
from zhoudao.doors.desk.studio.tests.conftest import CHROMIUM, shot
from zhoudao.engines.bpmn.comparing import compare
from zhoudao.engines.bpmn.parse import parse
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.decisions.queries import decide

if not CHROMIUM and os.environ.get("REQUIRE_ALL"):
    raise RuntimeError("Chromium is not installed.")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]


def test_a_version_is_drawn_with_its_waiting_tasks_and_the_makers_mark(page: Page, shop: Bench) -> None:
    shop.case.kind = "complaint"
    shop.case.save()
    shop.opens()
    version = FlowVersion.objects.get(key="complaint")
    page.goto(f"/desk/flows/versions/{version.id}/")
    expect(page.locator("#flow [data-element-id='investigate']")).to_be_visible()
    expect(page.locator(".flow-waits")).to_have_text("1")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    shot(page, "version")


def drawing(page: Page, key: str) -> Page:
    """The modeller, ready."""
    page.goto(f"/desk/flows/{key}/edit/")
    expect(page.locator("#flow[data-ready]")).to_be_attached()
    return page


def test_a_manager_changes_the_complaint_flow_pilots_it_in_two_stores_and_new_complaints_there_follow_it(
    page: Page, shop: Bench
) -> None:
    other = Store.objects.create(code="hangzhou", names={"zh-Hans": "杭州店"}, city="杭州")
    stores = {"nanjing": shop.cast.stores["nanjing"], "hangzhou": other, "web": shop.cast.stores["web"]}
    drawing(page, "complaint")
    expect(page.locator("#check-head")).not_to_have_class("is-bad")
    page.locator("#flow [data-element-id=investigate]").first.click()
    panel = page.locator("#step-panel")
    expect(panel.locator("[data-zd=team]")).to_be_visible()
    shot(page, "studio-step")
    panel.locator("[data-span=target]").fill("90")
    panel.locator("[data-unit=target]").select_option("M")
    panel.locator("#add").click()
    expect(panel.locator("[data-name=name]")).to_have_value("")
    panel.locator("[data-name=name]").fill("组长复核")
    panel.locator("[data-zd=team]").select_option("customer_relations")
    expect(page.locator("#save-state")).to_have_text("已全部保存")
    expect(page.locator("#check-head")).to_contain_text("可以发布")
    shot(page, "studio-changed")
    page.locator("#open-deploy").click()
    sheet = page.locator("#deploy-sheet")
    sheet.locator("[name=note]").fill("调查后由组长复核")
    sheet.locator("[value=stores]").check()
    for code in ("nanjing", "hangzhou"):
        sheet.locator(f"[name=store][value='{stores[code].id}']").check()
    shot(page, "studio-deploy")
    sheet.locator("[type=submit]").click()
    page.wait_for_url("**/versions/**")
    expect(page.locator("#flow [data-element-id=investigate]")).to_be_visible()
    shot(page, "studio-pilot")
    pilot = FlowVersion.objects.get(key="complaint", version=2)
    new = next(node for node in version_of(pilot.id).graph.nodes if node.name == "组长复核")
    assert version_of(pilot.id).graph.node("investigate").step.target == timedelta(minutes=90)
    assert (pilot.note, new.step.team, pilot.is_live) == ("调查后由组长复核", "customer_relations", False)
    for code, version in (("nanjing", 2), ("hangzhou", 2), ("web", 1)):
        run = shop.opens_another(stores[code], "complaint")
        assert run.version.version == version, code
        shop.finishes(Task.objects.get(run=run), finding="运输磕碰", responsible_department="order_processing")
        assert Task.objects.get(run=run, completed_at=None).name == ("组长复核" if version == 2 else "答复客户"), code


@pytest.mark.parametrize("key", ["complaint", "inquiry"])
def test_a_flow_that_was_drawn_on_says_exactly_what_it_said_before(page: Page, shop: Bench, key: str) -> None:
    drawing(page, key)
    page.locator("#pick").select_option(key)
    page.locator("#step-panel [data-name=name]").fill("改名")
    page.locator("#step-panel [data-name=name]").blur()
    expect(page.locator("#save-state")).to_have_attribute("data-is", "saved")
    before = version_of(FlowVersion.objects.get(key=key).id).graph
    changes = compare(before, parse(bytes(FlowDraft.objects.get().source)))
    assert [(change.element, [each.aspect for each in change.differences]) for change in changes] == [(key, ["name"])]


def test_what_is_wrong_is_marked_on_its_element_while_drawing_and_gone_once_mended(page: Page, shop: Bench) -> None:
    drawing(page, "complaint")
    page.locator("#pick").select_option("acknowledge")
    page.locator("[data-zd=command]").select_option("")
    expect(page.locator(".flow-problem")).to_have_count(1)
    expect(page.locator("#problems .problem")).to_contain_text("受理确认")
    shot(page, "studio-problem")
    page.locator("#pick").select_option("answer")
    page.locator("#problems .problem").click()
    expect(page.locator("#pick")).to_have_value("acknowledge")
    page.keyboard.press("Control+s")
    page.locator("[data-edit=undo]").click()
    expect(page.locator(".flow-problem")).to_have_count(0)


def test_a_form_is_edited_in_three_languages_and_words_for_the_customer_are_kept(page: Page, shop: Bench) -> None:
    drawing(page, "complaint")
    page.locator("#pick").select_option("answer")
    page.locator("#open-form").click()
    page.locator("#add-field").click()
    field = page.locator("#form-fields li").last
    field.locator("[data-field=name]").fill("goodwill")
    field.locator("[data-field=type]").select_option("choice")
    field.locator("[data-label=zh-Hans]").fill("补偿方式")
    field.locator("[data-label=en]").fill("Goodwill")
    page.locator("#form-editor [type=submit]").click()
    expect(page.locator("#form-refusal")).to_be_visible()
    field.locator("[data-field=options]").fill("none | 不补偿 | 不補償 | None\nvoucher\nexpress")
    shot(page, "studio-form")
    page.locator("#form-editor [type=submit]").click()
    expect(page.locator("#form-lines")).to_contain_text("补偿方式")
    page.locator("summary", has_text="客户看到的文字").click()
    page.locator("[data-words=Text][lang=en]").fill("We are writing to you")
    page.locator("[data-words=Text][lang=en]").blur()
    expect(page.locator("#save-state")).to_have_attribute("data-is", "saved")
    step = parse(bytes(FlowDraft.objects.get().source)).node("answer").step
    assert step.text["en"] == "We are writing to you"
    assert step.text["zh-Hans"]
    (made,) = step.form
    assert (made.name, made.type, made.options) == ("goodwill", "choice", ("none", "voucher", "express"))
    assert dict(made.words["none"]) == {"zh-Hans": "不补偿", "zh-Hant": "不補償", "en": "None"}
    assert list(made.words) == ["none"]
    assert dict(made.label) == {"zh-Hans": "补偿方式", "en": "Goodwill"}


def test_who_saves_too_late_sees_what_changed_compares_and_loses_nothing(page: Page, shop: Bench) -> None:
    drawing(page, "complaint")
    other = signed_in(shop, "admin")
    source = bytes(FlowVersion.objects.get(key="complaint").source).decode()
    theirs = {"source": source.replace('name="答复客户"', 'name="书面答复"'), "revision": "0"}
    other.post("/desk/flows/complaint/draft/", theirs)
    page.locator("#pick").select_option("investigate")
    page.locator("[data-zd=cost]").fill("99.00")
    page.locator("[data-zd=cost]").blur()
    conflict = page.locator("#conflict")
    expect(conflict).to_contain_text("书面答复")
    shot(page, "studio-conflict")
    conflict.get_by_text("并排对比").click()
    expect(page.locator("#after [data-element-id=investigate].is-changed")).to_be_visible()
    expect(page.locator("#change-list")).to_contain_text("99.00")
    shot(page, "studio-compare")
    page.goto("/desk/flows/complaint/edit/?mine=1")
    expect(page.locator("#flow[data-ready]")).to_be_attached()
    page.locator("#pick").select_option("investigate")
    expect(page.locator("[data-zd=cost]")).to_have_value("99.00")
    assert "书面答复" in bytes(FlowDraft.objects.get(owner=None).source).decode()


def test_a_flow_is_drawn_from_nothing_by_keyboard_alone(page: Page, shop: Bench) -> None:
    page.goto("/desk/flows/")
    page.locator("form[action$='/new/'] [name=name]").fill("借用样机")
    page.locator("form[action$='/new/'] [name=key]").fill("loan_device")
    page.locator("form[action$='/new/'] [name=key]").press("Enter")
    expect(page.locator("#flow[data-ready]")).to_be_attached()
    page.locator("#pick").select_option("begin")
    for kind, name in (("bpmn:UserTask", "借出"), ("bpmn:EndEvent", "归还")):
        page.locator("#add-type").select_option(kind)
        page.locator("#add").press("Enter")
        page.locator("[data-name=name]").fill(name)
        page.locator("[data-name=name]").press("Tab")
    expect(page.locator("#save-state")).to_have_attribute("data-is", "saved")
    expect(page.locator("#check-head")).to_contain_text("可以发布")
    page.locator("#open-deploy").press("Enter")
    expect(page.locator("#deploy-form")).to_be_visible()
    page.locator("#deploy-form [type=submit]").press("Enter")
    page.wait_for_url("**/versions/**")
    graph = version_of(FlowVersion.objects.get(key="loan_device", is_live=True).id).graph
    assert [(node.kind, node.name) for node in graph.nodes] == [("start", ""), ("user", "借出"), ("end", "归还")]


def test_a_row_is_added_tried_and_published(page: Page, shop: Bench) -> None:
    page.goto("/desk/flows/tables/cases.tier/")
    page.locator("#add-row").click()
    last = page.locator("#grid tbody tr").last
    last.locator("input").nth(0).fill("feedback")
    last.locator("input").nth(3).fill("value_added")
    last.locator("button").first.click()  # up, before the row that takes everything
    page.locator("#try").click()
    expect(page.locator("#tests .chip-good")).to_have_count(6)
    shot(page, "table")
    page.locator("#tests tbody tr").first.locator("input").last.fill("regular")
    page.locator("#publish").click()
    expect(page.locator("#table-refusal")).to_be_visible()
    page.locator("#tests tbody tr").first.locator("input").last.fill("urgent")
    page.locator("#note").fill("反馈走增值级")
    page.locator("#publish").click()
    expect(page.locator(".flow-note")).to_have_text("反馈走增值级")
    asked = DecisionVersion.objects.get(key="cases.tier", version=1).tests[5]["inputs"]
    found = decide("cases.tier", asked | {"kind": "feedback"})
    assert (found.values, found.version) == ({"tier": "value_added"}, 2)
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "table-phone")
