"""The outlook in a real browser: read by day on a desk and by night on a phone, somebody moved with one click."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from zhoudao.conduct.insight.foretelling import foretell, learn_outlook
from zhoudao.conduct.insight.models import DemandAlarm
from zhoudao.conduct.insight.tests.past import give_past, old_case
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.accounts.models import Grant
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_it_is_read_on_a_desk_and_on_a_phone_and_somebody_is_moved(
    shop: Shop, desk: Desk, width: int, is_dark: bool
) -> None:
    give_past(shop, 320)
    like = Case.objects.exclude(conversation=None).get()
    for place, kind in enumerate(("complaint", "inquiry", "complaint")):
        old_case(like, 900_000 + place, kind, shop.now - timedelta(hours=1 + place))
    learn_outlook(at=shop.now, rng=np.random.default_rng(3))
    foretell(at=shop.now)
    reception = shop.cast.teams["reception"]
    Grant.objects.create(user=shop.cast.people["sun"], role="agent", team=reception)
    began = shop.now - timedelta(hours=1)
    DemandAlarm.objects.create(team=reception, began_at=began, noticed_at=shop.now, count=41, expected=8.2)
    page = desk("admin", reverse("outlook"), width=width, is_dark=is_dark)
    expect(page.locator("#risky tbody tr")).to_have_count(2)
    expect(page.locator("#quality svg.picture")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits"
    shot(page, f"outlook-{width}")
    page.locator("#demand form button").first.click()
    expect(page.locator("#demand")).to_contain_text("孙丽")
    page.locator("#risky tbody a").first.click()
    expect(page.locator(".case-line .chip-risk")).to_be_visible()
    shot(page, f"outlook-case-{width}")
