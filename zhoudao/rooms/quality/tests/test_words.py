"""Owners of a product are told once, by day, each in their language; it can be stopped, and who got it is a list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.quality.commands.noticing import open_notice
from zhoudao.rooms.quality.commands.words import (
    begin_word,
    end_word,
    owners_due,
    stop_word,
    tell_owner,
    words_to_end,
)
from zhoudao.rooms.quality.models import Owner, QualityNotice, Word
from zhoudao.rooms.quality.queries.lots import Cohort
from zhoudao.rooms.quality.queries.notices import progress_of
from zhoudao.rooms.quality.queries.owners import Goods, got
from zhoudao.rooms.quality.refusals import NobodyToTell, NotForTheCompany, WordUnderWay, WordUnsaid
from zhoudao.rooms.quality.tests.goods import arrived, sold
from zhoudao.rooms.voice.models import FollowUpRule

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = {"zh-Hans": "请停止使用餐椅。", "zh-Hant": "請停止使用餐椅。", "en": "Please stop using the chair."}
DAY = timedelta(days=1)


@pytest.fixture
def shop() -> Shop:
    """With a mailbox; nobody is written to from nine in the evening to nine in the morning."""
    shop = open_shop()
    Channel.objects.create(code="help", kind="email", store=shop.cast.stores["web"])
    FollowUpRule.objects.create()
    return shop


def china(shop: Shop, hour: int, days: int = 0) -> datetime:
    """An hour of the shop's day on its own clock."""
    return datetime(shop.now.year, shop.now.month, shop.now.day, hour, tzinfo=UTC) + days * DAY - timedelta(hours=8)


def bought(shop: Shop, name: str, sku: str = "CH-1", *, is_reached: bool = True) -> Order:
    """Somebody's, who got it a week ago."""
    claim = (
        Claim("email", f"{name}@example.com", verified=True) if is_reached else Claim("external", name, scope="shop")
    )
    two: dict[str, Any] = {sku.replace("-", "_"): 2}
    order = sold(shop.now - 9 * DAY, claims=[claim], **two)
    arrived(order, shop.now - 7 * DAY, {sku: 2})
    return order


def noticed(shop: Shop) -> QualityNotice:
    return open_notice(sku="CH-1", words="腿松", figures={}, returns=[], viewer=shop.viewer("admin"), at=shop.now)


def begun(shop: Shop, notice: QualityNotice, who: str = "admin", days: int = 30, lacking: str = "") -> Word:
    today = shop.now.date()
    return begin_word(
        notice_id=notice.id,
        texts={**TEXTS, lacking: " "},
        first=today - timedelta(days=days),
        last=today,
        zone="Asia/Shanghai",
        viewer=shop.viewer(who),
        at=shop.now,
    )


def clock(at: datetime, most: int = 99) -> None:
    for owner_id in owners_due(at, limit=most):
        tell_owner(owner_id, at=at, real_now=at)
    for word_id in words_to_end():
        end_word(word_id, at=at)


def told() -> list[str]:
    return list(Message.objects.filter(actor="system:quality").order_by("id").values_list("text", flat=True))


def test_each_owner_is_told_once_however_often_the_clock_comes_and_who_cannot_be_reached_is_counted(shop: Shop) -> None:
    bought(shop, "wang")
    bought(shop, "wang")
    bought(shop, "chen")
    bought(shop, "nobody", is_reached=False)
    bought(shop, "lamp", "LP-7")
    notice = noticed(shop)
    word = begun(shop, notice)
    assert Owner.objects.count() == 3
    for _ in range(3):
        clock(china(shop, 12))
    assert told() == [TEXTS["zh-Hans"]] * 2
    [progress] = progress_of(notice)
    assert (progress.told, progress.unreached, progress.waiting, progress.whole) == (2, 1, 0, 3)
    word.refresh_from_db()
    assert not word.is_running
    [ended] = Event.objects.filter(type="quality.WordEnded")
    assert (ended.attributes["told"], ended.attributes["unreached"]) == (2, 1)
    with pytest.raises(NobodyToTell):
        begun(shop, notice)


def test_who_buys_it_later_is_told_by_another_word_and_nobody_twice(shop: Shop) -> None:
    bought(shop, "wang")
    notice = noticed(shop)
    begun(shop, notice)
    clock(china(shop, 12))
    bought(shop, "chen")
    begun(shop, notice)
    clock(china(shop, 12))
    assert len(told()) == 2
    assert set(Owner.objects.values_list("state", flat=True)) == {"told"}


def test_nobody_is_written_to_at_night_and_all_are_in_the_morning(shop: Shop) -> None:
    bought(shop, "wang")
    begun(shop, noticed(shop))
    clock(china(shop, 23))
    assert told() == []
    assert owners_due(china(shop, 8, 1), limit=9) == []
    clock(china(shop, 9, 1))
    assert len(told()) == 1


def test_stopped_in_the_middle_those_who_wait_are_not_told_and_may_be_later(shop: Shop) -> None:
    for name in ("a", "b", "c", "d"):
        bought(shop, name)
    notice = noticed(shop)
    begun(shop, notice)
    clock(china(shop, 12), most=2)
    stop_word(notice_id=notice.id, viewer=shop.viewer("admin"), at=shop.now)
    clock(china(shop, 13))
    assert len(told()) == 2
    begun(shop, notice)
    clock(china(shop, 14))
    assert (len(told()), Owner.objects.filter(state="told").count()) == (4, 4)


def test_a_word_lacks_no_language_runs_alone_and_is_the_companys_to_say(shop: Shop) -> None:
    bought(shop, "wang")
    notice = noticed(shop)
    for lacking in TEXTS:
        with pytest.raises(WordUnsaid):
            begun(shop, notice, lacking=lacking)
    with pytest.raises(NotForTheCompany):
        begun(shop, notice, "wang")
    with pytest.raises(NobodyToTell):
        begun(shop, notice, days=3)
    assert not Word.objects.exists(), "what was refused left nothing"
    begun(shop, notice)
    with pytest.raises(WordUnderWay):
        begun(shop, notice)


def test_who_was_forgotten_is_told_nothing(shop: Shop) -> None:
    order = bought(shop, "wang")
    gone = bought(shop, "gone")
    notice = noticed(shop)
    Customer.objects.filter(id=gone.customer_id).update(erased_at=shop.now)
    begun(shop, notice)
    assert [one.customer_id for one in Owner.objects.all()] == [order.customer_id]
    Customer.objects.filter(id=order.customer_id).update(erased_at=shop.now)
    clock(china(shop, 12))
    assert (told(), Owner.objects.get().state) == ([], "unreached")


def test_the_recall_list_has_everybody_who_got_it_and_shows_nobody_in_clear(shop: Shop) -> None:
    orders = [bought(shop, f"p{n}") for n in range(3)]
    bought(shop, "lamp", "LP-7")
    cohort = Cohort(shop.now - 30 * DAY, shop.now, shop.now)
    first, after = got(cohort, Goods("CH-1"), most=2)
    rest, end = got(cohort, Goods("CH-1"), most=2, after=after)
    assert {one.order.id for one in [*first, *rest]} == {one.id for one in orders}
    assert (len(first), len(rest), end) == (2, 1, None)
    assert {one.pieces for one in first} == {2}
    assert "1381234" not in str(first)
    assert got(Cohort(shop.now - 3 * DAY, shop.now, shop.now), Goods("CH-1")) == ([], None)
