"""Visits at the desk: everybody's day, one visit, an engineer's own way, the network and its settings."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock as company_clock
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fieldwork.models import Engineer, ServicePoint, Visit
from zhoudao.rooms.fieldwork.tests.network import SUZHOU, US, Network, clock, moment, open_network
from zhoudao.rooms.staff.absences import note_absence

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/visits/"
Signs = Callable[[str], Client]


@pytest.fixture
def network(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Network:
    monkeypatch.setattr(company_clock, "shown", lambda real: shop.now)
    return open_network(shop)


def page_of(visit: Visit) -> str:
    return f"{PATH}{visit.number}/"


def test_an_engineer_sees_their_own_two_days_in_order_and_says_how_it_goes(network: Network, sign_in: Signs) -> None:
    case = network.shop.hears("冰箱坏了")
    network.shop.now = moment("08:00")
    wish: dict[str, Any] = {
        "skill": "fridge",
        "subject_type": "case",
        "subject_id": case.id,
        "not_before": moment("10:00"),
    }
    first, second = network.asks(**wish), network.asks(**wish)
    gao = sign_in("gao")
    page = gao.get(PATH).content.decode()
    assert page.index(first.number) < page.index(second.number)
    assert case.number in page
    assert "漕溪北路" not in page, "an address is shown when it is asked for"
    shown = gao.post(f"{page_of(first)}place/").content.decode()
    assert "漕溪北路 88 号 1203" in shown
    assert "tel:+8613812348000" in shown
    assert Event.objects.filter(type="fieldwork.PlaceShown", primary_id=first.id).count() == 1
    for do in ({"do": "off"}, {"do": "begin"}, {"do": "end", "outcome": "fixed"}):
        for _ in range(2):
            assert gao.post(f"{page_of(first)}act/", do | {"from": "way"}).url == PATH  # type: ignore[attr-defined]  # a redirect's
    assert Visit.objects.get(id=first.id).state == "done"
    gao.post(f"{page_of(second)}act/", {"do": "miss", "why": "door_closed"})
    assert Visit.objects.get(id=second.id).state == "missed"
    over = gao.post(f"{page_of(first)}place/")
    assert over.status_code == 422
    assert "漕溪北路" not in over.content.decode(), "what is over needs no address"


def test_an_engineer_sees_nobody_elses_visits_and_cancels_none(network: Network, sign_in: Signs) -> None:
    theirs, own = network.asks(SUZHOU), network.asks(skill="fridge")
    gao = sign_in("gao")
    for address in (page_of(theirs), f"{page_of(theirs)}act/", f"{page_of(theirs)}place/"):
        method = gao.get if address == page_of(theirs) else gao.post
        assert method(address, {"do": "off"}).status_code == 404
    assert gao.post(f"{page_of(own)}act/", {"do": "cancel"}).status_code == 404
    assert gao.get(f"{PATH}board/").status_code == 403
    assert theirs.number not in gao.get(PATH).content.decode()
    assert gao.post(f"{page_of(own)}act/", {"do": "dance"}).status_code == 400


def test_a_clerk_sees_everybodys_day_moves_gives_away_and_cancels(network: Network, sign_in: Signs) -> None:
    visit = network.asks()
    sun = sign_in("sun")
    assert sun.get(PATH).url == f"{PATH}board/"  # type: ignore[attr-defined]  # a redirect's
    board = sun.get(f"{PATH}board/", {"day": "2026-03-11"}).content.decode()
    assert visit.number in board
    assert all(name in board for name in ("高远", "何平", "林涛"))
    times = sun.get(f"{page_of(visit)}times/", {"day": "2026-03-12"}).content.decode()
    start = moment("10:00", date(2026, 3, 12)).isoformat()
    assert start in times
    moved = {"start": start, "was": visit.time[0].isoformat()}
    sun.post(f"{page_of(visit)}times/", moved)
    assert clock(Visit.objects.get(id=visit.id).starts_at) == "03-12 10:00"
    late = {"start": moment("14:00").isoformat(), "was": visit.time[0].isoformat()}
    refused = sun.post(f"{page_of(visit)}times/", late)
    assert refused.status_code == 422
    assert clock(Visit.objects.get(id=visit.id).starts_at) == "03-12 10:00", "somebody had moved it meanwhile"
    sun.post(f"{page_of(visit)}act/", {"do": "give", "engineer": str(network.id_of("he"))})
    sun.post(f"{page_of(visit)}act/", {"do": "cancel"})
    assert Visit.objects.get(id=visit.id).state == "cancelled"


def test_what_is_to_be_planned_anew_stands_on_top_with_why_and_a_time_that_was_found(
    network: Network, sign_in: Signs
) -> None:
    visit = network.asks(skill="fridge")
    who, there = network.id_of("gao"), moment("10:00", date(2026, 3, 12))
    anew = {"state": "unplanned", "starts_at": None, "ends_at": None, "lacking": "time"}
    Visit.objects.filter(id=visit.id).update(**anew, proposed_at=there, proposed_engineer=who)
    sun = sign_in("sun")
    board = sun.get(f"{PATH}board/").content.decode()
    assert board.index(visit.number) < board.index("高远")
    assert sun.get(f"{PATH}board/").context["anew"][0][1] == "没有合适的工程师在这段时间有空。"
    sun.post(f"{page_of(visit)}act/", {"do": "propose"})
    assert clock(Visit.objects.get(id=visit.id).starts_at) == "03-12 10:00"


def test_who_is_away_is_seen_on_the_day(network: Network, sign_in: Signs) -> None:
    span = {"starts_at": moment("13:00"), "ends_at": moment("18:00")}
    note_absence(user_id=network.id_of("gao"), **span, by=US, at=network.now)
    assert "visit-away" in sign_in("sun").get(f"{PATH}board/", {"day": "2026-03-11"}).content.decode()


def test_a_clerk_of_one_store_sees_its_visits_alone(network: Network, sign_in: Signs) -> None:
    here, elsewhere = network.asks(), network.asks(store_id=network.shop.cast.stores["nanjing"].id)
    sun = network.shop.cast.people["sun"]
    sun.grants.all().delete()
    Grant.objects.create(user=sun, role="after_sales_clerk", store=network.shop.cast.stores["web"])
    board = sign_in("sun").get(f"{PATH}board/", {"day": "2026-03-11"}).content.decode()
    assert here.number in board
    assert elsewhere.number not in board
    assert board.count("<title>去了其他门店的客户那里</title>") == 1, "that somebody's time is taken is seen, not why"
    assert sign_in("sun").get(page_of(elsewhere)).status_code == 404


def test_the_network_is_drawn_filtered_and_searched(network: Network, sign_in: Signs) -> None:
    sun = sign_in("sun")
    page = sun.get(f"{PATH}network/").content.decode()
    assert page.count("network-reach") == 2
    assert "上海徐汇站" in page
    heaters = sun.get(f"{PATH}network/", {"skill": "heater"})
    assert [one.code for one in heaters.context["points"]] == ["suzhou"]
    near = sun.get(f"{PATH}network/", {"place": "无锡"}).context["near"]
    assert [one.point.code for one in near] == ["suzhou", "shanghai"]
    assert near[0].km < near[1].km
    assert sun.get(f"{PATH}network/", {"place": "哪里"}).context["is_lost"]


def test_the_pages_ask_the_same_however_much_there_is(network: Network, sign_in: Signs) -> None:
    sun = sign_in("sun")

    def asked(address: str) -> int:
        sun.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert sun.get(address).status_code == 200
        return len(seen)

    visit = network.asks(skill="fridge")
    addresses = (f"{PATH}board/?day=2026-03-11", f"{PATH}network/", page_of(visit))
    few = [asked(one) for one in addresses]
    for _ in range(3):
        network.asks()
    assert [asked(one) for one in addresses] == few
    assert max(few) <= 12


def test_points_and_engineers_are_set_up_by_an_administrator(network: Network, sign_in: Signs) -> None:
    admin, there = sign_in("admin"), "/desk/settings/network/"
    assert "上海徐汇站" in admin.get(there).content.decode()
    given = {
        "code": "wuxi",
        "name_zh-Hans": "无锡站",
        "kind": "partner",
        "city": "无锡市",
        "calendar": network.calendar.id,
    }
    assert admin.post(f"{there}points/new/", given | {"calendar": ""}).status_code == 422
    assert admin.post(f"{there}points/new/", given).status_code == 302
    wuxi = ServicePoint.objects.get(code="wuxi")
    assert (wuxi.kind, round(wuxi.latitude)) == ("partner", 32)
    terms = {"person": network.shop.cast.people["wang"].pk, "point": wuxi.id, "skills": "Washer, 空调", "brands": ""}
    terms |= {"certified": "gas 2027-06-30, laser", "radius_km": "40", "visits_a_day": "5"}
    assert admin.post(f"{there}engineers/new/", terms | {"certified": "gas soon"}).status_code == 422
    assert admin.post(f"{there}engineers/new/", terms).status_code == 302
    wang = Engineer.objects.get(member_id=network.shop.cast.people["wang"].pk)
    assert wang.skills == ["washer", "空调"]
    assert {one.code: f"{one.expires_date}" for one in wang.certifications.all()} == {
        "gas": "2027-06-30",
        "laser": "None",
    }
    own = f"{there}engineers/{wang.pk}/"
    assert "gas 2027-06-30" in admin.get(own).content.decode()
    closing = admin.post(f"{there}points/wuxi/", {"do": "close"})
    assert closing.status_code == 422
    admin.post(own, {"do": "retire"})
    assert admin.post(f"{there}points/wuxi/", {"do": "close"}).status_code == 302
    assert sign_in("sun").get(there).status_code == 403
