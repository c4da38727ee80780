"""The studio in a real browser, under the pages' strict policy."""

import os

import pytest
from playwright.sync_api import Page, expect

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.tests.bench import Bench
from zhoudao.doors.desk.studio.tests.conftest import CHROMIUM, shot

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
