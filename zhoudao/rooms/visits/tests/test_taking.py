"""Taking a number: once for a tap, in opening hours, for what is offered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.visits.commands.linking import KEPT, forget_old_visits
from zhoudao.rooms.visits.commands.needs import Wanted, retire_need, save_need, set_line
from zhoudao.rooms.visits.commands.taking import Asked, end_day, leave_queue, take_number
from zhoudao.rooms.visits.models import Line, State, Visit
from zhoudao.rooms.visits.privacy import forget, held
from zhoudao.rooms.visits.refusals import (
    LineClosed,
    LineUnknown,
    NeedUnknown,
    NeedUnsound,
    NumberPhoneUnsound,
    VisitNotFound,
    VisitOver,
)
from zhoudao.rooms.visits.tests.store import Counter, open_counter
from zhoudao.rooms.visits.told import Told, told_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counter() -> Counter:
    return open_counter(open_shop())


def test_numbers_of_a_need_follow_one_another_and_begin_anew_each_day(counter: Counter) -> None:
    numbers = [counter.takes(letter).number for letter in "AABAC"]
    assert numbers == ["A001", "A002", "B001", "A003", "C001"]
    counter.shop.later(hours=24)
    assert counter.takes("A").number == "A001"


def test_a_double_tap_is_one_number(counter: Counter) -> None:
    asked_id = uuid4()
    first, second = counter.takes(asked_id=asked_id), counter.takes(asked_id=asked_id)
    assert first == second
    assert Event.objects.filter(type="visits.NumberTaken").count() == 1
    admin, there = counter.shop.viewer("admin"), counter.shop.cast.stores["web"]
    set_line(store_id=there.id, calendar_id=None, is_paused=False, viewer=admin, at=counter.shop.now)
    wanted = Wanted({"en": "Advice"}, "A", "inquiry")
    need = save_need(store_id=there.id, need_id=None, wanted=wanted, viewer=admin, at=counter.shop.now)
    elsewhere = take_number(Asked(there.id, need.id, asked_id), at=counter.shop.now)
    assert (elsewhere.store, elsewhere.number) == (there, "A001"), "the same form carried to another store"


def test_a_closed_store_says_when_it_opens(counter: Counter) -> None:
    night = datetime(2026, 3, 10, 15, tzinfo=UTC)  # eleven at night in Nanjing
    with pytest.raises(LineClosed) as refused:
        counter.takes(at=night)
    assert refused.value.opens_at == datetime(2026, 3, 11, 1, tzinfo=UTC)
    Line.objects.update(is_paused=True)
    with pytest.raises(LineClosed) as refused:
        counter.takes()
    assert refused.value.opens_at is None
    assert not Visit.objects.exists()


def test_what_is_not_offered_is_refused(counter: Counter) -> None:
    need = counter.needs["A"]
    with pytest.raises(LineUnknown):
        take_number(Asked(uuid4(), need.id, uuid4()), at=counter.shop.now)
    with pytest.raises(NeedUnknown):
        take_number(Asked(counter.shop.cast.stores["hangzhou"].id, need.id, uuid4()), at=counter.shop.now)
    retire_need(store_id=counter.store.id, need_id=need.id, viewer=counter.shop.viewer("admin"), at=counter.shop.now)
    with pytest.raises(NeedUnknown):
        counter.takes("A")


def test_what_they_say_of_themselves_is_sealed_and_forgotten_after_thirty_days(counter: Counter) -> None:
    with pytest.raises(NumberPhoneUnsound):
        counter.takes(phone="12")
    visit = counter.takes(name=" 王小姐 ", phone="138 1234 8000", case_number="c2026-000001")
    assert told_of(visit) == Told("王小姐", "+8613812348000", "C2026-000001")
    assert "王" not in str(bytes(visit.told_sealed or b""))
    assert told_of(visit).masked == Told("王**", "138****8000", "C2026-000001")
    leave_queue(token=visit.token, at=counter.shop.now)
    assert forget_old_visits(at=counter.shop.later(days=29)) == 0
    assert forget_old_visits(at=counter.shop.now + KEPT) == 1
    visit.refresh_from_db()
    assert (told_of(visit), visit.number) == (Told(), "A001")


def test_a_phone_that_somebody_only_claims_hands_out_no_visit_of_another(counter: Counter) -> None:
    visit = counter.takes(name="王小姐", phone="13812348000")
    for message, verified in (("m-1", False), ("m-2", True)):
        claims = [Claim("visitor", message, scope="webchat"), Claim("phone", "13812348000", verified=verified)]
        receive_message(inbound=Inbound("webchat", message, claims, text="你好"), at=counter.shop.now)
    told = {
        one.identities.get(kind="phone").suggested: [row["number"] for row in held([one.id])]
        for one in Customer.objects.all()
    }
    assert told == {True: [], False: [visit.number]}
    with transaction.atomic():
        forget([Customer.objects.get(identities__suggested=True).id], counter.shop.now)
    visit.refresh_from_db()
    assert told_of(visit) == Told(), "whoever asks to be forgotten leaves nothing they may have said"


def test_they_may_leave_until_they_are_served_and_twice_is_once(counter: Counter) -> None:
    with pytest.raises(VisitNotFound):
        leave_queue(token="x" * 27, at=counter.shop.now)
    waiting, called = counter.takes(), counter.takes("B")
    leave_queue(token=waiting.token, at=counter.shop.later(minutes=3))
    assert leave_queue(token=waiting.token, at=counter.shop.later(minutes=1)).state == State.LEFT
    assert Event.objects.filter(type="visits.QueueLeft").count() == 1
    counter.serves(5)
    with pytest.raises(VisitOver):
        leave_queue(token=called.token, at=counter.shop.now)


def test_what_nobody_ended_ends_with_the_day(counter: Counter) -> None:
    waiting, called = counter.takes("B"), counter.takes("A")
    counter.calls()
    assert end_day(counter.store.id, at=counter.shop.later(hours=12)) == 0
    assert end_day(counter.store.id, at=counter.shop.later(hours=12)) == 2
    for visit in (waiting, called):
        visit.refresh_from_db()
        assert (visit.state, visit.turns.get().outcome) == (State.LEFT, "day_over")


def test_a_store_that_is_at_work_at_midnight_sends_nobody_home(counter: Counter) -> None:
    Line.objects.update(calendar=None)
    admin, midnight = counter.shop.viewer("admin"), datetime(2026, 3, 10, 16, tzinfo=UTC)
    before = counter.takes(at=midnight - timedelta(minutes=5))
    assert end_day(counter.store.id, at=midnight) == 0
    after = counter.takes(at=midnight + timedelta(minutes=5))
    assert (before.number, after.number, str(after.day)) == ("A001", "A002", "2026-03-11"), "both wait: two numbers"
    set_line(store_id=counter.store.id, calendar_id=None, is_paused=True, viewer=admin, at=midnight)
    assert end_day(counter.store.id, at=midnight + timedelta(hours=11)) == 0, "paused, they are served all the same"
    assert end_day(counter.store.id, at=midnight + timedelta(hours=12)) == 1
    after.refresh_from_db()
    assert after.state == State.WAITING


def test_a_day_is_the_stores_own_also_when_clocks_change(counter: Counter) -> None:
    Line.objects.update(calendar=None)
    counter.store.zone = "America/New_York"
    counter.store.save()
    evening = datetime(2026, 3, 9, 3, 30, tzinfo=UTC)  # half past eleven, an hour was left out that night
    first, second = counter.takes(at=evening), counter.takes(at=evening + timedelta(days=1))
    assert [(visit.number, str(visit.day)) for visit in (first, second)] == [
        ("A001", "2026-03-08"), ("A001", "2026-03-09"),
    ]  # fmt: skip


def test_after_999_comes_1000(counter: Counter) -> None:
    visit = counter.takes()
    Visit.objects.filter(id=visit.id).update(serial=999, number="A999")
    assert counter.takes().number == "A1000"
    assert counter.takes().number == "A1001"


def test_a_letter_that_is_given_away_goes_on_counting(counter: Counter) -> None:
    counter.takes("A")
    admin, at = counter.shop.viewer("admin"), counter.shop.now
    retire_need(store_id=counter.store.id, need_id=counter.needs["A"].id, viewer=admin, at=at)
    again = Wanted({"en": "Gift wrapping"}, "A", "inquiry")
    counter.needs["A"] = save_need(store_id=counter.store.id, need_id=None, wanted=again, viewer=admin, at=at)
    assert counter.takes("A").number == "A002"


def test_a_number_reads_as_a_story_in_three_languages(counter: Counter) -> None:
    from django.utils import translation

    visit = counter.takes()
    counter.serves(4)
    told = {}
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            told[language] = [line.text for line in timeline([visit.id])]
    assert told["en"][0] == "Took number A001 in the store"
    assert told["en"][1] == "Number A001 was called to counter 1"
    assert len(told["zh-hans"]) == 4
    assert not set(told["zh-hans"]) & set(told["en"])
    assert not set(told["zh-hant"]) & set(told["zh-hans"])


def test_needs_are_kept_by_who_manages_the_store_and_make_sense(counter: Counter) -> None:
    admin, at = counter.shop.viewer("admin"), counter.shop.now
    sound = Wanted({"en": "Gift wrapping"}, "D", "inquiry")
    keep = partial(save_need, store_id=counter.store.id, need_id=None, at=at)
    for wrong in (
        replace(sound, letter="A"), replace(sound, letter="d"), replace(sound, names={"en": " "}),
        replace(sound, kind="nothing"), replace(sound, priority=99), replace(sound, steps=({"en": "x"},) * 9),
        replace(sound, names={"en": "x" * 41}),
    ):  # fmt: skip
        with pytest.raises(NeedUnsound):
            keep(wanted=wrong, viewer=admin)
    with pytest.raises(LineUnknown):
        keep(wanted=sound, viewer=counter.viewer("luo"))
    with pytest.raises(LineUnknown):
        set_line(store_id=counter.store.id, calendar_id=None, is_paused=True, viewer=counter.viewer("luo"), at=at)
    with pytest.raises(NeedUnsound):
        set_line(store_id=counter.store.id, calendar_id=uuid4(), is_paused=True, viewer=admin, at=at)
    repair = counter.needs["A"]
    codes = [step["code"] for step in repair.steps]
    again = Wanted(repair.names, "A", "after_sales", steps=({"en": "Sign"}, *(step["names"] for step in repair.steps)))
    changed = save_need(store_id=counter.store.id, need_id=repair.id, wanted=again, viewer=admin, at=at + timedelta(1))
    assert [step["code"] for step in changed.steps][1:] == codes, "steps that are called the same keep their code"
