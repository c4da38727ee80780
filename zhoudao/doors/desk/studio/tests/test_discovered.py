"""What was discovered from a log opens in the studio and is deployed without a finding."""

import os

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from zhoudao.conduct.flows.commands import save_draft
from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.tests.bench import Bench
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.insight.flow_file import to_bpmn
from zhoudao.doors.desk.studio.tests.conftest import CHROMIUM, shot
from zhoudao.engines.mining.discovering import discover
from zhoudao.engines.mining.interning import interned
from zhoudao.ground.eventlog.recording import By

if not CHROMIUM and os.environ.get("REQUIRE_ALL"):
    raise RuntimeError("Chromium is not installed.")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]
CASES = [
    "受理 检查 报价 维修 测试 交付",
    "受理 检查 维修 测试 交付",
    "受理 检查 维修 测试 维修 测试 交付",
    "受理 检查 维修 测试 寄回",
]


def found() -> bytes:
    rows = [(str(number), step) for number, words in enumerate(CASES) for step in words.split()]
    log = interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows], end=np.arange(len(rows), dtype=np.int64)
    )
    return to_bpmn(discover(log), "维修（由日志得出）", key="found")


def test_a_discovered_process_opens_in_the_studio_and_is_deployed(page: Page, shop: Bench) -> None:
    manager = shop.cast.people["admin"]
    save_draft(key="found", source=found(), revision=0, by=By(f"user:{manager.id}"), at=shop.now, user_id=manager.id)
    page.goto("/desk/flows/found/edit/")
    expect(page.locator("#flow[data-ready]")).to_be_attached()
    expect(page.locator("#check-head")).to_contain_text("可以发布")
    for name in ("受理", "报价", "寄回"):
        expect(page.locator("#flow .djs-label", has_text=name).first).to_be_visible()
    shot(page, "discovered")
    page.locator("#open-deploy").click()
    page.locator("#deploy-sheet [type=submit]").click()
    page.wait_for_url("**/versions/**")
    expect(page.locator("#flow [data-element-id=task_1]")).to_be_visible()
    graph = version_of(FlowVersion.objects.get(key="found", is_live=True).id).graph
    assert [node.name for node in graph.nodes if node.kind == "user"] == [
        "受理",
        "检查",
        "报价",
        "维修",
        "测试",
        "交付",
        "寄回",
    ]
    assert not FlowDraft.objects.exists()
