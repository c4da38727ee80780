"""快递100's couriers: one a number, whatever is heard of it; called off, fetched, and told by signed callbacks."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client

from zhoudao.doors.couriers.tests.conftest import FORM, Yard, moods, now
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import CLERK, LINK, told
from zhoudao.rooms.pickups.commands.changing import call_off_pickup, give_up, move_pickup, send_again
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.refusals import PickupTooFar, PickupTooOld
from zhoudao.rooms.pickups.sealed import Courier, courier_of
from zhoudao.rooms.pickups.tests.fetching import NEXT_DAY, later, ordered, times

pytestmark = pytest.mark.django_db(transaction=True)


def happened(pickup: Pickup) -> list[str]:
    rows = Event.objects.filter(primary_id=pickup.id).order_by("seq").values_list("type", flat=True)
    return [one.removeprefix("pickups.Pickup") for one in rows]


def off(pickup: Pickup, yard: Yard, **more: Any) -> Pickup:
    given: dict[str, Any] = {"reason": "customer", "by": LINK, "at": NEXT_DAY, "real_now": yard.real()} | more
    return call_off_pickup(pickup_id=pickup.id, **given)


def test_a_courier_is_ordered_with_address_window_and_a_salt_of_its_own(yard: Yard) -> None:
    yard.serve()
    pickup = ordered(n=1)
    assert yard.work() == 1
    row = yard.platform.ledger[0]
    assert (now(pickup).state, now(pickup).reference, now(pickup).tracking_number) == (
        "booked", row.reference, row.number,
    )  # fmt: skip
    wanted = row.param
    window = times()[1]
    begins = window.starts_at.astimezone(times()[0].starts_at.tzinfo)
    assert (wanted["kuaidicom"], wanted["thirdOrderId"], wanted["dayType"]) == ("jd", pickup.number, "今天")
    assert (wanted["pickupStartTime"], wanted["sendManMobile"]) == (f"{begins:%H:%M}", "13812348000")
    assert wanted["recManPrintAddr"] == "江苏省南京市雨花台区软件大道 1 号"
    assert wanted["callBackUrl"].endswith(f"/hooks/couriers/kd/{pickup.number}/")
    assert len(wanted["callBackUrl"].encode()) <= 200
    assert len(wanted["salt"]) == 32
    assert happened(pickup) == ["Asked", "Booked"]
    assert yard.work(hours=1) == 0


@pytest.mark.parametrize("mood", ["silent", "deaf", "junk", "broken", "busy"])
def test_an_answer_that_never_came_is_asked_for_under_the_same_number_and_one_courier_comes(
    yard: Yard, mood: str
) -> None:
    yard.serve()
    pickup = ordered()
    yard.platform.mood = moods(mood, mood)
    yard.work()
    assert (now(pickup).state, now(pickup).is_unsure) == ("asked", True)
    yard.work(hours=0.1)
    yard.work(hours=0.1)
    assert now(pickup).state == "booked"
    assert len(yard.platform.couriers(pickup.number)) == len(yard.platform.ledger) == 1
    assert happened(pickup) == ["Asked", "Booked"]


def test_a_refusal_after_a_silence_is_left_to_a_person_and_one_at_once_is_said(yard: Yard) -> None:
    yard.serve()
    unsure, clear = ordered(), ordered()
    yard.platform.mood = moods("silent", "refused")
    yard.work()
    yard.platform.mood = lambda _method: "refused"
    yard.work(hours=0.1)
    assert (now(unsure).state, now(unsure).trouble) == ("stuck", "unsure")
    assert (now(clear).state, now(clear).trouble) == ("failed", "refused")
    yard.platform.mood = moods()
    send_again(pickup_id=unsure.id, by=CLERK, at=NEXT_DAY, real_now=yard.real())
    yard.work()
    assert now(unsure).state == "booked"
    assert len(yard.platform.ledger) == 1


def test_without_an_answer_for_half_a_day_a_person_looks_and_after_two_days_it_is_not_told_again(yard: Yard) -> None:
    yard.serve()
    pickup = ordered()
    yard.platform.mood = lambda _method: "junk"
    for _ in range(40):
        yard.work(hours=0.5)
    assert (now(pickup).state, now(pickup).trouble) == ("stuck", "no_answer")
    assert 8 <= len(yard.platform.asked) <= 12
    yard.ahead += timedelta(hours=48)
    with pytest.raises(PickupTooOld):
        send_again(pickup_id=pickup.id, by=CLERK, at=NEXT_DAY, real_now=yard.real())
    give_up(pickup_id=pickup.id, by=CLERK, at=NEXT_DAY)
    assert (now(pickup).state, now(pickup).trouble) == ("failed", "by_hand")
    assert ordered(now(pickup).request).state == "asked"


def test_a_service_that_cannot_be_reached_or_knows_another_key_was_told_nothing(yard: Yard) -> None:
    yard.serve(secrets={"key": "auth-key", "secret": "other"})
    pickup = ordered()
    yard.work()
    assert (now(pickup).is_unsure, CourierService.objects.get().trouble) == (False, "not_trusted")
    CourierService.objects.update(config={"base": "http://127.0.0.1:1", "carrier": "jd"})
    yard.work(hours=0.1)
    assert (now(pickup).is_unsure, CourierService.objects.get().trouble) == (False, "unreachable")
    assert yard.platform.ledger == []


def test_a_callback_names_the_courier_once_and_one_signed_otherwise_is_taken_from_nobody(yard: Yard) -> None:
    yard.serve()
    pickup, other = ordered(), ordered()
    yard.work()
    zhao = ("赵师傅", "13900001111")
    assert yard.hear(pickup, 1, courier=zhao, salt="guessed") == 401
    assert now(pickup).state == "booked"
    assert [yard.hear(pickup, 1, courier=zhao) for _ in range(3)] == [200] * 3
    assert (now(pickup).state, courier_of(now(pickup))) == ("assigned", Courier(*zhao))
    assert yard.hear(pickup, 0) == 200  # late
    assert now(pickup).state == "assigned"
    assert yard.hear(pickup, 15) == 200  # what we pay: no news of where it stands
    assert yard.hear(pickup, 1, courier=("钱师傅", "13900002222")) == 200
    assert happened(pickup) == ["Asked", "Booked", "Assigned", "Assigned"]
    captured = yard.platform.body(pickup.number, 10)
    for path in (f"/hooks/couriers/kd/{other.number}/", "/hooks/couriers/kd/P2026-999999/"):
        assert Client().post(path, captured, content_type=FORM).status_code == 401
    assert Client().post("/hooks/couriers/none/P1/", captured, content_type=FORM).status_code == 404
    assert Client().get(f"/hooks/couriers/kd/{pickup.number}/").status_code == 405
    forged = {name: values[0] for name, values in parse_qs(captured.decode()).items()} | {"param": "{}"}
    path = f"/hooks/couriers/kd/{pickup.number}/"
    assert Client().post(path, urlencode(forged).encode(), content_type=FORM).status_code == 401
    assert Client().post(path, b"\xff" * 70_000, content_type=FORM).status_code == 413
    assert now(other).state == "booked"
    assert CourierService.objects.get().refused_at is not None


def test_a_callback_that_comes_before_the_answer_claims_it(yard: Yard) -> None:
    yard.serve()
    pickup = ordered()
    yard.platform.mood = moods("silent")
    yard.work()
    assert yard.hear(pickup, 1, courier=("赵师傅", "13900001111")) == 200
    assert (now(pickup).state, now(pickup).task) == ("assigned", yard.platform.ledger[0].task)
    assert yard.work(hours=0.2) == 0
    assert happened(pickup) == ["Asked", "Booked", "Assigned"]


def test_fetched_its_number_is_the_returns_and_the_fee_is_what_was_agreed(yard: Yard) -> None:
    yard.serve()
    pickup = ordered()
    yard.work()
    assert [yard.hear(pickup, 10) for _ in range(2)] == [200, 200]
    request = ReturnRequest.objects.get()
    assert (request.state, request.carrier, request.tracking_number, request.fetched_minor) == (
        "sent", "jd", yard.platform.ledger[0].number, 1_200,
    )  # fmt: skip
    assert happened(pickup) == ["Asked", "Booked", "Collected"]
    assert told(request).count("ReturnSent") == 1
    with pytest.raises(PickupTooFar):
        off(pickup, yard)
    assert yard.hear(pickup, 99) == 200  # overtaken
    assert now(pickup).state == "collected"


def test_a_number_that_comes_late_is_noted_when_it_comes(yard: Yard) -> None:
    yard.platform.is_numbered = False
    yard.serve()
    pickup = ordered()
    yard.work()
    assert now(pickup).tracking_number == ""
    yard.hear(pickup, 0)
    assert now(pickup).tracking_number == yard.platform.ledger[0].number


def test_called_off_before_it_was_told_nobody_hears_of_it(yard: Yard) -> None:
    yard.serve()
    pickup = ordered()
    assert off(pickup, yard).state == "cancelled"
    assert off(pickup, yard).state == "cancelled"
    assert yard.work(hours=1) == 0
    assert yard.platform.asked == []
    assert happened(pickup) == ["Asked", "CalledOff"]


@pytest.mark.parametrize("mood", ["silent", "deaf"])
def test_called_off_while_nothing_was_heard_the_courier_that_may_come_is_found_and_called_off(
    yard: Yard, mood: str
) -> None:
    yard.serve()
    pickup = ordered()
    yard.platform.mood = moods(mood)
    yard.work()
    assert off(pickup, yard).state == "cancelling"
    for _ in range(4):
        yard.work(hours=0.1)
    assert now(pickup).state == "cancelled"
    assert yard.platform.couriers(pickup.number) == []
    assert happened(pickup) == ["Asked", "CalledOff"]


def test_called_off_it_is_asked_about_when_the_service_says_no_and_stays_where_the_courier_has_it(yard: Yard) -> None:
    yard.serve()
    gone, fetched = ordered(), ordered()
    yard.work()
    yard.platform.ledger[0].status = 99  # the carrier was faster
    yard.platform.ledger[1].status = 10
    for one in (gone, fetched):
        off(one, yard)
    yard.work()
    assert (now(gone).state, now(fetched).state) == ("cancelled", "collected")
    assert now(fetched).request.fetched_minor == 0  # nobody agreed to pay for what was called off
    assert now(fetched).request.state == "sent"


def test_what_is_not_called_off_is_left_to_a_person(yard: Yard) -> None:
    yard.serve()
    pickup = ordered()
    yard.work()
    yard.platform.mood = lambda method: "refused" if method == "cancel" else ""
    off(pickup, yard)
    for _ in range(20):
        yard.work(hours=1)
    assert (now(pickup).state, now(pickup).trouble) == ("stuck", "not_cancelled")
    yard.hear(pickup, 1, courier=("赵师傅", "13900001111"))
    assert now(pickup).state == "stuck"
    yard.hear(pickup, 9)
    assert now(pickup).state == "cancelled"


def test_moved_one_is_called_off_and_one_is_ordered_for_the_other_time(yard: Yard) -> None:
    yard.serve()
    pickup = ordered()
    yard.work()
    then = times()[3]
    move: dict[str, Any] = {
        "pickup_id": pickup.id,
        "starts_at": then.starts_at,
        "by": LINK,
        "at": NEXT_DAY,
        "real_now": yard.real(),
    }
    move_pickup(**move)
    move_pickup(**move)
    yard.work()
    yard.work()
    new = Pickup.objects.exclude(id=pickup.id).get()
    assert (now(pickup).state, new.state, new.starts_at) == ("cancelled", "booked", then.starts_at)
    assert (new.fee_minor, new.province) == (pickup.fee_minor, pickup.province)
    assert [len(yard.platform.couriers(one.number)) for one in (pickup, new)] == [0, 1]
    before = ordered()
    move_pickup(**move | {"pickup_id": before.id})
    assert (now(before).state, now(before).starts_at) == ("asked", then.starts_at)


def test_a_carrier_that_calls_it_off_or_takes_nothing_is_told_and_another_may_be_ordered(yard: Yard) -> None:
    yard.serve()
    for status, trouble in ((99, "carrier_cancelled"), (11, "not_taken"), (610, "refused")):
        pickup = ordered()
        yard.work()
        yard.hear(pickup, status)
        assert (now(pickup).state, now(pickup).trouble) == ("failed", trouble)
        assert ordered(now(pickup).request).state == "asked"


def test_fetched_and_nobody_said_so_it_is_asked_about_after_its_time(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.serve()
    fetched, silent = ordered(), ordered()
    yard.work()
    yard.platform.ledger[0].status = 101
    hours = (fetched.ends_at - NEXT_DAY) / timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later(hours + 3))
    assert yard.work(hours=hours + 3) == 2
    assert (now(fetched).state, now(silent).state) == ("collected", "booked")
    monkeypatch.setattr(clock, "now", lambda: later(hours + 30))
    yard.work(hours=27)
    assert (now(silent).state, now(silent).trouble) == ("stuck", "silent")


def test_switched_off_it_is_given_nothing_new_and_taken_away_it_leaves_a_person_to_look(yard: Yard) -> None:
    service = yard.serve()
    known, fresh = ordered(), ordered()
    yard.platform.mood = lambda method: "junk"
    Pickup.objects.filter(id=fresh.id).update(next_at=yard.real() + timedelta(hours=1))
    yard.work()
    CourierService.objects.update(is_active=False)
    yard.work(hours=1.1)
    assert (now(known).state, now(fresh).state, now(fresh).trouble) == ("asked", "failed", "gone")
    service.delete()
    yard.work(hours=3)
    assert (now(known).state, now(known).trouble) == ("stuck", "lost")
