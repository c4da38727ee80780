"""A fault that rises becomes somebody's to answer, once; what it touches is stopped until it is lifted."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from zhoudao.ground.accounts.models import Grant, Store, Team, User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.orders.models import Order, SaleStop
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.quality.commands.noticing import (
    Address,
    address_notice,
    answer_notice,
    close_notice,
    notices_due,
    open_notice,
    remind_of_notice,
)
from zhoudao.rooms.quality.commands.stopping import sell_product_again, stop_product
from zhoudao.rooms.quality.commands.watching import look_for_faults
from zhoudao.rooms.quality.models import Look, QualityNotice
from zhoudao.rooms.quality.refusals import (
    AnswerUnsaid,
    NotAnswered,
    NotForTheCompany,
    NoticeOver,
    NoticeUnsound,
    StillStopped,
)
from zhoudao.rooms.quality.tests.goods import arrived, back, sold
from zhoudao.rooms.staff.models import Member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ZONE = "Asia/Shanghai"


def person(name: str, role: str = "process_manager", **where: Any) -> Viewer:
    user = User.objects.create_user(email=f"{name}@example.com", password="x" * 12, name=name)
    Grant.objects.create(user=user, role=role, **where)
    return of_user(user)


def one_of(sku: str) -> dict[str, Any]:
    return {sku.replace("-", "_"): 1}


def delivered(sku: str, count: int, days: int, faulty: int = 0, reason: str = "quality", state: str = "sent") -> None:
    """So many orders of it, delivered so many days ago; of some it comes back three days later."""
    for n in range(count):
        order = sold(TEN - (days + 2) * DAY, **one_of(sku))
        arrived(order, TEN - days * DAY + timedelta(minutes=n), {sku: 1})
        if n < faulty:
            back(order.lines.get(), [0], reason, TEN - (days - 3) * DAY, state)


def a_rise() -> None:
    """A chair that was good and goes wrong, among goods that are as ever."""
    delivered("CH-1", 60, 100, faulty=1)
    delivered("CH-1", 20, 20, faulty=9)
    delivered("LP-7", 60, 100, faulty=2)
    delivered("LP-7", 20, 20, faulty=1)


def looked(at: datetime = TEN) -> list[QualityNotice]:
    return look_for_faults(at=at, zone=ZONE)


def test_a_product_that_goes_wrong_more_often_gets_a_notice_with_what_shows_it_and_people_are_told() -> None:
    manager = person("zhao")
    person("li", "team_lead", store=Store.objects.create(code="nanjing", names={"en": "Nanjing"}))
    a_rise()
    [notice] = looked()
    assert (notice.sku, notice.number[:5], notice.stage) == ("CH-1", f"Q{TEN.year}", "open")
    figures = notice.figures
    assert (figures["hits"], figures["of"], figures["before"], figures["of_before"]) == (9, 20, 1, 60)
    assert (figures["tests"], figures["is_new"]) == (2, False)
    assert notice.evidence.count() == 9
    assert set(notice.evidence.values_list("request__reason", flat=True)) == {"quality"}
    assert [told.user_id for told in Notice.objects.filter(kind="quality_opened")] == [manager.user_id]
    [event] = Event.objects.filter(type="quality.NoticeOpened")
    assert (event.attributes["is_found"], event.attributes["tests"]) == (True, 2)
    look = Look.objects.get()
    assert (look.products, look.tests, look.found) == (2, 2, 1)


def test_it_is_looked_for_once_a_day_and_opened_once_while_it_is_open_or_was_lately() -> None:
    viewer = person("zhao")
    a_rise()
    [notice] = looked()
    assert looked() == [], "twice on a day"
    assert looked(TEN + DAY) == [], "still open"
    answer_notice(notice_id=notice.id, answer="螺丝", measure="rework", viewer=viewer, at=TEN + DAY)
    close_notice(notice_id=notice.id, viewer=viewer, at=TEN + DAY)
    assert looked(TEN + 2 * DAY) == [], "the same cases as before"
    assert Look.objects.count() == 3


def test_a_handful_what_was_refused_what_came_late_and_other_reasons_are_no_fault() -> None:
    delivered("CH-1", 60, 100)
    delivered("CH-1", 20, 20, faulty=4)
    delivered("LP-7", 60, 100)
    delivered("LP-7", 20, 20, faulty=9, reason="no_reason")
    assert looked() == []
    delivered("SF-3", 60, 100)
    delivered("SF-3", 20, 20, faulty=9, state="declined")
    assert looked(TEN + DAY) == []


def test_many_pieces_of_one_order_are_one_case() -> None:
    delivered("CH-1", 60, 100)
    delivered("CH-1", 10, 20)
    order = sold(TEN - 22 * DAY, CH_1=40)
    arrived(order, TEN - 20 * DAY, {"CH-1": 40})
    back(order.lines.get(), list(range(40)), "quality", TEN - 18 * DAY)
    assert looked() == []


def test_who_answers_is_told_reminded_and_when_it_is_late_so_are_those_above() -> None:
    viewer, worker = person("zhao"), person("qian", "agent")
    team = Team.objects.create(code="production", names={"en": "Production"})
    Member.objects.create(user=User.objects.get(name="qian")).teams.add(team)
    notice = open_notice(sku="CH-1", words="腿松 13812348000", figures={}, returns=[], viewer=viewer, at=TEN)
    assert notice.words == "腿松 138****8000"
    address = Address("production", TEN + 5 * DAY, team.id)
    address_notice(notice_id=notice.id, address=address, viewer=viewer, at=TEN)
    assert [one.user_id for one in Notice.objects.filter(kind="quality_yours")] == [worker.user_id]
    assert notices_due(TEN + 3 * DAY, limit=9) == []
    for at in (TEN + 4 * DAY, TEN + 4 * DAY, TEN + 5 * DAY, TEN + 6 * DAY):
        for notice_id in notices_due(at, limit=9):
            remind_of_notice(notice_id, at=at)
    assert Notice.objects.filter(kind="quality_soon", user__name="qian").count() == 1
    assert {one.user_id for one in Notice.objects.filter(kind="quality_late")} == {worker.user_id, viewer.user_id}
    assert Event.objects.filter(type="quality.NoticeLate").count() == 1


def test_what_was_answered_reminds_nobody() -> None:
    viewer = person("zhao")
    notice = open_notice(sku="CH-1", words="腿松", figures={}, returns=[], viewer=viewer, at=TEN)
    answer_notice(notice_id=notice.id, answer="批次 7 的螺丝", measure="supplier", viewer=viewer, at=TEN + DAY)
    assert notices_due(TEN + 30 * DAY, limit=9) == []


def test_it_is_closed_when_it_was_answered_and_stops_nothing_any_more() -> None:
    viewer = person("zhao")
    notice = open_notice(sku="CH-1", words="腿松", figures={}, returns=[], viewer=viewer, at=TEN)
    asked: dict[str, Any] = {"notice_id": notice.id, "viewer": viewer, "at": TEN}
    with pytest.raises(NotAnswered):
        close_notice(**asked)
    for answer, measure in (("", "rework"), ("x", "wish")):
        with pytest.raises(AnswerUnsaid):
            answer_notice(answer=answer, measure=measure, **asked)
    stop_product(**asked)
    stop_product(**asked)
    assert SaleStop.objects.filter(sku="CH-1", reference=notice.number, lifted_at=None).count() == 1
    answer_notice(answer="螺丝", measure="rework", **asked)
    with pytest.raises(StillStopped):
        close_notice(**asked)
    sell_product_again(**asked)
    assert close_notice(**asked).closed_by == viewer.actor
    with pytest.raises(NoticeOver):
        stop_product(**asked)
    assert not SaleStop.objects.filter(lifted_at=None).exists()


def test_a_product_is_the_companys_and_who_looks_after_one_store_stops_nothing() -> None:
    boss, nanjing = person("zhao"), Store.objects.create(code="nanjing", names={"en": "Nanjing"})
    notice = open_notice(sku="CH-1", words="腿松", figures={}, returns=[], viewer=boss, at=TEN)
    for viewer in (person("li", "team_lead", store=nanjing), person("sun", "after_sales_clerk"), person("wu", "agent")):
        asked: dict[str, Any] = {"notice_id": notice.id, "viewer": viewer, "at": TEN}
        for do in (stop_product, sell_product_again, close_notice):
            with pytest.raises(NotForTheCompany):
                do(**asked)
        with pytest.raises(NotForTheCompany):
            open_notice(sku="CH-1", words="x", figures={}, returns=[], viewer=viewer, at=TEN)
    assert Order.objects.filter(open_holds__gt=0).count() == 0


@pytest.mark.parametrize(
    "address",
    [
        Address("nobody", TEN + DAY, contact="a@b.example"),
        Address("supplier", TEN + DAY),
        Address("supplier", TEN + DAY, contact="no mail"),
        Address("supplier", TEN - DAY, contact="a@b.example"),
        Address("supplier", TEN + 999 * DAY, contact="a@b.example"),
    ],
)
def test_an_address_that_reaches_nobody_is_refused(address: Address) -> None:
    viewer = person("zhao")
    notice = open_notice(sku="CH-1", words="腿松", figures={}, returns=[], viewer=viewer, at=TEN)
    with pytest.raises(NoticeUnsound):
        address_notice(notice_id=notice.id, address=address, viewer=viewer, at=TEN)
