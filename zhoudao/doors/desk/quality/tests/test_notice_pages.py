"""Quality notices at the desk: opened, stopped, answered, told of and closed, by who looks after quality."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.aftersales.tests.test_returns import shop, somebody, text
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.stopping import free_unstopped, hold_stopped, to_free, to_hold
from zhoudao.rooms.orders.models import Hold
from zhoudao.rooms.orders.tests.reviewing import open_review, shelf
from zhoudao.rooms.parcels.tests.depot import ready
from zhoudao.rooms.quality.models import Owner, QualityNotice
from zhoudao.rooms.quality.tests.goods import arrived, back, bazaar, sold

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/quality/notices/"
TEXTS = {"text-zh-Hans": "请停用", "text-zh-Hant": "請停用", "text-en": "Stop using it"}


@pytest.fixture
def boss(shop: Shop) -> Client:
    """Who looks after quality in the whole company; a chair came back broken three weeks ago."""
    order = sold(shop.now - timedelta(days=25), CH_1=2)
    arrived(order, shop.now - timedelta(days=21), {"CH-1": 2})
    back(order.lines.get(), [0], "quality", shop.now - timedelta(days=20))
    return somebody("process_manager")


def opened(boss: Client) -> QualityNotice:
    boss.post(f"{PATH}open/", {"sku": "CH-1", "words": "腿松了"})
    return QualityNotice.objects.get()


def knock(shop: Shop) -> None:
    """What the clock does of stops."""
    for order_id in to_hold(9):
        hold_stopped(order_id, at=shop.now)
    for hold_id in to_free(9):
        free_unstopped(hold_id, at=shop.now)


def test_opened_by_hand_it_has_its_products_figures_and_returns(boss: Client) -> None:
    notice = opened(boss)
    page = text(boss.get(f"{PATH}{notice.number}/"))
    assert "Faulty in 1 of 1 order lines" in page
    assert "腿松了" in page
    assert notice.evidence.get().request.number in page
    assert notice.number in text(boss.get(PATH))
    refused = boss.post(f"{PATH}open/", {"sku": "CH-1", "words": " "})
    assert (refused.status_code, "what is wrong" in text(refused)) == (422, True)


def test_from_stopping_the_sale_to_selling_again(shop: Shop, boss: Client) -> None:
    open_review()
    order = ready(at=shop.now)
    act = f"{PATH}{opened(boss).number}/act/"
    assert "Sale stopped" in text(boss.post(act, {"do": "stop"}, follow=True))
    knock(shop)
    [hold] = Hold.objects.filter(order=order, reason="sale_stopped")
    admin = somebody("administrator")
    assert "CH-1" in text(admin.get(f"/desk/orders/{order.number}/"))
    assert "CH-1 is not to be sold now" in text(admin.get("/desk/orders/holds/", {"reason": "sale_stopped"}))
    shelf("CH-1", 3, at=shop.now)
    assert "Sale stopped" in text(admin.get("/desk/stock/item/", {"sku": "CH-1"}))
    boss.post(act, {"do": "sell"})
    knock(shop)
    hold.refresh_from_db()
    assert (hold.stage, hold.ending) == ("done", "fixed")
    assert "Sale stopped" not in text(admin.get("/desk/stock/item/", {"sku": "CH-1"}))


def test_asked_answered_and_closed(boss: Client, shop: Shop) -> None:
    notice = opened(boss)
    act, page = f"{PATH}{notice.number}/act/", f"{PATH}{notice.number}/"
    due = (shop.now + timedelta(days=2)).date().isoformat()
    given = {"do": "address", "addressee": "supplier", "contact": "li@factory.example", "due": due}
    assert "li@factory.example" in text(boss.post(act, given, follow=True))
    assert boss.post(act, {"do": "close"}).status_code == 422
    assert "批次 7" in text(boss.post(act, {"do": "answer", "answer": "批次 7", "measure": "supplier"}, follow=True))
    assert "Closed" in text(boss.post(act, {"do": "close"}, follow=True))
    assert "Stop the sale" not in text(boss.get(page)), "over is over"
    assert notice.number not in text(boss.get(PATH))
    assert notice.number in text(boss.get(PATH, {"stage": "all"}))
    assert boss.post(act, {"do": "wish"}).status_code == 400


def test_owners_are_told_from_the_page_which_shows_how_far_it_is(boss: Client, shop: Shop) -> None:
    notice = opened(boss)
    act, today = f"{PATH}{notice.number}/act/", shop.now.date()
    days = {"first": (today - timedelta(days=30)).isoformat(), "last": today.isoformat()}
    lacking = boss.post(act, {"do": "tell", **days, **TEXTS, "text-en": ""})
    assert (lacking.status_code, "請停用" in text(lacking)) == (422, True), "what was written is not lost"
    assert boss.post(act, {"do": "tell", **TEXTS, "first": "x", "last": "y"}).status_code == 422
    page = text(boss.post(act, {"do": "tell", **days, **TEXTS}, follow=True))
    assert "0 told, 0 not reached, 1 waiting" in page
    assert "Tell nobody more" in page
    assert "0 told, 0 not reached, 0 waiting" in text(boss.post(act, {"do": "tell_no_more"}, follow=True))
    assert not Owner.objects.exists()


def test_who_got_it_is_listed_masked_and_taken_as_a_file_that_is_noted(boss: Client) -> None:
    notice = opened(boss)
    page = boss.get(f"{PATH}{notice.number}/recall/")
    assert len(page.context["rows"]) == 1
    answer = boss.get(f"{PATH}{notice.number}/recall/file/")
    content = answer.content.decode("utf-8-sig")
    for shown in (text(page), content):
        assert "1234" not in shown.replace(notice.number, "").replace(page.context["rows"][0].order.number, "")
        assert "王小姐" not in shown
        assert "138 **** 8000" in shown
    assert len(content.strip().splitlines()) == 2
    assert Event.objects.filter(type="targets.FiguresExported", attributes__what="recall").count() == 1
    assert boss.get(f"{PATH}{notice.number}/recall/file/", {"format": "exe"}).status_code == 400


def test_a_notice_is_read_by_who_reads_quality_and_shows_returns_of_their_stores_only(boss: Client) -> None:
    notice = opened(boss)
    nanjing = Store.objects.get(code="nanjing")
    theirs = somebody("team_lead", store=nanjing)
    page = text(theirs.get(f"{PATH}{notice.number}/"))
    assert notice.evidence.get().request.number not in page
    assert "Stop the sale" not in page
    assert theirs.get(f"{PATH}{notice.number}/recall/").context["rows"] == []
    assert theirs.post(f"{PATH}{notice.number}/act/", {"do": "stop"}).status_code == 422
    assert somebody("agent").get(f"{PATH}{notice.number}/").status_code == 403
    assert boss.get(f"{PATH}Q2026-424242/").status_code == 404


def test_every_page_speaks_three_languages_in_few_statements(boss: Client, shop: Shop) -> None:
    bazaar(Random(3), shop.now)
    notice = opened(boss)
    for path, most in ((PATH, 12), (f"{PATH}{notice.number}/", 16), (f"{PATH}{notice.number}/recall/", 12)):
        boss.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert boss.get(path).status_code == 200
        assert len(asked) <= most, [one["sql"][:90] for one in asked]
