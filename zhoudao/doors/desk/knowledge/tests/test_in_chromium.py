"""An article written with keys in a real browser, and every page on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.doors.desk.knowledge.tests.test_pages import article
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.knowledge.commands.hearing import note_miss
from zhoudao.rooms.knowledge.models import Version
from zhoudao.rooms.knowledge.tests.library import RETURN_EN, draft

pytestmark = IN_BROWSER


def test_an_article_is_written_with_keys_and_seen_while_it_is_written(shop: Shop, desk: Desk) -> None:
    page = desk("wang", reverse("article_new"))
    column = page.locator(".kb-column[data-language=zh-Hans]")
    page.locator("[id=title-zh-Hans]").fill("怎么退货")
    text = page.locator("[id=source-zh-Hans]")
    text.click()
    page.keyboard.press("Control+b")
    page.keyboard.type("七天")
    expect(column.locator(".kb-preview strong")).to_have_text("七天")
    text.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    column.locator("[data-line='- ']").click()
    page.keyboard.type("完好")
    expect(column.locator(".kb-preview li")).to_have_text("完好")
    shot(page, "knowledge-edit")
    page.keyboard.press("Control+s")
    expect(page.locator(".kb-read .prose strong")).to_have_text("七天")
    page.locator("button[value=submit]").click()
    expect(page.locator(".page-head .chip")).to_have_text("待审")
    assert Version.objects.get().state == "review"


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_every_page_of_it_fits(shop: Shop, desk: Desk, width: int, is_dark: bool) -> None:
    wanted = draft(en=RETURN_EN, topics=("returns",))
    article(shop, wanted=wanted)
    article(shop, "scanner", wanted=draft(audience="staff"), is_release=True)
    note_miss(words="会员日是哪天", language="zh-hans", at=shop.now)
    pages = {
        "list": reverse("knowledge"),
        "article": reverse("article", args=["return"]),
        "edit": reverse("article_edit", args=["return"]),
        "versions": reverse("article_versions", args=["return"]),
        "questions": reverse("knowledge_questions"),
        "releases": reverse("releases"),
        "readers": reverse("release_readers", args=["scanner"]),
        "import": reverse("knowledge_import"),
        "answers": reverse("portal:answers"),
        "answer": reverse("portal:answer", args=["return"]),
        "none": f"{reverse('portal:answers')}?q=量子力学",
    }
    page = desk("admin", pages["list"], width=width, is_dark=is_dark)
    origin = page.url.partition("/desk/")[0]
    for name, address in pages.items():
        answer = page.goto(origin + address)
        assert answer is not None
        assert answer.ok, name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        shot(page, f"knowledge-{name}-{width}")
    page.goto(origin + pages["answers"])
    page.locator("#q").press_sequentially("怎么退")
    expect(page.locator("#offers a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".told h1")).to_be_visible()
