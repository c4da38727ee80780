"""Asking for a visit: the best able engineer and time, or what is missing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.fieldwork.commands.asking import ask_for_visit
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.places import Place
from zhoudao.rooms.fieldwork.privacy import KEEPER
from zhoudao.rooms.fieldwork.queries.slots import slots_for
from zhoudao.rooms.fieldwork.queries.visits import day_of, visits_of
from zhoudao.rooms.fieldwork.refusals import (
    AddressUnknown,
    BrandLacking,
    CertificationExpired,
    CertificationLacking,
    KeyReused,
    NobodyAble,
    NoTime,
    SkillLacking,
    SlotTaken,
    TooFar,
    VisitRefused,
    WishUnsound,
)
from zhoudao.rooms.fieldwork.sealed import told_of
from zhoudao.rooms.fieldwork.tests.network import (
    PUDONG,
    SUZHOU,
    US,
    WEDNESDAY,
    Network,
    clock,
    moment,
    open_network,
)
from zhoudao.rooms.staff.absences import note_absence

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network() -> Network:
    return open_network(open_shop())


def test_the_nearest_who_can_do_it_comes_as_soon_as_they_can_be_there(network: Network) -> None:
    visit = network.asks()
    assert (network.who(visit), clock(visit.starts_at), clock(visit.ends_at)) == ("gao", "03-11 08:15", "03-11 09:15")
    assert visit.number.startswith("V2026-")
    assert told_of(visit).street == "漕溪北路 88 号 1203"
    assert b"88" not in bytes(visit.told_sealed or b"")
    assert network.who(network.asks(PUDONG, brand="haibo")) == "he"
    assert network.who(network.asks(SUZHOU)) == "lin"


def test_the_way_between_two_visits_is_kept_free(network: Network) -> None:
    network.asks(skill="fridge")
    second = network.asks(PUDONG, skill="fridge")
    assert clock(second.starts_at) == "03-11 09:45", "fifteen minutes to arrive, and ten kilometres"
    third = network.asks(skill="fridge", minutes=120)
    assert clock(third.starts_at) == "03-11 13:00", "not across the break"


def test_more_than_a_days_visits_go_to_the_next_day(network: Network) -> None:
    days = [clock(network.asks(skill="fridge", minutes=30).starts_at)[:5] for _ in range(5)]
    assert days == ["03-11"] * 4 + ["03-12"]


def test_work_is_spread_where_the_way_is_the_same(network: Network) -> None:
    network.saves("he", brands=[], latitude=None, longitude=None)
    assert {network.who(network.asks()) for _ in range(2)} == {"gao", "he"}


def test_what_is_missing_is_said(network: Network) -> None:
    network.saves("gao", brands=["haibo"])
    network.saves("lin", brands=["haibo"])
    wishes: tuple[tuple[type[VisitRefused], dict[str, Any]], ...] = (
        (SkillLacking, {"skill": "piano"}),
        (BrandLacking, {"brand": "lemen"}),
        (CertificationLacking, {"certification": "laser"}),
        (CertificationExpired, {"skill": "heater", "certification": "gas"}),
        (TooFar, {"place": Place("北京市")}),
        (NoTime, {"not_after": moment("08:30")}),
        (AddressUnknown, {"place": Place("", "某处")}),
        (AddressUnknown, {"place": Place("", "", 91.0, 0.0)}),
        (WishUnsound, {"minutes": 0}),
        (WishUnsound, {"not_after": moment("07:00")}),
    )
    for refusal, wish in wishes:
        with pytest.raises(refusal):
            ask_for_visit(replace(network.wanted(), **wish), by=US, at=network.now)
    assert not Visit.objects.exists(), "what was refused leaves nothing behind"


def test_a_certification_holds_to_the_end_of_its_last_day(network: Network) -> None:
    network.saves("lin", certified={"gas": WEDNESDAY})
    visit = network.asks(SUZHOU, skill="heater", certification="gas")
    assert clock(visit.starts_at) == "03-11 08:15"
    with pytest.raises(CertificationExpired):
        network.asks(SUZHOU, skill="heater", certification="gas", not_before=moment("08:00", date(2026, 3, 12)))


def test_nobody_on_leave_is_sent(network: Network) -> None:
    by, at = US, network.now
    note_absence(user_id=network.id_of("gao"), starts_at=moment("00:00"), ends_at=moment("23:00"), by=by, at=at)
    assert clock(network.asks(skill="fridge").starts_at) == "03-12 08:15"


def test_nobody_who_may_not_sign_in_any_more_is_sent(network: Network) -> None:
    network.people["gao"].is_active = False
    network.people["gao"].save(update_fields=["is_active"])
    with pytest.raises(SkillLacking):
        network.asks(skill="fridge")


def test_asked_twice_is_one_visit_and_another_wish_with_its_key_is_refused(network: Network) -> None:
    wanted = network.wanted()
    first = ask_for_visit(wanted, by=US, at=network.now)
    assert ask_for_visit(wanted, by=US, at=network.now).id == first.id
    assert Event.objects.filter(type="fieldwork.VisitPlanned").count() == 1
    with pytest.raises(KeyReused):
        network.asks(key=wanted.key)


def test_everybody_who_asks_at_once_gets_a_time_of_their_own(network: Network) -> None:
    wishes = [network.wanted(skill="fridge") for _ in range(6)]

    def ask(n: int) -> Visit:
        try:
            return ask_for_visit(wishes[n], by=US, at=network.now)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        visits = list(pool.map(ask, range(6)))
    assert len({one.starts_at for one in visits}) == 6
    assert {network.who(one) for one in visits} == {"gao"}


def test_the_database_refuses_two_visits_of_an_engineer_at_once(network: Network) -> None:
    first, second = network.asks(skill="fridge"), network.asks(skill="fridge")
    with pytest.raises(IntegrityError, match="one_visit_at_once"), transaction.atomic():
        Visit.objects.filter(id=second.id).update(starts_at=first.starts_at, ends_at=first.ends_at)
    Visit.objects.filter(id=first.id).update(state="begun")
    with pytest.raises(IntegrityError, match="one_visit_under_way"), transaction.atomic():
        Visit.objects.filter(id=second.id).update(state="begun")


def test_a_time_is_asked_for_as_it_was_offered(network: Network) -> None:
    wanted = network.wanted(skill="fridge")
    offered = network.slots(wanted).slots
    assert [clock(one.starts_at) for one in offered[:3]] == ["03-11 08:15", "03-11 08:30", "03-11 08:45"]
    assert {one.engineer_name for one in offered} == {"高远"}
    tenth = offered[9]
    visit = network.asks(skill="fridge", starts_at=tenth.starts_at, engineer_id=tenth.engineer_id)
    assert (visit.starts_at, visit.engineer_id) == (tenth.starts_at, tenth.engineer_id)
    with pytest.raises(SlotTaken):
        network.asks(skill="fridge", starts_at=tenth.starts_at)
    taken = {one.starts_at for one in network.slots(wanted).slots}
    assert tenth.starts_at not in taken
    assert tenth.starts_at - timedelta(minutes=60) not in taken, "an hour, and the way"


def test_where_nothing_is_offered_the_reason_is(network: Network) -> None:
    nothing = network.slots(network.wanted(skill="piano"))
    assert (nothing.slots, nothing.lacking) == ((), "skill")


def test_visits_are_found_by_what_they_are_for_and_by_the_day(network: Network) -> None:
    subject = uuid4()
    first = network.asks(subject_id=subject, skill="fridge")
    second = network.asks(subject_id=subject, skill="fridge")
    assert [one.id for one in visits_of("repair", subject)] == [second.id, first.id]
    assert [one.id for one in day_of(network.engineers["gao"], WEDNESDAY)] == [first.id, second.id]
    [event] = Event.objects.filter(type="fieldwork.VisitPlanned", primary_id=first.id)
    assert ["repair", str(subject), "subject"] in event.parties


def test_planning_asks_the_same_however_many_engineers_and_visits_there_are(network: Network) -> None:
    def asked() -> int:
        wanted = network.wanted(skill="fridge")
        with CaptureQueriesContext(connection) as seen:
            ask_for_visit(wanted, by=US, at=network.now)
        return len(seen)

    network.asks()  # calendars are kept from here on
    few = asked()
    for _ in range(6):
        network.asks(skill="fridge")
    assert asked() == few
    assert few <= 16, "savepoint, lock, known, four of the ground, number, key, row, event"
    with CaptureQueriesContext(connection) as seen:
        slots_for(network.wanted(), at=network.now)
    assert len(seen) <= 6


def test_what_was_told_is_given_out_and_destroyed_with_its_customer(network: Network) -> None:
    case = network.shop.hears("洗衣机坏了")
    visit = network.asks(customer_id=case.customer_id)
    [given] = KEEPER.held([case.customer_id])
    assert given["told"]["name"] == "王小姐"
    with transaction.atomic():
        KEEPER.forget([case.customer_id], network.now)
    visit.refresh_from_db()
    assert (visit.state, visit.told_sealed) == ("cancelled", None)
    assert Customer.objects.filter(id=case.customer_id).exists()


def test_every_refusal_of_who_is_able_says_what_is_missing() -> None:
    assert all(one.lacking and one.__doc__ for one in NobodyAble.__subclasses__())
